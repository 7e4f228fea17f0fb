/*
 * browser.mjs: a browser that ends when we do, and one sentence for each way in
 * which it can fail. What is not finished yet lies in a folder that goes, too.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

/* Its message is a sentence for a person. */
export class Failure extends Error {}

const errand = process.env.ERRAND ?? 'slides'; // what make was asked for: the site uses this, too
export const out = fileURLToPath(new URL('../build/slides/', import.meta.url));
const scale = Number(process.env.TIMEOUT_SCALE) || 1;
const patience = 60 * scale; // seconds, for each thing that the browser is to do
const spareIt = 'Is memory short? Close other programs, then try again.';
const quit = new AbortController();
let group; // the browser's processes

function giveUp({ message }) {
    console.error('%s: %s', errand, /ENOSPC/.test(message) ? 'the disk is full: make room, then try again.' : message);
    process.exit(1);
}
process.on('uncaughtException', giveUp);
process.on('SIGHUP', () => process.exit(129));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

mkdirSync(out, { recursive: true });
export const work = mkdtempSync(path.join(out, 'unfinished-'));
process.on('exit', () => {
    quit.abort(); // a browser that starts just now
    try {
        process.kill(-group, 'SIGKILL'); // also what a killed browser leaves
    } catch { /* all have ended */ }
    for (let tries = 0; tries < 500; tries++) {
        try {
            return rmSync(work, { recursive: true, force: true });
        } catch { // one who is about to end still wrote there
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
    }
});

/* Puts a whole file in its place, or none. */
export function write(file, data) {
    const unfinished = path.join(work, path.basename(file));
    writeFileSync(unfinished, data);
    renameSync(unfinished, file);
}

/* Why it did not start, by what it wrote to stderr. */
function whyNotStarted(executable, message) {
    const said = message.replace(/^Failed to launch the browser process: */, '').split('\n')
        .map((line) => line.replace(/^\[[^\]]*\] ?/, '').trim()) // without Chromium's [process:time:place]
        .filter((line) => line !== '' && !/^(stderr:|TROUBLESHOOTING|#\d)/.test(line));
    if (said.some((line) => /sandbox/i.test(line)))
        return `the browser may not make its sandbox here. Its pages are ours alone: try CHROME_NO_SANDBOX=1 make ${errand}.`;
    return `the browser did not start (${said.at(-1)}). Try it alone: '${executable}' --headless --dump-dom about:blank`;
}

/* What the browser does, in the time that it has; if it does not: why, and what to try. */
export async function within(task, promise) {
    let clock;
    const late = new Promise((_, reject) => {
        clock = setTimeout(() => reject(new Failure(`the browser did not ${task} in ${patience} s. ` +
            `Let the machine do less, or give it longer: TIMEOUT_SCALE=${Math.ceil(scale) * 4} make ${errand}.`)), patience * 1000);
    });
    try {
        return await Promise.race([promise, late]);
    } catch (error) {
        if (!(error instanceof Failure) && /closed|crashed|detached/i.test(error.message))
            throw new Failure(`the browser ended before it could ${task}. ${spareIt}`);
        throw error;
    } finally {
        clearTimeout(clock);
    }
}

export async function start(executable) {
    const noSandbox = process.getuid() === 0 || process.env.CHROME_NO_SANDBOX; // root has none
    const browser = await within('start', puppeteer.launch({
        executablePath: executable,
        userDataDir: path.join(work, 'profile'),
        args: ['--disable-gpu', '--disable-background-networking', ...(noSandbox ? ['--no-sandbox'] : [])],
        signal: quit.signal, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
        timeout: 0, protocolTimeout: 0, // within() keeps the time
    }).catch((error) => { throw new Failure(whyNotStarted(executable, error.message)); }));
    group = browser.process().pid;
    return browser;
}

export async function openPage(browser) {
    const page = await within('open a page', browser.newPage());
    page.once('error', () => giveUp(new Failure(`a page of the browser crashed. ${spareIt}`)));
    return page;
}
