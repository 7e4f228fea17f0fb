/*
 * kit.mjs: the C that everybody may share: steps, common/, solutions, the wrong
 * programs, and what the statements and the guide show. Run it in the kit's folder.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const read = (file) => readFileSync(file, 'utf8');
const folders = (place) => readdirSync(place).filter((name) => /^\d/.test(name)).map((name) => path.join(place, name));
const files = (place, pattern) => existsSync(place) ? readdirSync(place).filter((name) => pattern.test(name)).map((name) => path.join(place, name)) : [];

/* The program that a patch of wrong/ makes of the solution. */
function patched(solution, patch) {
    const old = solution.split('\n');
    const made = [];
    let at = 0;
    for (const line of patch.split('\n')) {
        const [, from, count] = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line) ?? [];
        if (from !== undefined)
            while (at < Number(from) - (count === '0' ? 0 : 1))
                made.push(old[at++]);
        else if (/^\+(?!\+\+ )/.test(line))
            made.push(line.slice(1));
        else if (/^-(?!-- )/.test(line))
            at++;
        else if (line.startsWith(' '))
            made.push(old[at++]);
    }
    return [...made, ...old.slice(at)].join('\n');
}

/* The wrong programs of an exercise; a patch may change both of its programs. */
function wrongPrograms(folder) {
    return files(path.join(folder, 'wrong'), /\.patch$/).flatMap((file) =>
        read(file).split(/^(?=--- )/m).slice(1).map((patch) =>
            patched(read(path.join(folder, 'solution', /^--- (\S+)/.exec(patch)[1])), patch)));
}

const shown = (folder) => files(folder, /^README\.md$/).flatMap((file) =>
    [...read(file).matchAll(/^```c\n([^]*?)^```/gm)].map(([, code]) => code));

export function kitTexts() {
    const [steps, exercises] = [folders('steps'), folders('exercises')];
    const programs = ['common', ...steps, ...exercises.map((folder) => path.join(folder, 'solution'))];
    return [
        ...programs.flatMap((folder) => files(folder, /\.[ch]$/)).map(read),
        ...exercises.flatMap(wrongPrograms),
        ...[...steps, ...exercises].flatMap(shown),
    ];
}
