/*
 * views.mjs: what stands on each kind of page, without the frame around it:
 * { title, html, headings, ids, sections, textLanguage }. A `place` says how a
 * page refers to others: address(language, path, anchor) and asset(path).
 */
import path from 'node:path';
import { anchor, definitions, escape, highlight, languageOf } from './code.mjs';
import { compare, runs } from './diff.mjs';
import { exercises, exists, isFolder, list, read, steps } from './kit.mjs';
import * as motion from './motion/motion.mjs';
import { copy, isPicture, piece, sourcePage, titleOf, wantFolder, wantSource } from './site.mjs';
import { say } from './words.mjs';

/* The pages of a step: [{ path, kind, file, and what its link says: name, or a key of words.mjs }]. */
export function partsOf(step) {
    const page = (name) => `${step.folder}/${name}`;
    return [
        { path: page('index.html'), kind: 'text', key: 'text' },
        ...step.base === undefined ? [] : [{ path: page('changes.html'), kind: 'changes', key: 'changes' }],
        ...step.programs.map((file) => ({ path: sourcePage(file), kind: 'source', file, name: path.basename(file) })),
        ...exists(`tools/site/motion/recorded/step${step.id}.json`) ? [{ path: page('trace.html'), kind: 'trace', key: 'trace' }] : [],
    ];
}

const markup = (text) => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/* Two lines of words that stand below the text of a step: its exercises. */
function exerciseLinks(step, language, place) {
    const found = exercises.filter((exercise) => exercise.step === step);
    if (found.length === 0)
        return '';
    const items = found.map((exercise) => {
        const title = titleOf(`${exercise.folder}/README.md`, language);
        return `<li><a href="${place.address(language, `${exercise.folder}/index.html`)}">${escape(title)}</a></li>`;
    });
    return `<aside class="box" aria-label="${say(language, found.length > 1 ? 'tryThem' : 'tryIt')}">` +
        `<p>${say(language, found.length > 1 ? 'tryThem' : 'tryIt')}</p><ul>${items.join('')}</ul></aside>\n`;
}

function deckLinks(language, place) {
    const deck = `sockets${language === 'en' ? '' : `.${language}`}`;
    const link = (suffix, key) => `<a class="button" href="${place.asset(`slides/${deck}.${suffix}`)}">${say(language, key)}</a>`;
    return `<p class="buttons">${link('html', 'deckHtml')} ${link('pdf', 'deckPdf')}</p>\n`;
}

export function text(page, language, place) {
    const view = piece(page.file, language, page.path, place);
    if (page.step !== undefined)
        view.html += exerciseLinks(page.step, language, place);
    if (page.exercise !== undefined) {
        const { step } = page.exercise;
        const link = `<p class="from">${say(language, 'startsFrom')} <a href="${place.address(language, `${step.folder}/index.html`)}">` +
            `${say(language, 'step').toLowerCase()} ${step.id}, ${step.name}</a>.</p>`;
        view.html = view.html.replace('</h1>', `</h1>\n${link}`);
    }
    if (page.file === 'slides/README.md')
        view.html = view.html.replace('</h1>', `</h1>\n${deckLinks(language, place)}`);
    return view;
}

/* The lines of a program as they stand on a page; those that are new have a colour. */
function numbered(lines, fresh) {
    return lines.map((line, i) =>
        `<span id="L${i + 1}"${fresh.has(i + 1) ? ' class="new"' : ''}><a href="#L${i + 1}" tabindex="-1">${i + 1}</a>${line}\n</span>`).join('');
}

/* A whole file; of a program of a step also what is new in it. */
export async function source({ file }, language, place) {
    const content = read(file);
    const step = steps.find(({ programs }) => programs.includes(file));
    const fresh = step?.base === undefined ? new Set()
        : new Set(compare(`${step.base.folder}/${path.basename(file)}`, file).filter(({ kind }) => kind === '+').map(({ after }) => after));
    const name = languageOf(file, content);
    const lines = [...await highlight(content, name)];
    const defined = name === 'c' ? definitions(content) : [];
    const headings = defined.map(([title, line]) => ({ level: 2, id: title.replace(' ', '-'), title, line }));
    headings.forEach(({ id, line }) => { lines[line - 1] = `<span id="${id}"></span>${lines[line - 1]}`; });
    const title = step === undefined ? file : `${say(language, 'step')} ${step.id}: ${path.basename(file)}`;
    const html = `<h1>${escape(title)}</h1>\n` +
        (fresh.size > 0 ? `<p><span class="new">${say(language, 'marked')}</span></p>\n` : '') +
        `<figure class="code source" data-copy=""><pre translate="no"${language === 'en' ? '' : ' lang="en"'}><code>${numbered(lines, fresh)}</code></pre></figure>\n`;
    return {
        title, html, headings, textLanguage: language, code: true,
        ids: [...lines.map((_, i) => `L${i + 1}`), ...headings.map(({ id }) => id)],
        sections: headings.map(({ id, title: name }) => ({ id, title: name, text: '' })),
    };
}

