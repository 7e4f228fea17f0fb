/*
 * code.mjs: source text as HTML, a string per line. Shiki finds the words; each
 * becomes a short class, and site.css gives it a colour in light and in dark.
 */
import { readFileSync } from 'node:fs';
import { drawer, hash } from './cache.mjs';

const letters = { keyword: 'k', string: 's', 'string-expression': 's', comment: 'c', constant: 'n', function: 'f' };
const suffixes = { c: 'c', h: 'c', mjs: 'javascript', js: 'javascript', py: 'python', go: 'go', sh: 'bash', bash: 'bash', bats: 'bash', mk: 'make', json: 'json', yml: 'yaml', css: 'css', awk: 'awk', patch: 'diff' };
const interpreters = { bash: 'bash', bats: 'bash', python3: 'python' };
const drawn = drawer('code');
const makers = [readFileSync(new URL(import.meta.url)), readFileSync(new URL('package-lock.json', import.meta.url))];
let highlighter;

export const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/* A link, or its words alone where there is nowhere to lead to (on paper). */
export const anchor = (href, html) => href === null ? html : `<a href="${escape(href)}">${html}</a>`;

/* The language of a file, by its name or its first line; '' for one that has none. */
export function languageOf(file, text) {
    const name = file.split('/').at(-1);
    if (name === 'Makefile')
        return 'make';
    const [, interpreter] = text.match(/^#!.*[/ ](\w+)\n/) ?? [];
    return suffixes[name.split('.').at(-1)] ?? interpreters[interpreter] ?? '';
}

/* Shiki gives the arguments of a call the colour of its name: here the name alone has it. */
function namesOfCalls(tokens) {
    const line = tokens.map(({ content }) => content).join('');
    let at = 0;
    return tokens.flatMap(({ content, color }) => {
        const kind = letters[color?.match(/--shiki-token-([\w-]+)/)?.[1]] ?? '';
        const from = at;
        at += content.length;
        if (kind !== 'f')
            return [{ kind, content }];
        return [...content.matchAll(/\w+|\W+/g)].map(({ 0: word, index }) =>
            ({ kind: /^\w/.test(word) && line[from + index + word.length] === '(' ? 'f' : '', content: word }));
    });
}

/* Runs of one colour become one element; blanks need none. */
function lineHtml(tokens) {
    const runs = [];
    for (const { kind, content } of namesOfCalls(tokens)) {
        const last = runs.at(-1);
        if (last !== undefined && (last.kind === kind || content.trim() === ''))
            last.text += content;
        else
            runs.push({ kind, text: content });
    }
    return runs.map(({ kind, text }) => kind === '' ? escape(text) : `<i class="${kind}">${escape(text)}</i>`).join('');
}

/* Shiki is loaded when there is something that has no colours yet. */
async function startShiki() {
    const { createCssVariablesTheme, createHighlighter } = await import('shiki');
    return createHighlighter({ themes: [createCssVariablesTheme()], langs: [...new Set(Object.values(suffixes))] });
}

async function tokens(text, language) {
    highlighter ??= startShiki();
    return (await highlighter).codeToTokensBase(text, { lang: language, theme: 'css-variables' });
}

/* The lines of a text as HTML, without newlines. */
export function highlight(text, language) {
    const plain = text.replace(/\n$/, '');
    if (language === '')
        return plain.split('\n').map(escape);
    return drawn.get(hash(...makers, language, plain), async () => (await tokens(plain, language)).map(lineHtml));
}

export const save = () => drawn.save();

/* What C defines at its outermost level: [name, line], lines counted from 1. */
export function definitions(text) {
    const lines = text.split('\n');
    return lines.flatMap((line, i) => {
        const [, struct] = line.match(/^struct (\w+) \{$/) ?? [];
        if (struct !== undefined)
            return [[`struct ${struct}`, i + 1]];
        const [, name] = line.match(/^[a-z_][\w *]*?\b(\w+)\(/) ?? [];
        const opens = lines.slice(i, i + 4).find((next) => /[;{]\s*$|^\{/.test(next));
        return name !== undefined && opens !== undefined && !opens.endsWith(';') ? [[name, i + 1]] : [];
    });
}
