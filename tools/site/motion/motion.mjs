/*
 * motion.mjs: the pictures of what a step's programs do, from a recorded run: a lane
 * for each thread, the server's on the left, each call where it happened, packets as
 * arrows. picture() can be stepped through beside the code; trace() stands still.
 * Both are whole without JavaScript: the picture is a list of the events.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { nameOf, of, programName, tell, threadName } from './words.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../../..');
const folders = readdirSync(path.join(root, 'steps')).filter((name) => /^\d\d-/.test(name)).sort();

/* All steps have a recording; those in `moving` are worth stepping through. */
export const steps = folders.map((name) => name.slice(0, 2));
export const moving = ['01', '03', '06', '08', '10'];

/* What a page with such a picture includes. */
export const assets = ['motion.css', 'motion.js'].map((name) => ({ name, path: path.join(here, name) }));

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const readRecording = (step) => JSON.parse(readFileSync(path.join(here, `recorded/step${step}.json`), 'utf8'));

/* The sources of a step: its own files by their names, common's by their paths. */
function makeSources(step, { lines, link }) {
    const folder = `steps/${folders.find((name) => name.startsWith(step))}`;
    const text = new Map();
    const full = (file) => (file.includes('/') ? file : `${folder}/${file}`);
    const read = (file) => {
        if (!text.has(file))
            text.set(file, readFileSync(path.join(root, full(file)), 'utf8'));
        return text.get(file);
    };
    return {
        lines: (file) => read(file).split('\n'),
        html: (file) => lines?.(full(file), read(file)) ?? read(file).split('\n').map(escaped),
        link: (file, line) => link?.(full(file), line) ?? null,
    };
}

const split = (place) => [place.replace(/:.*/, ''), Number(place.replace(/.*:/, ''))];

/* The lines of the functions that hold these lines, as [first, last] from 1 on. */
function functionsWith(lines, wanted) {
    const found = new Map();
    for (const line of wanted) {
        let first = line;
        while (first > 1 && lines[first - 1] !== '{')
            first--;
        while (first > 1 && lines[first - 2] !== '' && !/[;}]$/.test(lines[first - 2]))
            first--; // its head, and the comment above it
        let last = line;
        while (last < lines.length && lines[last - 1] !== '}')
            last++;
        found.set(first, last);
    }
    return [...found].sort(([a], [b]) => a - b);
}

