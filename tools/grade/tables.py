"""Tables that a person opens in a spreadsheet, and what others wrote into them."""
import re
import unicodedata


def text_of(path):
    """Of a CSV file, in the encodings in which spreadsheets save one."""
    with open(path, 'rb') as file:
        data = file.read()
    if data.startswith((b'\xff\xfe', b'\xfe\xff')):
        return data.decode('utf-16')
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError:
        return data.decode('cp1252', 'replace')


def visible(text):
    """What others wrote, with nothing in it that moves, hides or turns text."""
    return ''.join('\ufffd' if unicodedata.category(c)[0] == 'C' or c in '\u2028\u2029' else c for c in text)


def harmless(text):
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if re.match(r'[-=+@\t\r]', text) else text


def number(text):
    """0.5 and 0,5 are the same; None if it is no number of points."""
    text = text.strip().replace(',', '.')
    return float(text) if re.fullmatch(r'[0-9]+(\.[0-9]*)?|\.[0-9]+', text) else None


def shown(value):
    return f'{value:.2f}'.rstrip('0').rstrip('.')
