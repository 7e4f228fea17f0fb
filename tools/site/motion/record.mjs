/*
 * record.mjs STEP PROGRAMS FOLDER <TIMELINE: makes a recording, FOLDER/stepNN.json,
 * of what tools/see/recorded.awk printed and of the programs that ran. Nothing in it
 * is of the machine alone: no path, no thread's number, no port that the kernel chose.
 *
 *   sources  what each file held, as a hash; 'server.c' is the step's own
 *   lanes    { program, thread, number }: a thread of the server, client1 or client2
 *   events   { ms, lane, kind, text } and, where there is any: waited, in ms; poll, when
 *            it waited there; at, the lines of code, from the outside in; by, the events
 *            that brought what came; thread, the lane that starts; peer, the program at the
 *            other end. A packet has no lane; it goes from a program to a program.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [step, programs, folder] = process.argv.slice(2);
const number = step.padStart(2, '0');
const own = `steps/${readdirSync('steps').find((name) => name.startsWith(`${number}-`))}/`;
const ports = { client1: '41234', client2: '41236' }; // as in the guide
const rows = readFileSync(0, 'utf8').replace(/\n$/, '').split('\n').map((line) => line.split('\t'));

const lanes = rows.filter(([what, task]) => what === 'lane' && task !== 'wire')
    .map(([, task, program, thread, which]) => ({ task, program, thread, number: Number(which) }));
const laneOf = new Map(lanes.map(({ task }, index) => [task, index]));
const happened = rows.filter(([what]) => what === 'event')
    .map(([, id, ms, task, kind, from, to, , waited, text, stack, by]) =>
        ({ id, ms, task, kind, from, to, waited, text, stack, by }));

/* A thread that starts was marked just before, in the line that starts it (marks.c). */
const isMark = ({ text }) => text === 'prints "pthread_create"';
function takeMarks() {
    for (const [index, event] of happened.entries())
        if (event.kind === 'start')
            event.stack = happened.slice(0, index).findLast((mark) => isMark(mark) && mark.task === event.task).stack;
    happened.splice(0, Infinity, ...happened.filter((event) => !isMark(event)));
}
takeMarks();
const indexOf = new Map(happened.map(({ id }, index) => [id, index]));

/* Whose socket has this address: the server's port is known, a client's by its first call that tells it. */
const programAt = new Map();
for (const { task, from, to } of happened)
    if (task !== 'wire' && lanes[laneOf.get(task)].program !== 'server' && to !== '' && from !== '')
        programAt.set(from, lanes[laneOf.get(task)].program);
for (const { task, text } of happened) // a datagram's sender is told by the server's call alone
    if (task !== 'wire' && /^recvfrom\(/.test(text))
        programAt.set(text.match(/\{([^}]+)\}/)[1], 'client1');

function withOurPorts(text) {
    for (const [address, program] of programAt)
        text = text.replaceAll(new RegExp(`${address.replace(/.*(?=:)/, '')}(?!\\d)`, 'g'), `:${ports[program]}`);
    return text.replaceAll(/0x7f[0-9a-f]+/g, '...');
}

/* The lines of code of some addresses of a program. They are where a call comes back to: just behind it. */
function linesOf(program, addresses) {
    const before = addresses.map((address) => `0x${(BigInt(address) - 1n).toString(16)}`);
    const output = execFileSync('addr2line', ['-e', `${programs}/${program}`, ...before], { encoding: 'utf8' });
    const here = `${process.cwd()}/`;
    return output.trimEnd().split('\n').map((line) => line.replace(/ \(discriminator \d+\)$/, '')
        .replace(here, '').replace(/^\.\//, '').replace(own, ''));
}

/* The stacks of all events, program by program, from the outside in. */
function findLines() {
    for (const program of ['server', 'client']) {
        const ours = happened.filter(({ task, stack }) => stack !== '' && task !== 'wire' &&
            lanes[laneOf.get(task)].program.startsWith(program));
        const addresses = [...new Set(ours.flatMap(({ stack }) => stack.replaceAll(/[[\]]/g, '').split(' ')))];
        const found = addresses.length > 0 ? linesOf(program, addresses) : [];
        const line = new Map(addresses.map((address, index) => [address, found[index]]));
        for (const event of ours)
            event.at = event.stack.replaceAll(/[[\]]/g, '').split(' ').map((address) => line.get(address))
                .filter((place) => /^[a-z/]+\.c:\d+$/.test(place) && !place.includes('marks.c')).reverse();
    }
}

/* What is no call, by what tools/see/calls.awk says of it. */
const others = [
    [/^prints "(.*)"$/, 'print'],
    [/^gets (SIG\w+)$/, 'signal'],
    [/^exited with (\d+)$/, 'exit'],
    [/^killed by (SIG\w+)$/, 'killed'],
    [/^(.*) still waits$/, 'waits'],
];

function kindAndText({ kind, text }) {
    const [match, other] = others.map(([pattern, name]) => [text.match(pattern), name]).find(([found]) => found) ?? [];
    return match ? { kind: other, text: withOurPorts(match[1]) } : { kind, text: withOurPorts(text) };
}

/* A call that never returned has no stack: it is where the thread made that call before. */
function findUnreturned() {
    for (const [index, event] of happened.entries()) {
        const name = event.text.match(/^(\w+)\(.* still waits$/)?.[1];
        if (name !== undefined)
            event.at = happened.slice(0, index)
                .findLast(({ task, text, at }) => task === event.task && text.startsWith(`${name}(`) && at)?.at;
    }
}

function packet({ ms, kind, from, to, text }) {
    const name = (address) => programAt.get(address) ?? 'server';
    return { ms: Number(ms), kind, from: name(from), to: name(to), text: text.replace(/ {2}.*/, '') };
}

function recorded(event) {
    if (event.task === 'wire')
        return packet(event);
    const lane = laneOf.get(event.task);
    const result = { ms: event.ms === '' ? null : Number(event.ms), lane, ...kindAndText(event) };
    if (event.kind === 'start')
        Object.assign(result, { text: '', thread: laneOf.get(event.text) });
    if (event.kind === 'exit' && lanes[lane].thread !== 'main')
        Object.assign(result, { kind: 'ends', text: '' });
    if (Number.parseFloat(event.waited) >= 0.005) // less is what strace itself takes
        result.waited = Math.round(Number.parseFloat(event.waited) * 1000);
    if (event.waited.endsWith('poll'))
        result.poll = true;
    if (event.from !== '' && event.to !== '' && !event.from.includes('pipe') && !event.to.includes('pipe'))
        result.peer = programAt.get(event.to) ?? 'server';
    const by = event.by === '' ? [] : event.by.split(' ').map((id) => indexOf.get(id)).filter((index) => index !== undefined);
    return { ...result, ...(by.length > 0 && { by }), ...(event.at?.length > 0 && { at: event.at }) };
}

findLines();
findUnreturned();
const events = happened.map(recorded);
const files = [...new Set(events.flatMap(({ at = [] }) => at.map((place) => place.replace(/:.*/, ''))))].sort();
const hash = (file) => createHash('sha256').update(readFileSync(file.includes('/') ? file : own + file)).digest('hex');
const list = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, `step${number}.json`), `{"step": ${step},
"sources": ${JSON.stringify(Object.fromEntries(files.map((file) => [file, hash(file)])), null, 1)},
"lanes": ${list(lanes.map(({ program, thread, number: which }) => ({ program, thread, number: which })))},
"events": ${list(events)}}
`);
