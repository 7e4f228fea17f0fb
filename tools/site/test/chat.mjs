/*
 * chat.mjs PORT BROWSER: whether the chat of exercise 11, at PORT, does for real
 * counterparts what it does for the scripts of its tests: Chromium, nc, and the
 * library ws. Prints a line for each topic: ok, or what went wrong.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';
import { axeScript } from './stage.mjs';

const [port, executablePath] = process.argv.slice(2);
const patience = 20000 * (Number(process.env.TIMEOUT_SCALE) || 1); // ms
const address = `http://127.0.0.1:${port}/`;
const noSandbox = process.getuid() === 0 || process.env.CHROME_NO_SANDBOX; // root has none
const browser = await chromium.launch({ executablePath, chromiumSandbox: !noSandbox, args: ['--disable-gpu'] });

/* Waits until check() is true, or says what is not. */
async function until(what, check) {
    const deadline = Date.now() + patience;
    while (!await check()) {
        if (Date.now() > deadline)
            throw new Error(`waited in vain: ${what}`);
        await pause(20);
    }
}

/*
 * Somebody who takes part, with `lines`, all that was heard, and say(line). Who has
 * connected need not be in the room yet: whoever speaks before that is not heard.
 */
const isIn = (who) => until(`${who.name} is in`, () => who.lines.some((line) => line.endsWith(' joined')));
const hears = (who, line) => until(`${who.name} hears "${line}", not only ${JSON.stringify(who.lines)}`, () => who.lines.includes(line));

async function openPage(name, locale = 'en-GB') {
    const context = await browser.newContext({ locale });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const who = { name, page, lines: [], problems: [], close: () => context.close() };
    page.on('console', (message) => who.problems.push(message.text()));
    page.on('pageerror', (error) => who.problems.push(error.message));
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => who.lines.push(String(payload))));
    await page.goto(address);
    await page.waitForFunction(() => !document.getElementById('line').disabled);
    await isIn(who);
    who.say = async (line) => {
        await page.keyboard.type(line); // the line has the focus from the beginning
        await page.keyboard.press('Enter');
    };
    return who;
}

async function openNc(name) {
    const nc = spawn('nc', ['127.0.0.1', port]);
    const who = { name, lines: [], say: (line) => nc.stdin.write(`${line}\n`), close: () => nc.kill() };
    let rest = '';
    nc.stdout.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        who.lines.push(...lines);
    });
    await isIn(who);
    return who;
}

async function openWs(name, options) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, options);
    const who = { name, socket, lines: [], say: (line) => socket.send(line), close: () => socket.terminate() };
    socket.on('message', (data, isBinary) => who.lines.push(isBinary ? data : String(data)));
    who.closed = once(socket, 'close').then(([code]) => code);
    await once(socket, 'open');
    await isIn(who);
    return who;
}

/* How a socket of ws ends that does this: by which code. */
async function endsWith(code, act) {
    const who = await openWs('ws');
    act(who.socket);
    const came = await Promise.race([who.closed, pause(patience, 'nothing', { ref: false })]);
    if (came !== code)
        throw new Error(`ws is closed with ${came}, not ${code}`);
}

