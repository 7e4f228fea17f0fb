/*
 * pdf.mjs: the whole course as one PDF in each language, with a table of
 * contents and bookmarks. It is printed again only when what it shows is new.
 * On which page a chapter begins is known when it has been printed: the contents
 * have the numbers of the last time, and if they are wrong by now it is printed
 * once more.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { folder as cache, hash, write } from './cache.mjs';
import { escape } from './code.mjs';
import { languages, root } from './kit.mjs';
import { openBrowser, openPage, within } from './pictures.mjs';
import { copies } from './site.mjs';
import * as views from './views.mjs';
import { say } from './words.mjs';

const folder = path.join(cache, 'pdf');
const style = readFileSync(new URL('client/site.css', import.meta.url), 'utf8');
const idOf = (address) => address.replace(/\W+/g, '-');

/* How one text refers to another where all stand on one page: by an id, or not at all. */
function placeOf(address, chapters) {
    return {
        prefix: `${idOf(address)}--`,
        address: (_, target, anchor = '') => chapters.has(target) ? `#${idOf(target)}${anchor === '' ? '' : `--${anchor}`}` : null,
        asset: (target) => pathToFileURL(copies.get(target) ?? path.join(root, 'build/site', target)).href,
    };
}

/* The chapters of the course: its texts, each step's changes behind it. */
function chaptersOf(pages) {
    return pages.filter(({ kind, group }) => kind === 'text' && /^(steps|exercises|reference|teach)$/.test(group))
        .flatMap((page) => page.step?.base === undefined ? [page] : [page, { ...views.partsOf(page.step).find(({ kind }) => kind === 'changes'), step: page.step, group: page.group }]);
}

/* The document as a function of { id of a chapter: number of its page }. */
async function documentOf(pages, language) {
    const chapters = chaptersOf(pages);
    const addresses = new Set(chapters.map(({ path: address }) => address));
    const made = [];
    for (const chapter of chapters)
        made.push({ chapter, view: await views[chapter.kind](chapter, language, placeOf(chapter.path, addresses)) });
    const list = (numbers) => made.map(({ chapter, view }) =>
        `<li><a href="#${idOf(chapter.path)}">${escape(view.title)}</a> <span>${numbers[idOf(chapter.path)] ?? ''}</span></li>`).join('');
    const texts = made.map(({ chapter, view }) => `<article id="${idOf(chapter.path)}"${view.textLanguage === language ? '' : ` lang="${view.textLanguage}"`}>\n${
        view.code ? view.html : view.html.replaceAll('<details>', '<details open>')}</article>`);
    return (numbers) => `<!doctype html>
<html lang="${language}" data-theme="light"><head><meta charset="utf-8"><title>${say(language, 'site')}</title><style>${style}
@page { size: A4; margin: 20mm 18mm 22mm; }
article { break-before: page; }
.title { padding-top: 60mm; } .title h1 { font-size: 30pt; }
.list ol { list-style: none; padding: 0; } .list li { display: flex; justify-content: space-between; } .list a { text-decoration: none; }
</style></head><body>
<section class="title"><p>${say(language, 'site')}</p><h1>${say(language, 'heading')}</h1><p class="lead">${say(language, 'lead')}</p></section>
<section class="list" style="break-before: page"><h2>${say(language, 'contents')}</h2><ol>${list(numbers)}</ol></section>
${texts.join('\n')}
</body></html>
`;
}

async function printOne(html, language, browser) {
    const source = path.join(folder, `${language}.html`);
    write(source, html);
    const page = await openPage(await openBrowser(browser));
    await within('show the whole course', page.goto(pathToFileURL(source).href, { waitUntil: 'load', timeout: 0 }));
    const pdf = await within('print the whole course', page.pdf({
        format: 'A4', printBackground: true, preferCSSPageSize: true, outline: true, tagged: true, timeout: 0,
        displayHeaderFooter: true, headerTemplate: '<span></span>',
        footerTemplate: '<p style="width: 100%; font: 8pt sans-serif; text-align: center"><span class="pageNumber"></span></p>',
    }));
    await page.close();
    return pdf;
}

/* On which page each chapter of a PDF by Chromium begins. */
function pageNumbers(pdf) {
    const text = pdf.toString('latin1');
    const order = [...text.matchAll(/^(\d+) 0 obj\n<<\/Type \/Page\n/gm)].map(([, object]) => object);
    return Object.fromEntries([...text.matchAll(/\/([\w-]+) \[(\d+) 0 R \/XYZ /g)]
        .filter(([, id]) => !id.includes('--')).map(([, id, object]) => [id, order.indexOf(object) + 1]));
}

async function printed(pages, language, browser, isDraft) {
    const name = `socket-lab${language === 'en' ? '' : `.${language}`}.pdf`;
    const [file, notes] = [path.join(folder, name), path.join(folder, `${name}.json`)];
    const last = existsSync(file) && existsSync(notes) ? JSON.parse(readFileSync(notes, 'utf8')) : { numbers: {} };
    if (isDraft && last.hash !== undefined)
        return [name, readFileSync(file)];
    const html = await documentOf(pages, language);
    let { numbers } = last;
    for (let tries = 0; hash(html(numbers)) !== last.hash && tries < 3; tries++) {
        last.hash = hash(html(numbers));
        write(file, await printOne(html(numbers), language, browser));
        numbers = pageNumbers(readFileSync(file));
        write(notes, JSON.stringify({ hash: last.hash, numbers }));
        console.log(`Printed ${name}`);
    }
    return [name, readFileSync(file)];
}

/* [[name, bytes]] of the PDFs of all languages; those of a draft may be old. */
export function print(pages, browser, isDraft) {
    mkdirSync(folder, { recursive: true });
    return Promise.all(languages.map((language) => printed(pages, language, browser, isDraft)));
}
