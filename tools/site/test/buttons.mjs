/*
 * buttons.mjs: what stays after a click: a copy, a mark, a theme; and a browser
 * that keeps nothing.
 */
import { each, kinds } from './stage.mjs';

/* Runs in a page before its scripts: keeps what is copied, in the page. */
function listen() {
    window.copied = [];
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied.push(text); } } });
}

/* Runs in a page: clicks all buttons that copy; what each gives, and what its code shows. */
async function copyAll() {
    const found = [];
    for (const figure of document.querySelectorAll('figure.code')) {
        const button = figure.querySelector('button.copy');
        const code = figure.querySelector('code').cloneNode(true);
        code.querySelectorAll('a[href^="#L"]').forEach((number) => number.remove());
        window.copied = [];
        button?.click();
        await Promise.resolve();
        found.push({ isTerminal: figure.classList.contains('terminal'), shown: code.textContent, hasButton: button !== null, copied: window.copied[0] });
        await Promise.resolve();
    }
    return found;
}

/* What a person would type of a terminal: after `$`, with lines that go on; if none, after `>`. */
function typedOf(shown) {
    const commands = shown.match(/^\$ (?:.*\\\n)*.*$/gm);
    return commands !== null ? commands.map((command) => command.slice(2)).join('\n')
        : (shown.match(/^> (?!\^[A-Z]$).*$/gm) ?? []).map((line) => line.slice(2)).join('\n');
}

const quoted = (text) => JSON.stringify(text?.slice(0, 100));

export async function copies(stage) {
    const texts = stage.pages.filter((name) => /(steps|exercises)\/([^/]*\/)?index\.html$|cheatsheet|common\/index/.test(name));
    const sources = stage.pages.filter((name) => /^steps\/\d\d-[^/]*\/server\.c\.html$/.test(name));
    const tabs = await Promise.all([0, 1].map(() => stage.open()));
    await Promise.all(tabs.map((page) => page.context().addInitScript(listen)));
    let seen = 0;
    const problems = await each([...texts, ...sources], tabs.length, async (name, worker) => {
        await tabs[worker].goto(stage.address(name));
        const found = await tabs[worker].evaluate(copyAll);
        seen += found.length;
        return found.map(({ isTerminal, shown, hasButton, copied }) => {
            const wanted = isTerminal ? typedOf(shown) : sources.includes(name) ? stage.readKit(name.replace(/\.html$/, '')).trimEnd() : shown.trimEnd();
            if (!hasButton)
                return wanted === '' ? undefined : `${name}: nothing copies ${quoted(wanted)}`;
            return copied?.trimEnd() === wanted ? undefined : `${name}: of ${quoted(wanted)} it copies ${quoted(copied)}`;
        });
    });
    await Promise.all(tabs.map((page) => page.context().close()));
    return seen > 100 ? problems : [...problems, `no more than ${seen} pieces of code were found on ${texts.length} pages`];
}

/* What really lies on the clipboard, and is pasted: also where a browser offers no clipboard to scripts. */
export async function pasted(stage) {
    const problems = [];
    for (const [from, isOld, step] of [['file', false, '01-tcp'], ['web', false, '02-udp'], ['file', true, '03-lines'], ['web', true, '04-clients']]) {
        const page = await stage.open();
        await page.context().grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => undefined);
        if (isOld)
            await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
        await page.goto(stage.address(`steps/${step}/server.c.html`, from));
        await page.click('button.copy');
        await page.waitForFunction((label) => document.querySelector('button.copy').textContent !== label, await page.getAttribute('article', 'data-copy-label'));
        await page.evaluate(() => document.body.append(document.createElement('textarea')));
        await page.focus('body > textarea');
        await page.keyboard.press('Control+V');
        const text = await page.inputValue('body > textarea');
        if (text.trimEnd() !== stage.readKit(`steps/${step}/server.c`).trimEnd())
            problems.push(`from a ${from === 'file' ? 'folder' : 'server'}${isOld ? ', in an old browser' : ''}: pasting gives ${quoted(text)}`);
        problems.push(...page.problems);
        await page.context().close();
    }
    return problems;
}