/* One program against that of the base. */
async function changesOf(file, base, language, place) {
    const before = `${base.folder}/${path.basename(file)}`;
    const lines = compare(before, file);
    const [old, now] = await Promise.all([before, file].map((name) => highlight(read(name), 'c')));
    const count = (sign) => lines.filter(({ kind }) => kind === sign).length;
    const row = ({ kind, before: from, after: to }) => {
        const [element, sign] = { '+': ['ins', '+'], '-': ['del', '−'], ' ': ['span', ' '] }[kind];
        const number = kind === '-' ? `<i>${from}</i><i></i>` : kind === '+' ? `<i></i><i>${to}</i>` : `<i>${from}</i><i>${to}</i>`;
        return `<${element}>${number}${sign} ${kind === '-' ? old[from - 1] : now[to - 1]}\n</${element}>`;
    };
    const block = (some) => `<pre translate="no"${language === 'en' ? '' : ' lang="en"'}><code>${some.map(row).join('')}</code></pre>`;
    const parts = runs(lines).map(({ folded, lines: some }) => folded
        ? `<details><summary>${say(language, 'unchanged', { n: some.length })}</summary>${block(some)}</details>` : block(some));
    const name = path.basename(file);
    const link = anchor(place.address(language, wantSource(file)), name);
    const html = count('+') + count('-') === 0 ? `<p>${link} ${say(language, 'same', { base: base.id })}</p>\n`
        : `<div class="code diff">${parts.join('\n')}</div>\n`;
    return { name, id: name.replace('.', '-'), html, link, added: count('+'), removed: count('-') };
}

export async function changes({ step }, language, place) {
    const files = await Promise.all(step.programs.map((file) => changesOf(file, step.base, language, place)));
    const sum = (key) => files.reduce((total, file) => total + file[key], 0);
    const title = say(language, 'changesTitle', { n: step.id });
    const intro = say(language, 'changesIntro', { n: step.id, base: step.base.id, added: sum('added'), removed: sum('removed') });
    return {
        title, textLanguage: language, sections: [], ids: files.map(({ id }) => id), code: true,
        headings: files.map(({ id, name }) => ({ level: 2, id, title: name })),
        html: `<h1>${title}</h1>\n<p>${intro} <code>make diff${Number(step.id)}</code>.</p>\n` +
            files.map(({ id, link, html }) => `<h2 id="${id}">${link}</h2>\n${html}`).join(''),
    };
}

export async function trace({ step }, language, place) {
    const sources = [...step.programs, ...list('common').filter((name) => /\.[ch]$/.test(name)).map((name) => `common/${name}`)];
    const lines = new Map(await Promise.all(sources.map(async (file) => [file, await highlight(read(file), 'c')])));
    const options = {
        lines: (file) => lines.get(file),
        link: (file, line) => place.address(language, wantSource(file), `L${line}`),
    };
    const drawn = await (motion.moving.includes(step.id) ? motion.picture : motion.trace)(step.id, language, options);
    const title = say(language, 'traceTitle', { n: step.id });
    return {
        title, textLanguage: language, sections: [], ids: [], headings: [], code: true, motion: true,
        html: `<h1>${title}</h1>\n<p>${say(language, 'traceIntro')} <code>make trace${Number(step.id)}</code> ${say(language, 'traceSays')}</p>\n${drawn}\n`,
    };
}

export function folder({ file }, language, place) {
    const items = list(file).map((name) => {
        const inside = path.posix.join(file, name).replace(/\/$/, '');
        const href = isPicture(inside) ? place.asset(copy(inside))
            : place.address(language, isFolder(inside) ? wantFolder(inside) : wantSource(inside));
        return `<li><a href="${href}">${escape(name)}</a></li>`;
    });
    return {
        title: `${file}/`, textLanguage: language, headings: [], ids: [], sections: [],
        html: `<h1>${escape(file)}/</h1>\n<p>${say(language, 'folder')}:</p>\n<ul>${items.join('')}</ul>\n`,
    };
}

/* The ladder: each rung a step; 02 hangs beside the others. */
function ladder(language, place) {
    const rungs = steps.map((step, i) => {
        const branch = steps[i + 1]?.base !== step && i + 1 < steps.length;
        return `<li${branch ? ' class="branch"' : ''} data-done="${step.folder}"><a href="${place.address(language, `${step.folder}/index.html`)}">` +
            `<span class="number">${step.id}</span> <span class="name" lang="en">${step.name}</span> <span class="idea">${markup(step.idea[language])}</span></a></li>`;
    });
    return `<ol class="ladder">\n${rungs.join('\n')}\n</ol>\n`;
}

export function front(page, language, place) {
    const link = (address, key, values) => `<a class="button" href="${address}">${say(language, key, values)}</a>`;
    const to = (address) => place.address(language, address);
    const suffix = language === 'en' ? '' : `.${language}`;
    const items = exercises.map((exercise) => {
        const title = titleOf(`${exercise.folder}/README.md`, language);
        return `<li data-done="${exercise.folder}"><a href="${to(`${exercise.folder}/index.html`)}">${escape(title)}</a></li>`;
    });
    return {
        title: say(language, 'site'), textLanguage: language, sections: [], ids: ['ladder', 'exercises', 'take'],
        headings: ['ladder', 'exercises', 'take'].map((id) => ({ level: 2, id, title: say(language, id) })),
        html: `<h1>${say(language, 'heading')}</h1>
<p class="lead">${say(language, 'lead')}</p>
<p class="buttons">${link(to(`${steps[0].folder}/index.html`), 'begin', { n: steps[0].id }).replace('class="button"', 'class="button first"')} ${link(to('steps/index.html'), 'how')} ${link(to('cheatsheet.html'), 'cheatsheet')}</p>
<h2 id="ladder">${say(language, 'ladder')}</h2>
<p>${say(language, 'ladderIntro')}</p>
${ladder(language, place)}<h2 id="exercises">${say(language, 'exercises')}</h2>
<p>${say(language, 'exercisesIntro')}</p>
<ul class="cards">${items.join('\n')}</ul>
<h2 id="take">${say(language, 'take')}</h2>
<p>${say(language, 'takeIntro')}</p>
<p class="buttons">${link(place.asset(`socket-lab${suffix}.pdf`), 'pdf')} ${link(place.asset(`slides/sockets${suffix}.html`), 'deckHtml')} ${link(place.asset(`slides/sockets${suffix}.pdf`), 'deckPdf')}</p>
`,
    };
}
