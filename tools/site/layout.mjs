/*
 * layout.mjs: the frame around each page: the course on the left, the page's
 * headings on the right, search, language and theme above, the way on below.
 * All of it is there without JavaScript, but what only JavaScript can do.
 */
import { escape } from './code.mjs';
import { languages } from './kit.mjs';
import { partsOf } from './views.mjs';
import { relative, url } from './site.mjs';
import { say, words } from './words.mjs';

/* Nothing from elsewhere, and no script but ours; a page from a USB stick has file: for 'self'. */
const policy = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; style-src-attr 'unsafe-inline'; img-src 'self' file: data:; base-uri 'none'; form-action 'none'";

/* What the course's list calls a page. */
function label(page, language) {
    if (page.step !== undefined)
        return `<b>${page.step.id}</b> <span lang="en">${page.step.name}</span>`;
    if (page.exercise !== undefined)
        return `<b>${Number(page.exercise.id)}</b> <span lang="en">${page.exercise.name}</span>`;
    return say(language, page.label);
}

function courseList(course, here, language, href) {
    const groups = [...new Set(course.map(({ group }) => group))];
    return groups.map((group) => {
        const items = course.filter((page) => page.group === group).map((page) =>
            `<li${page.done === undefined ? '' : ` data-done="${page.done}"`}><a href="${href(url(language, page.path))}"` +
            `${page === here ? ' aria-current="page"' : ''}>${label(page, language)}</a></li>`);
        return `${group === '' ? '' : `<h2>${say(language, group)}</h2>`}<ul>${items.join('')}</ul>`;
    }).join('\n');
}

const linked = ({ headings }) => headings.filter(({ level }) => level === 2 || level === 3);

function contents(view, language) {
    const items = linked(view);
    if (items.length < 2)
        return '';
    return `<nav class="contents" aria-labelledby="contents"><h2 id="contents">${say(language, 'onThisPage')}</h2><ul${view.textLanguage === language ? '' : ` lang="${view.textLanguage}"`}>` +
        items.map(({ level, id, title }) => `<li class="level${level}"><a href="#${escape(encodeURI(id))}">${escape(title)}</a></li>`).join('') + '</ul></nav>';
}

function parts(page, language, href) {
    if (page.step === undefined)
        return '';
    const links = partsOf(page.step).map((part) =>
        `<li><a href="${href(url(language, part.path))}"${part.path === page.path ? ' aria-current="page"' : ''}>${part.name ?? say(language, part.key)}</a></li>`);
    return `<nav class="parts" aria-label="${say(language, 'parts')}"><ul>${links.join('')}</ul></nav>\n`;
}

function wayOn({ previous, next }, language, href) {
    const link = (page, key) => page === undefined ? '' : `<a class="${key}" rel="${key === 'previous' ? 'prev' : 'next'}" href="${href(url(language, page.path))}">` +
        `<span>${say(language, key)}</span> ${escape(page.titles[language])}</a>`;
    return previous === undefined && next === undefined ? ''
        : `<nav class="way" aria-label="${say(language, 'pages')}">${link(previous, 'previous')}${link(next, 'next')}</nav>\n`;
}

/* The switch to the other language keeps the page; its own name is in its own language. */
function languageLinks(page, language, href) {
    return languages.filter((other) => other !== language).map((other) =>
        `<a class="language" href="${href(url(other, page.path))}" hreflang="${other}" lang="${other}">${words[other].language}</a>`).join('');
}

/* A whole page. `page` has path, titles, previous, next, and what it is about. */
export function layout(page, view, language, course) {
    const here = url(language, page.path);
    const href = (target) => relative(here, target);
    const t = (key) => escape(say(language, key, { n: '{n}', q: '{q}' }));
    const top = here.split('/').map(() => '').join('../') || './';
    const title = page.kind === 'front' ? `${t('site')}: ${t('heading')}` : `${escape(view.title)} · ${t('site')}`;
    const lang = view.textLanguage === language ? '' : ` lang="${view.textLanguage}"`;
    const beside = contents(view, language);
    const [, heading, rest] = view.html.match(/^([^]*?<\/h1>\n?)([^]*)$/);
    const current = course.find((one) => one === page) ?? course.find((one) => one.step !== undefined && one.step === page.step);
    return `<!doctype html>
<html lang="${language}" data-top="${top}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${page.kind === 'front' ? `<meta name="description" content="${t('description')}">\n` : ''}<title>${title}</title>
<link rel="icon" href="${top}icon.svg">
<link rel="stylesheet" href="${top}site.css">
${view.motion ? `<link rel="stylesheet" href="${top}motion.css">\n<script src="${top}motion.js" defer></script>\n` : ''}<script src="${top}theme.js"></script>
<script src="${top}site.js" defer></script>
</head>
<body class="${page.kind}${view.code ? ' wide' : ''}${beside === '' ? ' bare' : ''}">
<a class="skip" href="#text">${t('skip')}</a>
<header>
<button class="menu" type="button" aria-expanded="false" aria-controls="course">${t('menu')}</button>
<a class="home" href="${href(url(language, 'index.html'))}">${t('site')}</a>
<form class="search" role="search" data-found="${t('found')}" data-nothing="${t('nothing')}"><input type="search" aria-label="${t('search')}" placeholder="${t('searchHint')}" autocomplete="off" spellcheck="false">
<div class="results" hidden><p role="status"></p><ol></ol></div></form>
<nav class="switches" aria-label="${t('otherLanguage')}">${languageLinks(page, language, href)}</nav>
<button class="theme" type="button" aria-label="${t('theme')}" title="${t('theme')}"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><circle cx="10" cy="10" r="7.5" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M10 2.5a7.5 7.5 0 0 1 0 15z" fill="currentColor"/></svg></button>
</header>
<div class="page">
<nav id="course" class="course" aria-label="${t('course')}">
${courseList(course, current, language, href)}
</nav>
<main id="text" tabindex="-1">
${parts(page, language, href)}<div class="title"${lang}>${heading}</div>
${beside}
<article${lang} data-copy-label="${t('copy')}" data-copied="${t('copied')}">
${rest}</article>
${page.done === undefined ? '' : `<p class="mark"><button type="button" class="done" data-mark="${page.done}" aria-pressed="false" hidden>${t('done')}</button></p>\n`}${wayOn(page, language, href)}</main>
</div>
<footer><p>${t('about')}</p></footer>
</body>
</html>
`;
}
