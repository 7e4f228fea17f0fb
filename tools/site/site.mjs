/*
 * site.mjs: the pages of the site, and where a link of a text leads. A page has
 * the same path in each language: the English ones stand at the top, the others
 * in a folder of their own. Nothing that is shown is without a page: a program,
 * a script or a folder gets one as soon as a text links to it.
 */
import path from 'node:path';
import { Fault, exercises, exists, isFolder, isHidden, languages, list, read, root, steps, translation } from './kit.mjs';
import { escape, highlight } from './code.mjs';
import { renderer } from './markdown.mjs';
import { diagram, drawAll } from './pictures.mjs';
import { say } from './words.mjs';

export const url = (language, page) => (language === 'en' ? '' : `${language}/`) + page;
export const relative = (from, to) => encodeURI(path.posix.relative(path.posix.dirname(from), to) || path.posix.basename(to));
const undotted = (file) => file.replace(/(^|\/)\.(?=[^./])/g, '$1dot-');
export const sourcePage = (file) => undotted(`${file}.html`);
const folderPage = (folder) => undotted(path.posix.join(folder, 'index.html'));
const textPage = (file) => file === 'README.md' ? 'kit.html'
    : undotted(file.replace(/(^|\/)README\.md$/, '$1index.html').replace(/\.md$/, '.html'));

/* Sections, by their English heading, that have pages of their own. */
const cuts = {
    'steps/README.md': { Cheatsheet: 'cheatsheet.html', Glossary: 'glossary.html' },
    'exercises/README.md': { Instructors: 'lessons.html' },
};

/* The files that are copied as they are: path in the site -> file in the kit. */
export const copies = new Map();
const anchors = new Map(); // url of a page -> the ids on it
const asked = []; // { url, anchor, file, line }: links that are looked at when all pages are there
const wanted = new Map(); // path of a page that a link asked for -> { kind, file }
const texts = new Map(); // `${language} ${file}` -> what markdown.mjs made of it

export function provide(address, ids) {
    anchors.set(address, new Set(ids));
}

/* The pages that were asked for and have not been taken yet. */
export function takeWanted() {
    const taken = [...wanted].filter(([, page]) => !page.taken);
    taken.forEach(([, page]) => { page.taken = true; });
    return taken.map(([address, { kind, file }]) => ({ path: address, kind, file }));
}

function want(address, kind, file) {
    if (!wanted.has(address))
        wanted.set(address, { kind, file });
    return address;
}

export const wantSource = (file) => want(sourcePage(file), 'source', file);
export const wantFolder = (folder) => exists(path.posix.join(folder, 'README.md')) ?
    want(textPage(path.posix.join(folder, 'README.md')), 'text', path.posix.join(folder, 'README.md'))
    : want(folderPage(folder), 'folder', folder);
export const isPicture = (file) => /\.(svg|png)$/.test(file);
export const copy = (file) => {
    copies.set(undotted(file), path.join(root, file));
    return undotted(file);
};

/*
 * Where a part of a text stands: { path, anchor }. An English text, read among
 * Portuguese pages, names headings by their English words: the same heading of
 * the other text is meant.
 */
function partOf(file, language, anchor) {
    const text = texts.get(`${language} ${file}`);
    const n = texts.get(`en ${file}`).headings.findIndex(({ id }) => id === anchor);
    const known = text.headings.some(({ id }) => id === anchor);
    const id = known || n === -1 ? anchor : text.headings[n]?.id ?? anchor;
    return { path: (text.pieces.find(({ ids }) => ids.has(id)) ?? text.pieces[0]).path, anchor: id };
}

/*
 * What a link of a text leads to, as { language, path, anchor }; { href } for one
 * that leaves the site, null for what is not shown.
 */
