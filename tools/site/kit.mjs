/*
 * kit.mjs: what there is to show. Steps, exercises and texts are read from the
 * kit's folders; nothing here names one that could be renamed without it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const languages = ['en', 'pt-BR'];

/* Its message is a sentence for a person. */
export class Fault extends Error {}

const absolute = (file) => path.join(root, file);
export const exists = (file) => existsSync(absolute(file));
export const isFolder = (file) => exists(file) && statSync(absolute(file)).isDirectory();
export const read = (file) => readFileSync(absolute(file), 'utf8');

/* What students do not get, solutions above all, is not shown: .gitattributes knows it. */
const hidden = !exists('.gitattributes') ? [] : read('.gitattributes').split('\n')
    .filter((line) => / export-ignore$/.test(line))
    .map((line) => line.split(/ +/)[0].replace(/[.+?()[\]]/g, '\\$&').replaceAll('*', '[^/]*'))
    .map((pattern) => new RegExp(`^${pattern}(/|$)`));
export const isHidden = (file) => hidden.some((pattern) => pattern.test(file));

/* Names of what is in a folder, its folders with a / at their end. */
export function list(folder) {
    return readdirSync(absolute(folder), { withFileTypes: true })
        .filter((entry) => !/^(build|kept|node_modules|\.git|\.cache)$/.test(entry.name))
        .filter((entry) => !isHidden(path.posix.join(folder, entry.name)))
        .map((entry) => entry.name + (entry.isDirectory() ? '/' : ''))
        .sort();
}

/* The text in that language, or the English one where there is no other. */
export function translation(file, language) {
    const other = file.replace(/\.md$/, `.${language}.md`);
    return language !== 'en' && exists(other) ? other : file;
}

const numbered = (folder) => list(folder).filter((name) => /^\d\d-.*\/$/.test(name)).map((name) => ({
    folder: path.posix.join(folder, name.slice(0, -1)), id: name.slice(0, 2), name: name.slice(3, -1),
}));

/* [{ folder, id: '06', name: 'broadcast', base, programs, idea: { en, 'pt-BR' } }] */
export const steps = numbered('steps');
steps.forEach((step, i) => {
    step.base = steps[i === 2 ? 0 : i - 1]; // both 02 and 03 grew from 01
    step.programs = ['server.c', 'client.c'].map((name) => `${step.folder}/${name}`);
    step.idea = Object.fromEntries(languages.map((language) => {
        const row = new RegExp(`^\\| \\[${step.id}\\][^|]*\\| (.*) \\|$`, 'm');
        const found = read(translation('steps/README.md', language)).match(row);
        if (found === null)
            throw new Fault(`${translation('steps/README.md', language)} has no row for step ${step.id}.`);
        return [language, found[1]];
    }));
});

/* [{ folder, id, name, step }]: the second number of a statement is that of the step. */
export const exercises = numbered('exercises');
for (const exercise of exercises) {
    const [, id] = read(`${exercise.folder}/README.md`).match(/^\| step (\d\d) \|/m) ?? [];
    exercise.step = steps.find((step) => step.id === id);
    if (exercise.step === undefined)
        throw new Fault(`${exercise.folder}/README.md does not say which step it starts from.`);
}
