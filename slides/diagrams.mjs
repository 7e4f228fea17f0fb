/*
 * diagrams.mjs: the pictures of Mermaid diagrams. The name of a picture holds a
 * hash of all that it is made of: what is there need not be drawn again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Failure, openPage, out, within, write } from './browser.mjs';

const folder = path.join(out, 'diagrams');
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const config = readFileSync(here('diagrams/mermaid.json'), 'utf8');
const makers = [config, ...['node_modules/mermaid/package.json', 'diagrams.mjs'].map((file) => readFileSync(here(file)))];

/* The file of the picture that is made of this source. */
export function picture(reference, source) {
    const hash = makers.reduce((sum, maker) => sum.update(maker), createHash('sha256').update(source));
    const name = reference.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
    return path.join(folder, `${name}-${hash.digest('hex').slice(0, 12)}.svg`);
}

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

/*
 * Draws those of the diagrams, [reference, source], that are not there; removes
 * what is no longer named. One page draws them one after another: what takes
 * long is to load Mermaid. Returns how many it drew.
 */
export async function draw(diagrams, openBrowser) {
    mkdirSync(folder, { recursive: true });
    const missing = diagrams.filter((diagram) => !existsSync(picture(...diagram)));
    if (missing.length > 0) {
        const page = await openPage(await openBrowser());
        await within('load Mermaid', page.addScriptTag({ path: here('node_modules/mermaid/dist/mermaid.min.js') }));
        for (const [reference, source] of missing) {
            const { svg, error } = await within(`draw "${reference}"`, page.evaluate(render, source, JSON.parse(config)));
            if (error !== undefined)
                throw new Failure(`Mermaid cannot read the diagram "${reference}". ${error.split('\n').slice(0, 3).join('\n')}`);
            write(picture(reference, source), svg);
        }
    }
    const named = new Set(diagrams.map((diagram) => path.basename(picture(...diagram))));
    readdirSync(folder).filter((file) => !named.has(file)).forEach((file) => rmSync(path.join(folder, file)));
    return missing.length;
}
