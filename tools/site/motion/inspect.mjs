/*
 * inspect.mjs CHROMIUM FOLDER: makes pages of all pictures in FOLDER and looks at them
 * as a person does, step 01 by keyboard. Prints, as JSON, what it found; motion.bats judges it.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage, start } from '../../../slides/browser.mjs';
import { assets, moving, picture, steps, trace } from './motion.mjs';

const [executable, folder] = process.argv.slice(2);
const languages = ['en', 'pt-BR'];
const addressOf = (name) => pathToFileURL(path.join(folder, `${name}.html`)).href;

async function makePages() {
    assets.forEach(({ name, path: from }) => copyFileSync(from, path.join(folder, name)));
    for (const [draw, name] of [[picture, 'picture'], [trace, 'trace']])
        for (const step of steps)
            for (const language of languages)
                writeFileSync(path.join(folder, `${name}${step}.${language}.html`), `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${step}</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="motion.css"><script src="motion.js" defer></script></head>
<body><h1>${step}</h1><a href="#before">before</a>
${await draw(step, language)}<a id="after" href="#after">after</a></body></html>`);
}

/* What a person sees: which event, which lines of code, what is said of it. */
function state() {
    const one = (selector) => document.querySelector(selector);
    const seen = (element) => element !== null && element.getClientRects().length > 0;
    const box = one('.motion-scroll').getBoundingClientRect();
    const focused = document.activeElement;
    const now = one('[aria-current="step"]');
    const around = now?.getBoundingClientRect();
    return {
        events: document.querySelectorAll('.motion-event').length,
        current: [...document.querySelectorAll('.motion-event')].indexOf(now),
        inSight: around !== undefined && around.top >= box.top && around.bottom <= box.bottom + 1,
        running: [...document.querySelectorAll('.motion-running')]
            .map(({ dataset, textContent }) => `${dataset.line} ${textContent.trim()}`),
        waiting: [...document.querySelectorAll('.motion-waits')].map(({ dataset }) => `${dataset.line} ${dataset.waits}`),
        said: one('.motion-now')?.textContent ?? '',
        output: one('output')?.textContent ?? '',
        controls: seen(one('.motion-player')), code: seen(one('.motion-code')), words: seen(one('.motion-words')),
        overflow: document.documentElement.scrollWidth > window.innerWidth,
        focus: focused.dataset.go || focused.id || focused.className || focused.tagName,
        scrolled: window.scrollY,
    };
}

const result = { problems: [], requests: [], pages: {}, keys: {}, without: {} };
await makePages();
const browser = await start(executable);
const page = await openPage(browser);
page.on('pageerror', ({ message }) => result.problems.push(message));
page.on('console', (message) => result.problems.push(message.text()));
page.on('request', (request) => result.requests.push(request.url()));

async function see(name, width = 1280) {
    await page.setViewport({ width, height: 800 });
    await page.goto(addressOf(name));
    return page.evaluate(state);
}

/* All pictures; those that move at both widths. */
for (const language of languages) {
    for (const step of moving)
        for (const width of [360, 1280])
            result.pages[`picture${step}.${language} ${width}`] = await see(`picture${step}.${language}`, width);
    for (const step of steps)
        result.pages[`trace${step}.${language} 360`] = await see(`trace${step}.${language}`, 360);
}

/* By keyboard alone, through step 01: Tab to the buttons, then keys, and out again. */
await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
await see('picture01.en');
async function press(name, ...keys) {
    for (const key of keys)
        await page.keyboard.press(key);
    result.keys[name] = await page.evaluate(state);
}
await press('tab', 'Tab', 'Tab');
await press('right', 'ArrowRight', 'ArrowRight', 'ArrowRight');
await press('left', 'ArrowLeft');
await press('end', 'End');
await press('beyond', 'ArrowRight');
await press('home', 'Home');
await page.evaluate(() => document.querySelector('[data-go="next"]').focus());
await press('button', 'Enter', 'Space');
await page.keyboard.down('Control');
await press('with Control', 'End');
await page.keyboard.up('Control');
await page.evaluate(() => document.querySelector('input').focus());
await press('slider', 'ArrowRight');
await page.evaluate(() => document.querySelector('.motion-scroll').focus());
await press('picture', 'ArrowRight');
for (let tabs = 0; tabs < 60 && (await page.evaluate(state)).focus !== 'after'; tabs++)
    await page.keyboard.press('Tab');
result.keys.out = await page.evaluate(state);

/* Every event of step 01, with what is marked in the code. */
result.walk = [];
await see('picture01.en');
await page.focus('[data-go="next"]');
for (let event = 0; event < result.keys.tab.events; event++) {
    result.walk.push(await page.evaluate(state));
    await page.keyboard.press('ArrowRight');
}

await page.setJavaScriptEnabled(false);
for (const step of moving)
    result.without[step] = await see(`picture${step}.en`);
await browser.close();
console.log(JSON.stringify(result));
