/*
 * fits.mjs: whether the recordings still fit the sources, where it is run. Prints a
 * sentence for each that does not, and how to record it anew; ends with 1 then.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const folders = readdirSync('steps').filter((name) => /^\d\d-/.test(name)).sort();

/* What makes such a call where it is not called by its own name. */
const names = {
    read: ['read', 'getline'], write: ['write', 'puts', 'fputs', 'fprintf'],
    print: ['log_line'], start: ['pthread_create'],
};

/* A statement, from where the one before ends, on one line. */
function statement(lines, line) {
    let first = line;
    while (first > 1 && !/[;{}]\s*(\/\*.*\*\/)?$/.test(lines[first - 2]))
        first--;
    let last = line;
    while (last < lines.length && !/[;{}]\s*(\/\*.*\*\/)?$/.test(lines[last - 1]))
        last++;
    return lines.slice(first - 1, last).join(' ');
}

/* The name of the function that a line is in. */
function functionOf(lines, line) {
    let top = line;
    while (top > 1 && lines[top - 1] !== '{')
        top--;
    let head = top - 1;
    while (head > 1 && !/^[a-z].*\(/.test(lines[head - 1]))
        head--;
    return lines[head - 1]?.match(/([a-z_0-9]+)\(/)?.[1];
}

/* Whether each line of a stack calls what is said to be called there. */
function misfit({ at, kind, text }, read) {
    const places = at.map((place) => place.split(':')).map(([file, line]) => [read(file), Number(line)]);
    return places.find(([lines, line], index) => {
        const inner = places[index + 1];
        const call = /print|start/.test(kind) ? kind : text.match(/^\w+/)[0];
        const pointers = [...lines.join('\n').matchAll(/\(\*(\w+)\)\(/g)].map(([, name]) => name);
        const wanted = inner ? [functionOf(...inner), ...pointers] : names[call] ?? [call];
        return !wanted.some((name) => new RegExp(`\\b${name}\\(`).test(statement(lines, line)));
    });
}

function problems(folder) {
    const step = folder.slice(0, 2);
    const anew = `Record it anew: tools/site/motion/record ${Number(step)}`;
    const read = (file) => readFileSync(file.includes('/') ? file : `steps/${folder}/${file}`, 'utf8');
    let recording;
    try {
        recording = JSON.parse(readFileSync(path.join(here, `recorded/step${step}.json`), 'utf8'));
    } catch {
        return [`Step ${step} has no recording. ${anew}`];
    }
    const found = Object.entries(recording.sources)
        .filter(([file, hash]) => createHash('sha256').update(read(file)).digest('hex') !== hash)
        .map(([file]) => `Step ${step}: ${file} is not what it was when it was recorded. ${anew}`);
    const lost = recording.events.find((event) => event.at && misfit(event, (file) => read(file).split('\n')));
    if (lost)
        found.push(`Step ${step}: ${lost.at.at(-1)} does not lead to ${lost.kind} ${lost.text}. ${anew}`);
    return found;
}

const found = folders.flatMap(problems);
found.forEach((sentence) => console.log(sentence));
process.exitCode = found.length > 0 ? 1 : 0;
