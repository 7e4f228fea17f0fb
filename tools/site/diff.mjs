/*
 * diff.mjs: what a step changes, line by line. diff(1) finds it, as in make
 * diff3, so that page and terminal show the same.
 */
import { spawnSync } from 'node:child_process';
import { Fault, read, root } from './kit.mjs';

/* All lines of both files: [{ kind: ' ', '+' or '-', before, after }], numbers from 1. */
export function compare(before, after) {
    const { error, status, stdout } = spawnSync('diff', ['-U', '1000000', '--', before, after], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
    if (error !== undefined || status > 1)
        throw new Fault('diff is missing. Debian, Ubuntu: apt-get install diffutils   macOS has it.');
    const lines = status === 0 ? read(after).replace(/\n$/, '').split('\n').map((line) => ` ${line}`)
        : stdout.replace(/\n$/, '').split('\n').slice(3);
    let [old, now] = [0, 0];
    return lines.filter((line) => line[0] !== '\\').map((line) => ({
        kind: line[0],
        before: line[0] === '+' ? old : ++old,
        after: line[0] === '-' ? now : ++now,
    }));
}

/*
 * The lines in runs: [{ folded, lines }]. What is more than `context` lines away
 * from a change is folded, where that is worth a click.
 */
export function runs(lines, context = 4, least = 6) {
    const found = [];
    const add = (folded, some) => {
        if (found.at(-1)?.folded === folded)
            found.at(-1).lines.push(...some);
        else
            found.push({ folded, lines: some });
    };
    for (let from = 0; from < lines.length;) {
        let to = from + 1;
        while (to < lines.length && (lines[to].kind === ' ') === (lines[from].kind === ' '))
            to++;
        const start = from === 0 || lines[from].kind !== ' ' ? from : from + context;
        const end = to === lines.length ? to : to - context;
        if (lines[from].kind !== ' ' || end - start < least) {
            add(false, lines.slice(from, to));
        } else {
            add(false, lines.slice(from, start));
            add(true, lines.slice(start, end));
            add(false, lines.slice(end, to));
        }
        from = to;
    }
    return found.filter(({ lines: some }) => some.length > 0);
}