/* The lane that sent what a packet carries, and the one that takes it. */
function endsOf(packet, index, { lanes, events }) {
    const isOf = (program, peer) => (event) => event.lane !== undefined && lanes[event.lane].program === program &&
        (event.peer === peer || (event.peer === undefined && /^(sendto|recvfrom)\(/.test(event.text)));
    const firstOf = (program) => lanes.findIndex((lane) => lane.program === program);
    const sends = { SYN: 'connect', data: 'send', FIN: 'end', RST: 'end' };
    const takes = { SYN: 'accept', data: 'recv', FIN: 'recv' };
    const kinds = (table) => ({ kind, lane }) => lane !== undefined && kind === table[packet.kind];
    const from = events.slice(0, index).filter(isOf(packet.from, packet.to)).findLast(kinds(sends));
    const to = events.slice(index).filter(isOf(packet.to, packet.from)).find(kinds(takes));
    return [from?.lane ?? firstOf(packet.from), to?.lane ?? firstOf(packet.to)];
}

/* Where a call waited, as rows: from the first event after it began to wait. */
function waitingRows(events) {
    return events.flatMap(({ lane, ms, waited }, index) => {
        if (waited === undefined)
            return [];
        const begun = events.findIndex((event) => event.ms !== null && event.ms >= ms - waited);
        const before = events.slice(0, index).findLastIndex((event) => event.lane === lane || event.thread === lane);
        return [{ lane, from: Math.max(0, Math.min(index - 1, Math.max(begun, before + 1))), to: index }];
    }).concat(events.flatMap(({ lane, kind }, index) => {
        const before = events.slice(0, index).findLastIndex((event) => event.lane === lane || event.thread === lane);
        return kind === 'waits' ? [{ lane, from: Math.min(index - 1, before + 1), to: index }] : [];
    }));
}

/* Where a thread is there: from the row in which it starts to its last. */
function lifeRows({ lanes, events }) {
    return lanes.map((_, lane) => ({
        lane,
        from: events.findIndex((event) => event.lane === lane || event.thread === lane),
        to: events.findLastIndex((event) => event.lane === lane),
    }));
}

const hue = ({ program }) => ` motion-${program}`;
const rows = ({ from, to }) => `grid-row:${from + 2}/${Math.max(from + 1, to) + 2}`; // from dot to dot

function drawLanes(recording) {
    const place = (row) => `style="--i:${row.lane};${rows(row)}"`;
    const life = lifeRows(recording).map((row) =>
        `<i class="motion-life${hue(recording.lanes[row.lane])}" ${place(row)}></i>`);
    const waiting = waitingRows(recording.events).map((row) =>
        `<i class="motion-wait" ${place(row)} data-lane="${row.lane}" data-from="${row.from}" data-to="${row.to}"></i>`);
    return [...life, ...waiting].join('');
}

function drawHeads({ lanes }, language) {
    const heads = lanes.map((lane, index) => {
        const first = lane.thread === 'main';
        const name = first ? programName(lane.program, language) : threadName(lane);
        return `<span class="motion-head${first ? ' motion-first' : ''}${hue(lane)}" style="--i:${index}">${name}</span>`;
    });
    return `<div class="motion-heads" aria-hidden="true">${heads.join('')}</div>`;
}

/* An arrow from a lane to another; nothing where they are one. */
function arrow(from, to, kind) {
    if (from === to)
        return '';
    const ends = `--i:${Math.min(from, to)};--n:${Math.abs(to - from)}`;
    return `<i class="motion-arrow motion-${kind}${to < from ? ' motion-left' : ''}" style="${ends}"></i>`;
}

/* The lines of code of an event: all of the step's own, and what they call in common/. */
function drawCode(places, sources) {
    const shown = places.map(split).map(([file, line], index, all) => {
        const [before] = all[index - 1] ?? [];
        const href = sources.link(file, line);
        const name = before === file ? `${line}` : `${file}:${line}`;
        return href === null ? name : `<a href="${escaped(href)}">${name}</a>`;
    });
    const lastOf = (own) => places.findLast((place) => place.includes('/') !== own);
    const code = [...new Set([lastOf(true), lastOf(false)])].filter((place) => place !== undefined).map((place) => {
        const [file, line] = split(place);
        return `<code translate="no">${escaped(sources.lines(file)[line - 1].trim())}</code>`;
    });
    return `<span class="motion-at"><span class="motion-place">${shown.join(' › ')}</span> ${code.join(' ')}</span>`;
}

/* What stands in the picture: the call; for what is no call, its words. */
function drawCall(event, told, language) {
    if (event.lane === undefined)
        return `<span class="motion-call">${event.text}</span>`;
    if (event.kind === 'print')
        return `<span class="motion-call">${told} <code translate="no">${escaped(`"${event.text}"`)}</code></span>`;
    const call = `<code translate="no">${escaped(event.text)}</code>`;
    if (/^\w+\(/.test(event.text))
        return `<span class="motion-call">${call}${event.kind === 'waits' ? ` ${of(language).still}` : ''}</span>`;
    return `<span class="motion-call">${told}</span>`;
}

function drawEvent(event, index, recording, sources, language) {
    const told = tell(event, recording.lanes, language);
    const isPacket = event.lane === undefined;
    const ends = isPacket ? endsOf(event, index, recording) : [event.lane, event.thread ?? event.lane];
    const woken = isPacket || event.peer !== undefined ? [] : (event.by ?? []).slice(-1)
        .map((cause) => recording.events[cause].lane);
    const who = isPacket ? `${programName(event.from, language)} → ${programName(event.to, language)}`
        : nameOf(recording.lanes[event.lane], language);
    const arrows = arrow(...ends, isPacket ? 'packet' : 'start') +
        woken.map((lane) => arrow(lane, event.lane, 'start')).join('');
    const inside = [
        `<span class="motion-time">${event.ms === null ? '' : event.ms.toFixed(1)}</span>`,
        `<span class="motion-who">${who}</span>`,
        `<span class="motion-what">${arrows}${drawCall(event, told, language)}</span>`,
        `<span class="motion-tell"><span class="motion-words">${told}</span>${event.at ? drawCode(event.at, sources) : ''}</span>`,
    ];
    const place = isPacket ? `--i:${Math.min(...ends)};--n:${Math.abs(ends[1] - ends[0])}` : `--i:${Math.max(...ends, ...woken)}`;
    const kind = isPacket ? 'motion-of-packet' : `motion-of-call${hue(recording.lanes[event.lane])}`;
    const dot = isPacket ? '' : ` data-lane="${event.lane}"`;
    return `<li class="motion-event ${kind}" style="${place};--d:${event.lane ?? 0};grid-row:${index + 2}"${dot}` +
        `${event.at ? ` data-at="${event.at.join(' ')}"` : ''}>${inside.join('')}</li>`;
}

/* A program's functions that are called, with the numbers of their lines. */
function drawPane(file, recording, sources, language) {
    const wanted = recording.events.flatMap(({ lane, at = [] }) =>
        (lane !== undefined && recording.lanes[lane].program.startsWith(file.replace('.c', '')) ? at : []))
        .map(split).filter(([name]) => name === file).map(([, line]) => line);
    const html = sources.html(file);
    const parts = functionsWith(sources.lines(file), new Set(wanted)).map(([first, last]) => {
        const lines = html.slice(first - 1, last).map((line, index) =>
            `<span class="motion-line" data-line="${first + index}">${line}</span>`);
        return `<code>${lines.join('\n')}</code>`;
    });
    const box = `class="motion-source" tabindex="0" role="region" aria-label="${of(language).code(file)}"`;
    return `<div class="motion-pane" data-file="${file}"><p class="motion-file">${file}</p>` +
        `<div ${box} translate="no">${parts.join('')}</div></div>`;
}

function drawControls(count, language) {
    const say = of(language);
    const button = (go, sign) => `<button type="button" data-go="${go}" aria-label="${say[go]}" title="${say[go]}">` +
        `<span aria-hidden="true">${sign}</span></button>`;
    return `<div class="motion-player" hidden><div class="motion-bar" role="group" aria-label="${say.controls}">` +
        `${button('first', '⇤')}${button('back', '←')}${button('next', '→')}${button('last', '⇥')}` +
        `<input type="range" min="1" max="${count}" value="1" aria-label="${say.event}">` +
        `<output data-of="${say.of('#', count)}">${say.of(1, count)}</output></div>` +
        '<div class="motion-now" aria-live="polite"></div></div>';
}

function draw(step, language, options, moves) {
    const recording = readRecording(step);
    const sources = makeSources(step, options);
    const say = of(language);
    const events = recording.events.map((event, index) => drawEvent(event, index, recording, sources, language));
    const many = recording.lanes.length > 3 ? ' motion-many' : '';
    const panes = ['server.c', 'client.c'].map((file) => drawPane(file, recording, sources, language));
    const lanes = `style="--lanes:${recording.lanes.length}"`;
    return `<figure class="motion${many}" id="motion-${step}" ${lanes} aria-label="${say.picture(step)}">
${moves ? drawControls(events.length, language) : ''}
<div class="motion-stage"${moves ? ` data-waits="${say.waits}"` : ''}>
<div class="motion-scroll"${moves ? ` role="region" aria-label="${say.scroll}"` : ''}>
<div class="motion-grid">${drawHeads(recording, language)}${drawLanes(recording)}<ol class="motion-events">
${events.join('\n')}
</ol></div></div>
${moves ? `<div class="motion-code" hidden>${panes.join('\n')}</div>` : ''}
</div>
<figcaption class="motion-key">${say.key}${moves ? ` <span class="motion-keys" hidden>${say.keys}</span>` : ''}</figcaption>
</figure>
`;
}

/* The picture of a step to step through, as HTML; see the head of this file. */
export async function picture(step, language, options = {}) {
    return draw(step, language, options, true);
}

/* The same, that stands still: without the programs and without controls. */
export async function trace(step, language, options = {}) {
    return draw(step, language, options, false);
}
