/*
 * keyboard.mjs: everything by keyboard alone. A person who sees where she is
 * presses Tab through each kind of page, and opens what is folded on the way.
 */
import { desktop, each, kinds, phone } from './stage.mjs';

/* Runs in a page before its scripts: the means to look at where the focus is. */
function prepare() {
    const usable = 'a[href], button, input, select, textarea, summary, [tabindex]';
    const isVisible = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && element.getClientRects().length > 0;
    const name = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 90);
    const visited = new Set();
    let last = null;

    /* In sight, under nothing, and with a ring around it. */
    function problemsOf(element) {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const problems = [];
        if ((outlineStyle === 'none' || parseFloat(outlineWidth) < 1) && boxShadow === 'none')
            problems.push(`nothing shows that the focus is on ${name(element)}`);
        const [box] = element.getClientRects();
        const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
        const middle = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
        const seen = [middle, Math.min(box.bottom, innerHeight) - 2].map((y) => document.elementFromPoint(x, y));
        if (!seen.some((top) => top !== null && (element.contains(top) || top.contains(element))))
            problems.push(`the focus is on what is not in sight: ${name(element)}`);
        const back = window.isBackwards ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
        if (last?.isConnected && (last.compareDocumentPosition(element) & back) !== 0)
            problems.push(`the focus goes back from ${name(last)} to ${name(element)}`);
        return problems;
    }

    /* What one press of Tab has led to; `isEnd` after the last. */
    window.stop = () => {
        const element = document.activeElement;
        if (element === document.body || element === document.documentElement || visited.has(element))
            return { isEnd: true, problems: [] };
        const problems = problemsOf(element);
        visited.add(element);
        last = element;
        return { isEnd: false, isFold: element.matches('summary'), problems };
    };

    /* From here on with Shift. */
    window.turn = () => {
        window.isBackwards = true;
        visited.clear();
        last = null;
    };

    /* What no press of Tab has led to. The number of a line is no stop: 400 of them would be in the way of all else. */
    window.missed = () => {
        const isNumber = (element) => element.matches('pre a[href^="#L"]');
        const scrolls = (box) => /auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1;
        const elements = [...document.querySelectorAll(usable)].filter((element) => isVisible(element) && !element.disabled && !element.matches('main, [tabindex="-1"]:not(a, button, input, summary)'));
        const boxes = [...document.querySelectorAll('pre, div, nav')].filter((box) => isVisible(box) && scrolls(box))
            .filter((box) => ![...box.querySelectorAll('*')].some((inside) => visited.has(inside)));
        return [...new Set([...elements.filter((element) => !isNumber(element)), ...boxes])].filter((element) => !visited.has(element)).map(name);
    };
}

/* Tab after Tab, through a page; whatever can be folded is opened, closed and opened. And all the way back. */
async function walk(page) {
    const problems = await press(page, 'Tab', fold);
    const missed = await page.evaluate(() => window.missed());
    await page.evaluate(() => window.turn());
    problems.push(...await press(page, 'Shift+Tab', () => []));
    return [...problems, ...missed.slice(0, 5).map((element) => `no key leads to ${element}`)];
}

async function press(page, key, atFold) {
    const problems = [];
    for (let stops = 0; stops < 600; stops++) {
        await page.keyboard.press(key);
        const { isEnd, isFold, problems: found } = await page.evaluate(() => window.stop());
        problems.push(...found);
        if (isEnd)
            return [...problems, ...stops < 5 ? [`${key} reaches no more than ${stops} places`] : []];
        if (isFold)
            problems.push(...await atFold(page));
    }
    return [...problems, `${key} finds no end`];
}

async function fold(page) {
    const isOpen = () => page.evaluate(() => document.activeElement.parentElement.open);
    const seen = [];
    const before = await isOpen();
    for (const key of before ? ['Enter', 'Space'] : ['Enter', 'Space', 'Enter']) {
        await page.keyboard.press(key);
        seen.push(await isOpen());
    }
    return seen.some((open, i) => open !== ((i % 2 === 0) !== before)) ? ['a key does not fold, or unfold, what is folded'] : [];
}

export async function reaches(stage) {
    const walks = [
        ...kinds.filter(({ page }) => !page.startsWith('pt-BR/')).map(({ page }) => ({ name: page, viewport: desktop })),
        ...['pt-BR/index.html', 'pt-BR/steps/06-broadcast/index.html'].map((name) => ({ name, viewport: desktop })),
        ...['index.html', 'steps/01-tcp/index.html', 'pt-BR/steps/06-broadcast/trace.html', 'cheatsheet.html'].map((name) => ({ name, viewport: phone })),
    ];
    return each(walks, 3, async ({ name, viewport }) => {
        const page = await stage.open({ viewport });
        await page.addInitScript(prepare);
        await page.goto(stage.address(name));
        const problems = [...new Set(await walk(page)), ...page.problems];
        await page.context().close();
        return problems.map((problem) => `${name}, ${viewport.width} px: ${problem}`);
    });
}

/* The course's list on a phone: a key opens it, Escape closes it, and the focus is where it was. */
export async function menu(stage) {
    const page = await stage.open({ viewport: phone });
    const problems = [];
    const expect = async (what, isSo) => { if (!await isSo()) problems.push(`pt-BR/index.html, 360 px: ${what}`); };
    await page.goto(stage.address('pt-BR/index.html'));
    await expect('the list of the course is there before it is asked for', async () => !await page.isVisible('#course'));
    await page.focus('button.menu');
    await page.keyboard.press('Enter');
    await expect('the menu does not open', () => page.isVisible('#course'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await expect('Escape does not close the menu', async () => !await page.isVisible('#course'));
    await expect('the focus is lost when the menu closes', () => page.evaluate(() => document.activeElement.matches('button.menu')));
    await page.goto(stage.address('pt-BR/steps/01-tcp/index.html'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect('"skip to the text" does not lead into the text', () => page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
    problems.push(...page.problems);
    await page.context().close();
    return problems;
}
