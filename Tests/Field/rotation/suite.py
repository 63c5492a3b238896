"""Runs each tool beside each treatment of `ingest --follow`, and prints the table of the README."""

import argparse
import signal
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import following
import rotating

HEADINGS = ("tool", "ingest", "written", "in files", "stored", "repeated", "refused", "gaps told", "result")
# How many lines of standard error are shown of a case.
TOLD = 3


@dataclass
class Outcome:
    """What came of one case."""
    tool: str
    treatment: str
    cells: tuple
    fault: str | None
    said: list

    def row(self):
        cells = [f"{cell:,}" if isinstance(cell, int) else cell for cell in self.cells]
        return "| " + " | ".join([self.tool, self.treatment, *cells, self.fault or "good"]) + " |"


def judged(tool, isFleeting, written, filed, follower):
    """The fault, if there is one: events that are missing without a word, or counted twice."""
    stored, counted = follower.stored(), follower.counted()
    distinct = set(stored)
    required = set(range(written)) if isFleeting else filed
    missing, gaps = len(required - distinct), follower.gaps()
    fault = None
    if len(stored) != len(distinct) or counted != len(distinct):
        fault = f"**doubled**: {len(stored):,} rows, {counted:,} counted"
    elif missing and not gaps:
        fault = f"**{missing:,} lost**"
    elif gaps and len(distinct) == written:
        fault = f"**{gaps} gaps told, nothing is missing**"
    elif gaps != follower.total("gaps"):
        fault = f"**{gaps} gaps told, {follower.total('gaps')} counted**"
    # On a busy machine the signal may come before anybody listens.
    elif not set(follower.statuses) <= {143, -signal.SIGTERM}:
        fault = f"**status {follower.statuses}**"
    cells = (written, len(filed), len(distinct), follower.total("duplicate"), follower.total("refused"), gaps)
    return Outcome(tool.name, "", cells, fault or (f"{missing:,} missing, told" if missing else None), []), bool(fault)


def run(tool, treatment, settings, work):
    """One case, in a folder of its own."""
    home = work / f"{tool.name} {treatment}".replace(" ", "-").replace(",", "")
    logs = home / "logs"
    logs.mkdir(parents=True)
    follower = following.Follower(home, settings.pause, settings.seed)
    bench = rotating.Bench(
        logs, settings.rate, settings.pause, settings.rotations, follower.begin,
        follower.during(following.TREATMENTS[treatment]))
    try:
        written = tool.run(bench)
        filed = following.numbers_in(logs)
        isFleeting = treatment in tool.fleeting
        follower.settle(written if isFleeting else len(filed))
        follower.stop()
        outcome, isFaulty = judged(tool, isFleeting, written, filed, follower)
    except Exception:
        # Nothing is left running; the other cases go on.
        if getattr(follower, "process", None):
            follower.process.kill()
            follower.process.communicate()
        outcome, isFaulty = Outcome(tool.name, "", (), "**did not run**: " + traceback.format_exc(limit=-1), []), True
    outcome.treatment = treatment
    said = follower.said.read_text().replace(str(logs) + "/", "") if follower.said.exists() else ""
    outcome.said = [line for line in dict.fromkeys(said.splitlines()) if "is not there yet" not in line]
    print(outcome.row(), file=sys.stderr, flush=True)
    return outcome, isFaulty


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="8 rotations")
    options.add_argument("--rotations", type=int, default=50)
    options.add_argument("--only", default="", help="tools with this in their name")
    options.add_argument("--ingest", choices=following.TREATMENTS, help="one treatment only")
    options.add_argument("--rate", type=int, default=5_000, help="events a second")
    options.add_argument("--pause", type=float, default=0.5, help="seconds between two rotations, where they can be set")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parallel", type=int, default=3, help="cases at once")
    options.add_argument("--keep", type=Path, help="an empty folder for logs and stores, which stay there")
    settings = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    settings.rotations = 8 if settings.quick else settings.rotations
    version = subprocess.run([following.BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    cases = [(tool, treatment) for tool in rotating.TOOLS if settings.only in tool.name
             for treatment in following.TREATMENTS if settings.ingest in (None, treatment)]
    heading = [f"slotwatch {version}", *rotating.versions(), f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
               f"{settings.rate:,} events/s, {settings.rotations} rotations, seed {settings.seed}"]
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary:
        work = settings.keep or Path(temporary)
        pool = ThreadPoolExecutor(settings.parallel)
        try:
            done = list(pool.map(lambda case: run(*case, settings, work), cases))
        finally:
            # Also where one is told to end: the cases that have begun end by themselves, and leave nothing running.
            pool.shutdown(cancel_futures=True)
    print("; ".join(heading) + ".\n")
    print("| " + " | ".join(HEADINGS) + " |\n| " + " | ".join(["---"] * 2 + ["---:"] * 6 + ["---"]) + " |")
    for outcome, _ in done:
        print(outcome.row())
    for outcome, _ in done:
        if outcome.said:
            more = len(outcome.said) - TOLD
            lines = outcome.said[:TOLD] + [f"and {more} more"] * (more > 0)
            print(f"\n{outcome.tool}, {outcome.treatment}:\n\n    " + "\n    ".join(lines))
    return any(isFaulty for _, isFaulty in done)


if __name__ == "__main__":
    sys.exit(main())
