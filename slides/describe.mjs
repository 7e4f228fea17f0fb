/*
 * describe.mjs: what a Mermaid diagram shows, in words, for those who do not see
 * it. It knows the sequence diagrams and flowcharts of the kit and needs no
 * package. A line that it does not know ends the build: no text leaves out
 * anything in silence.
 */

const words = {
    en: {
        sequence: 'A sequence diagram. From left to right', flowchart: 'A diagram of boxes and arrows',
        and: ' and ', over: ' to ', both: ' and, both ways, ', dashed: ' (dashed arrow)', lost: ' (does not arrive)',
        box: (title) => `in the box "${title}": `, inBox: (title, names) => `In the box "${title}": ${names}.`,
        rect: () => 'Here begins what is new.', loop: (label) => `Again and again, ${label}:`, alt: (label) => `Either, ${label}:`,
        else: (label) => `Or, ${label || 'otherwise'}:`, opt: (label) => `Only if ${label}:`, break: (label) => `It ends here if ${label}:`,
        par: (label) => `At the same time${label && `, ${label}`}:`, parAnd: (label) => `And meanwhile${label && `, ${label}`}:`,
        end: {
            rect: 'Here ends what is new.', loop: 'So much is done again and again.', alt: 'So much for these cases.',
            opt: 'So much only then.', break: 'So much if it ends.', par: 'So much at the same time.',
        },
        marked: { bad: 'In red', good: 'In green', new: 'New' },
    },
    'pt-BR': {
        sequence: 'Um diagrama de sequência. Da esquerda para a direita', flowchart: 'Um diagrama de caixas e setas',
        and: ' e ', over: ' para ', both: ' e, nos dois sentidos, ', dashed: ' (seta tracejada)', lost: ' (não chega)',
        box: (title) => `na caixa "${title}": `, inBox: (title, names) => `Na caixa "${title}": ${names}.`,
        rect: () => 'Começa o que é novo.', loop: (label) => `Várias vezes, ${label}:`, alt: (label) => `Num caso, ${label}:`,
        else: (label) => `No outro, ${label || 'se não'}:`, opt: (label) => `Só se ${label}:`, break: (label) => `Acaba aqui se ${label}:`,
        par: (label) => `Ao mesmo tempo${label && `, ${label}`}:`, parAnd: (label) => `E enquanto isso${label && `, ${label}`}:`,
        end: {
            rect: 'Termina o que é novo.', loop: 'Até aqui, várias vezes.', alt: 'Até aqui, um dos casos.',
            opt: 'Até aqui, só nesse caso.', break: 'Até aqui, se acabar.', par: 'Até aqui, ao mesmo tempo.',
        },
        marked: { bad: 'Em vermelho', good: 'Em verde', new: 'Novo' },
    },
};

const unknown = (line) => { throw new Error(`Nobody has told describe.mjs how to say this line of a diagram: ${line}`); };

/* What a text of Mermaid shows: breaks are spaces, #59; and #quot; are characters. */
function plain(text) {
    return text.replace(/<br ?\/?>/g, ' ').replace(/#quot;/g, '"').replace(/#(\d+);/g, (_, code) => String.fromCodePoint(code))
        .replace(/\s+/g, ' ').trim();
}

const sentence = (text) => (/[.!?:]$/.test(text) ? text : `${text}.`);

/* The lines of a source that say something, and of which kind it is. */
function statements(source) {
    const [kind, ...lines] = source.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('%%'));
    return { kind, lines };
}

export const isSequence = (source) => statements(source).kind === 'sequenceDiagram';

/*
 * A sequence diagram as its parts. The head is who takes part, line by line. The
 * rows are what happens: a message or a note of one line, or a block of rows in
 * sections (`alt` has two: it and its `else`).
 */
function readSequence(source) {
    const head = [];
    const rows = [];
    const open = [{ rows }];
    let inBox = false;
    for (const line of statements(source).lines) {
        const [, word, rest] = line.match(/^(\S+)\s*(.*)$/);
        const block = open.at(-1);
        if (/^(participant|actor|box)$/.test(word) || (inBox && word === 'end')) {
            inBox = word === 'box' || (inBox && word !== 'end');
            head.push(line);
        } else if (/^(rect|loop|alt|opt|par|break)$/.test(word)) {
            const inner = { block: word, sections: [{ line, label: rest, rows: [] }] };
            block.rows.push(inner);
            open.push({ ...inner, rows: inner.sections[0].rows });
        } else if ((word === 'else' && block.block === 'alt') || (word === 'and' && block.block === 'par')) {
            block.sections.push({ line, label: rest, rows: block.rows = [] });
        } else if (word === 'end' && open.length > 1) {
            open.pop();
        } else {
            block.rows.push({ line });
        }
    }
    if (open.length > 1)
        unknown(`${open.at(-1).sections[0].line} (it has no end)`);
    return { head, rows };
}

