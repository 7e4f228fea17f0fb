/*
 * cache.mjs: what takes long is made once. A thing is found again by a hash of
 * all that it is made of; whatever a run does not ask for is forgotten.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { root } from './kit.mjs';

export const folder = path.join(root, 'build/site.cache');
mkdirSync(folder, { recursive: true });

export const hash = (...parts) => parts.reduce((sum, part) => sum.update(part).update('\0'), createHash('sha256')).digest('hex').slice(0, 16);

/* Puts a whole file in its place, or none. */
export function write(file, data) {
    writeFileSync(`${file}.unfinished`, data);
    renameSync(`${file}.unfinished`, file);
}

/* A drawer of the cache: get(key, make) makes what is not there; save() keeps what was asked for. */
export function drawer(name) {
    const file = path.join(folder, `${name}.json`);
    const old = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const kept = {};
    return {
        async get(key, make) {
            return kept[key] ??= old[key] ?? await make();
        },
        save: () => write(file, JSON.stringify(kept)),
    };
}