const equal = (what, is, wanted) => {
    if (is !== wanted)
        throw new Error(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
};

const topics = {
    async 'two pages and nc talk'() {
        const nc = await openNc('nc'); // says nothing, and hears all the same
        const ana = await openPage('ana');
        const bia = await openPage('bia');
        await ana.say('/nick ana');
        await bia.say('/nick bia');
        await until('nc hears the names', () => ['ana', 'bia'].every((name) => nc.lines.some((line) => line.endsWith(` is now ${name}`))));
        await ana.say('Olá, João 😀 <img src=x onerror="console.log(1)">');
        for (const who of [bia, nc])
            await hears(who, 'ana: Olá, João 😀 <img src=x onerror="console.log(1)">');
        await until('the page shows it as text', async () => (await bia.page.locator('#log').innerText()).includes('ana: Olá, João 😀 <img src=x'));
        equal('pictures in the page', await bia.page.locator('#log img').count(), 0);
        nc.say('/nick nc');
        nc.say('and I');
        for (const who of [ana, bia])
            await hears(who, 'nc: and I');
        const ws = await openWs('ws');
        ws.say('me too');
        await until('all hear ws', () => [ana, bia, nc].every(({ lines }) => lines.some((line) => line.endsWith(': me too'))));
        ws.close();
        await bia.close();
        await hears(ana, '* bia left');
        await ana.say('/quit');
        await until('the page says that it is over', async () => (await ana.page.getByRole('status').innerText()).startsWith('The connection has ended'));
        await hears(nc, '* ana left');
        equal('what the browser complains of', [...ana.problems, ...bia.problems].join(), '');
        await ana.close();
        nc.close();
    },

    /* As a person starts it, Chromium opens a connection ahead of need. */
    async 'a browser is one guest, not two'() {
        const observer = await openWs('observer');
        const profile = mkdtempSync(path.join(tmpdir(), 'chat-'));
        const args = ['--headless', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...(noSandbox ? ['--no-sandbox'] : []), address];
        const chrome = spawn(executablePath, args, { stdio: 'ignore', detached: true });
        try {
            await until('the page joins', () => observer.lines.filter((line) => line.endsWith(' joined')).length > 1);
            const nc = await openNc('nc'); // connects later, so is a guest later than a silent one
            await until('three are here, not four', async () => {
                observer.say('/who'); // who was in the room before may still be leaving it
                await pause(100);
                const answer = observer.lines.findLast((line) => line.startsWith('* here: ')) ?? '';
                return answer.split(' ').length - 2 === 3;
            });
            nc.close();
        } finally {
            process.kill(-chrome.pid);
            await once(chrome, 'exit');
        }
        rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
        observer.close();
    },

    async 'the page is accessible, in both languages'() {
        for (const [locale, language, title] of [['en-GB', 'en', 'Chat'], ['pt-BR', 'pt-BR', 'Bate-papo']]) {
            const { page, close } = await openPage(locale, locale);
            equal('the language', await page.locator('html').getAttribute('lang'), language);
            equal('the title', await page.title(), title);
            await page.addScriptTag({ content: readFileSync(axeScript, 'utf8') });
            const { violations } = await page.evaluate(() => axe.run());
            equal('what axe-core finds', violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`).join(), '');
            await page.setViewportSize({ width: 320, height: 480 });
            equal('as wide as a small phone', await page.evaluate(() => document.documentElement.scrollWidth), 320);
            await page.getByRole('combobox').selectOption(language === 'en' ? 'pt-BR' : 'en');
            equal('the other title', await page.title(), language === 'en' ? 'Bate-papo' : 'Chat');
            await close();
        }
    },

    async 'a page from elsewhere may neither listen nor speak'() {
        const nc = await openNc('nc');
        const elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html><title>elsewhere</title>'));
        elsewhere.listen(0, '127.0.0.1');
        await once(elsewhere, 'listening');
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
        equal('what its WebSocket does', await page.evaluate((to) => new Promise((resolve) => {
            const socket = new WebSocket(to);
            socket.onopen = () => resolve('opens');
            socket.onclose = () => resolve('closes');
        }), `ws://127.0.0.1:${port}/`), 'closes');
        await page.evaluate((to) => fetch(to, { method: 'POST', mode: 'no-cors', body: '\n/nick evil\nI speak\n' }).catch(() => null), address);
        const ws = await openWs('ws');
        ws.say('the last');
        await until('nc hears the last', () => nc.lines.some((line) => line.endsWith(': the last')));
        equal('what nc heard of it', nc.lines.filter((line) => /evil|I speak|HTTP/.test(line)).join(), '');
        ws.close();
        nc.close();
        await page.close();
        elsewhere.close();
    },

    async 'the library ws does, and is closed with what the RFC names'() {
        const eva = await openWs('eva', { perMessageDeflate: true });
        equal('extensions', eva.socket.extensions, '');
        eva.socket.ping('hello');
        equal('pong', String((await once(eva.socket, 'pong'))[0]), 'hello');
        const dora = await openWs('dora');
        eva.socket.send('frag', { fin: false });
        eva.socket.send('ments', { fin: true });
        eva.say('x'.repeat(1024));
        await until('dora hears them', () => ['fragments', 'x'.repeat(1024)].every((text) => dora.lines.some((line) => line.endsWith(`: ${text}`))));
        eva.say('x'.repeat(65536));
        await hears(eva, '* too long: at most 1024 bytes a line');
        eva.socket.close(4000, 'bye');
        equal('close code', await eva.closed, 4000);
        await endsWith(1009, (socket) => socket.send('x'.repeat(65537)));
        await endsWith(1003, (socket) => socket.send(Buffer.from([1, 2, 3])));
        await endsWith(1007, (socket) => socket.send(Buffer.from([0xc3]), { binary: false }));
        await endsWith(1002, (socket) => socket.send('unmasked', { mask: false }));
        await endsWith(1005, (socket) => socket.close());
        dora.close();
    },
};

for (const [name, look] of Object.entries(topics)) {
    try {
        await look();
        console.log(`ok ${name}`);
    } catch (error) {
        console.log(`not ok ${name}: ${error.message}`);
    }
}
await browser.close();
process.exit();
