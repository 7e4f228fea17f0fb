/*
 * compare.mjs ONE OTHER: whether two recordings of a step tell the same: each thread
 * the same calls from the same lines, each direction the same packets, whatever the
 * times. Prints where they differ; ends with 1 then.
 */
import { readFileSync } from 'node:fs';

function told(file) {
    const { lanes, events } = JSON.parse(readFileSync(file, 'utf8'));
    const lines = events.map(({ lane, kind, text, at = [], from, to }) => (lane === undefined
        ? `${from} -> ${to}: ${text}`
        : `${Object.values(lanes[lane]).join(' ')}: ${kind} ${text} (${at.join(' ')})`));
    return lines.map((line, index) => [line.replace(/: .*/s, ''), index, line])
        .sort(([a, i], [b, j]) => a.localeCompare(b, 'en') || i - j).map(([, , line]) => line);
}

const [one, other] = process.argv.slice(2).map(told);
const differs = one.findIndex((line, index) => line !== other[index]);
const at = differs === -1 && one.length !== other.length ? Math.min(one.length, other.length) : differs;
if (at !== -1) {
    console.log(`${one[at] ?? '(no more)'}\n${other[at] ?? '(no more)'}`);
    process.exitCode = 1;
}
