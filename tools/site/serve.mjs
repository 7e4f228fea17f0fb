/*
 * serve.mjs BROWSER PORT: the site on this machine alone, built again on every
 * save; pages that are open load themselves anew. The script that does so is put
 * in on the way out: build/site/ itself never has it.
 */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, statSync, watch, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFolder, list, root } from './kit.mjs';

const [browser, port] = process.argv.slice(2);
const out = path.join(root, 'build/site');
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', pdf: 'application/pdf' };
const reload = "new EventSource('/.changes').onmessage = () => location.reload();\n";
const listeners = new Set();
let child;
let again = false;

/* Builds; what is saved meanwhile makes it build once more. */
function build() {
    if (child !== undefined) {
        again = true;
        return;
    }
    child = spawn(process.execPath, [fileURLToPath(new URL('build.mjs', import.meta.url)), browser], { stdio: 'inherit', env: { ...process.env, DRAFT: '1' } });
    child.on('exit', (status) => {
        child = undefined;
        if (again) {
            again = false;
            build();
            return;
        }
        if (status === 0)
            listeners.forEach((response) => response.write('data: new\n\n'));
        console.log('Waiting for the next save');
    });
}

function changes(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': here\n\n');
    listeners.add(response);
    request.on('close', () => listeners.delete(response));
}

/* The file of a request, or undefined: never one outside the site. */
function fileOf(request) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = path.join(out, path.normalize(decodeURIComponent(pathname)));
    if (!file.startsWith(out) || !existsSync(file))
        return undefined;
    if (!statSync(file).isDirectory())
        return file;
    const index = path.join(file, 'index.html');
    return existsSync(index) ? index : undefined;
}

function answer(request, response) {
    if (request.url === '/.changes')
        return changes(request, response);
    if (request.url === '/.reload.js')
        return response.writeHead(200, { 'Content-Type': types.js }).end(reload);
    const file = fileOf(request);
    if (file === undefined)
        return response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
    response.writeHead(200, { 'Content-Type': types[path.extname(file).slice(1)] ?? 'application/octet-stream', 'Cache-Control': 'no-store' });
    if (!file.endsWith('.html') || file.startsWith(path.join(out, 'slides/sockets')))
        return createReadStream(file).pipe(response);
    return response.end(readFileSync(file, 'utf8')
        .replace("script-src 'self'", "connect-src 'self'; script-src 'self'")
        .replace('</head>', '<script src="/.reload.js" defer></script>\n</head>'));
}

/* The folders below this one that hold what the site is made of. */
const below = (folder) => [folder, ...list(folder).filter((name) => name.endsWith('/') && !name.startsWith('.'))
    .flatMap((name) => below(path.posix.join(folder, name)))];

function watchAll() {
    let soon;
    for (const folder of below('.').filter(isFolder))
        watch(path.join(root, folder), (_, name) => {
            if (name === null || /^(build|kept|node_modules)$|~$|\.sw.$|^\.#/.test(name))
                return;
            clearTimeout(soon);
            soon = setTimeout(build, 100); // an editor saves in several goes
        });
}

const server = createServer(answer);
server.on('error', (error) => {
    console.error(error.code === 'EADDRINUSE' ? `site: port ${port} is taken. Try another: make site-serve PORT=${Number(port) + 1}` : `site: ${error.message}`);
    process.exit(1);
});
process.on('exit', () => child?.kill());
for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => {
    console.log(`See http://127.0.0.1:${server.address().port}/ (Ctrl-C ends it)`);
    watchAll();
    build();
});
