/*
 * stage.mjs: what all tests of the site share: one browser, the site in a folder
 * with a blank and an accent in its name, and the same site behind a web server
 * of our own, not at its top. What goes wrong on a page is kept with it.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const languages = ['en', 'pt-BR'];
export const phone = { width: 360, height: 740 };
export const desktop = { width: 1280, height: 800 };
export const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const patience = 30000 * (Number(process.env.TIMEOUT_SCALE) || 1); // ms, for each thing that a page is to do
export const kit = fileURLToPath(new URL('../../../', import.meta.url));
const subfolder = '/a/course/';
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png', pdf: 'application/pdf' };

/* All files of a folder, by their paths in it. */
export const filesOf = (folder) => readdirSync(folder, { recursive: true })
    .filter((name) => statSync(path.join(folder, name)).isFile()).sort();

export const languageOf = (page) => page.startsWith('pt-BR/') || page.endsWith('.pt-BR.html') ? 'pt-BR' : 'en';
export const isDeck = (page) => /(^|\/)slides\/sockets\b.*\.html$/.test(page);

/* Where a page is in the other language. */
export const otherLanguage = (page) => page.startsWith('pt-BR/') ? page.slice('pt-BR/'.length) : `pt-BR/${page}`;

async function serve(folder) {
    const server = createServer(({ url }, response) => {
        const { pathname } = new URL(url, 'http://localhost');
        if (pathname === '/favicon.ico') // a browser asks for it by itself
            return response.writeHead(204).end();
        let file = path.join(folder, decodeURIComponent(pathname).slice(subfolder.length));
        if (existsSync(file) && statSync(file).isDirectory())
            file = path.join(file, 'index.html');
        if (!pathname.startsWith(subfolder) || !existsSync(file))
            return response.writeHead(404, { 'Content-Type': 'text/plain' }).end();
        return response.writeHead(200, { 'Content-Type': types[path.extname(file).slice(1)] ?? 'application/octet-stream' }).end(readFileSync(file));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, address: `http://127.0.0.1:${server.address().port}${subfolder}` };
}

/*
 * The stage for a site in `folder`. open() makes a page of its own, which has
 * `problems`: sentences without their subject; address(page, 'file' | 'web') is
 * where a page of the site is.
 */
export async function setUp(folder, executablePath) {
    const noSandbox = process.getuid() === 0 || process.env.CHROME_NO_SANDBOX; // root has none
    const browser = await chromium.launch({
        executablePath, chromiumSandbox: !noSandbox,
        args: ['--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    });
    const { server, address: web } = await serve(folder);
    const file = pathToFileURL(`${folder}/`).href;
    const isOurs = (url) => url.startsWith(file) || url.startsWith(web) || /^(data|blob|about):/.test(url);
    const files = filesOf(folder);

    function watch(page) {
        page.problems = [];
        const note = (problem) => page.problems.push(problem);
        page.on('pageerror', ({ message }) => note(`a script fails: ${message}`));
        page.on('console', (message) => /^(error|warning)$/.test(message.type()) && note(`the console says: ${message.text()}`));
        page.on('request', (request) => isOurs(request.url()) || note(`asks for ${request.url()}, which is not of the site`));
        page.on('requestfailed', (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && note(`${request.url()} does not load (${request.failure()?.errorText})`));
        page.on('response', (response) => response.status() >= 400 && note(`${response.url()} is not there (${response.status()})`));
        return page;
    }

    /* A page in a profile of its own: what it keeps, no other sees. */
    async function open(options = {}) {
        const context = await browser.newContext({ viewport: desktop, reducedMotion: 'reduce', ...options });
        context.setDefaultTimeout(patience);
        const page = watch(await context.newPage());
        page.another = async () => watch(await context.newPage());
        return page;
    }

    return {
        folder, browser, open,
        files, pages: files.filter((name) => name.endsWith('.html')),
        read: (name) => readFileSync(path.join(folder, name), 'utf8'),
        readKit: (name) => readFileSync(path.join(kit, name), 'utf8'),
        address: (page, from = 'file') => (from === 'web' ? web : file) + encodeURI(page),
        pageOf: (url) => decodeURI(url.replace(file, '').replace(web, '').replace(/[?#].*/, '')),
        async close() {
            await browser.close();
            server.close();
        },
    };
}

/* Calls act(item) for each, so many at a time; problems of all, in order. */
export async function each(items, atOnce, act) {
    const found = [];
    const waiting = [...items.entries()];
    await Promise.all(Array.from({ length: atOnce }, async (_, worker) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
            found[next[0]] = await act(next[1], worker);
    }));
    return found.flat().filter((problem) => problem !== undefined);
}

/*
 * One page of each kind, in both languages: [{ kind, page }]. A kind that the
 * site has no longer is a page that does not open.
 */
export const kinds = [
    ['front', 'index.html'], ['way in', 'steps/index.html'], ['step', 'steps/06-broadcast/index.html'], ['step', 'steps/01-tcp/index.html'],
    ['changes', 'steps/06-broadcast/changes.html'], ['program', 'steps/06-broadcast/server.c.html'],
    ['moving picture', 'steps/06-broadcast/trace.html'], ['trace', 'steps/12-chat/trace.html'],
    ['exercise', 'exercises/03-frames/index.html'], ['cheatsheet', 'cheatsheet.html'], ['glossary', 'glossary.html'],
    ['lesson plan', 'lessons.html'], ['reference', 'common/index.html'], ['figures', 'tools/kit/bench/index.html'],
].flatMap(([kind, page]) => languages.map((language) => ({ kind, page: language === 'en' ? page : otherLanguage(page) })));
