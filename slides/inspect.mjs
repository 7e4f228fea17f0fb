/*
 * inspect.mjs BROWSER DECK.html...: opens each deck in a real browser and prints,
 * as JSON, what a person in the last row would see of each slide.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage, start, within } from './browser.mjs';

const [browserPath, ...decks] = process.argv.slice(2);
const browser = await start(browserPath);

/* Runs in the page. All lengths are in pixels of a slide of 1280 by 720. */
async function measure() {
    await document.fonts.ready;
    return [...document.querySelectorAll('svg[data-marpit-svg]')].map((slide) => {
        const section = slide.querySelector('section');
        const scale = 720 / slide.getBoundingClientRect().height;
        const frame = slide.getBoundingClientRect();
        const outside = [...section.querySelectorAll('*')].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && !element.closest('header, footer, style') &&
                (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 ||
                    box.left < frame.left - 1 || box.top < frame.top - 1);
        });
        const code = [...section.querySelectorAll('pre code')].map((element) => {
            const range = document.createRange();
            range.selectNodeContents(element);
            const lines = element.textContent.trimEnd().split('\n');
            return {
                text: lines.join('\n'),
                line: range.getBoundingClientRect().height * scale / lines.length,
            };
        });
        const bottom = Math.max(...[...section.children].map((e) => e.getBoundingClientRect().bottom));
        return {
            title: section.querySelector('h1, h2')?.textContent.trim() ?? '',
            overflows: section.scrollHeight > section.clientHeight + 1 ||
                section.scrollWidth > section.clientWidth + 1 || bottom > frame.bottom + 1,
            outside: outside.map((element) => element.outerHTML.slice(0, 80)),
            code,
            pictures: [...section.querySelectorAll('img')].map((image) => ({
                alt: image.alt.split('\n')[0], width: image.naturalWidth,
                height: image.getBoundingClientRect().height * scale,
            })),
        };
    });
}

async function inspect(deck) {
    const page = await openPage(browser);
    const requests = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.setViewport({ width: 1280, height: 720 });
    await within(`show ${deck}`, page.goto(pathToFileURL(path.resolve(deck)).href, { waitUntil: 'networkidle0', timeout: 0 }));
    return {
        deck,
        strangers: requests.filter((url) => !/^(file|data|blob):/.test(url)),
        slides: await within(`measure ${deck}`, page.evaluate(measure)),
    };
}

const found = [];
for (const deck of decks) // a page in the background is laid out differently
    found.push(await inspect(deck));
await within('end', browser.close());
console.log(JSON.stringify(found, null, 1));
