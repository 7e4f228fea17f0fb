/*
 * markdown.mjs: the kit's texts as HTML. What the site adds to plain Markdown:
 * terminals, code with its colours and its place in a program, diagrams, tables
 * that scroll, and the language of a part where it is not that of the page.
 */
import MarkdownIt from 'markdown-it';
import { anchor, escape } from './code.mjs';
import { say } from './words.mjs';

const languageNames = { english: 'en', inglês: 'en', portuguese: 'pt-BR', português: 'pt-BR' };

/* The id that GitHub gives a heading; `taken` makes equal ones differ. */
function slug(text, taken) {
    const plain = text.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-');
    let id = plain;
    for (let n = 1; taken.has(id); n++)
        id = `${plain}-${n}`;
    taken.add(id);
    return id;
}

const plainText = (inline) => (inline.children ?? []).map((token) =>
    token.type === 'softbreak' ? ' ' : token.type === 'image' ? token.content : /^(text|code_inline)$/.test(token.type) ? token.content : '').join('');

/* What one types of a terminal: commands; in a running program, lines. */
export function typed(text) {
    const lines = text.split('\n');
    const commands = lines.flatMap((line, i) => line.startsWith('$ ') ||
        (lines[i - 1]?.endsWith('\\') && lines[i - 1].startsWith('$ ')) ? [line.replace(/^\$ /, '')] : []);
    if (commands.length > 0)
        return commands.join('\n');
    return lines.filter((line) => line.startsWith('> ') && !/^> \^[A-Z]$/.test(line)).map((line) => line.slice(2)).join('\n');
}

function terminalLine(line) {
    const [, sign, rest] = line.match(/^([$>]) (.*)$/) ?? [];
    return sign === undefined ? escape(line) : `<span class="sign">${escape(sign)} </span><b>${escape(rest)}</b>`;
}

/* The figure that holds code; `copy` is what its button copies, undefined: the code as it stands. */
function figure(kind, caption, html, { copy, language }) {
    const data = copy === '' ? '' : ` data-copy="${escape(copy ?? '').replaceAll('\n', '&#10;')}"`;
    return `<figure class="code ${kind}"${data}>${caption === '' ? '' : `<figcaption>${caption}</figcaption>`}` +
        `<pre translate="no"${language === 'en' ? '' : ' lang="en"'}><code>${html}</code></pre></figure>\n`;
}

