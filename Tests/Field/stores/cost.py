"""What `ingest --follow` costs while its file grows, and while nothing happens, of one build beside another.

    cost.py BUILD [OTHER] [--pairs 3] [--seconds 60] [--rate 5000] [--idle 120]

BUILD and OTHER are programs `slotwatch`. A writer of its own process appends each event with one call. Both follow in
turn, so that what else the machine does meets both. Processor time is that of all threads, as the system counts it in
nanoseconds, from the first event that is stored on.
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

WRITER = Path(__file__).resolve().parents[1] / "rotation" / "writing.py"
PATIENCE = 60


class Following:
    """`ingest --follow` of one file, with a store of its own."""

    def __init__(self, build, folder):
        self.log, self.store = folder / "app.log", folder / "events.db"
        folder.mkdir()
        self.log.touch()
        environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.process = subprocess.Popen(
            [build, "ingest", "--follow", "--store", f"sqlite:{self.store}", self.log], env=environment,
            stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def seconds(self):
        """The processor time that it took so far."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def stored(self):
        try:
            with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)) as store:
                return store.execute("SELECT count(*) FROM logs").fetchone()[0]
        except sqlite3.Error:
            return 0

    def await_events(self, count):
        end = time.monotonic() + PATIENCE
        while (stored := self.stored()) < count:
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"{stored} of {count} events are stored")
            time.sleep(0.1)

    def write(self, count, rate):
        subprocess.run([sys.executable, WRITER, "append", self.log, str(count), str(rate)], check=True)


def busy(build, folder, settings):
    """Processor seconds for so many events."""
    with Following(build, folder) as following:
        # The first events are others: the statistics need not be right, as nobody looks at them.
        following.write(1, settings.rate)
        following.await_events(1)
        begun = following.seconds()
        count = settings.seconds * settings.rate
        following.write(count, settings.rate)
        following.await_events(count)
        return following.seconds() - begun


def idle(builds, folder, settings):
    """The part of a processor that each takes while nothing happens, in per cent."""
    followings = [Following(build, folder / f"idle{number}") for number, build in enumerate(builds)]
    try:
        for following in followings:
            following.write(1_000, settings.rate)
            following.await_events(1_000)
        # What is stored late, and looked at once more.
        time.sleep(10)
        begun = [following.seconds() for following in followings]
        time.sleep(settings.idle)
        return [(following.seconds() - before) / settings.idle * 100
                for following, before in zip(followings, begun)]
    finally:
        for following in followings:
            following.__exit__()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build", help="a program slotwatch")
    options.add_argument("other", nargs="?", help="the one that it is compared with")
    options.add_argument("--pairs", type=int, default=3)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--rate", type=int, default=5_000, help="events a second")
    options.add_argument("--idle", type=int, default=120, help="seconds")
    settings = options.parse_args()
    builds = {"build": settings.build} | ({"other": settings.other} if settings.other else {})
    figures = {name: [] for name in builds}
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary:
        work = Path(temporary)
        for pair in range(settings.pairs):
            for name, build in builds.items():
                figures[name].append(busy(build, work / f"{name}{pair}", settings))
                print(f"{name}: {figures[name][-1]:.2f} s for {settings.seconds * settings.rate:,} events", flush=True)
        rest = dict(zip(builds, idle(builds.values(), work, settings))) if settings.idle else {}
    print("\n| | processor seconds, each run | median | of one processor | idle |\n| --- | --- | ---: | ---: | ---: |")
    for name in builds:
        median = statistics.median(figures[name])
        runs = ", ".join(f"{figure:.2f}" for figure in figures[name])
        quiet = f"{rest[name]:.4f} %" if rest else ""
        print(f"| {name} | {runs} | {median:.2f} | {median / settings.seconds:.1%} | {quiet} |")
    if settings.other:
        print(f"\nratio {statistics.median(figures['build']) / statistics.median(figures['other']):.2f}")


if __name__ == "__main__":
    main()
