/*
 * engine.mjs: Marp's engine, with two fences of ours. Nothing is typed twice: a
 * fence names what it shows, and a name that no longer exists ends the build.
 *
 *   ```c
 *   steps/03-lines/server.c: serve_client
 *   ```
 * becomes that function, or with `main /shutdown/ /close/` the lines of it from
 * the first match to the second, or with `struct client` its declaration. The
 * patterns alone, without a name, look at the whole file.
 *
 *   ```diagram
 *   steps/README.md: Step 03
 *   ```
 * becomes the picture of the first Mermaid diagram in that section; a name
 * without a section is a file of diagrams/.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Marp } from '@marp-team/marp-core';
import { picture } from './diagrams.mjs';

const kit = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

function lines(file) {
    if (!existsSync(path.join(kit, file)))
        throw new Error(`There is no file ${file}.`);
    return readFileSync(path.join(kit, file), 'utf8').split('\n');
}

/* The lines of a function or a struct, from its first line to its }. */
function definition(file, name) {
    const all = lines(file);
    const isStruct = name.startsWith('struct ');
    const starts = (line) => isStruct
        ? line === `${name} {`
        : /^[a-z_].*\(/.test(line) && line.split('(')[0].match(/\w+$/)?.[0] === name;
    const start = all.findIndex((line, i) => starts(line) &&
        !all.slice(i).find((l) => /[;{]\s*$|^\{/.test(l))?.endsWith(');'));
    if (start === -1)
        throw new Error(`${file} has no ${name}.`);
    const end = all.findIndex((line, i) => i > start && /^\}/.test(line));
    return all.slice(start, end + 1);
}

/* The lines from the first that matches one pattern to one that matches the next. */
function range(text, patterns, where) {
    const [first, last] = patterns.map((p) => new RegExp(p));
    const start = text.findIndex((line) => first.test(line));
    const length = text.slice(start).findIndex((line) => last.test(line));
    if (start === -1 || length === -1)
        throw new Error(`${where} has no lines from /${patterns[0]}/ to /${patterns[1]}/.`);
    const found = text.slice(start, start + length + 1);
    const indent = Math.min(...found.filter((l) => l !== '').map((l) => l.search(/\S/)));
    return found.map((line) => line.slice(indent));
}

/* What a fence with "FILE: NAME [/FROM/ /TO/]" in it shows. */
function code(reference) {
    const parts = reference.match(/^(\S+): ?(.*?)(?: ?\/(.+)\/ \/(.+)\/)?$/);
    if (parts === null)
        throw new Error(`This fence names no code: ${reference}`);
    const [, file, name, from, to] = parts;
    const text = name === '' ? lines(file) : definition(file, name);
    return (from === undefined ? text : range(text, [from, to], `${file}: ${name}`)).join('\n');
}

/* The Mermaid source that "FILE: SECTION" or "FILE" names. */
export function diagram(reference) {
    const [file, section] = reference.split(': ');
    if (section === undefined)
        return lines(`slides/diagrams/${file}.mmd`).join('\n');
    const all = lines(file);
    const heading = all.findIndex((line) => line.startsWith(`## ${section}:`));
    const start = all.findIndex((line, i) => i > heading && line === '```mermaid');
    if (heading === -1 || start === -1)
        throw new Error(`${file} has no diagram in a section ${section}.`);
    return all.slice(start + 1, all.indexOf('```', start)).join('\n');
}

/* The picture of a diagram, inside the page: a deck is one file. */
function image(reference, source, text) {
    const svg = readFileSync(picture(reference, source));
    return `<p class="diagram"><img src="data:image/svg+xml;base64,${svg.toString('base64')}" alt="${text}"></p>\n`;
}

function fences(markdown) {
    const original = markdown.renderer.rules.fence;
    markdown.renderer.rules.fence = (tokens, i, options, env, self) => {
        const token = tokens[i];
        const reference = token.content.trim();
        if (token.info === 'diagram') {
            const source = diagram(reference);
            return image(reference, source, markdown.utils.escapeHtml(source));
        }
        if (token.info === 'c' && /^(steps|common)\//.test(reference))
            token.content = `${code(reference)}\n`;
        return original(tokens, i, options, env, self);
    };
}

export default (options) => new Marp(options).use(fences);
