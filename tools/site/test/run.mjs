/*
 * run.mjs FOLDER BROWSER RESULTS [TOPIC...]: tests the site in FOLDER, topic by
 * topic. RESULTS/TOPIC then holds a sentence for each thing that is wrong, and
 * nothing else; where a topic broke off there is no such file.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setUp } from './stage.mjs';
import { topics } from './topics.mjs';

const [folder, browser, results, ...chosen] = process.argv.slice(2);
mkdirSync(results, { recursive: true });
const stage = await setUp(path.resolve(folder), browser);

/* Keeps what a topic found; where it broke off, only what it says of that. */
async function look(name) {
    const begun = Date.now();
    try {
        const problems = await topics[name](stage);
        const file = path.join(results, name);
        writeFileSync(`${file}.unfinished`, problems.map((problem) => `${problem}\n`).join(''));
        renameSync(`${file}.unfinished`, file);
    } catch (error) {
        console.error(`${name}: ${error.stack}`);
    }
    console.error(`${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

for (const name of chosen.length > 0 ? chosen : Object.keys(topics))
    await look(name);
await stage.close();
