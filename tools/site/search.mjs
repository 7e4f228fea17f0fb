/*
 * search.mjs: an index of all sections for MiniSearch, as a script that a page
 * loads when somebody first searches: from file:// a browser reads no other kind.
 */
import { readFileSync } from 'node:fs';
import MiniSearch from 'minisearch';

const library = readFileSync(new URL('umd/index.js', import.meta.resolve('minisearch').replace(/[^/]*\/[^/]*$/, '')), 'utf8');
const fields = { fields: ['title', 'text'], storeFields: ['page', 'title', 'text', 'url'] };

/* The words of a text, without accents and capitals. It goes into the page as it stands here. */
function wordsOf(text) {
    return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter((word) => word !== '');
}

/* The script of a language for [{ page, title, text, url }]. */
export function searchScript(language, sections) {
    const index = new MiniSearch({ ...fields, tokenize: wordsOf, processTerm: (word) => word });
    index.addAll(sections.map((section, id) => ({ id, ...section, text: section.text.replace(/\s+/g, ' ').trim() })));
    return `${library.replace(/\n\/\/# sourceMappingURL=.*/, '')}
(window.siteSearch ??= {})[${JSON.stringify(language)}] = (() => {
    ${wordsOf}
    const options = Object.assign(${JSON.stringify(fields)}, { tokenize: wordsOf, processTerm: (word) => word });
    const index = MiniSearch.loadJS(${JSON.stringify(index)}, options);
    return { wordsOf, find: (query) => index.search(query, { prefix: true, fuzzy: (word) => word.length > 5 ? 0.15 : 0, boost: { title: 3 }, combineWith: 'AND' }) };
})();
`;
}