function resolve(href, env, line) {
    if (/^[a-z]+:/.test(href))
        return { href };
    const [name, anchor = ''] = decodeURI(href).split('#');
    const file = name === '' ? env.base : path.posix.join(path.posix.dirname(env.file), name).replace(/\/$/, '');
    if (file.startsWith('..') || !exists(file))
        throw new Fault(`${env.file}:${line}: the link to ${href} leads nowhere: there is no ${file}.`);
    if (isHidden(file))
        return null;
    const language = /\.pt-BR\.md$/.test(file) ? 'pt-BR' : env.language;
    const base = file.replace(/\.pt-BR\.md$/, '.md');
    if (isPicture(file))
        return { language: 'en', path: copy(file), anchor: '' };
    if (isFolder(file))
        return { language, path: wantFolder(file), anchor };
    if (!file.endsWith('.md'))
        return { language, path: wantSource(file), anchor };
    const part = partOf(base, language, anchor);
    want(part.path, 'text', base);
    return { language, ...part };
}

function link(href, env, line) {
    const target = resolve(href, env, line);
    if (target === null || target.href !== undefined)
        return target?.href ?? null;
    if (!isPicture(target.path))
        asked.push({ url: url(target.language, target.path), anchor: target.anchor, file: env.file, line, href });
    return env.address(target.language, target.path, target.anchor);
}

const image = (src, env, line) => {
    const target = resolve(src, env, line);
    return env.asset(target.path);
};

/* The program of the step, or the file of common/, that has these lines. */
function place(text, env) {
    const step = steps.find(({ folder }) => env.file.startsWith(`${folder}/`));
    const common = list('common').filter((name) => /\.[ch]$/.test(name)).map((name) => `common/${name}`);
    for (const file of [...step?.programs ?? [], ...step === undefined && !env.file.startsWith('common/') ? [] : common]) {
        const at = `\n${read(file)}`.indexOf(`\n${text}`);
        if (at === -1)
            continue;
        const n = read(file).slice(0, at).split('\n').length;
        const name = file.startsWith('common/') ? file : path.posix.basename(file);
        return { href: env.address(env.language, wantSource(file), `L${n}`), caption: say(env.language, 'inFile', { file: name, n }) };
    }
    return null;
}

const fences = { sh: 'bash', c: 'c' };
const { parse } = renderer({
    link, image, place,
    highlight: (text, info) => highlight(text, fences[info] ?? ''),
    diagram(source, env) {
        const drawn = diagram(source, env.textLanguage);
        copies.set(`diagrams/${drawn.name}`, drawn.file);
        return { ...drawn, src: env.asset(`diagrams/${drawn.name}`) };
    },
});

/* Cuts a text into the pieces that have pages: [{ path, title, from, to, ids, level }]. */
function pieces(file, text, english) {
    const cut = Object.entries(cuts[file] ?? {}).map(([title, address]) => {
        const second = english.headings.filter(({ level }) => level === 2);
        const n = second.findIndex((heading) => heading.title === title);
        if (n === -1)
            throw new Fault(`${file} has no section "${title}" any more, of which tools/site/site.mjs makes ${address}.`);
        return [text.headings.filter(({ level }) => level === 2)[n].at, address];
    });
    const starts = [0, ...text.headings.filter(({ level }) => level === 2).map(({ at }) => at)];
    const found = [];
    starts.forEach((from, i) => {
        const to = starts[i + 1] ?? text.length;
        const [, address] = cut.find(([at]) => at === from && from > 0) ?? [];
        const ids = text.headings.filter(({ at }) => at >= from && at < to).map(({ id }) => id);
        if (address === undefined && i > 0) {
            found[0].ranges.push([from, to]);
            ids.forEach((id) => found[0].ids.add(id));
        } else {
            found.push({ path: address ?? textPage(file), ranges: [[from, to]], ids: new Set(ids), isCut: address !== undefined });
        }
    });
    return found.map((piece) => ({ ...piece, title: piece.isCut ? text.headings.find(({ at }) => at === piece.ranges[0][0]).title : text.title }));
}

/* All texts of the kit, but those of folders with a dot. */
function textsBelow(folder) {
    return list(folder).flatMap((name) => {
        const file = path.posix.join(folder, name);
        return name.endsWith('/') ? (name.startsWith('.') ? [] : textsBelow(file)) : /(?<!\.pt-BR)\.md$/.test(name) ? [file] : [];
    });
}

