/*
 * tokens.mjs: what remains of a C program when names, layout, comments and the
 * order of its functions do not count. A worker: it is sent texts, one at a time.
 * Answers each with its tokens, the lines where they stand, and `begins`: the
 * first token of each function, and of whatever else stands outside of one.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { Language, Parser } = await import(pathToFileURL(path.join(workerData, 'web-tree-sitter/web-tree-sitter.js')));
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(path.join(workerData, 'tree-sitter-c/tree-sitter-c.wasm')));

/* Matters of taste: braces around one statement, static, const. Lines of #include are everybody's. */
const IDLE = /^([(){};,\n]|comment|storage_class_specifier|type_qualifier|preproc_include)$/;
/* One token, whatever is in it: a copy changes texts and sizes first. */
const VALUES = { string_literal: '""', char_literal: "''", number_literal: '0', statement_identifier: 'name' };
const NAME = /^(identifier|field_identifier|type_identifier)$/;
const NAMED = /^(preproc_def|preproc_function_def|enumerator)$/;
const BODIED = /^(struct|union|enum)_specifier$/;

/* The tokens so far, and the names that the program gives itself: a struct's fields are names of their own. */
class Reading {
    constructor(text) {
        this.text = text;
        this.leaves = [];
        this.begins = [];
        this.above = []; // the nodes around this one, the nearest last
        this.names = new Set();
        this.fields = new Set();
    }

    /* Takes the node at the cursor; says whether to look into what it is made of. */
    enter(cursor) {
        const type = cursor.nodeType;
        const parent = this.above.at(-1);
        this.node = { type, kept: this.leaves.length, isFunction: false };
        if (this.above.length === 1)
            this.begins.push(this.leaves.length);
        if (IDLE.test(type))
            return false;
        if (NAME.test(type) && this.isDeclared(cursor.currentFieldName, parent))
            (type === 'field_identifier' ? this.fields : this.names).add(this.textAt(cursor));
        if (BODIED.test(parent?.type) && cursor.currentFieldName === 'name')
            parent.tag = this.textAt(cursor);
        if (BODIED.test(parent?.type) && cursor.currentFieldName === 'body')
            this.names.add(parent.tag);
        if (type in VALUES)
            this.keep(cursor, VALUES[type]);
        else if (type === 'preproc_arg') // the parser leaves what a macro stands for in one piece
            for (const [word] of this.textAt(cursor).matchAll(/\w+|[^\s\w(){};,]/g))
                this.keep(cursor, /^\d/.test(word) ? '0' : word);
        else
            return true;
        return false;
    }

    isDeclared(field, parent) {
        return field === 'declarator' || parent.type === 'preproc_params' || field === 'name' && NAMED.test(parent.type);
    }

    textAt(cursor) {
        return this.text.slice(cursor.startIndex, cursor.endIndex);
    }

    keep(cursor, value) {
        this.leaves.push({ value, row: cursor.startPosition.row, names: cursor.nodeType === 'field_identifier' ? this.fields : this.names });
    }

    /* Ends a node. A function that is only announced is dropped: where functions have moved there are more of these. */
    leave() {
        const node = this.above.pop();
        if (node.type === 'declaration' && node.isFunction)
            this.leaves.length = node.kept;
        else if (node.type === 'function_declarator' || node.type === 'pointer_declarator' && node.isFunction)
            this.above.at(-1).isFunction = true;
    }

    result() {
        return {
            tokens: this.leaves.map(({ value, names }) => names.has(value) ? 'name' : value),
            lines: this.leaves.map(({ row }) => row + 1),
            begins: this.begins,
        };
    }
}

function read(text) {
    const tree = parser.parse(text);
    const cursor = tree.walk();
    const reading = new Reading(text);
    for (;;) {
        if (reading.enter(cursor)) {
            if (cursor.gotoFirstChild()) {
                reading.above.push(reading.node);
                continue;
            }
            if (cursor.startIndex < cursor.endIndex && reading.above.length > 0)
                reading.keep(cursor, reading.textAt(cursor));
        }
        while (!cursor.gotoNextSibling()) {
            if (!cursor.gotoParent()) {
                tree.delete();
                return reading.result();
            }
            reading.leave();
        }
    }
}

parentPort.on('message', (text) => parentPort.postMessage(read(text)));
