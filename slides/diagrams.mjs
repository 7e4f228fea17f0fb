/*
 * diagrams.mjs DECK...: prints each diagram that the decks name, once, as a
 * Mermaid fence. With --pictures FOLDER DECK...: renames what was drawn of them,
 * drawn-1.svg and so on, to the names that the engine gives them.
 */
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { diagram, picture } from './engine.mjs';

const drawn = process.argv[2] === '--pictures' ? process.argv[3] : null;
const decks = process.argv.slice(drawn === null ? 2 : 4);
const references = new Set(decks.flatMap((deck) =>
    [...readFileSync(deck, 'utf8').matchAll(/^```diagram\n(.*)\n```$/gm)].map((m) => m[1])));

[...references].forEach((reference, i) => {
    if (drawn === null)
        console.log('```mermaid\n%s\n```\n', diagram(reference).trimEnd());
    else
        renameSync(path.join(drawn, `drawn-${i + 1}.svg`), path.join(drawn, `${picture(reference)}.svg`));
});
