/*
 * calm.mjs: the site for those who read it otherwise: without scripts, without
 * motion, on paper.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { desktop, each, kinds, kit, phone } from './stage.mjs';

const squeezed = (text) => text.replace(/\s+/g, '');

/* Runs in a page: what of it cannot be read, and what needs the scripts that are not there. */
function unreadable() {
    const { scrollWidth, clientWidth } = document.documentElement;
    const sees = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const all = (selector) => [...document.querySelectorAll(selector)];
    const name = ({ outerHTML }) => outerHTML.replace(/\s+/g, ' ').slice(0, 80);
    const texts = all('h1, article :is(h2, p, li, td, pre)').filter((element) => element.closest('details:not([open]), [hidden]') === null);
    return [
        ...scrollWidth > clientWidth ? [`is ${scrollWidth - clientWidth} px too wide`] : [],
        ...texts.filter((element) => !sees(element)).slice(0, 3).map((element) => `does not show ${name(element)}`),
        ...texts.map(({ textContent }) => textContent).join('').length < 50 ? ['has hardly any text'] : [],
        ...all('#course a, nav.way a').filter(sees).length < 30 ? ['does not show the list of the course'] : [],
        ...all('button, input').filter(sees).map((element) => `shows what does nothing: ${name(element)}`),
    ];
}

/* Without scripts one reads all that there is, and what needs scripts is not there. */
export async function withoutScripts(stage) {
    const visits = kinds.map(({ page }) => ({ name: page, viewport: page.startsWith('pt-BR/') ? phone : desktop }));
    return each(visits, 2, async ({ name, viewport }) => {
        const page = await stage.open({ viewport, javaScriptEnabled: false });
        await page.goto(stage.address(name));
        const problems = [...await page.evaluate(unreadable), ...await unfold(page), ...page.problems];
        await page.context().close();
        return problems.map((problem) => `${name}, ${viewport.width} px, without scripts: ${problem}`);
    });
}

/* The first folded answer opens by itself, on a click. */
async function unfold(page) {
    const fold = page.locator('article details').first();
    if (await fold.count() === 0)
        return [];
    await fold.locator('summary').click();
    return await fold.locator(':scope > :not(summary)').first().isVisible() ? [] : ['a folded answer does not open'];
}

/* Runs in a page: what would move in it, now or after the next click. */
function moving() {
    const lasts = (times) => times.split(',').some((time) => parseFloat(time) > 0.01);
    return [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName, animationDuration, scrollBehavior } = getComputedStyle(element);
        return lasts(transitionDuration) || (animationName !== 'none' && lasts(animationDuration)) || scrollBehavior === 'smooth';
    }).map((element) => element.outerHTML.slice(0, 80));
}

/* Who asked for no motion gets none. */
export async function withoutMotion(stage) {
    const pages = kinds.filter(({ page }) => !page.startsWith('pt-BR/'));
    return each(pages, 2, async ({ page: name }) => {
        const page = await stage.open();
        await page.goto(stage.address(name));
        const next = page.locator('figure.motion [data-go="next"]');
        if (await next.count() > 0)
            await next.click();
        const found = await page.evaluate(moving);
        await page.context().close();
        return found.slice(0, 3).map((element) => `${name}: moves, though no motion is wanted: ${element}`);
    });
}

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

