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
 *   steps/03-lines/README.md
 *   ```
 * becomes the picture of the first Mermaid diagram in that text, with #2 behind
 * its name of the second; a name that is no text is a file of diagrams/. Where
 * the diagram is too tall for one slide, the slide is there once for each part.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Marp } from '@marp-team/marp-core';
import { describe } from './describe.mjs';
import { pictures, room } from './diagrams.mjs';

const escapeHtml = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
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

/* The Mermaid source of a text of the guide (its first, or its nth with #n), or of a file of diagrams/. */
export function diagram(reference) {
    const text = reference.match(/^(.*\.md)(?:#(\d+))?$/);
    if (text === null)
        return lines(`slides/diagrams/${reference}.mmd`).join('\n');
    const [, file, number = 1] = text;
    const found = [...lines(file).join('\n').matchAll(/^```mermaid\n(.*?)\n```$/gms)][number - 1];
    if (found === undefined)
        throw new Error(`${file} has no diagram${number === 1 ? '' : ` ${number}`}.`);
    return found[1];
}

/* A picture, inside the page: a deck is one file. Small ones grow a little. */
function image({ file, source }, language) {
    const svg = readFileSync(file, 'utf8');
    const [, width, height] = svg.match(/viewBox="\S+ \S+ (\S+) (\S+)"/).map(Number);
    const shown = Math.floor(width * Math.min(room.width / width, room.height / height, 1.3));
    const data = Buffer.from(svg).toString('base64');
    return `<p class="diagram"><img width="${shown}" src="data:image/svg+xml;base64,${data}" alt="${escapeHtml(describe(source, language))}"></p>\n`;
}

/* Slides whose diagram takes several pictures: each picture gets a copy of the slide. */
function unfold(markdown) {
    return markdown.split(/^---$/m).map((slide) => {
        const reference = slide.match(/^```diagram\n(.*)\n```$/m)?.[1];
        const count = reference === undefined ? 1 : pictures(reference, diagram(reference)).length;
        return Array.from({ length: count }, (_, i) => (count === 1 ? slide : slide
            .replace(/^# .*$/m, (title) => `${title} <span class="part">(${i + 1}/${count})</span>`)
            .replace(/^(```diagram\n.*)$/m, `$1 ${i + 1}`))).join('---');
    }).join('---');
}

function fences(markdown) {
    const original = markdown.renderer.rules.fence;
    markdown.core.ruler.after('normalize', 'unfold', (state) => { state.src = unfold(state.src); });
    markdown.renderer.rules.fence = (tokens, i, options, env, self) => {
        const token = tokens[i];
        const reference = token.content.trim();
        if (token.info === 'diagram') {
            const [name, part = 1] = reference.split(' ');
            return image(pictures(name, diagram(name))[part - 1], markdown.marpit.lastGlobalDirectives.lang);
        }
        if (token.info === 'c' && /^(steps|common)\//.test(reference))
            token.content = `${code(reference)}\n`;
        return original(tokens, i, options, env, self);
    };
}

export default (options) => new Marp(options).use(fences);