/* Each row that is a line, with the sections that it stands in, outermost first. */
function linesWithin(rows, around = []) {
    return rows.flatMap((row) => row.sections?.flatMap((section) => linesWithin(section.rows, [...around, { row, section }]))
        ?? [{ line: row.line, around }]);
}

/* Where to cut nearest to this share of the height: rather between two blocks than inside of one. */
function bestCut(lines, share, after) {
    const height = lines.map(({ line }) => 1 + line.length / 25); // a long text takes more lines
    const sum = (count) => height.slice(0, count).reduce((total, more) => total + more, 0);
    const torn = (i) => lines[i].around.filter(({ row }) => lines[i - 1].around.some((other) => other.row === row))
        .reduce((total, { row }) => total + (row.block === 'rect' ? 0.8 : 3), 0);
    const price = (i) => Math.abs(sum(i) - share * sum(lines.length)) + torn(i);
    return lines.map((_, i) => i).slice(after + 1).reduce((best, i) => (price(i) < price(best) ? i : best), after + 1);
}

/* The source of some of the rows: the blocks that they stand in are opened and closed again. */
function sourceOf(head, lines) {
    const text = ['sequenceDiagram', ...head];
    let open = [];
    const closeFrom = (depth) => open.splice(depth).forEach(() => text.push('end'));
    for (const { line, around } of lines) {
        let depth = 0;
        while (depth < open.length && open[depth].section === around[depth]?.section)
            depth++;
        if (depth < open.length && open[depth].row === around[depth]?.row) { // the next section of the same block
            closeFrom(depth + 1);
            open = [...open.slice(0, depth), around[depth]];
            text.push(around[depth].section.line);
            depth++;
        } else {
            closeFrom(depth);
        }
        for (const { row, section } of around.slice(depth))
            text.push(`${row.block} ${section.label}`);
        open = [...around];
        text.push(line);
    }
    closeFrom(0);
    return text.join('\n');
}

/* A tall sequence as that many, each with all who take part; fewer where it has no more rows. */
export function splitSequence(source, count) {
    if (count === 1)
        return [source];
    const { head, rows } = readSequence(source);
    const lines = linesWithin(rows);
    const parts = Math.min(count, lines.length);
    const cuts = [0];
    for (let i = 1; i < parts; i++)
        cuts.push(Math.min(bestCut(lines, i / parts, cuts.at(-1)), lines.length - parts + i));
    return cuts.map((cut, i) => sourceOf(head, lines.slice(cut, cuts[i + 1])));
}

const arrow = /^(\w+?)\s*(<<)?(--?)(>>?|x|\))\s*(\w+)\s*:\s*(.*)$/; // from, both ways, stroke, tip, to, text

/* Who takes part: the name that each alias stands for, and one phrase for all. */
function readCast(head, rows, say) {
    const names = new Map();
    const groups = [];
    let box;
    for (const line of head) {
        const [, word, alias, name] = line.match(/^(\w+)\s*(?:(\w+)(?:\s+as\s+(.*))?)?/) ?? unknown(line);
        if (word === 'box') {
            groups.push(box = { title: plain(line.replace(/^box\s*(rgba?\([^)]*\)|transparent)?/, '')), names: [] });
        } else if (word === 'end') {
            box = undefined;
        } else {
            names.set(alias, plain(name ?? alias));
            (box ?? groups[groups.push({ names: [] }) - 1]).names.push(names.get(alias));
        }
    }
    for (const alias of rows.flatMap(({ line }) => line.match(arrow)?.filter((_, i) => i === 1 || i === 5) ?? []))
        if (!names.has(alias)) { // it takes part without having been announced
            names.set(alias, alias);
            groups.push({ names: [alias] });
        }
    const phrase = groups.map((group) => (group.title ? say.box(group.title) : '') + group.names.join(', ')).join('; ');
    return { names, phrase };
}

/* The names of all who take part in a sequence, from left to right. */
export function takingPart(source) {
    const { head, rows } = readSequence(source);
    return [...readCast(head, linesWithin(rows), words.en).names.values()];
}

/* A message or a note, as a sentence. */
function sayRow(line, names, say) {
    const called = (alias) => names.get(alias) ?? alias;
    const note = line.match(/^Note (?:over|left of|right of) (\w+)(?:\s*,\s*(\w+))?\s*:\s*(.*)$/i);
    if (note !== null) {
        const [, first, last, text] = note;
        return sentence(`${called(first)}${last === undefined ? '' : say.and + called(last)}: ${plain(text)}`);
    }
    const message = line.match(arrow);
    if (message === null)
        unknown(line);
    const [, from, both, stroke, tip, to, text] = message;
    const manner = (stroke === '--' ? say.dashed : '') + (tip === 'x' ? say.lost : '');
    return sentence(`${called(from)}${both ? say.both : say.over}${called(to)}${manner}: ${plain(text)}`);
}

