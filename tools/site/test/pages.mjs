/*
 * pages.mjs: every page, as a phone and a desktop show it, from a folder and from
 * a web server; and all that its HTML says without a browser running its scripts:
 * links, anchors, ways on, the other language, pictures in words.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { desktop, each, filesOf, isDeck, kit, languageOf, languages, otherLanguage, phone } from './stage.mjs';

const limit = 300000; // bytes of HTML

/* Runs in a page: by how much it is too wide, and what sticks out. */
function overflow() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth)
        return undefined;
    const holds = (element) => element.parentElement === null || element === document.body ? false
        : getComputedStyle(element.parentElement).overflowX !== 'visible' || holds(element.parentElement);
    const wide = [...document.body.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !holds(element));
    return `is ${scrollWidth - clientWidth} px too wide: ${wide.at(-1)?.outerHTML.slice(0, 100).replaceAll('\n', ' ') ?? 'something'}`;
}

/* Runs in a page: anchors that the page, as its scripts have made it, has not. */
function deadAnchors() {
    return [...document.querySelectorAll('a[href^="#"]')].map((link) => decodeURIComponent(link.hash.slice(1)))
        .filter((id) => id !== '' && document.getElementById(id) === null);
}

/* Opens each page once from the folder, wide, and once from the server, narrow. */
export async function shown({ pages, open, address }) {
    const visits = pages.flatMap((name) => [{ name, from: 'file', size: desktop }, { name, from: 'web', size: phone }]);
    const tabs = await Promise.all([0, 1, 2].map(() => open()));
    const found = await each(visits, tabs.length, async ({ name, from, size }, worker) => {
        const page = tabs[worker];
        page.problems = [];
        const where = `${name}, ${size.width} px, from ${from === 'file' ? 'a folder' : 'a server'}: `;
        await page.setViewportSize(size);
        await page.goto(address(name, from), { waitUntil: 'load' });
        const lang = await page.evaluate(() => document.documentElement.lang);
        return [
            ...page.problems,
            await page.evaluate(overflow),
            ...(isDeck(name) ? [] : await page.evaluate(deadAnchors)).map((id) => `a link leads to #${id}, which is not there`),
            lang === languageOf(name) ? undefined : `its language is said to be "${lang}"`,
        ].filter((problem) => problem !== undefined).map((problem) => where + problem);
    });
    await Promise.all(tabs.map((page) => page.context().close()));
    return found;
}

/* Runs in a page: what the HTML of another holds, read by the browser's own parser. */
function parse(html) {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const all = (selector, inside = page) => [...inside.querySelectorAll(selector)];
    return {
        ids: all('[id]').map(({ id }) => id),
        links: all('a[href]').map((link) => ({ href: link.getAttribute('href'), rel: link.rel, hreflang: link.hreflang, text: link.textContent.trim() })),
        loads: all('[src], link[href]').map((element) => element.getAttribute('src') ?? element.getAttribute('href')),
        pictures: all('img').map(({ alt, parentElement }) => ({ alt, isDiagram: parentElement.matches('figure.diagram') })),
        titles: all('h1').map(({ textContent }) => textContent), title: page.title,
    };
}

let parsed; // what parse() found, of each page: several topics ask
async function parsedPages({ pages, open, read }) {
    if (parsed === undefined) {
        const page = await open();
        parsed = new Map();
        for (const name of pages)
            parsed.set(name, await page.evaluate(parse, read(name)));
        await page.context().close();
    }
    return parsed;
}

/* { file, id } of what a page refers to; undefined for what is elsewhere. */
function resolve(from, href) {
    if (/^(data|https?|mailto):/.test(href))
        return undefined;
    const url = new URL(href, `site://x/top/${encodeURI(from)}`);
    const file = decodeURIComponent(url.pathname);
    return { file: file.startsWith('/top/') ? file.slice('/top/'.length) : `..${file}`, id: decodeURIComponent(url.hash.slice(1)) };
}

/* Each link, and each file that is loaded, leads to what is there. */
export async function links(stage) {
    const all = await parsedPages(stage);
    const there = new Set(stage.files);
    return [...all].flatMap(([name, { ids, links, loads }]) => {
        const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
        const dead = [...links.map(({ href }) => href), ...loads].flatMap((href) => {
            const to = resolve(name, href);
            if (to === undefined)
                return [];
            if (!there.has(to.file)) // a folder: from a stick, no index.html is put behind it
                return [`the link to ${href} leads nowhere`];
            return to.id === '' || !all.has(to.file) || isDeck(to.file) || all.get(to.file).ids.includes(to.id) ? [] : [`the link to ${href} leads to a page without #${to.id}`];
        });
        const strange = loads.filter((href) => /^https?:/.test(href)).map((href) => `loads ${href}`);
        return [...new Set([...isDeck(name) ? [] : twice.map((id) => `two elements have the id ${id}`), ...dead, ...strange])].map((problem) => `${name}: ${problem}`);
    });
}

/* From the front page one comes to every page and everything else that is there. */
export async function reached(stage) {
    const all = await parsedPages(stage);
    const seen = new Set(['index.html', ...languages.map((language) => `search.${language}.js`)]); // a script asks for those
    const next = ['index.html'];
    for (let name = next.pop(); name !== undefined; name = next.pop()) {
        const { links, loads } = all.get(name) ?? { links: [], loads: [] };
        [...links.map(({ href }) => href), ...loads].map((href) => resolve(name, href)?.file)
            .filter((file) => file !== undefined && !seen.has(file))
            .forEach((file) => { seen.add(file); next.push(file); });
    }
    return stage.files.filter((name) => !seen.has(name)).map((name) => `${name}: no way leads there from the front page`);
}

