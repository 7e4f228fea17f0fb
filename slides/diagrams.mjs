/*
 * diagrams.mjs: the pictures of Mermaid diagrams. The name of a picture holds a
 * hash of all that it is made of: what is there need not be drawn again. No text
 * in a picture is smaller than mermaid.json says: a sequence that is too tall
 * for a slide becomes two pictures or more, and what does not fit even so ends
 * the build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Failure, openPage, out, within, write } from './browser.mjs';
import { isSequence, splitSequence, takingPart } from './describe.mjs';

const folder = path.join(out, 'diagrams');
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const config = readFileSync(here('diagrams/mermaid.json'), 'utf8');
const makers = [config, ...['node_modules/mermaid/package.json', 'diagrams.mjs', 'describe.mjs'].map((file) => readFileSync(here(file)))];

export const room = { width: 1240, height: 592 }; // for a picture, under the title of a slide
const partsMax = 6;

/* How the pictures of this diagram are called, but for which part of how many they are. */
function stem(reference, source) {
    const hash = makers.reduce((sum, maker) => sum.update(maker), createHash('sha256').update(source));
    return `${reference.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}-${hash.digest('hex').slice(0, 12)}`;
}

const partsOf = (source, count) => (isSequence(source) ? splitSequence(source, count) : [source]);

/* The pictures of a diagram, each with the part of the source that it shows; none if it has not been drawn. */
export function pictures(reference, source) {
    const name = stem(reference, source);
    const files = readdirSync(folder).filter((file) => file.startsWith(`${name}-`)).sort();
    const parts = partsOf(source, files.length);
    return files.map((file, i) => ({ file: path.join(folder, file), source: parts[i] }));
}

/*
 * Runs in the page: the SVG of a diagram, as wide as the room allows, or what
 * Mermaid has against it. The wider the columns of a sequence, the fewer lines
 * its texts take. Mermaid would break a word that is wider than a column: the
 * lines of such a text are made here, each as wide as that word.
 */
async function render(source, options, widths, room) {
    const { mermaid } = globalThis;
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = `${options.fontSize}px ${options.fontFamily}`;
    const length = (text) => pen.measureText(text).width;
    const wrapped = (text, width) => text.split(' ').reduce((lines, word) => (
        lines.length > 0 && length(`${lines.at(-1)} ${word}`) <= width ? [...lines.slice(0, -1), `${lines.at(-1)} ${word}`] : [...lines, word]
    ), []).join('<br/>');
    const unbroken = (column) => source.replace(/^(\s*(?:Note |\w+ *[<-])[^:\n]*: *)(.*)$/gm, (line, before, text) => {
        const word = Math.max(...text.split(' ').map(length));
        return word > column - 2 * options.sequence.wrapPadding ? `${before}nowrap:${wrapped(text, word)}` : line;
    });
    const broken = (svg) => [...svg.querySelectorAll('text')].some(({ textContent }) => /\w-$/.test(textContent) && !/\w- /.test(source));
    let drawn;
    for (const column of widths) {
        mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true, ...options, sequence: { ...options.sequence, width: column } });
        try {
            const page = new DOMParser().parseFromString((await mermaid.render('diagram', unbroken(column))).svg, 'text/html');
            const svg = page.querySelector('svg');
            if (broken(svg))
                break;
            const { width, height } = svg.viewBox.baseVal;
            svg.removeAttribute('style'); // it would keep a picture from growing
            svg.setAttribute('width', width);
            svg.setAttribute('height', height);
            drawn = { svg: new XMLSerializer().serializeToString(svg), width, height };
        } catch (error) {
            return { error: String(error.message ?? error) };
        }
        if (drawn.width <= room.width)
            break;
    }
    return drawn;
}

/* How wide the columns of a sequence may be: beginning with what the room would hold without a margin. */
function columnWidths(source) {
    const widest = Math.min(400, room.width / takingPart(source).length - 20);
    return Array.from({ length: 16 }, (_, i) => Math.floor(widest * (1 - i / 25)));
}

/* The pictures of one diagram: as many as it takes, and at least `atLeast`. */
async function drawParts(page, [reference, source], atLeast) {
    const widths = isSequence(source) ? columnWidths(source) : [room.width];
    let tooLarge;
    for (let count = atLeast; count <= partsMax; count++) {
        const parts = partsOf(source, count);
        if (parts.length < count)
            break;
        const drawn = [];
        for (const part of parts) {
            const picture = await within(`draw "${reference}"`, page.evaluate(render, part, JSON.parse(config), widths, room));
            if (picture.error !== undefined)
                throw new Failure(`Mermaid cannot read the diagram "${reference}". ${picture.error.split('\n').slice(0, 3).join('\n')}`);
            drawn.push(picture);
        }
        tooLarge = drawn.find(({ width, height }) => width > room.width || height > room.height);
        if (tooLarge === undefined)
            return drawn;
    }
    throw new Failure(`The diagram "${reference}" does not fit on a slide: it is ${Math.ceil(tooLarge.width)} by ` +
        `${Math.ceil(tooLarge.height)} pixels, and there is room for ${room.width} by ${room.height}. Make it smaller: its letters are not to be.`);
}

/* The pictures of a diagram in each of its languages: as many in one as in another. */
async function drawAlike(page, languages) {
    let count = 1;
    const drawn = [];
    do {
        for (const [i, diagram] of languages.entries())
            if (drawn[i] === undefined || drawn[i].length < count)
                drawn[i] = await drawParts(page, diagram, count);
        count = Math.max(...drawn.map(({ length }) => length));
    } while (drawn.some(({ length }) => length < count));
    languages.forEach((diagram, i) => drawn[i].forEach(({ svg }, part) => write(path.join(folder, `${stem(...diagram)}-${part + 1}.svg`), svg)));
}

/*
 * Draws those of the diagrams, [reference, source], that are not there, with
 * their translations; removes what is no longer named. One page draws them one
 * after another: what takes long is to load Mermaid. Returns how many it drew.
 */
export async function draw(diagrams, openBrowser) {
    mkdirSync(folder, { recursive: true });
    const untranslated = ([reference]) => reference.replace(/\.[a-z]{2}(-[A-Z]{2})?(?=\.md|$)/, '');
    const missing = new Set(diagrams.filter((diagram) => pictures(...diagram).length === 0).map(untranslated));
    const groups = [...missing].map((name) => diagrams.filter((diagram) => untranslated(diagram) === name));
    if (groups.length > 0) {
        const page = await openPage(await openBrowser());
        await within('load Mermaid', page.addScriptTag({ path: here('node_modules/mermaid/dist/mermaid.min.js') }));
        for (const languages of groups)
            await drawAlike(page, languages);
    }
    const named = new Set(diagrams.flatMap((diagram) => pictures(...diagram).map(({ file }) => path.basename(file))));
    readdirSync(folder).filter((file) => !named.has(file)).forEach((file) => rmSync(path.join(folder, file)));
    return groups.flat().length;
}
