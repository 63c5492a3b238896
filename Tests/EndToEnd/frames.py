"""Reads frames: cells, and the numbers in them."""

import ctypes
import locale
import re

# The C library's widths are those that curses and most terminals go by.
locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
C_LIBRARY = ctypes.CDLL(None)

ESCAPE = re.compile(r"\x1b\[[0-9;:?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]")
ASCII_OF = dict(zip("▁▂▃▄▅▆▇█┆↑↓›–×↺·…", "_.-:=+*#|^v>-xro~"))
BARS = "▁▂▃▄▅▆▇█"
NUMBERS = ("fail%", "failed", "runs", "usual", "success", "tmout", "prov", "err", "canc", "ingest", "open")


def strip_escapes(text):
    return ESCAPE.sub("", text)


def cells(line):
    """One entry a column: a character with what combines with it, and `""` right of a wide one."""
    out = []
    for character in line:
        width = C_LIBRARY.wcwidth(ctypes.c_int(ord(character)))
        assert width >= 0, f"a control reached the screen: {character!r}"
        if width == 0 and out:
            out[-2 if out[-1] == "" else -1] += character
        elif width > 0:
            out += [character] + [""] * (width - 1)
    return out


def width(line):
    return len(cells(line))


def lines_of(output):
    """The lines of a text frame; its last one may or may not end with a line break."""
    return output[:-1].split("\n") if output.endswith("\n") else output.split("\n")


class Table:
    """The slots table of an overview frame (given as lines), found by its heading."""

    def __init__(self, lines):
        self.heading_row = next(i for i, line in enumerate(lines) if re.search(r"\bfail%", line) and "runs" in line
                                and re.match(r" {3}\S", line))
        self.heading = cells(lines[self.heading_row])
        self.lines = lines
        heading = "".join(c or " " for c in self.heading)
        self.ends = {m.group(): m.end() for m in [*re.finditer(r"fail%|[^\s▾▴↑↓]+", heading)][::-1]}
        last = max(self.ends[name] for name in NUMBERS if name in self.ends)
        self.bars_at = last + 1 if heading[last + 1:last + 2].strip() else None

    def row(self, slot):
        """The cells of the row of `slot`."""
        pattern = re.compile(r"^(?:[^a-z]{3})" + re.escape(slot) + r"(\s|$|…|~)")
        for line in self.lines[self.heading_row + 1:]:
            row = cells(line)
            if pattern.match("".join(c or " " for c in row)):
                return row
        return None

    def ids(self, pattern):
        found = [re.match(r"^(?:[^a-z]{3})(" + pattern + r")\b", line) for line in self.lines[self.heading_row + 1:]]
        return [m.group(1) for m in found if m]

    def value(self, row, column):
        """What stands in a right-aligned column of a row: the word that ends where the heading ends."""
        end = self.ends[column]
        start = end
        while start > 0 and start <= len(row) and row[start - 1] not in (" ", ""):
            start -= 1
        return "".join(row[start:end])

    def after(self, row, column):
        """The cell right of a column: where the arrow stands."""
        end = self.ends[column]
        return row[end] if end < len(row) else " "