/* HTML that an old machine reads at once; pictures inside it are not counted. */
export async function sizes({ pages, read }) {
    const sizeOf = (name) => Buffer.byteLength(read(name).replace(/data:image[^"')]*/g, ''));
    return pages.filter((name) => sizeOf(name) > limit).map((name) => `${name}: ${sizeOf(name)} bytes of HTML are more than ${limit}`);
}

/* Each page is there in both languages, and its switch leads to it. */
export async function translated(stage) {
    const all = await parsedPages(stage);
    return [...all].filter(([name]) => !isDeck(name)).flatMap(([name, { links, titles, title }]) => {
        const other = otherLanguage(name);
        const lead = links.filter(({ hreflang }) => hreflang === languageOf(other)).map(({ href }) => resolve(name, href)?.file);
        return [
            ...all.has(other) ? [] : [`${name}: there is no ${other}`],
            ...lead.length === 1 && lead[0] === other ? [] : [`${name}: its switch of language leads to ${lead.join(' and ') || 'nothing'}, not to ${other}`],
            ...titles.length === 1 && title !== '' ? [] : [`${name}: it has ${titles.length} first headings, and the title "${title}"`],
        ];
    });
}

/* "Next" leads from the front page through all steps, then all exercises; "previous" the same way back. */
export async function ladder(stage) {
    const all = await parsedPages(stage);
    const folders = (of) => readdirSync(path.join(kit, of)).filter((name) => /^\d\d-/.test(name)).sort().map((name) => `${of}/${name}/index.html`);
    const course = [...folders('steps'), ...folders('exercises')];
    return languages.flatMap((language) => {
        const problems = [];
        const way = [];
        const to = (name, rel) => all.get(name)?.links.filter((link) => link.rel === rel).map(({ href }) => resolve(name, href).file)[0];
        for (let name = language === 'en' ? 'index.html' : 'pt-BR/index.html'; name !== undefined && !way.includes(name); name = to(name, 'next')) {
            if (way.length > 0 && to(name, 'prev') !== way.at(-1))
                problems.push(`${name}: "previous" leads to ${to(name, 'prev')}, not to ${way.at(-1)}`);
            way.push(name);
        }
        const rungs = way.map((name) => language === 'en' ? name : name.replace(/^pt-BR\//, '')).filter((name) => course.includes(name));
        if (rungs.join() !== course.join())
            problems.push(`${language}: "next" leads through ${rungs.join(', ') || 'nothing'}; the course is ${course.join(', ')}`);
        return problems;
    });
}

/* What a Mermaid source says in its arrows and boxes, as plain words. */
function saidBy(source) {
    const plain = (text) => text.replace(/<br ?\/?>/g, ' ').replace(/#(\w+);/g, (_, name) => ({ quot: '"', lt: '<', gt: '>', amp: '&' })[name] ?? String.fromCharCode(Number(name)));
    return source.split('\n').map((line) => line.match(/^\s*(?:[\w ]+?-{1,2}(?:>>|>|x|\))[+-]?[\w ]+?|Note [^:]+):\s*(.+)$/)?.[1]).filter(Boolean).map(plain);
}

const squeezed = (text) => text.replace(/\s+/g, ' ').trim();

/* Each picture is told in words; a diagram's words hold what stands on its arrows. */
export async function pictures(stage) {
    const all = await parsedPages(stage);
    const mermaid = /sequenceDiagram|flowchart|->>|-->|participant |rect rgb|^%%|classDef/m;
    const problems = [...all].flatMap(([name, { pictures }]) => pictures.flatMap(({ alt, isDiagram }) => [
        ...alt.trim() === '' ? [`${name}: a picture has no words`] : [],
        ...mermaid.test(alt) ? [`${name}: a picture's words are the source of a diagram: ${squeezed(alt).slice(0, 60)}`] : [],
        ...isDiagram && alt.length < 60 ? [`${name}: a diagram is told in ${alt.length} letters: ${alt}`] : [],
    ]));
    let diagrams = 0;
    for (const step of readdirSync(path.join(kit, 'steps')).filter((name) => /^\d\d-/.test(name)))
        for (const language of languages) {
            const text = stage.readKit(`steps/${step}/README${language === 'en' ? '' : `.${language}`}.md`);
            const sources = [...text.matchAll(/^```mermaid\n([^]*?)^```/gm)].map(([, source]) => source);
            const name = `${language === 'en' ? '' : `${language}/`}steps/${step}/index.html`;
            const shown = all.get(name)?.pictures.filter(({ isDiagram }) => isDiagram) ?? [];
            diagrams += sources.length;
            if (shown.length !== sources.length)
                problems.push(`${name}: it shows ${shown.length} diagrams, its text has ${sources.length}`);
            sources.forEach((source, i) => saidBy(source).filter((words) => !squeezed(shown[i]?.alt ?? '').includes(squeezed(words)))
                .forEach((words) => problems.push(`${name}: the words of diagram ${i + 1} do not say "${words}"`)));
        }
    return diagrams > 0 ? problems : [...problems, 'no text of a step has a diagram: what was looked at?'];
}

/* The whole kit's programs are there, each line with an anchor that lasts. */
export async function programs(stage) {
    const all = await parsedPages(stage);
    const sources = filesOf(path.join(kit, 'steps')).filter((name) => /^\d\d-[^/]*\/(server|client)\.c$/.test(name)).map((name) => `steps/${name}`);
    return sources.flatMap((source) => ['', 'pt-BR/'].flatMap((folder) => {
        const name = `${folder}${source}.html`;
        const lines = stage.readKit(source).trimEnd().split('\n').length;
        const anchors = all.get(name)?.ids.filter((id) => /^L\d+$/.test(id)).length ?? 0;
        return anchors === lines ? [] : [`${name}: ${anchors} of the ${lines} lines of ${source} have an anchor`];
    }));
}
