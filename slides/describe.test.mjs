/*
 * describe.test.mjs: node --test. Every diagram of the kit in words: nothing of
 * Mermaid is left, and nothing that is written in the picture is left out.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { test } from 'node:test';
import { describe } from './describe.mjs';

const kit = fileURLToPath(new URL('..', import.meta.url));

/* Every text and every diagram of the kit: [file, source] of each. */
function allDiagrams() {
    const files = readdirSync(kit, { recursive: true })
        .filter((file) => /\.(md|mmd)$/.test(file) && !/(^|\/)(node_modules|build|\.git)\//.test(file));
    return files.flatMap((file) => {
        const text = readFileSync(path.join(kit, file), 'utf8');
        const sources = file.endsWith('.mmd') ? [text] : [...text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, source]) => source);
        return sources.map((source) => [file, source]);
    });
}

/* What stands in the picture: names, messages, notes, labels. Found by another way than describe's. */
function written(source) {
    return source.split('\n').filter((line) => !line.startsWith('%%')).flatMap((line) => [
        line.match(/^ *(?:participant|actor) +\w+ +as +(.*)/)?.[1] ?? line.match(/^ *(?:participant|actor) +(\w+) *$/)?.[1],
        line.match(/^ *(?:box|loop|alt|else|opt|par|and|break) +(.*)/)?.[1],
        line.match(/^[^":]*:(?!::) *(.*)/)?.[1],
        ...(source.startsWith('sequenceDiagram') ? [] : [...line.matchAll(/"([^"]*)"/g)].map(([, text]) => text)),
    ]).filter((text) => text !== undefined && !/^ *(?:#|\w+:)/.test(text))
        .map((text) => text.replaceAll('<br>', ' ').replaceAll('#59;', ';').trim());
}

const diagrams = allDiagrams();

test('all diagrams of the kit are looked at', () => {
    assert.ok(diagrams.length > 30, `${diagrams.length} diagrams`);
});

for (const [file, source] of diagrams) {
    test(`${file}: says all, in words alone`, () => {
        const text = describe(source, file.includes('.pt-BR.') ? 'pt-BR' : 'en');
        assert.doesNotMatch(text, /->|<-|--|-\.|~~~|<br|rgb|classDef|undefined|^ *(participant|Note|rect|end|subgraph|direction|class)\b/m);
        for (const part of written(source))
            assert.ok(text.includes(part), `"${part}" is not in:\n${text}`);
    });
}

const small = `sequenceDiagram
    box server
    participant a as thread of ana
    end
    actor bia
    %% not seen
    bia->>a: hi#59; <br>ana
    Note over a,bia: wait?
    rect rgb(255, 165, 0, 0.25)
    par the first
    a-->>bia: one
    and
    a--xbia: two
    end
    end
    alt it rains
    loop each day
    bia->>bia: waits
    end
    else
    Note right of bia: goes out
    end`;

test('a sequence in English', () => {
    assert.equal(describe(small, 'en'), `A sequence diagram. From left to right: in the box "server": thread of ana; bia.
bia to thread of ana: hi; ana.
thread of ana and bia: wait?
Here begins what is new.
At the same time, the first:
thread of ana to bia (dashed arrow): one.
And meanwhile:
thread of ana to bia (dashed arrow) (does not arrive): two.
So much at the same time.
Here ends what is new.
Either, it rains:
Again and again, each day:
bia to bia: waits.
So much is done again and again.
Or, otherwise:
bia: goes out.
So much for these cases.`);
});

test('a sequence in Portuguese', () => {
    const text = describe(small, 'pt-BR');
    assert.match(text, /^Um diagrama de sequência\. Da esquerda para a direita: na caixa "server": thread of ana; bia\.$/m);
    assert.match(text, /^thread of ana para bia \(seta tracejada\): one\.$/m);
    assert.match(text, /^Começa o que é novo\.$/m);
    assert.equal(text.split('\n').length, describe(small, 'en').split('\n').length);
});

test('who takes part without having been announced', () => {
    assert.equal(describe('sequenceDiagram\n ana->>bia: hi', 'en'), 'A sequence diagram. From left to right: ana; bia.\nana to bia: hi.');
});

test('a flowchart: boxes, arrows of each kind, colours', () => {
    assert.equal(describe(`flowchart LR
        subgraph one ["The <br>box"]
            a["first: 1"] -- "goes" --> b
        end
        a -.-> c --> d
        one ~~~ c
        b <-->|talks| d
        lone["alone"]
        classDef bad fill:#f00
        class a,c bad`, 'en'), `A diagram of boxes and arrows.
In the box "The box": first: 1; b.
alone.
"first: 1" to "b": goes.
"first: 1" to "c" (dashed arrow).
"c" to "d".
"b" and, both ways, "d": talks.
In red: first: 1; c.`);
});

test('a line that nobody knows is an error that shows it', () => {
    for (const [source, line] of [
        ['sequenceDiagram\n a->>b: hi\n activate b', 'activate b'],
        ['sequenceDiagram\n autonumber', 'autonumber'],
        ['sequenceDiagram\n loop each\n a->>b: hi', 'loop each (it has no end)'],
        ['flowchart LR\n a --> b\n click a href', 'click a href'],
        ['flowchart LR\n a ==x b', 'a ==x b'],
        ['flowchart LR\n a --> b\n class a odd', 'class odd'],
        ['pie\n "a" : 1', 'pie'],
    ])
        assert.throws(() => describe(source, 'en'), (error) => error.message.endsWith(`: ${line}`), source);
    assert.throws(() => describe(small, 'fr'), /speaks en, pt-BR, not fr/);
});