/* Code of the steps' texts: each line must be on paper whole. */
function codeOfSteps(stage, language) {
    return readdirSync(path.join(kit, 'steps')).filter((name) => /^\d\d-/.test(name)).flatMap((step) => {
        const text = stage.readKit(`steps/${step}/README${language === 'en' ? '' : `.${language}`}.md`);
        return [...text.matchAll(/^```(?:c|sh|console)\n([^]*?)^```/gm)].flatMap(([, code]) => code.split('\n').map((line) => line.replace(/^# (?=terminal \d)/, ''))).filter((line) => line.trim() !== '');
    });
}

/* Words of a PDF that reach further right than its margin: cut off, or as good as. */
function beyondMargin(file, margin) {
    let width = 0;
    let number = 0;
    return run('pdftotext', '-bbox', file, '-').split('\n').flatMap((line) => {
        const page = line.match(/<page width="([\d.]+)"/);
        if (page !== null) {
            width = Number(page[1]);
            number++;
        }
        const word = line.match(/xMax="([\d.]+)" .*>(.*)<\/word>/);
        return word !== null && Number(word[1]) > width - margin ? [`page ${number}: "${word[2]}" stands ${Math.round(width - word[1])} points from the right edge`] : [];
    });
}

/* The chapters of a PDF, as its bookmarks have them: [{ title, page }]. */
function bookmarks(file) {
    return [...run('pdftohtml', '-xml', '-i', '-stdout', '-l', '1', file).matchAll(/<item page="(\d+)">(.*?)<\/item>/g)].map(([, page, title]) => ({ title, page: Number(page) }));
}

/* The course on paper: bookmarks, contents with the right numbers, each line of code whole. */
export async function course(stage) {
    return ['en', 'pt-BR'].flatMap((language) => {
        const name = `socket-lab${language === 'en' ? '' : `.${language}`}.pdf`;
        const file = path.join(stage.folder, name);
        if (!stage.files.includes(name))
            return [`${name} is not there`];
        const problems = [];
        const pages = Number(run('pdfinfo', file).match(/^Pages: +(\d+)/m)[1]);
        if (pages < 60)
            problems.push(`has ${pages} pages`);
        const text = run('pdftotext', '-layout', file, '-').split('\f');
        const marks = bookmarks(file);
        const step = language === 'en' ? 'Step' : 'Passo';
        for (let n = 1; n <= 12; n++) {
            const title = `${step} ${String(n).padStart(2, '0')}`;
            const mark = marks.find((one) => one.title.startsWith(title));
            if (mark === undefined)
                problems.push(`no bookmark leads to ${title}`);
            else if (!text[mark.page - 1].includes(title))
                problems.push(`the bookmark of ${title} leads to page ${mark.page}, where it is not`);
            const listed = text.slice(0, 6).join('\n').match(new RegExp(`^ *${title}[^\\n]*?(\\d+) *$`, 'm'));
            if (listed === null || Number(listed[1]) !== mark?.page)
                problems.push(`the contents say page ${listed?.[1]} for ${title}, it is on page ${mark?.page}`);
        }
        const all = squeezed(text.join(''));
        const cut = codeOfSteps(stage, language).filter((line) => !all.includes(squeezed(line)));
        problems.push(...cut.slice(0, 5).map((line) => `this line is not whole: ${line}`), ...beyondMargin(file, 20).slice(0, 5));
        return problems.map((problem) => `${name}: ${problem}`);
    });
}

/* Runs in a page: the lines of its code, and what its answers say. */
function linesToPrint() {
    const texts = [...document.querySelectorAll('article pre code, article details > p')].filter((element) => element.closest('[hidden], .motion-code') === null);
    return texts.flatMap((element) => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll('a[href^="#L"]').forEach((number) => number.remove());
        return copy.textContent.split('\n');
    }).filter((line) => line.trim() !== '');
}

/* A page that somebody prints: its text and code whole, its answers open, nothing that is only for a screen. */
export async function printed(stage) {
    const folder = mkdtempSync(path.join(tmpdir(), 'printed-'));
    const names = ['steps/06-broadcast/index.html', 'pt-BR/steps/06-broadcast/server.c.html', 'steps/06-broadcast/changes.html', 'steps/06-broadcast/trace.html', 'pt-BR/cheatsheet.html', 'exercises/03-frames/index.html'];
    try {
        return await each(names, 1, async (name) => {
            const page = await stage.open();
            await page.goto(stage.address(name));
            const wanted = await page.evaluate(linesToPrint);
            const file = path.join(folder, 'page.pdf');
            writeFileSync(file, await page.pdf({ format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } }));
            await page.context().close();
            const text = squeezed(run('pdftotext', '-layout', file, '-'));
            const missing = wanted.filter((line) => !text.includes(squeezed(line)));
            return [...missing.slice(0, 3).map((line) => `on paper this is not whole: ${line}`), ...beyondMargin(file, 20).slice(0, 3)].map((problem) => `${name}: ${problem}`);
        });
    } finally {
        rmSync(folder, { recursive: true });
    }
}
