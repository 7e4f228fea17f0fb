/*
 * pictures.mjs: the diagrams of the texts, as SVG files of the size of a page,
 * each drawn once. A picture has no colours for a dark page: site.css turns it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Failure, openPage, start, within } from '../../slides/browser.mjs';
import { describe } from '../../slides/describe.mjs';
import { folder as cache, hash, write } from './cache.mjs';

const folder = path.join(cache, 'diagrams');
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const config = readFileSync(here('mermaid.json'), 'utf8');
const makers = [config, ...['../../slides/node_modules/mermaid/package.json', 'pictures.mjs'].map((file) => readFileSync(here(file)))];
let browser;

export const openBrowser = (executable) => browser ??= start(executable);
export { openPage, within };

export async function closeBrowser() {
    if (browser !== undefined)
        await within('end', (await browser).close());
}

const fileOf = (source) => path.join(folder, `${hash(...makers, source)}.svg`);

/* Runs in the page: the SVG of a diagram, or what Mermaid has against it. */
async function render(source, options) {
    const { mermaid } = globalThis;
    mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true, ...options });
    try {
        const page = new DOMParser().parseFromString((await mermaid.render('diagram', source)).svg, 'text/html');
        return { svg: new XMLSerializer().serializeToString(page.querySelector('svg')) };
    } catch (error) {
        return { error: String(error.message ?? error) };
    }
}

/* Draws what is missing of [[reference, source]], removes the rest; returns how many it drew. */
export async function drawAll(diagrams, executable) {
    mkdirSync(folder, { recursive: true });
    const missing = diagrams.filter(([, source]) => !existsSync(fileOf(source)));
    if (missing.length > 0) {
        const page = await openPage(await openBrowser(executable));
        await within('load Mermaid', page.addScriptTag({ path: here('../../slides/node_modules/mermaid/dist/mermaid.min.js') }));
        for (const [reference, source] of missing) {
            const { svg, error } = await within(`draw the diagram at ${reference}`, page.evaluate(render, source, JSON.parse(config)));
            if (error !== undefined)
                throw new Failure(`Mermaid cannot read the diagram at ${reference}. ${error.split('\n').slice(0, 3).join('\n')}`);
            write(fileOf(source), svg);
        }
        await page.close();
    }
    const named = new Set(diagrams.map(([, source]) => fileOf(source)));
    readdirSync(folder).map((name) => path.join(folder, name)).filter((file) => !named.has(file)).forEach((file) => rmSync(file));
    return missing.length;
}

/* { name, file, width, height, alt } of a diagram that is drawn. */
export function diagram(source, language) {
    const file = fileOf(source);
    const [, width, height] = readFileSync(file, 'utf8').match(/viewBox="\S+ \S+ (\S+) (\S+)"/);
    return { name: path.basename(file), file, alt: describe(source, language), width: Math.ceil(width), height: Math.ceil(height) };
}
