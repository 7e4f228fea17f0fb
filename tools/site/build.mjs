/*
 * build.mjs BROWSER: the site of the course, in build/site/. All pages are made
 * every time, which is quick; what takes long (colours, diagrams, PDF) is kept.
 * DRAFT=1 leaves decks and PDF as they are, once they are there.
 * A link that leads nowhere ends the build, and leaves the last site as it was.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { write } from './cache.mjs';
import { save } from './code.mjs';
import { Fault, languages, root } from './kit.mjs';
import { layout } from './layout.mjs';
import { assets as motionAssets } from './motion/motion.mjs';
import { print } from './pdf.mjs';
import { closeBrowser } from './pictures.mjs';
import { searchScript } from './search.mjs';
import { checkLinks, copies, course, provide, readTexts, relative, takeWanted, url, wantFolder } from './site.mjs';
import * as views from './views.mjs';

const browser = process.argv[2];
const out = path.join(root, 'build/site');
const files = new Map(); // path in the site -> what stands there

/* Makes the decks, meanwhile: whoever changes a step changes what they quote. */
function makeDecks() {
    const decks = spawn('bash', [path.join(root, 'slides/build')], { stdio: ['ignore', 'ignore', 'inherit'] });
    process.on('exit', () => decks.kill());
    return once(decks, 'exit').then(([status]) => {
        if (status !== 0)
            throw new Fault('the decks could not be made: what is said above must be mended first.');
    });
}

const isDraft = Boolean(process.env.DRAFT) && existsSync(path.join(out, 'slides/sockets.html'));
const decksMade = isDraft ? undefined : makeDecks();

/* How a page of the site refers to others. */
function placeOf(page, language) {
    const here = url(language, page.path);
    return {
        address: (other, target, anchor = '') => relative(here, url(other, target)) + (anchor === '' ? '' : `#${encodeURI(anchor)}`),
        asset: (target) => relative(here, target),
    };
}

/* Every page there is: those of the course, the parts of its steps, and what links ask for. */
async function makePages(pages) {
    const made = [];
    const known = new Set();
    const make = async (page) => {
        if (known.has(page.path))
            return;
        known.add(page.path);
        const view = {};
        for (const language of languages)
            view[language] = await views[page.kind](page, language, placeOf(page, language));
        page.titles = Object.fromEntries(languages.map((language) => [language, view[language].title]));
        made.push({ page, view });
    };
    for (const [i, page] of pages.entries()) {
        page.previous = pages[i - 1];
        page.next = pages[i + 1];
        await make(page);
        if (page.step !== undefined)
            for (const part of views.partsOf(page.step))
                await make({ ...part, step: page.step, done: page.done });
    }
    wantFolder('common');
    for (let asked = takeWanted(); asked.length > 0; asked = takeWanted())
        for (const page of asked)
            await make(page);
    return made;
}

/* What a page has for the search, under its address. */
function sectionsOf({ page, view }, language) {
    const { title, sections } = view[language];
    return sections.map(({ id, title: heading, text }, i) => ({
        page: title, title: heading, text, url: url(language, page.path) + (i === 0 && heading === title ? '' : `#${encodeURI(id)}`),
    }));
}

function addAssets() {
    const client = new URL('client/', import.meta.url);
    for (const name of readdirSync(client))
        files.set(name, readFileSync(new URL(name, client)));
    for (const { name, path: file } of motionAssets)
        files.set(name, readFileSync(file));
    for (const name of readdirSync(path.join(root, 'build/slides')).filter((name) => /^sockets.*\.(html|pdf)$/.test(name)))
        files.set(`slides/${name}`, readFileSync(path.join(root, 'build/slides', name)));
    for (const [name, file] of copies)
        files.set(name, readFileSync(file));
}

/* Writes what has changed, and removes what is no longer of the site. */
function publish() {
    let written = 0;
    for (const [name, data] of files) {
        const file = path.join(out, name);
        if (existsSync(file) && readFileSync(file).equals(Buffer.from(data)))
            continue;
        mkdirSync(path.dirname(file), { recursive: true });
        write(file, data);
        written++;
    }
    for (const name of readdirSync(out, { recursive: true }))
        if (!files.has(name) && statSync(path.join(out, name)).isFile())
            rmSync(path.join(out, name));
    return written;
}

const drawn = await readTexts(browser);
if (drawn > 0)
    console.log(`Drew ${drawn} diagram${drawn === 1 ? '' : 's'}`);
const pages = course();
const made = await makePages(pages);
for (const language of languages) {
    for (const { page, view } of made) {
        files.set(url(language, page.path), layout(page, view[language], language, pages));
        provide(url(language, page.path), view[language].ids);
    }
    files.set(`search.${language}.js`, searchScript(language, made.flatMap((one) => sectionsOf(one, language))));
}
checkLinks();
for (const [name, data] of await print(pages, browser, isDraft))
    files.set(name, data);
await decksMade;
addAssets();
save();
mkdirSync(out, { recursive: true });
const written = publish();
await closeBrowser();
console.log(`See ${path.relative(root, out)}/index.html: ${made.length * languages.length} pages, ${written} of ${files.size} files new`);
