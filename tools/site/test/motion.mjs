/*
 * motion.mjs: the pictures that move, as they stand in the site: keys lead through
 * each forward and back, and beside each call is the line of code that makes it.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { desktop, each, kit, phone } from './stage.mjs';

const moving = ['01', '03', '06', '08', '10'];
const folderOf = (step) => readdirSync(path.join(kit, 'steps')).find((name) => name.startsWith(step));

/* Runs in a page: where the picture is, and what it shows of the code. */
function state() {
    const figure = document.querySelector('figure.motion');
    const events = [...figure.querySelectorAll('.motion-event')];
    const now = figure.querySelector('[aria-current="step"]');
    const inside = (element, box) => {
        const [a, b] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
        return a.top >= b.top - 1 && a.top < b.bottom && a.bottom > b.top;
    };
    return {
        count: events.length, at: events.indexOf(now),
        isSeen: now !== null && inside(now, figure.querySelector('.motion-scroll')),
        said: figure.querySelector('.motion-now')?.textContent.trim(),
        place: now?.querySelector('.motion-place')?.textContent ?? '',
        running: [...figure.querySelectorAll('.motion-running')].filter((line) => line.checkVisibility()).map((line) => ({
            file: line.closest('.motion-pane').dataset.file, line: Number(line.dataset.line), text: line.textContent.replace(/^\s*\d+/, '').trim(),
            isSeen: inside(line, line.closest('.motion-source')),
            isMarked: getComputedStyle(line).backgroundColor !== getComputedStyle(line.parentElement).backgroundColor,
        })),
    };
}

/* What is wrong with one moment of a picture. */
function judge({ at, isSeen, said, place, running }, wanted, readSource) {
    const problems = [];
    if (at !== wanted)
        problems.push(`the picture stands at call ${at + 1}, not at ${wanted + 1}`);
    if (!isSeen)
        problems.push(`call ${at + 1} is out of sight`);
    if (!said)
        problems.push(`call ${at + 1} has no words`);
    const own = [...place.matchAll(/(server|client)\.c:(\d+(?: › \d+)*)/g)].at(-1);
    if (own !== undefined && running.length === 0)
        problems.push(`call ${at + 1} comes from ${own[0]}, and no line is shown`);
    for (const { file, line, text, isSeen: isInSight, isMarked } of running) {
        if (text !== readSource(file).split('\n')[line - 1].trim())
            problems.push(`call ${at + 1}: line ${line} of ${file} is shown as "${text}"`);
        if (!isInSight)
            problems.push(`call ${at + 1}: line ${line} of ${file} is out of sight`);
        if (!isMarked)
            problems.push(`call ${at + 1}: line ${line} of ${file} is not marked`);
    }
    return problems;
}

/* Through a whole picture with the arrow keys, back, and to both ends. */
async function stepThrough(page, readSource) {
    const press = async (key, wanted) => {
        await page.keyboard.press(key);
        return judge(await page.evaluate(state), wanted, readSource);
    };
    const { count } = await page.evaluate(state);
    await page.focus('figure.motion [data-go="next"]');
    const problems = count > 10 ? [] : [`it has ${count} calls`];
    let lines = 0;
    for (let at = 1; at < count; at++) {
        problems.push(...await press('ArrowRight', at));
        lines += (await page.evaluate(state)).running.length;
    }
    if (lines < count / 3)
        problems.push(`of ${count} calls, ${lines} have a line of code`);
    problems.push(...await press('ArrowLeft', count - 2), ...await press('Home', 0), ...await press('ArrowLeft', 0),
        ...await press('End', count - 1), ...await press('ArrowRight', count - 1));
    return problems;
}

export async function pictureMoves(stage) {
    const visits = moving.map((step) => ({ step, folder: '', viewport: desktop }))
        .concat({ step: '01', folder: 'pt-BR/', viewport: phone }, { step: '06', folder: 'pt-BR/', viewport: desktop });
    return each(visits, 2, async ({ step, folder, viewport }) => {
        const name = `${folder}steps/${folderOf(step)}/trace.html`;
        const page = await stage.open({ viewport });
        await page.goto(stage.address(name)).catch(() => undefined);
        const hasOne = await page.locator('figure.motion .motion-player').isVisible().catch(() => false);
        const problems = hasOne ? await stepThrough(page, (file) => stage.readKit(file.includes('/') ? file : `steps/${folderOf(step)}/${file}`))
            : ['there is no picture that moves'];
        problems.push(...page.problems);
        await page.context().close();
        return problems.map((problem) => `${name}, ${viewport.width} px: ${problem}`);
    });
}
