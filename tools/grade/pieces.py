"""Cuts C, as students write it, into statements: what can be asked about.

No compiler reads it, so it may be anything: what makes no sense gives few
statements, or none, never an error.
"""

import re
from dataclasses import dataclass

NOT_CODE = re.compile(
    r"//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z)"
    r"|(?P<text>\"(?:\\.|[^\"\\\n])*(?:\"|$)|'(?:\\.|[^'\\\n])*(?:'|$))",
    re.DOTALL | re.MULTILINE)
DIRECTIVE = re.compile(r"^[ ]*#(?:\\\n|[^\n])*", re.MULTILINE)
SIGNIFICANT = re.compile(r"[(){};]|\b(?:else|do)\b")
HEADER = re.compile(r"(if|while|for|switch)\b")
LOOPS = {"for", "while", "do"}
LABELS = re.compile(r"\s*((case\b[^:;]*|default\s*|\w+\s*):(?!:)\s*)*")
LEAVES = re.compile(r"(return|break|continue|goto|exit)\b")
CALL = r"\b(\w+)\((?!(?<=\bwrite\()(?:[12],|STD|\w*(?:wake|pipe)))"
LONGEST = 2000  # a statement, in bytes: about a longer one nobody is asked
TYPE = re.compile(r"(typedef |static |const )*(struct|union|enum)\b[^=(]*$")


@dataclass
class Piece:
    """A statement, the head of one, the head of a function, or a global."""
    start: int
    end: int
    text: str  # blanks made even, strings empty, no comments
    kind: str  # "statement", "head" (of a function), "global"
    function: str = ""
    extent: tuple = (0, 0)  # of that function
    loop: bool = False
    locked: bool = False
    sends: bool = False


def blanked(match, keep=0):
    """As many blanks, and the newlines where they were."""
    text = match if isinstance(match, str) else match[0]
    blank = re.sub(r"[^\n]", " ", text)
    return text[:keep] + blank[keep:len(text) - keep] + text[len(text) - keep:]


def without_comments(text):
    """The same text, as long as it was: comments say only that they are there."""
    def hide(match):
        if match["text"]:
            return match[0]
        mark = "/* … */" if re.match(r"[^\n]{7}", match[0]) else ""
        return mark + blanked(match)[len(mark):]
    return NOT_CODE.sub(hide, text)


def even(text):
    """A statement, however it was written, in one way."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r'" *"', '""', text)
    text = re.sub(r"([,;])(?! )", r"\1 ", text).rstrip()
    text = re.sub(r"(?<=[(\[]) | (?=[)\],;])", "", text)
    text = re.sub(r"\b(\w+) \(", r"\1(", text)
    return re.sub(r"\b(if|while|for|switch|return|sizeof|case)\(", r"\1 (", text)


class Cutter:
    """Goes through a text once; pieces is what it found."""

    def __init__(self, text):
        code = NOT_CODE.sub(lambda m: m[0] if m["text"] else blanked(m), text)
        self.code = DIRECTIVE.sub(blanked, code)
        self.bare = NOT_CODE.sub(lambda m: blanked(m, keep=1) if len(m[0]) > 1 else m[0], self.code)
        self.said = NOT_CODE.sub(lambda m: blanked(m, keep=1) if m[0][0] == '"' and len(m[0]) > 1 else m[0],
                                 self.code)
        self.pieces, self.blocks, self.heads = [], [], []
        self.start, self.depth, self.function, self.begun = 0, 0, "", 0
        self.locked, self.last, self.first = False, "", 0
        for token in SIGNIFICANT.finditer(self.bare):
            self.take(token[0], token.start(), token.end())

    def emit(self, end, kind):
        start = self.start + LABELS.match(self.bare[self.start:end]).end()
        text = even(self.said[start:min(end, start + 4 * LONGEST)])
        self.start = end
        if text in ("", ";") or len(text) > LONGEST:
            return
        text = text.rstrip("; ")
        loop = any(head in LOOPS for head in self.heads + [b[0] for b in self.blocks])
        self.pieces.append(Piece(start, end, text, kind, self.function, (self.begun, end), loop, self.locked))
        if "pthread_mutex_lock(" in text:
            self.locked = True
        elif "pthread_mutex_unlock(" in text:
            self.locked = False
        self.last = text

    def take(self, token, at, after):
        text = self.bare[self.start:min(at, self.start + LONGEST)].strip()
        if self.depth and (token == "{" and self.bare[at - 1:at] == "\n"
                           or token == ";" and not re.match(r"for\b", text)):
            self.depth = 0  # some parenthesis was never closed
        if self.depth or token in "()":
            self.depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token, 0)
            self.depth = max(self.depth, 0)
            header = HEADER.match(text)
            if token == ")" and self.depth == 0 and header:
                self.emit(after, "statement")
                self.heads.append(header[0])
        elif token in ("else", "do"):
            if text == "":
                self.start = after
                self.heads.append(token)
        elif token == ";":
            if self.function or not self.blocks:
                self.emit(after, "statement" if self.function else "global")
            self.start, self.heads = after, []
        elif token == "{":
            self.open(text, at, after)
        else:
            self.close(at, after)

    def open(self, text, at, after):
        """A body, a type, or the values of a variable."""
        if self.function and (text == "" or text.endswith(":")):
            self.blocks.append((self.heads[-1] if self.heads else "", self.locked))
        elif not self.function and "(" in text and "=" not in text.split("(")[0] and not self.blocks:
            name = re.search(r"(\w+)\s*\(", text)
            self.function = name[1] if name else "?"
            self.begun = at - len(self.bare[self.start:at].lstrip())
            self.locked, self.first = False, len(self.pieces)
            self.emit(at, "head")
            self.blocks.append(("function", False))
        elif TYPE.match(text) or (not self.function and "=" not in text):
            self.blocks.append(("type", self.locked))
        else:
            self.depth += 1
            return
        self.start, self.heads = after, []

    def close(self, at, after):
        """Where a block ends that was left before its end, the lock is as it was."""
        kind, locked = self.blocks.pop() if self.blocks else ("", False)
        if LEAVES.match(self.last):
            self.locked = locked
        if kind == "function" or not self.blocks:
            for piece in self.pieces[self.first:]:
                piece.extent = (self.begun, after)
            self.function, self.blocks, self.first = "", [], len(self.pieces)
        self.start, self.heads = after, []


def mark_senders(pieces):
    """Says of each statement whether it sends, itself or by what it calls."""
    calls = [(piece, set(re.findall(CALL, piece.text))) for piece in pieces if piece.kind == "statement"]
    new = {name for _, names in calls for name in names if name.startswith("send") or name == "write"}
    senders = set()
    while new:
        senders |= new
        new = set()
        for piece, names in calls:
            if not piece.sends and names & senders:
                piece.sends = True
                new.add(piece.function)
        new -= senders


def cut(text):
    """The pieces of a program, in order."""
    pieces = Cutter(text).pieces
    mark_senders(pieces)
    return pieces


def globals_of(pieces):
    """The names of the variables that all functions, so all threads, share."""
    names = set()
    for piece in pieces:
        if piece.kind == "global" and "(" not in piece.text and not piece.text.startswith("typedef"):
            for part in piece.text.split("=")[0].split(","):
                found = re.search(r"(\w+)(?: ?\[[^]]*\])*\s*$", part)
                names.update(found.groups() if found else ())
    return names
