/*
 * inspect.mjs BROWSER DECK.html...: opens each deck in a real browser and prints,
 * as JSON, what a person in the last row would see of each slide.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage, start, within } from './browser.mjs';

const [browserPath, ...decks] = process.argv.slice(2);
const browser = await start(browserPath);

/*
 * Runs in the page. All lengths are in pixels of a slide of 1280 by 720, as they
 * arrive on it: code that is too wide is made smaller, and so are pictures.
 */
async function measure() {
    await document.fonts.ready;
    const scale = 720 / document.querySelector('svg[data-marpit-svg]').getBoundingClientRect().height;
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
    const fontSize = (element) => parseFloat(getComputedStyle(element).fontSize);

    /* How much smaller it is shown than it is laid out, as said by what is wide enough to be measured. */
    const shrunk = (element) => (element.offsetWidth > 200 ? element.getBoundingClientRect().width / element.offsetWidth : shrunk(element.parentElement));

    /* The texts inside a picture, as large as they are shown. */
    function drawnTexts(image) {
        const holder = document.body.appendChild(document.createElement('div'));
        holder.style.cssText = `position: fixed; left: 0; top: 0; width: ${image.getBoundingClientRect().width}px`;
        holder.attachShadow({ mode: 'open' }).innerHTML =
            new TextDecoder().decode(Uint8Array.from(atob(image.src.split(',')[1]), (letter) => letter.charCodeAt(0)));
        const texts = [...holder.shadowRoot.querySelectorAll('text, text *, foreignObject *')].filter(hasText)
            .map((element) => ({ text: element.textContent.trim(), px: fontSize(element) * (element.getScreenCTM?.().a ?? 1) * scale }));
        holder.remove();
        return texts;
    }

    return [...document.querySelectorAll('svg[data-marpit-svg]')].map((slide) => {
        const section = slide.querySelector('section');
        const frame = slide.getBoundingClientRect();
        const everything = [...section.querySelectorAll('*')];
        const outside = everything.filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && !element.closest('header, footer, style') &&
                (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 ||
                    box.left < frame.left - 1 || box.top < frame.top - 1);
        });
        const images = [...section.querySelectorAll('img')];
        const texts = everything.filter((element) => hasText(element) && element.offsetWidth > 0).map((element) => ({
            text: element.textContent.trim(),
            px: fontSize(element) * shrunk(element) * scale,
        }));
        const page = getComputedStyle(section, '::after');
        const bottom = Math.max(...[...section.children].map((e) => e.getBoundingClientRect().bottom));
        return {
            title: section.querySelector('h1, h2')?.textContent.trim() ?? '',
            overflows: section.scrollHeight > section.clientHeight + 1 ||
                section.scrollWidth > section.clientWidth + 1 || bottom > frame.bottom + 1,
            outside: outside.map((element) => element.outerHTML.slice(0, 80)),
            texts: [...texts, { text: page.content, px: parseFloat(page.fontSize) }],
            code: [...section.querySelectorAll('pre')].map((element) => element.textContent.trimEnd()),
            pictures: images.map((image) => ({
                alt: image.alt, width: image.naturalWidth, height: image.getBoundingClientRect().height * scale, texts: drawnTexts(image),
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
