"""Runs the dashboard in each terminal, and prints the tables of the README."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import colours
import columns
import dashboard
import leaving
import locales
import pasting
from windows import Display

CHECKS = {"columns": columns, "colours": colours, "leaving": leaving, "pasting": pasting}
PACKAGES = ("tmux", "screen", "xterm", "xvfb", "kitty", "mosh")


@dataclass
class Bench:
    """What all cases share."""
    display: Display
    work: Path
    environment: dict
    source: str

    def __post_init__(self):
        self.numbers, self.told = count(1), []

    def new_folder(self):
        folder = self.work / f"{next(self.numbers)}"
        folder.mkdir()
        return folder

    def tell(self, *lines):
        """What is worth to be seen of a case that is not good."""
        self.told += lines

    def tell_differing(self, rows, place=""):
        for number, seen, expected in rows[:2]:
            self.tell(f"{place}row {number}: {seen}", f"{place}expected: {expected}")


def versions():
    done = subprocess.run([dashboard.BINARY, "--version"], capture_output=True, text=True, check=True)
    rows = [f"slotwatch {done.stdout.strip()}"]
    for package in PACKAGES:
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}", package], capture_output=True, text=True)
        rows.append(done.stdout or f"{package} (no package)")
    return [*rows, f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"]


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def run(check, bench, terminal, *more):
    try:
        cells, fault = check.run(bench, terminal, *more)
    except Exception:
        # The other cases go on.
        traceback.print_exc()
        cells, fault = ("",) * (len(check.HEADINGS) - 2 - len(more)), f"**did not run**: {sys.exc_info()[1]}"
    text = row((terminal.name, *more, *cells, fault or "good"))
    print("\n".join([text, *bench.told]), file=sys.stderr, flush=True)
    bench.told.clear()
    return text, bool(fault)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="cases with this in their line: columns, kitty, ja_JP, …")
    options.add_argument("--keep", type=Path, help="an empty folder for what the terminals leave, which stays there")
    settings = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    isFaulty, tables = False, ["; ".join(versions()) + "."]
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary, Display() as display:
        work = settings.keep or Path(temporary)
        environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LIBGL_ALWAYS_SOFTWARE": "1",
                       "LOCPATH": str(locales.make(work / "locales"))}
        bench = Bench(display, work, environment, dashboard.write_source(work))
        for name, check in CHECKS.items():
            done = [run(check, bench, *case) for case in check.cases()
                    if settings.only in " ".join([name, case[0].name, *map(str, case[1:])])]
            if done:
                tables.append("\n".join([row(check.HEADINGS), row(["---"] * len(check.HEADINGS)), *(text for text, _ in done)]))
                isFaulty |= any(fault for _, fault in done)
    print("\n\n".join(tables))
    return isFaulty


if __name__ == "__main__":
    sys.exit(main())
