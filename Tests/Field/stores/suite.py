"""Does to stores what happens to stores while they are written, at any moment, and prints the table of the README."""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

# The recount that knows nothing of the program.
sys.path.append(str(Path(__file__).resolve().parents[2] / "EndToEnd"))

import events  # noqa: E402
import harming  # noqa: E402
import places  # noqa: E402
import writing  # noqa: E402

HEADINGS = ("what happens", "writer", "trials", "it told", "acknowledged", "missing", "doubled", "result")
# No event is of a day that has not begun.
NOW = datetime.now(timezone.utc) - timedelta(hours=1)


class Trial:
    """One store, one writer, and what happens to them."""

    def __init__(self, kind, writer, number, settings, work):
        self.kind, self.number = kind, number
        name = f"{kind.name} {writer.name} {number} {settings.seed}"
        self.pick = random.Random(name)
        self.seed, self.now = self.pick.randrange(1, 1 << 31), NOW
        self.folder = work / name.replace(" ", "-").replace(",", "")
        self.folder.mkdir()
        self.faults, self.acknowledged, self.missing, self.doubled, self.noticed = [], 0, 0, 0, False
        # What a reader saw of the writer's events at the end.
        self.writerKind, self.seen = writer, set()

    def fault(self, text):
        self.faults.append(text)

    def miscounted(self, count):
        self.fault(f"{count} counts too few")

    def wait(self, least, most):
        writing.time.sleep(self.pick.uniform(least, most))

    def expected(self):
        """The events that must be there at the end, whoever put them there."""
        return self.known.keys() - (set() if self.kind.hasStock else self.stock.keys())

    def make_stock(self):
        """A store with events of before, in every other trial."""
        self.stock = {}
        if self.pick.random() < 0.5 and self.writer.given:
            self.stock = writing.filled(self.place.store, events.made(400, seed=self.seed + 2, days=2, now=self.now))

    def make_other(self):
        """Another store, with events of its own, that nobody has open."""
        self.known.update(self.writer.fill(self.place.backup) or {})

    def run(self, keep):
        self.writer = self.place = None
        try:
            self.place = places.Place(self.folder, self.kind.needsMount)
            self.writer = self.writerKind(self)
            self.make_stock()
            self.known = {event["id"]: event for event in self.writer.given} | self.stock
            self.go()
        except writing.Fault as fault:
            self.fault(str(fault))
        except Exception:
            self.fault("the trial itself failed: " + traceback.format_exc(limit=-2))
        finally:
            if self.writer:
                self.writer.leave()
            if self.place:
                self.place.leave()
        self.folder.chmod(0o700)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self

    def go(self):
        writer, place, kind = self.writer, self.place, self.kind
        writer.begin()
        kind.prepare(self)
        self.wait(0, 0.5)
        place.note(kind.harm, self)
        writer.endure(kind)
        place.mended = writing.time.monotonic()
        kind.mend(self)
        writer.recover(kind)
        writer.stop()
        writer.compare()


def judged(trials):
    """A row, and whether it is faulty."""
    first = trials[0]
    bad = [trial for trial in trials if trial.faults or trial.missing or trial.doubled]
    sums = [sum(getattr(trial, name) for trial in trials) for name in ("noticed", "acknowledged", "missing", "doubled")]
    result = "good"
    if bad:
        said = Counter(trial.faults[0] if trial.faults else "" for trial in bad).most_common(1)[0][0]
        result = f"**{len(bad)} not good**, as --trial {bad[0].number}" + (f": {' '.join(said.split())[:200]}" if said else "")
    cells = [first.kind.name, first.writerKind.name, *(f"{number:,}" for number in (len(trials), *sums)), result]
    return "| " + " | ".join(cells) + " |", bool(bad)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--trials", type=int, default=200, help="for each kind, over the writers")
    options.add_argument("--only", default="", help="kinds with this in their name")
    options.add_argument("--writer", default="", help="writers with this in their name")
    options.add_argument("--trial", type=int, help="this one only")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--parallel", type=int, default=4, help="trials at once")
    options.add_argument("--keep", type=Path, help="an empty folder for stores and what was said, which stay there")
    settings = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    writers = [writer for writer in writing.WRITERS if writer.isThere]
    mayMount = places.keep_mounts_apart()
    version = subprocess.run([writing.BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"slotwatch {version}; python3 {sys.version.split()[0]}; {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC; "
          f"seed {settings.seed}, {settings.parallel} trials at once.\n")
    print("| " + " | ".join(HEADINGS) + " |\n| " + " | ".join(["---"] * 2 + ["---:"] * 5 + ["---"]) + " |", flush=True)
    isFaulty = False
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary:
        work = settings.keep or Path(temporary)
        pool = ThreadPoolExecutor(settings.parallel)
        try:
            for kind in harming.KINDS:
                if settings.only not in kind.name:
                    continue
                if kind.needsMount and not mayMount:
                    print(f"| {kind.name} | | 0 | | | | | **did not run**: only root may mount |")
                    isFaulty = True
                    continue
                for writer in writers:
                    if settings.writer not in writer.name:
                        continue
                    numbers = range(settings.trials // len(writers) or 1)
                    trials = [Trial(kind, writer, number, settings, work) for number in numbers
                              if settings.trial in (None, number)]
                    row, isBad = judged(list(pool.map(lambda trial: trial.run(settings.keep), trials)))
                    print(row, flush=True)
                    isFaulty = isFaulty or isBad
        finally:
            # Also where one is told to end: the trials that have begun end by themselves, and leave nothing running.
            pool.shutdown(cancel_futures=True)
    return isFaulty


if __name__ == "__main__":
    sys.exit(main())