function terminal(content, language) {
    const text = content.replace(/\n$/, '');
    const [, name, rest] = text.match(/^# (terminal \d+)\n([^]*)$/) ?? [undefined, '', text];
    return figure('terminal', name, rest.split('\n').map(terminalLine).join('\n'), { copy: typed(rest), language });
}

/*
 * What `html` needs to know of the site:
 *   link(href, line)         where a link of this text leads, or null for nowhere
 *   image(href, line)        the same for a picture
 *   highlight(text, name)    lines of HTML
 *   place(text)              { href, caption } of the program that holds these lines, or null
 *   diagram(source)          { src, width, height, alt }
 */
export function renderer(site) {
    const markdown = new MarkdownIt({ html: true });
    const { rules } = markdown.renderer;
    const line = (env, token, needle) => {
        const at = env.lines.findIndex((text, i) => i >= (env.block?.[0] ?? 0) && text.includes(needle));
        return (at === -1 ? env.block?.[0] ?? 0 : at) + 1;
    };

    const level = (token, { shift }) => Number(token.tag[1]) - shift;

    rules.fence = (tokens, i, _, env) => {
        const { info, content } = tokens[i];
        const { language } = env;
        if (info === 'mermaid') {
            const { src, width, height, alt } = site.diagram(content, env);
            return `<figure class="diagram scroll"><img src="${escape(src)}" width="${width}" height="${height}" style="min-width: ${Math.round(width * 0.8)}px" alt="${escape(alt)}"></figure>\n`;
        }
        if (info === 'console')
            return terminal(content, language);
        const place = info === 'c' ? site.place(content, env) : null;
        const caption = place === null ? '' : anchor(place.href, escape(place.caption));
        return figure(info, caption, env.code.get(tokens[i]).join('\n'), { language });
    };
    rules.code_block = rules.fence;
    rules.heading_open = (tokens, i, options, env) => `<h${level(tokens[i], env)} id="${escape(env.prefix + env.ids.get(tokens[i]))}">`;
    rules.heading_close = (tokens, i, options, env) => `</h${level(tokens[i], env)}>\n`;
    rules.table_open = (tokens, i, options, env) => `<div class="scroll table" role="group" aria-label="${say(env.language, 'table')}"><table>\n`;
    rules.table_close = () => '</table></div>\n';
    rules.link_open = (tokens, i, _, env) => {
        const href = tokens[i].attrGet('href');
        const target = site.link(href, env, line(env, tokens[i], href));
        env.open.push(target !== null);
        return target === null ? '' : `<a href="${escape(target)}"${/^https?:/.test(target) ? ' rel="noreferrer"' : ''}>`;
    };
    rules.link_close = (tokens, i, options, env) => env.open.pop() ? '</a>' : '';
    rules.image = (tokens, i, options, env) => {
        const src = tokens[i].attrGet('src');
        return `<img class="picture" src="${escape(site.image(src, env, line(env, tokens[i], src)))}" alt="${escape(tokens[i].content)}" loading="lazy">`;
    };

    /* A column that is headed by the name of a language is in that language. */
    function markColumns(tokens, language) {
        let columns = [];
        let column = 0;
        tokens.forEach((token, i) => {
            if (token.type === 'thead_open')
                columns = [];
            if (token.type === 'tr_open')
                column = 0;
            if (token.type === 'th_open')
                columns.push(languageNames[tokens[i + 1].content.toLowerCase()]);
            if (token.type === 'td_open') {
                const other = columns[column++];
                if (other !== undefined && other !== language)
                    token.attrSet('lang', other);
            }
        });
    }

    /* Sections of a text, for the search: [{ id, title, text }]. */
    function sectionsOf(tokens, ids) {
        const sections = [];
        tokens.forEach((token, i) => {
            if (token.type === 'heading_open')
                sections.push({ id: ids.get(token), title: plainText(tokens[i + 1]), text: '' });
            else if (sections.length > 0 && tokens[i - 1]?.type !== 'heading_open' && /^(inline|fence|html_block)$/.test(token.type) && token.info !== 'mermaid')
                sections.at(-1).text += `${token.type === 'inline' ? plainText(token) : token.content.replace(/<[^>]*>/g, ' ')} `;
        });
        return sections;
    }

    /*
     * A whole text: { title, headings, diagrams, length, env, render, sections }.
     * render(from, to) makes HTML of some of its tokens; a heading says `at` which
     * it stands. env says for which place: address, asset, prefix of ids, and by
     * how many levels the headings go up.
     */
    async function parse(file, text, language) {
        const env = { file, language, lines: text.split('\n'), code: new Map(), ids: new Map(), open: [] };
        const tokens = markdown.parse(text, env);
        const taken = new Set();
        const headings = [];
        const diagrams = [];
        for (const [i, token] of tokens.entries()) {
            if (token.type === 'heading_open') {
                const title = plainText(tokens[i + 1]);
                env.ids.set(token, slug(title, taken));
                headings.push({ level: Number(token.tag[1]), id: env.ids.get(token), title, at: i });
            }
            if (token.type === 'fence' && token.info === 'mermaid')
                diagrams.push({ line: token.map[0] + 1, source: token.content });
            if (/^(fence|code_block)$/.test(token.type) && !/^(mermaid|console)$/.test(token.info))
                env.code.set(token, await site.highlight(token.content, token.info));
        }
        markColumns(tokens, language);
        const render = (from, to) => {
            const piece = tokens.slice(from, to);
            return piece.map((token, i) => {
                if (token.map !== null)
                    env.block = token.map;
                if (token.type === 'inline')
                    return markdown.renderer.renderInline(token.children, markdown.options, env);
                const rule = rules[token.type];
                return rule === undefined ? markdown.renderer.renderToken(piece, i, markdown.options) : rule(piece, i, markdown.options, env, markdown.renderer);
            }).join('');
        };
        return { title: headings.find(({ level }) => level === 1)?.title ?? file, headings, diagrams, length: tokens.length, render, env, sections: (from, to) => sectionsOf(tokens.slice(from, to), env.ids) };
    }
    return { parse };
}
