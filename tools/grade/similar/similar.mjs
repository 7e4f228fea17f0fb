/*
 * similar.mjs PROGRAMS REPORT MODULES: compares what the students have handed in,
 * exercise by exercise, and writes a page that shows the pairs. PROGRAMS is what
 * `grade --take` leaves. What is in it is data: nothing of it is ever run.
 */
import { lstatSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compare, cut, isTheKits, passages } from './compare.mjs';
import { kitTexts } from './kit.mjs';
import { page, percent, visible } from './report.mjs';

const [folder, report, modules] = process.argv.slice(2);
const PATIENCE = 10 * (Number(process.env.TIMEOUT_SCALE) || 1); // seconds for a program
const LARGEST = 2 * 1024 * 1024; // bytes of a program
const MOST = 50000; // tokens of a program; the longest in the kit has 3000
const FEW = 20; // pairs, fewer of which have no usual value
const SHOWN = 30; // pairs of an exercise
const LOOK = 0.75; // from here on a pair is a reason to look

let worker;

/* The tokens of a text; or throws a sentence, where it takes too long (in seconds) or too much memory. */
function tokensOf(text, patience) {
    worker ??= new Worker(new URL('tokens.mjs', import.meta.url), { workerData: path.resolve(modules), resourceLimits: { maxOldGenerationSizeMb: 1024 } });
    return new Promise((resolve, reject) => {
        const over = () => {
            clearTimeout(clock);
            worker.off('message', answered).off('error', failed);
        };
        const giveUp = (why) => {
            over();
            worker.terminate();
            worker = undefined;
            reject(why);
        };
        const answered = (read) => {
            over();
            resolve(read);
        };
        const failed = (error) => giveUp(`cannot be read: ${error.message}`);
        const clock = patience && setTimeout(() => giveUp(`takes more than ${patience} s to read`), patience * 1000);
        worker.on('message', answered).on('error', failed);
        worker.postMessage(text);
    });
}

/* A program, cut into pieces; or throws a sentence that says why it is left out. */
async function readProgram(file) {
    const status = lstatSync(file);
    if (!status.isFile())
        throw 'is no file';
    if (status.size > LARGEST)
        throw 'has more than 2 MB';
    const text = readFileSync(file, 'utf8');
    const read = await tokensOf(text, PATIENCE);
    if (read.tokens.length > MOST)
        throw `has more than ${MOST} words`;
    return { text, ...cut(read) };
}

/* Who has handed in this exercise, and what was left out of it. */
async function readExercise(exercise, class_) {
    const students = [], left = [];
    for (const { name, file } of class_) {
        const place = path.join(folder, file, exercise);
        const programs = new Map();
        for (const program of list(place).filter((program) => program.endsWith('.c')))
            try {
                programs.set(program, await readProgram(path.join(place, program)));
            } catch (why) {
                if (typeof why !== 'string')
                    throw why;
                left.push({ name, program, why });
            }
        if (programs.size > 0)
            students.push({ name, programs });
    }
    return { exercise, students, left };
}

function list(place) {
    try {
        return readdirSync(place).sort();
    } catch (error) {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
            return [];
        throw error;
    }
}

/* Everything that the page says of an exercise. */
function judge({ exercise, students, left }, kit) {
    const own = students.filter((student) => !isTheKits(student, kit));
    const pairs = compare(own, kit);
    const show = ({ left, right, similarity, what }) => {
        const [one, other] = [own[left], own[right]];
        const shared = [...one.programs.keys()].filter((program) => other.programs.has(program)).flatMap((program) =>
            passages(one.programs.get(program), other.programs.get(program), kit).map((passage) => ({ program, ...passage })));
        return { one, other, similarity, what, passages: shared.sort((a, b) => b.size - a.size) };
    };
    const nth = (share) => pairs[Math.floor(pairs.length * (1 - share))]?.similarity ?? 0;
    return {
        exercise, left, count: own.length, all: pairs.length,
        without: students.filter((student) => !own.includes(student)).map(({ name }) => name),
        pairs: pairs.slice(0, SHOWN).filter(({ similarity }) => similarity > 0).map(show),
        suspects: pairs.filter(({ similarity }) => similarity >= LOOK).length,
        usual: pairs.length >= FEW ? { half: nth(0.5), most: nth(0.95) } : undefined,
    };
}

const longest = ({ passages: [first] }) => first === undefined ? 0 : first.left[1] - first.left[0] + 1;

function tell({ exercise, left, count, without, pairs, suspects, usual }) {
    console.log(`${exercise}: ${count} to compare` + (usual ? `; half of all pairs below ${percent(usual.half)}, 19 of 20 below ${percent(usual.most)}` : ''));
    for (const pair of pairs.filter(({ similarity }) => similarity >= LOOK))
        console.log(`  ${percent(pair.similarity).padStart(5)}  ${visible(pair.one.name)} and ${visible(pair.other.name)}, ${longest(pair)} lines on end`);
    if (suspects > pairs.length)
        console.log(`  and ${suspects - pairs.length} pairs more`);
    if (without.length > 0)
        console.log(`  nothing of their own, all of it is in the kit: ${without.map(visible).join(', ')}`);
    for (const { name, program, why } of left)
        console.log(`  left out: ${program} of ${visible(name)} ${why}`);
}

const class_ = JSON.parse(readFileSync(path.join(folder, 'students.json'), 'utf8'));
const kit = new Set();
for (const text of kitTexts())
    for (const piece of cut(await tokensOf(text)).pieces)
        kit.add(piece);
const exercises = [];
for (const exercise of [...new Set(class_.flatMap(({ file }) => list(path.join(folder, file))))].filter((name) => /^\d\d-[a-z]+$/.test(name)).sort()) {
    exercises.push(judge(await readExercise(exercise, class_), kit));
    tell(exercises.at(-1));
}
worker?.terminate();
writeFileSync(report, page(exercises, LOOK));
console.log(`${percent(LOOK)} and more is a reason to look at both programs, and no verdict.`);
