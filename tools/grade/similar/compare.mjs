/*
 * compare.mjs: how much of their own code two students share. Pieces of a program
 * are so many tokens in a row, within one function; what the kit itself has is
 * nobody's own, and what many share says less than what two do.
 */
const LENGTH = 12; // tokens of a piece: about a statement and a half
const EDGE = LENGTH / 2; // so much of a piece may lie before a function, or behind it
const DOUBT = 16; // so many pieces anybody may share by chance
const FEWEST = 5; // pieces of a passage that is worth showing

const known = new Map();
function numberOf(token) {
    if (!known.has(token))
        known.set(token, known.size + 1);
    return known.get(token);
}

/* A number of 53 bits for the tokens from `start` on. */
function hash(numbers, start) {
    let high = 1, low = 2;
    for (let i = start; i < start + LENGTH; i++) {
        high = Math.imul(high ^ numbers[i], 0x85ebca6b) + 0x1b873593;
        high ^= high >>> 15;
        low = Math.imul(low ^ numbers[i], 0xc2b2ae35) + 0x27d4eb2f;
        low ^= low >>> 13;
    }
    return (high >>> 0) * 0x200000 + (low >>> 11);
}

/* Cuts what tokens.mjs has read: each piece, and the lines that it reaches from and to. */
export function cut({ tokens, lines, begins }) {
    const pieces = [], from = [], to = [];
    const edge = Array(EDGE).fill(0);
    begins.forEach((begin, i) => {
        const end = begins[i + 1] ?? tokens.length;
        if (begin >= end)
            return;
        const numbers = [...edge, ...tokens.slice(begin, end).map(numberOf), ...edge];
        for (let start = 0; start + LENGTH <= numbers.length; start++) {
            pieces.push(hash(numbers, start));
            from.push(lines[Math.max(begin, begin + start - EDGE)]);
            to.push(lines[Math.min(end, begin + start + EDGE) - 1]);
        }
    });
    return { pieces, from, to };
}

/* Calls each(i, j, the weight of what they share) for all who share something; sets of pieces, one a student. */
function shares(sets, weigh) {
    const holders = new Map();
    sets.forEach((set, student) => {
        for (const piece of set)
            if (holders.has(piece))
                holders.get(piece).push(student);
            else
                holders.set(piece, [student]);
    });
    const totals = sets.map(() => 0);
    const shared = sets.map(() => new Float64Array(sets.length));
    for (const students of holders.values()) {
        const weight = weigh(students.length);
        students.forEach((student, i) => {
            totals[student] += weight;
            for (const other of students.slice(i + 1))
                shared[student][other] += weight;
        });
    }
    return { totals, shared };
}

/*
 * Compares all with all. Each student has programs, name to {text, pieces, from,
 * to}; kit is a set of pieces. Returns the pairs, the most alike first: {left,
 * right, similarity, what: the program that is most alike, or 'all'}.
 */
export function compare(students, kit) {
    const weigh = (count) => Math.log((students.length + 1) / Math.max(2, count));
    const doubt = DOUBT * weigh(2);
    const ownOf = ({ pieces }) => new Set(pieces.filter((piece) => !kit.has(piece)));
    const own = students.map(({ programs }) => new Map([...programs].map(([name, program]) => [name, ownOf(program)])));
    const names = [...new Set(students.flatMap(({ programs }) => [...programs.keys()]))].sort();
    const views = names.map((name) => [name, own.map((sets) => sets.get(name) ?? new Set())]);
    if (names.length > 1)
        views.push(['all', own.map((sets) => new Set([...sets.values()].flatMap((set) => [...set])))]);
    const best = new Map();
    for (const [what, sets] of views) {
        const { totals, shared } = shares(sets, weigh);
        for (let left = 0; left < students.length; left++)
            for (let right = left + 1; right < students.length; right++) {
                const [one, other] = [students[left], students[right]].map(({ programs }) => programs.get(what)?.text);
                const same = one !== undefined && one === other && sets[left].size > 0;
                const similarity = same ? 1 : shared[left][right] / ((totals[left] + totals[right]) / 2 + doubt);
                const key = left * students.length + right;
                if (similarity > (best.get(key)?.similarity ?? -1))
                    best.set(key, { left, right, similarity, what });
            }
    }
    return [...best.values()].sort((a, b) => b.similarity - a.similarity || a.left - b.left || a.right - b.right);
}

/* Whether nothing in the programs is a student's own. */
export const isTheKits = ({ programs }, kit) => [...programs.values()].every(({ pieces }) => pieces.every((piece) => kit.has(piece)));

/*
 * The passages that two programs share, as they stand in `left`: {left: [first line,
 * last line], right: the same, size: how many pieces of it are not the kit's}.
 */
export function passages(left, right, kit) {
    const places = new Map();
    right.pieces.forEach((piece, place) => {
        const list = places.get(piece) ?? [];
        if (!kit.has(piece) && list.length < 20)
            places.set(piece, [...list, place]);
    });
    const found = [];
    for (let at = 0; at < left.pieces.length;) {
        let longest = { length: 1, size: 0 };
        for (const place of places.get(left.pieces[at]) ?? []) {
            let length = 0, size = 0, reach = 0;
            for (; at + reach < left.pieces.length && left.pieces[at + reach] === right.pieces[place + reach]; reach++)
                if (!kit.has(left.pieces[at + reach])) {
                    size++;
                    length = reach + 1;
                }
            if (size > longest.size)
                longest = { length, size, place };
        }
        if (longest.size >= FEWEST) {
            const { length, size, place } = longest;
            found.push({ left: span(left, at, length), right: span(right, place, length), size });
        }
        at += longest.length;
    }
    return found.sort((a, b) => b.size - a.size);
}

function span({ from, to }, start, length) {
    return [from[start], Math.max(...[from, to].flatMap((lines) => [lines[start], lines[start + length - 1]]))];
}
