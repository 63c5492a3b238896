"""The rules that a line and what monitors stored of it have to keep."""

import re
from dataclasses import dataclass

from cases import UNKNOWN, WORDS, shown

# What changes from one second to the next.
AGE = re.compile(r"(data|last event|answer from a cache,) \d+ (s|min|h|d) (old|ago|ahead)")
# A value as the guidelines of monitoring plugins have it.
VALUE = re.compile(r"('(?:[^'=|]|'')+(?:=(?:[^'|]|'')*)?'|[^\s'=|]+)=(-?\d+(?:\.\d+)?)(%?)"
                   r"(?:;([\d.]*))?(?:;([\d.]*))?(?:;([\d.]*))?(?:;([\d.]*))?(?: |$)")
# What NRPE 2 keeps of a line.
OLD = 1_023


@dataclass(frozen=True)
class Printed:
    """What `check` printed, without any monitor."""
    code: int
    out: str
    err: str
    seconds: float

    @property
    def line(self):
        return self.out.removesuffix("\n")

    @property
    def text(self):
        return self.line.partition("|")[0].strip()

    @property
    def data(self):
        return self.line.partition("|")[2].strip()


@dataclass(frozen=True)
class Stored:
    """What monitors stored of each case."""
    nagios: list
    icinga: list
    nrpe: list
    old: list
    nagios_file: list
    icinga_file: list
    graphite: list
    warnings: list


@dataclass(frozen=True)
class Row:
    """A row of the table that is printed."""
    name: str
    cells: tuple
    fault: str = ""

    def text(self):
        result = f"**{self.fault}**" if self.fault else "good"
        return "| " + " | ".join([self.name, *map(str, self.cells), result]) + " |"


def values(data):
    """The values of performance data by their labels, in order; `None` where it cannot be read to its end."""
    found, place = [], 0
    while place < len(data):
        match = VALUE.match(data, place)
        if not match:
            return None
        label = match[1][1:-1].replace("''", "'") if match[1].startswith("'") else match[1]
        found.append((label, *match.groups()[1:]))
        place = match.end()
    return found


def faults_of_line(case, printed):
    """What is wrong with the line itself."""
    if printed.code != case.state:
        yield f"exit {printed.code}"
    if printed.err:
        yield f"on standard error: {shown(printed.err.strip()[:200])}"
    if printed.seconds > case.within:
        yield f"took {printed.seconds:.1f} s"
    if case.is_silent:
        if printed.out:
            yield "it was printed after all"
        return
    if printed.out.count("\n") != 1 or not printed.out.endswith("\n"):
        yield f"{printed.out.count(chr(10))} lines"
    if not printed.line.startswith(case.begins.format(word=WORDS[case.state])):
        yield f"begins with {shown(printed.line[:30])}"
    if len(printed.out.encode(errors="surrogateescape")) > case.most:
        yield "too long"
    if ";" in printed.text or "|" in printed.data or not printed.line.isprintable():
        yield "signs that monitors change"
    if values(printed.data) is None:
        yield "data that cannot be read"
    yield from (f"does not say {shown(word)}" for word in case.says if word not in printed.line)


def same(text):
    return AGE.sub(r"\1 N s \3", text).strip()


def first(seen, printed):
    """From where on two texts differ, in whole words."""
    words, wanted = seen.split(" "), printed.split(" ")
    pairs = enumerate(zip(words, wanted))
    place = next((i for i, (word, other) in pairs if word != other), min(len(words), len(wanted)))
    return shown(" ".join(words[place:])[:60]) or "ends early"


def difference(case, printed, seen, without_words=None):
    """How what a monitor stored differs from what was printed; `without_words` is the state that it gives a check that
    says nothing, where that is one of its own."""
    if case.is_silent and without_words is not None:
        return "" if seen.state == without_words else f"state {seen.state}"
    if seen.state != printed.code:
        return f"state {seen.state}"
    if case.is_silent or case.varies and all(word in seen.text for word in case.says):
        return ""
    if same(seen.text) != same(printed.text):
        return f"text: {first(same(seen.text), same(printed.text))}"
    if same(seen.data) != printed.data:
        return f"data: {first(same(seen.data), printed.data)}"
    return ""


def of_old(case, printed, seen):
    """NRPE 2 keeps a line of up to 1,023 bytes, and of a longer one so much of its beginning."""
    size = len(printed.out.encode(errors="surrogateescape"))
    if case.is_silent or size <= OLD:
        differs = difference(case, printed, seen, UNKNOWN)
        return differs or "same", bool(differs)
    if case.most <= OLD or seen.state != printed.code:
        return f"state {seen.state}, {size} bytes", True
    return f"cut, {OLD}", False


def of_writers(printed, stored, index):
    """What of the values does not arrive where they are drawn."""
    wanted = values(printed.data) or []
    if stored.graphite[index] != len(wanted):
        yield f"{stored.graphite[index]} of {len(wanted)} values for Graphite"
    written = values(stored.icinga_file[index].strip())
    if written is None or [(row[0], float(row[1])) for row in written] != [(row[0], float(row[1])) for row in wanted]:
        yield f"icinga2 writes {first(stored.icinga_file[index].strip(), printed.data)}"
    if stored.nagios_file[index].strip() != printed.data:
        yield f"nagios4 writes {first(stored.nagios_file[index].strip(), printed.data)}"


def rows(table, printed, stored):
    """The table's rows, each with its faults."""
    result = []
    for index, (case, line) in enumerate(zip(table, printed)):
        faults, cells = list(faults_of_line(case, line)), []
        for name in ("nagios", "icinga", "nrpe"):
            # NRPE takes a check without a word for unknown.
            differs = difference(case, line, getattr(stored, name)[index], UNKNOWN if name == "nrpe" else None)
            cells.append(differs or "same")
            faults += [f"{name} differs"] if differs else []
        cell, is_fault = of_old(case, line, stored.old[index])
        cells.append(cell)
        faults += ["NRPE 2 differs"] if is_fault else []
        faults += [] if case.is_silent else list(of_writers(line, stored, index))
        size = len(line.out.encode(errors="surrogateescape"))
        result.append(Row(case.name, (WORDS[case.state], f"{size:,}", *cells), ", ".join(faults)))
    return result
