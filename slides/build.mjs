/*
 * build.mjs BROWSER: the decks of this folder as HTML and PDF, in build/slides/.
 * Markdown becomes HTML every time, which is quick and holds all that a deck
 * quotes; the browser is started only for what is new: a diagram without a
 * picture, or a deck whose pages are no longer those that its PDF was printed from.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { marpCli } from '@marp-team/marp-cli';
import { Failure, openPage, out, start, within, work, write } from './browser.mjs';
import { draw } from './diagrams.mjs';
import { diagram } from './engine.mjs';

const decks = readdirSync('.').filter((file) => /^sockets.*\.md$/.test(file)).map((file) => file.slice(0, -3));
const printed = path.join(out, 'printed'); // of each deck: all slides on one page, as they were printed
let browser;
const openBrowser = () => browser ??= start(process.argv[2]);

console.warn = () => {}; // Marp's way to tell of its progress

function failure(deck, error) {
    const reason = error.message.replace(/^Failed converting Markdown\. \((.*)\)$/s, '$1');
    return new Failure(`${deck}.md: ${reason}`);
}

/* The diagrams that a deck names: [reference, source] of each. */
function diagramsOf(deck) {
    try {
        return [...readFileSync(`${deck}.md`, 'utf8').matchAll(/^```diagram\n(.*)\n```$/gm)]
            .map(([, reference]) => [reference, diagram(reference)]);
    } catch (error) {
        throw failure(deck, error);
    }
}

/* The deck as HTML. */
async function html(deck, template) {
    const file = path.join(work, `${deck}.${template}.html`);
    try {
        await marpCli(['--engine', './engine.mjs', '--theme-set', 'kit.css', '--theme', 'kit',
            '--template', template, '--output', file, '--', `${deck}.md`]);
    } catch (error) {
        throw failure(deck, error);
    }
    return file;
}

async function print(deck, html) {
    const page = await openPage(await openBrowser());
    await within(`show ${deck}.md`, page.setContent(html, { timeout: 0 }));
    write(path.join(out, `${deck}.pdf`), await within(`print ${deck}.pdf`,
        page.pdf({ printBackground: true, preferCSSPageSize: true, timeout: 0 })));
    write(path.join(printed, `${deck}.html`), html);
}

async function build(deck) {
    renameSync(await html(deck, 'bespoke'), path.join(out, `${deck}.html`));
    const pages = readFileSync(await html(deck, 'bare'), 'utf8');
    const last = path.join(printed, `${deck}.html`);
    if (existsSync(path.join(out, `${deck}.pdf`)) && existsSync(last) && readFileSync(last, 'utf8') === pages)
        return;
    await print(deck, pages);
    console.log(`Printed ${deck}.pdf`);
}

mkdirSync(printed, { recursive: true });
const drawn = await draw(decks.flatMap(diagramsOf), openBrowser);
if (drawn > 0)
    console.log(`Drew ${drawn} diagram${drawn === 1 ? '' : 's'}`);
for (const deck of decks)
    await build(deck);
if (browser !== undefined)
    await within('end', (await browser).close());
console.log(`See ${out}: ${decks.flatMap((deck) => [`${deck}.html`, `${deck}.pdf`]).join(', ')}`);
