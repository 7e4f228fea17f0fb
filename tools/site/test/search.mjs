/*
 * search.mjs: what a reader finds, from a folder and from a server, with accents
 * and without, and where a click or Enter leads.
 */
import { each, languageOf, phone } from './stage.mjs';

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/* Types a query on a page, by keyboard alone, and waits for an answer: [{ href, lang, text }]. */
async function ask(page, query) {
    await page.keyboard.press('/');
    await page.keyboard.insertText(query); // at once: what is shown then is of no shorter one
    await page.waitForFunction((words) => {
        const answer = document.querySelector('.results');
        return answer.textContent.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().includes(words);
    }, folded(query)).catch(() => undefined); // what it shows then is judged
    return page.evaluate(() => [...document.querySelectorAll('.results li')]
        .map((item) => ({ href: item.querySelector('a').href, lang: item.lang, text: item.textContent })));
}

/* Runs in a page: whether what its address names is there and in sight, under nothing; and the page's words. */
function arrived() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id === '' ? document.querySelector('h1') : document.getElementById(id);
    const { left, top, height } = target?.getBoundingClientRect() ?? { left: -1, top: -1, height: 0 };
    const shown = document.elementFromPoint(left + 3, top + Math.min(height / 2, 10));
    return { id, inSight: shown !== null && shown.closest('header') === null, words: document.querySelector('main').textContent };
}

/* One query on one page; found is to be in `language`, and the way there is gone. */
async function look(stage, { from, start, query, language, size, how }) {
    const page = await stage.open(size === undefined ? {} : { viewport: size });
    const where = `${start} from a ${from === 'file' ? 'folder' : 'server'}, "${query}"`;
    const problems = [];
    const note = (problem) => problems.push(`${where}: ${problem}`);
    await page.goto(stage.address(start, from));
    const found = await ask(page, query);
    found.filter(({ href, lang }) => languageOf(stage.pageOf(href)) !== language || lang !== language)
        .forEach(({ href }) => note(`finds ${stage.pageOf(href)}, which is not in ${language}`));
    if (found.length === 0)
        note('finds nothing');
    else if (!folded(found[0].text).includes(folded(query)))
        note(`the first that it finds does not have it: ${found[0].text}`);
    else {
        const nth = how === 'click' ? Math.min(1, found.length - 1) : 0;
        await Promise.all([
            page.waitForURL((url) => url.href === found[nth].href, { waitUntil: 'load' }),
            how === 'click' ? page.locator('.results a').nth(nth).click() : page.keyboard.press('Enter'),
        ]).catch(() => note(`${how} does not lead to ${found[nth].href}`));
        const there = await page.evaluate(arrived).catch(() => ({ inSight: false, words: '' })); // no page at all
        if (!there.inSight)
            note(`${how} leads to ${stage.pageOf(page.url())}, but #${there.id} is not in sight`);
        if (!folded(there.words).includes(folded(query)))
            note(`${how} leads to ${stage.pageOf(page.url())}, which does not have it`);
    }
    problems.push(...page.problems.map((problem) => `${where}: ${problem}`));
    await page.context().close();
    return problems;
}

export async function finds(stage) {
    const step = 'steps/06-broadcast/index.html';
    const looks = [
        { from: 'file', start: 'index.html', query: 'bind', language: 'en', how: 'Enter' },
        { from: 'file', start: step, query: 'EPIPE', language: 'en', how: 'click' },
        { from: 'file', start: `pt-BR/${step}`, query: 'conexão', language: 'pt-BR', how: 'Enter' },
        { from: 'file', start: 'pt-BR/index.html', query: 'conexao', language: 'pt-BR', how: 'click' },
        { from: 'file', start: 'pt-BR/index.html', query: 'EPIPE', language: 'pt-BR', how: 'Enter' },
        { from: 'web', start: step, query: 'bind', language: 'en', how: 'click' },
        { from: 'web', start: 'pt-BR/index.html', query: 'bind', language: 'pt-BR', how: 'Enter' },
        { from: 'web', start: `pt-BR/${step}`, query: 'CONEXÃO', language: 'pt-BR', how: 'click', size: phone },
        { from: 'web', start: 'index.html', query: 'epipe', language: 'en', how: 'Enter', size: phone },
        { from: 'web', start: 'index.html', query: 'conexão', language: 'pt-BR', how: 'Enter' }, // on an English page
    ];
    return each(looks, 2, (one) => look(stage, one));
}

/* With accents and without the same is found; nothing is said to be nothing; Escape closes. */
export async function answers(stage) {
    const page = await stage.open();
    const start = async () => {
        await page.goto(stage.address('pt-BR/index.html'));
        return page;
    };
    const problems = [];
    for (const [accents, plain] of [['conexão', 'conexao'], ['não', 'nao'], ['código', 'CODIGO']]) {
        const [one, other] = [await ask(await start(), accents), await ask(await start(), plain)].map((found) => found.map(({ href }) => href).join());
        if (one === '' || one !== other)
            problems.push(`pt-BR: "${accents}" and "${plain}" find different things, or nothing`);
    }
    const nothing = await ask(await start(), 'qqzzqq');
    const said = await page.textContent('.results [role=status]');
    if (nothing.length > 0 || !said.includes('qqzzqq'))
        problems.push(`pt-BR: for "qqzzqq" it finds ${nothing.length}, and says "${said}"`);
    await page.keyboard.press('Escape');
    if (await page.isVisible('.results') || !await page.evaluate(() => document.activeElement.matches('.search input')))
        problems.push('Escape does not close what was found, or loses the field');
    await ask(await start(), 'bind');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    if (await page.evaluate(() => [...document.querySelectorAll('.results a')].indexOf(document.activeElement)) !== 1)
        problems.push('the arrow keys do not go down what was found');
    await page.keyboard.press('Escape');
    if (await page.isVisible('.results') || !await page.evaluate(() => document.activeElement.matches('.search input')))
        problems.push('Escape, from what was found, does not lead back to the field');
    problems.push(...page.problems);
    await page.context().close();
    return problems;
}
