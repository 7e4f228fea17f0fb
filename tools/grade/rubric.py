"""The sheet for what a person marks: a row per student and exercise.

It is written once, filled in by hand, with whatever program opens a CSV, and
read again: with another separator, another encoding, a decimal comma.
"""

import csv
import io
import os
import re
import tempfile
from pathlib import Path

from people import name_of, read_private
from tables import harmless, number, text_of, visible

WHO = ["student", "id", "exercise"]
LINES = ["line 1", "line 2"]
NOTES = ["hours", "help", "note"]
POINTS = re.compile(r"(.*\S) *\(of ([0-9]+(?:[.,][0-9]+)?)\)$", re.DOTALL)


class Trouble(Exception):
    """What the teacher has to know, in one sentence a line."""


def key_of(row):
    """Whose row it is. Spreadsheets take zeros and apostrophes from cells."""
    return (row.get("student", "").lstrip("'"), row.get("id", "").lstrip("'").lstrip("0"),
            row.get("exercise", "").strip())


class Names:
    """Who has two names since a run with ANON=1: a row gets the one that is in use."""

    def __init__(self, grades, in_use):
        self.keys, self.other = {}, {}
        rows = read_private(grades)
        hidden = any(row["pseudonym"] in in_use for row in rows.values())
        for key, row in rows.items():
            self.keys[row["pseudonym"]] = key
            real = {"student": visible(name_of(row)), "id": visible(row["id"])}
            drawn = {"student": row["pseudonym"], "id": ""}
            self.other[key_of(real if hidden else drawn)[:2]] = drawn if hidden else real

    def of_now(self, rows):
        return [{**row, **self.other.get(key_of(row)[:2], {})} for row in rows]


def grades_folder(kit):
    """Where what comes out goes: GRADES, or build/grades."""
    return Path(os.environ.get("GRADES") or kit / "build/grades").expanduser().absolute()


def place(grades):
    """Where the sheet is: RUBRIC=FILE, or among the grades."""
    path = Path(os.environ.get("RUBRIC") or grades / "rubric.csv").expanduser()
    if os.environ.get("RUBRIC") and not path.parent.is_dir():
        raise Trouble(f"There is no folder {path.parent} for RUBRIC.")
    return path


def criteria(path):
    """What exercises/rubric.csv says: {criterion: points, as written}."""
    rows = list(csv.reader(io.StringIO(text_of(path)), delimiter=separator_of(text_of(path), "criterion", path)))
    found = {}
    for row in rows[1:]:
        if not any(row):
            continue
        if len(row) < 2 or not row[0].strip() or not number(row[1]):
            raise Trouble(f"{path}: after a criterion stand its points: {','.join(row)}")
        found[row[0].strip()] = row[1].strip()
    if not found:
        raise Trouble(f"{path} names no criterion")
    return found


def separator_of(text, column, path):
    """By the first line, in which this column must stand."""
    first = text.split("\n", 1)[0]
    for separator in ",;\t":
        if column in (cell.strip() for cell in next(csv.reader([first], delimiter=separator), [])):
            return separator
    raise Trouble(f"{path}: its first line has no column {column}")


class Sheet:
    """columns, and rows {column: text}; separator as it is in the file."""

    def __init__(self, columns, rows=(), separator=","):
        self.columns, self.rows, self.separator = columns, list(rows), separator

    @classmethod
    def read(cls, path):
        text = text_of(path)
        separator = separator_of(text, "exercise", path)
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise Trouble(f"{path} cannot be read: {error}") from error
        columns = [cell.strip() for cell in lines[0]]
        rows = [dict(zip(columns, line)) for line in lines[1:] if any(cell.strip() for cell in line)]
        return cls(columns, rows, separator)

    def write(self, path):
        """All of it, or nothing. With the mark by which Excel knows UTF-8."""
        folder = os.path.dirname(os.path.abspath(path))
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, delimiter=self.separator)
            out.writerow([harmless(column) for column in self.columns])
            out.writerows([harmless(row.get(column, "")) for column in self.columns] for row in self.rows)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)

    def weights(self):
        """{column: (criterion, points)} of those that are worth something."""
        found = {column: POINTS.match(column) for column in self.columns}
        return {column: (match[1], number(match[2])) for column, match in found.items() if match}


def is_filled(row, columns):
    return any(row.get(column, "").strip() for column in columns)


def merged(fresh, filled, exercises):
    """The sheet as it would be anew for these exercises, with all that was filled
    in into the other, and with its rows of other exercises.

    Returns it, and what to say: whose lines are not those of today.
    """
    names = {criterion: column for column, (criterion, _) in fresh.weights().items()}
    renamed = {column: names.get(criterion, column) for column, (criterion, _) in filled.weights().items()}
    columns = fresh.columns + [renamed.get(c, c) for c in filled.columns if renamed.get(c, c) not in fresh.columns]
    by_hand = [column for column in columns if column not in WHO + LINES]
    old = {}
    for row in filled.rows:
        old[key_of(row)] = {renamed.get(column, column): cell for column, cell in row.items()}
    rows, said = [], []
    for row in fresh.rows:
        before = old.pop(key_of(row), {})
        if is_filled(before, by_hand):
            if any(before.get(line, "") != harmless(row[line]) for line in LINES):
                said.append(f"{row['student']}, exercise {row['exercise']}: is filled in, and keeps its former lines")
            row = before
        rows.append(row)
    for row in old.values():
        if key_of(row)[2] not in exercises:
            rows.append(row)
        elif is_filled(row, by_hand):
            said.append(f"{row['student']}, exercise {row['exercise']}: is filled in, and handed in no more")
            rows.append(row)
    rows.sort(key=lambda row: (row.get("student", ""), row.get("id", ""), key_of(row)[2].zfill(3)))
    return Sheet(columns, rows, filled.separator), said
