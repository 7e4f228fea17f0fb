"""Students by what they may be called, and pseudonyms.

A teacher's lists are typed: with other capitals and spaces, without accents, the
family first, and a spreadsheet takes the zeros that a number begins with.
"""
import csv
import re
import unicodedata


def plain(text):
    """Without accents, as names are written where they would be in the way."""
    return ''.join(c for c in unicodedata.normalize('NFKD', text) if not unicodedata.combining(c))


def fold(text):
    """What is left of a name when case, accents and spaces do not count."""
    return ' '.join(plain(text.replace('_', ' ')).casefold().split())


class Register:
    """Students ({name, id, file}), by what they may be called; `more` has for each
    what else that is."""

    def __init__(self, students, more=None):
        self.numbers, self.names = {}, {}
        for at, student in enumerate(students):
            for number in student['id'].split(', '):
                self.add(self.numbers, self.number(number), student)
            names = [student['name'], student['file'], *(more[at] if more else ())]
            for name in {fold(name) for name in names}:
                self.add(self.names, name, student)

    @staticmethod
    def add(index, key, student):
        if key:
            index.setdefault(key, []).append(student)

    @staticmethod
    def number(text):
        text = text.strip().casefold()
        return text.lstrip('0') or text

    def numbered(self, number):
        return self.number(number), self.numbers.get(self.number(number), [])

    def called(self, text):
        name = fold(text)
        if name not in self.names and text.count(',') == 1:
            name = fold(' '.join(reversed(text.split(','))))
        return name, self.names.get(name, [])

    def find(self, text):
        """-> by what it was found, and whom."""
        found = self.numbered(text)
        return found if found[1] else self.called(text)


def read_private(grades):
    """GRADES/private.csv, which ANON=1 writes: of each key (see intake.bash) its row."""
    try:
        with open(grades / 'private.csv', encoding='utf-8', newline='') as file:
            return {row['key']: row for row in csv.DictReader(file)}
    except FileNotFoundError:
        return {}


def name_of(row):
    """A row's name, without what keeps a spreadsheet from taking it for a formula."""
    return row['name'][1:] if re.match(r"'[-=+@\t\r]", row['name']) else row['name']
