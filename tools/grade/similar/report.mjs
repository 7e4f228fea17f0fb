/*
 * report.mjs: the page of make similar. One file, without scripts and without a
 * network. Names and code come from students: all of it goes through `safe`.
 */
const MOST_LINES = 200; // of a passage
const WIDEST = 400; // characters of a line

export const percent = (share) => `${Math.floor(share * 100)} %`;

/* What does not show, or shows elsewhere than it stands, is made to show. */
export function visible(text) {
    return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
        character === '\t' ? character : `<U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text) => visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
const person = (name) => `<bdi>${safe(name)}</bdi>`;
const share = (value) => percent(value).replace(' ', '&nbsp;');
const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2024; --soft: #60646c; --line: #d9dce1; --panel: #f5f6f8; --mark: #b3261e; --bar: #8aa4c8; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --text: #e6e8eb; --soft: #a0a6ae; --line: #343a41; --panel: #1d2126; --mark: #ff8a80; --bar: #4d6a94; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 1.5rem; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; } h3 { font-size: .95rem; font-weight: 600; margin: 1.25rem 0 .4rem; }
p { margin: .4rem 0; max-width: 75ch; overflow-wrap: anywhere; } .soft { color: var(--soft); }
a { color: inherit; } nav a { margin-right: 1rem; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; }
summary { display: grid; grid-template-columns: 9rem minmax(0, 1fr) auto; gap: .25rem 1rem; align-items: center; padding: .5rem .75rem; cursor: pointer; }
summary:hover, details[open] > summary { background: var(--panel); } summary:focus-visible { outline: 2px solid var(--bar); }
.share { display: grid; grid-template-columns: 3.6rem 1fr; gap: .5rem; align-items: center; font-variant-numeric: tabular-nums; } .look .share { color: var(--mark); font-weight: 700; }
.bar { height: .5rem; border-radius: .25rem; background: linear-gradient(var(--bar), var(--bar)) no-repeat left / var(--share) 100% var(--line); }
.look .bar { background-image: linear-gradient(var(--mark), var(--mark)); }
.names { overflow-wrap: anywhere; } .passages { padding: 0 .75rem .75rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; } figure { margin: 0; } figcaption { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
pre { margin: .2rem 0 0; padding: .5rem 0; overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: .3rem; font: 12.5px/1.45 ui-monospace, monospace; tab-size: 4; }
pre span { display: block; width: max-content; min-width: 100%; padding-right: .75rem; } pre span::before { content: attr(data-line); display: inline-block; width: 3.5em; margin-right: 1em; padding-right: .5em; text-align: right; color: var(--soft); position: sticky; left: 0; background: var(--panel); }
@media (max-width: 700px) { body { padding: 1rem .75rem; } summary { grid-template-columns: 1fr; } .sides { grid-template-columns: minmax(0, 1fr); } }
@media print { details { break-inside: avoid; } }
`;

/* The lines of one side of a passage, with their numbers. */
function code(text, [first, last]) {
    const lines = text.split(/\r\n|\n|\r/).slice(first - 1, Math.min(last, first - 1 + MOST_LINES));
    const shown = lines.map((line, i) =>
        `<span data-line="${first + i}">${safe(line.length > WIDEST ? `${line.slice(0, WIDEST)} ...` : line) || ' '}</span>`).join('');
    return `<pre tabindex="0">${shown}</pre>` + (last - first + 1 > MOST_LINES ? `<p class="soft">and ${last - first + 1 - MOST_LINES} lines more</p>` : '');
}

function side({ name, programs }, program, lines) {
    return `<figure><figcaption>${person(name)}, ${safe(program)}, lines ${lines[0]} to ${lines[1]}</figcaption>${code(programs.get(program).text, lines)}</figure>`;
}

function pairOf({ one, other, similarity, what, passages }, look) {
    const longest = passages[0] === undefined ? 'no passage of their own' :
        `longest passage: ${plural(passages[0].left[1] - passages[0].left[0] + 1, 'line')} of ${safe(passages[0].program)}`;
    const body = passages.slice(0, 12).map(({ program, left, right }, i) =>
        `<h3>Passage ${i + 1}</h3><div class="sides">${side(one, program, left)}${side(other, program, right)}</div>`).join('\n') +
        (passages.length > 12 ? `<p class="soft">and ${plural(passages.length - 12, 'shorter passage')}</p>` : '');
    return `<details class="pair${similarity >= look ? ' look' : ''}"><summary>
<span class="share">${share(similarity)}<span class="bar" style="--share: ${percent(similarity).replace(' ', '')}"></span></span>
<span class="names">${person(one.name)} and ${person(other.name)}</span>
<span class="soft">${what === 'all' ? 'all programs' : safe(what)}; ${longest}</span></summary>
<div class="passages">${body}</div></details>`;
}

function section({ exercise, left, count, all, without, pairs, usual }, look) {
    const lines = [`${plural(count, 'student')} to compare, ${plural(all, 'pair')}.` +
        (usual ? ` Half of the pairs are below ${share(usual.half)}, 19 of 20 below ${share(usual.most)}.` : '')];
    if (without.length > 0)
        lines.push(`Nothing of their own, all of it is in steps, solutions or wrong programs: ${without.map(person).join(', ')}.`);
    for (const { name, program, why } of left)
        lines.push(`Left out: ${safe(program)} of ${person(name)} ${safe(why)}.`);
    if (all > 0 && pairs.length === 0)
        lines.push('No two of them share anything of their own.');
    else if (all > pairs.length)
        lines.push(`Here are the ${pairs.length} that are most alike.`);
    return `<section id="${exercise}"><h2>Exercise ${exercise}</h2>
${lines.map((line) => `<p>${line}</p>`).join('\n')}
${pairs.map((pair) => pairOf(pair, look)).join('\n')}</section>`;
}

export function page(exercises, look) {
    return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Similar programs</title><style>${STYLE}</style></head><body>
<h1>Similar programs</h1>
<p>How much of their own code two students share: the names, layout, comments and the order of functions do not count, nor does
what the kit itself has. What many share counts less than what two do. From ${share(look)} on a pair is a reason to look at both programs and
to ask both students. It is no verdict.</p>
<nav>${exercises.map(({ exercise }) => `<a href="#${exercise}">${exercise}</a>`).join(' ')}</nav>
${exercises.map((exercise) => section(exercise, look)).join('\n')}
${exercises.length === 0 ? '<p>There are no programs to compare.</p>' : ''}
</body></html>
`;
}
