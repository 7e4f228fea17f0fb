/*
 * words.mjs: what the site itself says, in both languages. The texts of the
 * course are elsewhere: in the folders of steps, exercises and tools.
 */
export const words = {
    en: {
        language: 'English', site: 'Socket lab', skip: 'Skip to the text', course: 'Course', menu: 'Menu',
        description: 'A first course in socket programming, in C: step by step from one message to a chat for a thousand people.',
        onThisPage: 'On this page', search: 'Search', searchHint: 'Search: bind, EPIPE, lock',
        found: 'found: {n}', nothing: 'Nothing found for “{q}”.', theme: 'Dark or light',
        otherLanguage: 'This page in', steps: 'Steps', exercises: 'Exercises', reference: 'To look up', teach: 'To teach', build: 'To carry on',
        step: 'Step', exercise: 'Exercise', overview: 'How to work', previous: 'Previous', next: 'Next', pages: 'Previous and next page',
        parts: 'Parts of this step', text: 'Text', changes: 'What is new', trace: 'Trace', copy: 'Copy', copied: 'Copied', done: 'I have done this',
        table: 'Table',
        changesTitle: 'Step {n}: what is new', changesIntro: 'What step {n} changes in step {base}: {added} lines come, {removed} go. The same as',
        same: 'is the same as in step {base}.',
        unchanged: '{n} lines as before', marked: 'Lines with this colour are new in this step.',
        traceTitle: 'Step {n}: the calls of its programs', traceIntro: 'What the programs of this step really did, recorded once. On your machine',
        traceSays: 'shows what they do there.', inFile: '{file}, from line {n}',
        folder: 'In this folder', tryIt: 'The exercise of this step', tryThem: 'The exercises of this step', startsFrom: 'It starts from',
        glossary: 'Glossary', cheatsheet: 'Cheatsheet', lessons: 'Lesson plan', deck: 'Slides', grading: 'Grading', honest: 'How we know', bench: 'How fast, and why',
        contributing: 'Contributing', changelog: 'What has changed', kit: 'The kit', common: 'What the steps share', facts: 'What really happens', website: 'This site',
        heading: 'From one message to a chat for a thousand people',
        lead: 'A first course in socket programming, in C. Each step is one small idea, with its programs, what it changes, and what is still wrong.',
        begin: 'Begin with step {n}', how: 'How to work', ladder: 'The ladder', ladderIntro: 'Each step grows from the one above it. Step 02 is a branch of its own.',
        exercisesIntro: 'The steps show; here you do.', take: 'Take it with you',
        takeIntro: 'These pages need no network: the folder works from a USB stick. The course is also one file to print.',
        pdf: 'The course as PDF', deckHtml: 'Slides, to show', deckPdf: 'Slides, as PDF', start: 'Start',
        contents: 'Contents', about: 'A kit of C programs, texts, tests and slides, under the MIT licence.',
    },
    'pt-BR': {
        language: 'Português', site: 'Lab de sockets', skip: 'Ir para o texto', course: 'Curso', menu: 'Menu',
        description: 'Um primeiro curso de programação com sockets, em C: passo a passo, de uma mensagem a um chat para mil pessoas.',
        onThisPage: 'Nesta página', search: 'Buscar', searchHint: 'Buscar: bind, conexão, EPIPE',
        found: 'encontrados: {n}', nothing: 'Nada encontrado para “{q}”.', theme: 'Escuro ou claro',
        otherLanguage: 'Esta página em', steps: 'Passos', exercises: 'Exercícios', reference: 'Para consultar', teach: 'Para ensinar', build: 'Para levar adiante',
        step: 'Passo', exercise: 'Exercício', overview: 'Como trabalhar', previous: 'Anterior', next: 'Próxima', pages: 'Página anterior e próxima',
        parts: 'Partes deste passo', text: 'Texto', changes: 'O que é novo', trace: 'Chamadas', copy: 'Copiar', copied: 'Copiado', done: 'Já fiz',
        table: 'Tabela',
        changesTitle: 'Passo {n}: o que é novo', changesIntro: 'O que o passo {n} muda no passo {base}: entram {added} linhas, saem {removed}. O mesmo que mostra',
        same: 'é igual ao do passo {base}.',
        unchanged: '{n} linhas como antes', marked: 'As linhas com esta cor são novas neste passo.',
        traceTitle: 'Passo {n}: as chamadas dos programas', traceIntro: 'O que os programas deste passo fizeram de verdade, gravado uma vez. Na sua máquina,',
        traceSays: 'mostra o que eles fazem nela.', inFile: '{file}, a partir da linha {n}',
        folder: 'Nesta pasta', tryIt: 'O exercício deste passo', tryThem: 'Os exercícios deste passo', startsFrom: 'Parte do',
        glossary: 'Glossário', cheatsheet: 'Folha de consulta', lessons: 'Plano de aulas', deck: 'Slides', grading: 'Correção', honest: 'Como sabemos', bench: 'Qual é a velocidade',
        contributing: 'Como contribuir', changelog: 'O que mudou', kit: 'O kit', common: 'O que os passos compartilham', facts: 'O que acontece de verdade', website: 'Este site',
        heading: 'De uma mensagem a um chat para mil pessoas',
        lead: 'Um primeiro curso de programação com sockets, em C. Cada passo é uma pequena ideia, com os programas, o que muda e o que ainda está errado.',
        begin: 'Comece pelo passo {n}', how: 'Como trabalhar', ladder: 'A escada', ladderIntro: 'Cada passo nasce do que está acima dele. O passo 02 é um ramo à parte.',
        exercisesIntro: 'Os passos mostram; aqui é você quem faz.', take: 'Leve com você',
        takeIntro: 'Estas páginas não precisam de rede: a pasta funciona a partir de um pen drive. O curso também é um só arquivo, para imprimir.',
        pdf: 'O curso em PDF', deckHtml: 'Slides, para projetar', deckPdf: 'Slides, em PDF', start: 'Início',
        contents: 'Sumário', about: 'Um kit de programas em C, textos, testes e slides, sob a licença MIT.',
    },
};

/* say('en', 'begin', { n: '01' }): with what stands in braces put in. */
export function say(language, key, values = {}) {
    const text = words[language][key];
    if (text === undefined)
        throw new Error(`words.mjs has no "${key}" in ${language}.`);
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