function sayRows(rows, names, say) {
    return rows.flatMap((row) => {
        if (row.line !== undefined)
            return [sayRow(row.line, names, say)];
        const sections = row.sections.flatMap(({ line, label, rows: inner }) => {
            const word = line.startsWith('and') ? 'parAnd' : line.match(/^\w+/)[0];
            return [say[word](plain(label)), ...sayRows(inner, names, say)];
        });
        return [...sections, say.end[row.block]];
    });
}

function describeSequence(source, say) {
    const { head, rows } = readSequence(source);
    const { names, phrase } = readCast(head, linesWithin(rows), say);
    return [`${say.sequence}: ${phrase}.`, ...sayRows(rows, names, say)];
}

const node = /^\s*(\w+)(?:\["([^"]*)"\]|\[([^\]"]*)\]|\("([^"]*)"\)|\{"([^"]*)"\})?(?::::(\w+))?\s*/;
const link = /^(<)?(?:(--|-\.|==)\s*(?:"([^"]*)"|([^"<>|.=-][^<>|]*?))\s*(?:-->|\.->|==>)|(-->|-\.->|==>|---|~~~)(?:\|"?([^|"]*)"?\|)?)\s*/;

/* One line of nodes and arrows, put into the chart. */
function readEdges(line, chart) {
    let rest = line;
    const take = (pattern) => {
        const found = rest.match(pattern);
        if (found === null)
            unknown(line);
        rest = rest.slice(found[0].length);
        return found;
    };
    const takeNode = () => {
        const [, id, ...found] = take(node);
        const mark = found.pop();
        const label = found.find((text) => text !== undefined);
        if (label !== undefined || !chart.nodes.has(id))
            chart.nodes.set(id, plain(label ?? id));
        if (mark !== undefined)
            chart.marks.push([mark, [id]]);
        if (chart.box !== undefined && !chart.titles.has(id) && !chart.boxes.some(({ ids }) => ids.includes(id)))
            chart.box.ids.push(id);
        return id;
    };
    let from = takeNode();
    while (rest !== '') {
        const [, both, opening, quoted, bare, alone, piped] = take(link);
        const to = takeNode();
        if (alone !== '~~~') // that one only keeps things apart
            chart.edges.push({ from, to, both, dashed: (opening ?? alone).startsWith('-.'), label: plain(quoted ?? bare ?? piped ?? '') });
        from = to;
    }
}

function readFlowchart(lines) {
    const chart = { nodes: new Map(), titles: new Map(), boxes: [], edges: [], marks: [] };
    const open = [];
    for (const line of lines) {
        const box = line.match(/^subgraph\s+(\w+)(?:\s*\["?([^"\]]*)"?\])?$/);
        const mark = line.match(/^class\s+([\w,]+)\s+(\w+)$/);
        if (box !== null) {
            open.push(chart.box);
            chart.boxes.push(chart.box = { title: plain(box[2] ?? box[1]), ids: [] });
            chart.titles.set(box[1], chart.box.title);
        } else if (line === 'end' && open.length > 0) {
            chart.box = open.pop();
        } else if (mark !== null) {
            chart.marks.push([mark[2], mark[1].split(',')]);
        } else if (!/^(classDef|direction)\s/.test(line)) {
            readEdges(line, chart);
        }
    }
    return chart;
}

function describeFlowchart(lines, say) {
    const { nodes, titles, boxes, edges, marks } = readFlowchart(lines);
    const called = (id) => titles.get(id) ?? nodes.get(id);
    const list = (ids) => ids.map(called).join('; ');
    const single = [...nodes.keys()].filter((id) => !titles.has(id) && ![...edges.flatMap(({ from, to }) => [from, to]),
        ...boxes.flatMap(({ ids }) => ids)].includes(id));
    return [
        `${say.flowchart}.`,
        ...boxes.map(({ title, ids }) => say.inBox(title, list(ids))),
        ...(single.length > 0 ? [sentence(list(single))] : []),
        ...edges.map(({ from, to, both, dashed, label }) => sentence(`"${called(from)}"${both ? say.both : say.over}"${called(to)}"` +
            `${dashed ? say.dashed : ''}${label && `: ${label}`}`)),
        ...marks.map(([mark, ids]) => sentence(`${say.marked[mark] ?? unknown(`class ${mark}`)}: ${list(ids)}`)),
    ];
}

/* The text for a Mermaid source, in 'en' or 'pt-BR': a sentence on each line. */
export function describe(source, language) {
    const say = words[language];
    if (say === undefined)
        throw new Error(`describe.mjs speaks ${Object.keys(words).join(', ')}, not ${language}.`);
    const { kind, lines } = statements(source);
    if (kind === 'sequenceDiagram')
        return describeSequence(source, say).join('\n');
    if (/^(flowchart|graph) (TB|TD|BT|LR|RL)$/.test(kind))
        return describeFlowchart(lines, say).join('\n');
    return unknown(kind);
}
