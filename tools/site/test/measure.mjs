/*
 * measure.mjs FOLDER BROWSER: when the first text of five pages is there, with the
 * CPU slowed 6 times: the median and the slowest of several visits, each by a
 * reader who has never been there.
 */
import path from 'node:path';
import { setUp } from './stage.mjs';

const [folder, browser] = process.argv.slice(2);
const slowness = 6;
const visits = 9;
const names = ['index.html', 'steps/06-broadcast/index.html', 'steps/12-chat/server.c.html', 'pt-BR/steps/10-postman/trace.html', 'pt-BR/glossary.html'];

/* Runs in a page: ms from the start of the way there to its first text. */
const firstText = () => new Promise((resolve) => {
    new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach(({ startTime }) => resolve(startTime)))
        .observe({ type: 'paint', buffered: true });
});

async function visit(stage, name) {
    const page = await stage.open();
    const control = await page.context().newCDPSession(page);
    await control.send('Emulation.setCPUThrottlingRate', { rate: slowness });
    await page.goto(stage.address(name));
    const ms = await page.evaluate(firstText);
    await page.context().close();
    return ms;
}

const stage = await setUp(path.resolve(folder), browser);
await visit(stage, names[0]); // the browser itself warms up
for (const name of names) {
    const times = [];
    for (let i = 0; i < visits; i++)
        times.push(await visit(stage, name));
    times.sort((a, b) => a - b);
    console.log(`${name}: ${Math.round(times[Math.floor(visits / 2)])} ms, the slowest of ${visits} ${Math.round(times.at(-1))} ms`);
}
await stage.close();