/* Reads all texts, and draws their diagrams; returns how many were drawn. */
export async function readTexts(browser) {
    const diagrams = [];
    for (const base of textsBelow('.'))
        for (const language of languages) {
            const file = translation(base, language);
            const text = await parse(file, read(file), language);
            text.env.base = base;
            text.env.textLanguage = file === base ? 'en' : language;
            text.pieces = pieces(base, text, texts.get(`en ${base}`) ?? text);
            texts.set(`${language} ${base}`, text);
            diagrams.push(...text.diagrams.map(({ line, source }) => [`${file}:${line}`, source]));
        }
    return drawAll(diagrams, browser);
}

/*
 * A piece of a text for one place: { title, textLanguage, html, headings, sections }.
 * `address` and `asset` say how that place refers to others; `prefix` stands
 * before each id.
 */
export function piece(base, language, address, { address: refer, asset, prefix = '' }) {
    const text = texts.get(`${language} ${base}`);
    if (text === undefined)
        throw new Fault(`There is no text ${base}.`);
    const found = text.pieces.find((one) => one.path === address) ?? text.pieces[0];
    const { env } = text;
    Object.assign(env, { address: refer, asset, prefix, shift: found.isCut ? 1 : 0 });
    const headings = text.headings.filter(({ id }) => found.ids.has(id))
        .map(({ level, id, title }) => ({ level: level - env.shift, id: prefix + id, title }));
    const html = found.ranges.map((range) => text.render(...range)).join('');
    return {
        title: found.title, textLanguage: env.textLanguage, headings, ids: [...found.ids],
        html: headings.some(({ level }) => level === 1) ? html : `<h1>${escape(found.title)}</h1>\n${html}`,
        sections: found.ranges.flatMap((range) => text.sections(...range)),
    };
}

export const titleOf = (base, language) => texts.get(`${language} ${base}`).title;

/* Ends the build where a link leads to a page or an anchor that is not there. */
export function checkLinks() {
    for (const { url: address, anchor, file, line, href } of asked) {
        const ids = anchors.get(address);
        if (ids === undefined)
            throw new Fault(`${file}:${line}: the link to ${href} leads nowhere: the site has no ${address}.`);
        if (anchor !== '' && !ids.has(anchor))
            throw new Fault(`${file}:${line}: the link to ${href} leads nowhere: there is no #${anchor}.`);
    }
}

/* The pages that the course leads through, in order, and the part of the course each is of. */
export function course() {
    const text = (group, file, label, address = textPage(file)) => ({ kind: 'text', group, file, path: address, label });
    const all = [
        { kind: 'front', group: '', path: 'index.html', label: 'start' },
        text('steps', 'steps/README.md', 'overview'),
        ...steps.map((step) => ({ ...text('steps', `${step.folder}/README.md`), step, done: step.folder })),
        text('exercises', 'exercises/README.md', 'overview'),
        ...exercises.map((exercise) => ({ ...text('exercises', `${exercise.folder}/README.md`), exercise, done: exercise.folder })),
        text('reference', 'steps/README.md', 'cheatsheet', 'cheatsheet.html'),
        text('reference', 'steps/README.md', 'glossary', 'glossary.html'),
        text('reference', 'common/README.md', 'common'),
        text('reference', 'tools/facts/README.md', 'facts'),
        text('teach', 'exercises/README.md', 'lessons', 'lessons.html'),
        text('teach', 'slides/README.md', 'deck'),
        text('teach', 'tools/grade/README.md', 'grading'),
        text('build', 'README.md', 'kit'),
        text('build', 'CONTRIBUTING.md', 'contributing'),
        text('build', 'tools/kit/README.md', 'honest'),
        text('build', 'tools/kit/bench/README.md', 'bench'),
        text('build', 'tools/site/README.md', 'website'),
        text('build', 'CHANGELOG.md', 'changelog'),
    ];
    return all.filter(({ kind, file }) => kind === 'front' || exists(file));
}