/* "I have done this" stays: after a reload, in the list of the course, in the other language; and goes again. */
export async function marks(stage) {
    const problems = [];
    for (const from of ['file', 'web']) {
        const page = await stage.open();
        const expect = async (what, name, selector, wanted) => {
            await page.goto(stage.address(name, from));
            const found = await page.locator(selector).count();
            if ((found > 0) !== wanted)
                problems.push(`${name}, from a ${from === 'file' ? 'folder' : 'server'}: ${what}`);
        };
        const step = 'steps/03-lines/index.html';
        const press = async () => {
            await page.goto(stage.address(step, from));
            await page.focus('button.done');
            await page.keyboard.press('Enter');
        };
        await expect('says that it is done before it is', step, 'button.done[aria-pressed=true]', false);
        await press();
        await expect('no longer says that it is done after a reload', step, 'button.done[aria-pressed=true]', true);
        for (const name of ['index.html', 'pt-BR/index.html']) {
            await expect('the ladder does not show what is done', name, '.ladder .is-done[data-done="steps/03-lines"]', true);
            await expect('another step is shown as done', name, '.ladder .is-done:not([data-done="steps/03-lines"])', false);
        }
        await press();
        await expect('cannot be unmarked', step, 'button.done[aria-pressed=true]', false);
        await expect('the ladder shows what is no longer done', 'index.html', '.is-done', false);
        problems.push(...page.problems);
        await page.context().close();
    }
    return problems;
}

const paper = () => getComputedStyle(document.body).backgroundColor;

/* The theme is the system's until one is chosen, which then holds on all pages. */
export async function themes(stage) {
    const problems = [];
    for (const from of ['file', 'web']) {
        const page = await stage.open({ colorScheme: 'light' });
        const colourOf = async (name) => {
            await page.goto(stage.address(name, from));
            return page.evaluate(paper);
        };
        const light = await colourOf('index.html');
        await page.emulateMedia({ colorScheme: 'dark' });
        const dark = await colourOf('index.html');
        if (light === dark)
            problems.push('a dark system makes no dark page');
        await page.focus('button.theme');
        await page.keyboard.press('Enter');
        if (await page.evaluate(paper) !== light)
            problems.push('the button does not change the theme');
        for (const name of ['index.html', 'steps/01-tcp/server.c.html', 'pt-BR/steps/06-broadcast/index.html'])
            if (await colourOf(name) !== light)
                problems.push(`${name}, from a ${from === 'file' ? 'folder' : 'server'}: forgets which theme was chosen`);
        problems.push(...page.problems);
        await page.context().close();
    }
    return problems;
}

const hindrances = {
    'storage is forbidden': () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }),
    'storage is full': () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; },
    'storage has nonsense in it': () => { localStorage.setItem('socket-lab:done', '{"a":'); localStorage.setItem('socket-lab:theme', 'purple'); },
};

/* A browser that keeps nothing loses what is to be kept, and nothing else. */
export async function forgetful(stage) {
    const problems = [];
    for (const [what, hindrance] of Object.entries(hindrances)) {
        const page = await stage.open({ colorScheme: 'light' });
        await page.addInitScript(hindrance);
        for (const { page: name } of kinds.filter(({ page: name }) => !name.startsWith('pt-BR/'))) {
            await page.goto(stage.address(name));
            const before = await page.evaluate(paper);
            await page.click('button.theme');
            const found = page.problems.splice(0);
            if (await page.evaluate(paper) === before)
                found.push('the theme cannot be changed');
            problems.push(...found.map((problem) => `${name}, where ${what}: ${problem}`));
        }
        await page.keyboard.press('/');
        await page.keyboard.type('bind');
        await page.waitForSelector('.results li').catch(() => problems.push(`where ${what}: the search finds nothing`));
        await page.context().close();
    }
    return problems;
}
