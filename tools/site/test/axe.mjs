/*
 * axe.mjs: what axe-core finds serious or critical on a page of each kind, in both
 * languages and themes, with all folded things open; and parts of a page that are
 * in another language than they say.
 */
import { readFileSync } from 'node:fs';
import { axeScript, each, isDeck, kinds, languageOf, phone } from './stage.mjs';

const axe = readFileSync(axeScript, 'utf8');

/* Runs in a page: a line for each thing that axe takes for serious. */
async function judge(rules) {
    for (const details of document.querySelectorAll('details:not([open])')) {
        const opened = new Promise((resolve) => { details.addEventListener('toggle', () => resolve(), { once: true }); });
        details.open = true;
        await opened; // the page does its part then, too
    }
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'], ...rules === undefined ? {} : { runOnly: rules } });
    return violations.filter(({ impact }) => /^(serious|critical)$/.test(impact))
        .map(({ id, help, nodes }) => `${help} (${id}), ${nodes.length} times: ${nodes[0].target.join(' ')} ${nodes[0].any[0]?.message ?? ''}`.trim());
}

/* Only colours differ in the dark. */
async function inBothThemes(page) {
    await page.evaluate(axe);
    const light = await page.evaluate(judge, undefined);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await page.evaluate(judge, ['color-contrast']);
    return [...light.map((problem) => `light: ${problem}`), ...dark.map((problem) => `dark: ${problem}`)];
}

/* What a page looks like when somebody has done something on it. */
const states = [
    { name: 'index.html', what: 'with what was found', act: async (page) => {
        await page.fill('.search input', 'bind');
        await page.waitForSelector('.results li');
    } },
    { name: 'pt-BR/index.html', what: 'with what was found, in English, too', act: async (page) => {
        await page.fill('.search input', 'peers');
        await page.waitForSelector('.results [role=status]:not(:empty)');
    } },
    { name: 'steps/03-lines/index.html', what: 'with its menu open, 360 px', viewport: phone, act: (page) => page.click('button.menu') },
    { name: 'steps/01-tcp/index.html', what: 'marked as done', act: (page) => page.click('button.done') },
    { name: 'steps/06-broadcast/trace.html', what: 'in the middle of its picture', act: async (page) => {
        await page.focus('figure.motion [data-go="next"]');
        for (let i = 0; i < 8; i++)
            await page.keyboard.press('ArrowRight');
    } },
];

export async function accessible(stage) {
    const visits = [...kinds.map(({ page }) => ({ name: page, what: '' })), ...states];
    return each(visits, 2, async ({ name, what, viewport, act }) => {
        const page = await stage.open({ colorScheme: 'light', ...viewport === undefined ? {} : { viewport } });
        await page.goto(stage.address(name));
        await act?.(page);
        const problems = await inBothThemes(page);
        await page.context().close();
        return problems.map((problem) => `${name}${what && `, ${what}`}, ${problem}`);
    });
}

/* Runs in a page: texts of another, and names that only a screen reader says, with the language each is said to be in. */
function spoken(html) {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const languageOfElement = (element) => element.closest('[lang]').lang;
    const isCode = (element) => element.closest('code, pre, [translate="no"], script, style, [hidden]') !== null;
    const blocks = [...page.querySelectorAll('p, li, td, th, h1, h2, h3, h4, dt, dd, figcaption, summary, button, label, span[lang], .motion-now, title')];
    const own = (block) => [...block.childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.data
        : node.nodeType === Node.ELEMENT_NODE && /^(A|B|EM|I|STRONG|SPAN|MARK)$/.test(node.tagName) && !node.hasAttribute('lang') ? own(node) : ' ').join('');
    const named = [...page.querySelectorAll('[aria-label], [alt], [title], [placeholder]')].flatMap((element) =>
        ['aria-label', 'alt', 'title', 'placeholder'].map((name) => [element, element.getAttribute(name) ?? '']));
    return [...blocks.filter((block) => !isCode(block)).map((block) => [block, own(block)]), ...named]
        .map(([element, text]) => ({ lang: languageOfElement(element), text: text.replace(/\s+/g, ' ').trim() })).filter(({ text }) => text !== '');
}

const small = {
    en: new Set('the of and is it that with for this which not are by to from its what when one an on at your you who has each how'.split(' ')),
    'pt-BR': new Set('de que os um uma não com para é da em se ao na nos das dos pelo pela mais você sua seu como quando são cada'.split(' ')),
};

/* A text is in the language of most of its small words; with fewer than three nobody can tell. What is quoted may be a name. */
function languageBySmallWords(text) {
    const words = text.replace(/"[^"]*"/g, '').toLowerCase().split(/[^\p{L}]+/u);
    const [en, pt] = ['en', 'pt-BR'].map((language) => words.filter((word) => small[language].has(word)).length);
    return en >= 3 && en > 2 * pt ? 'en' : pt >= 3 && pt > 2 * en ? 'pt-BR' : undefined;
}

/* Each text is in the language that it is said to be in. */
export async function spokenLanguage(stage) {
    const names = stage.pages.filter((name) => !isDeck(name) && !/\.[ch]\.html$|changes\.html$/.test(name));
    const page = await stage.open();
    const counted = { en: 0, 'pt-BR': 0 };
    const problems = [];
    for (const name of names)
        for (const { lang, text } of await page.evaluate(spoken, stage.read(name))) {
            const found = languageBySmallWords(text);
            if (found === undefined)
                continue;
            counted[found] += found === languageOf(name) ? 1 : 0;
            if (found !== lang)
                problems.push(`${name}: said to be in "${lang}": ${text.slice(0, 100)}`);
        }
    await page.context().close();
    return Math.min(...Object.values(counted)) > 200 ? problems : [...problems, `only ${JSON.stringify(counted)} texts could be told apart`];
}
