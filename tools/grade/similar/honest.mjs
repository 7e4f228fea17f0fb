/*
 * honest.mjs FOLDER: a class for the tests: forty honest servers and clients of
 * exercise 3, each put together from the ways in honest.txt, always the same; and
 * Mallory, who has copied from student 17 and disguised it all.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const INCLUDES = ['arpa/inet.h', 'endian.h', 'err.h', 'errno.h', 'poll.h', 'signal.h', 'stdio.h', 'stdlib.h',
    'string.h', 'sys/uio.h', 'time.h', 'unistd.h'];
const SERVER = ['receive', 'take', 'give', 'serve', 'accept'];
const CLIENT = ['receive', 'take', 'give', 'answer', 'talk'];

const ways = {};
for (const part of readFileSync(new URL('honest.txt', import.meta.url), 'utf8').split(/^= /m).slice(1)) {
    const [name, ...texts] = part.split(/\n-\n/);
    ways[name] = texts.map((text) => text.trimEnd());
}

/* Returns a function that draws a whole number below its argument: Park and Miller's. */
function dice(seed) {
    let state = seed;
    const roll = () => (state = state * 48271 % 2147483647);
    for (let i = 0; i < 10; i++)
        roll();
    return (below) => Math.floor(roll() / 2147483647 * below);
}

const choose = (draw, list) => list[draw(list.length)];
const settle = (draw, text) => text.replace(/\{\{([^]*?)\}\}(?!\})/g, (_, choices) => choose(draw, choices.split('@@')));

/* One student's programs. What both need is written once, and copied. */
function student(number) {
    const draw = dice(number * 7919 + 1);
    const own = {};
    for (const [name, texts] of Object.entries(ways))
        own[name] = settle(draw, choose(draw, texts));
    const limit = choose(draw, ['#define MAX 65536', 'enum { MAX = 65536 };', '#define MAX (64 * 1024)']);
    const includes = INCLUDES.map((name) => `#include <${name}>`).join('\n');
    const program = (parts) => [own.top, '#include "net.h"\n', includes, '', limit, '',
        parts.map((part) => own[part]).join('\n\n')].join('\n') + '\n';
    return { 'server.c': program(SERVER), 'client.c': program(CLIENT) };
}

/* The same program: other names, other comments, its functions in another order. */
function disguise(source) {
    const chunks = source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '').trim().split(/\n\n+(?=\S)/);
    const functions = chunks.filter((chunk) => /^(static|int main)[^;=]*\n\{/.test(chunk)).reverse();
    const rest = chunks.filter((chunk) => !functions.includes(chunk));
    const prototypes = functions.filter((text) => text.startsWith('static')).map((text) => text.split('\n')[0] + ';');
    const moved = [...rest, ...prototypes, ...functions].join('\n\n/* Here comes the next part of it. */\n').replace(/    /g, '\t');
    const declared = new Set([...moved.matchAll(/\b(?:int|char|bool|long|void|\w+_t|struct \w+)\s+\**(\w+)(?=[,;)([ ])/g)].map((match) => match[1]));
    const left = /"(?:\\.|[^"\\])*"|#include.*|\/\*.*\*\/|(?:struct \w+|union) \{[^}]*\}|struct \w+|(?:\.|->)\w+|\bmain\b/;
    return moved.replace(new RegExp(`(${left.source})|\\b[a-z]\\w*`, 'g'), (word, kept) =>
        kept === undefined && declared.has(word) ? `meu_${[...word].reverse().join('')}` : word) + '\n';
}

/* Puts what one student hands in where the grader would. */
function handIn(folder, name, programs) {
    const place = path.join(folder, name, '03-frames');
    mkdirSync(place, { recursive: true });
    for (const [file, text] of Object.entries(programs))
        writeFileSync(path.join(place, file), text);
}

const [folder, victim = '17'] = process.argv.slice(2);
const names = [];
for (let number = 1; number <= 40; number++) {
    names.push(`Student ${number}`);
    handIn(folder, names.at(-1), student(number));
}
const copied = student(Number(victim));
names.push('Mallory');
handIn(folder, 'Mallory', { 'server.c': disguise(copied['server.c']), 'client.c': disguise(copied['client.c']) });
writeFileSync(path.join(folder, 'students.json'), JSON.stringify(names.map((name) => ({ name, id: '', late: false, submitted: '', file: name }))));
