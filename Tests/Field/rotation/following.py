"""`slotwatch ingest --follow`, left alone, stalled, or stopped and begun again; and what it stored."""

import gzip
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time

from writing import EVENT

BINARY = os.environ["SLOTWATCH_BIN"]
# How long nothing more must come after the last event until one believes that nothing will: files are looked at each
# 5 s where the system tells nothing.
QUIET = 12
GAP = re.compile(r"^slotwatch: Gap in ", re.M)


class Follower:
    """One store, and who fills it from a file."""

    def __init__(self, folder, pause, seed):
        self.store, self.pause = folder / "events.db", pause
        self.pick, self.said, self.out = random.Random(seed), folder / "stderr", ""
        self.environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.statuses = []

    def begin(self, path):
        """Follows a file that is not there yet, and waits until that was seen: what is rotated before is not read."""
        self.path = path
        self.start()
        while not self.said.stat().st_size:
            if self.process.poll() is not None:
                raise RuntimeError("slotwatch ended before it followed")
            time.sleep(0.01)

    def start(self):
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen(
                [BINARY, "ingest", "--follow", "--store", f"sqlite:{self.store}", self.path], env=self.environment,
                stdout=subprocess.PIPE, stderr=said, text=True)

    def stop(self):
        self.process.terminate()
        out, _ = self.process.communicate(timeout=120)
        self.out += out
        self.statuses.append(self.process.returncode)

    # What is done to it while events are written.

    def leave_alone(self, writer):
        writer.wait()

    def stall(self, writer):
        """It gets no time now and then, for up to three rotations."""
        while self.passes(writer, 0.2, 1):
            self.process.send_signal(signal.SIGSTOP)
            self.passes(writer, 0, 3)
            self.process.send_signal(signal.SIGCONT)

    def restart(self, writer):
        """It is ended now and then, and not there for up to three rotations."""
        while self.passes(writer, 0.5, 3):
            self.stop()
            self.passes(writer, 0, 3)
            self.start()

    def passes(self, writer, least, most):
        """Whether so many pauses pass before the writer ends."""
        try:
            writer.wait(self.pick.uniform(least, most) * self.pause)
        except subprocess.TimeoutExpired:
            return True
        return False

    def during(self, treatment):
        """Does this beside whoever waits for the writer."""
        def begin(writer):
            self.treating = threading.Thread(target=treatment, args=(self, writer))
            self.treating.start()
        return begin

    # What came of it.

    def settle(self, expected):
        """Waits until everything is there, or nothing more comes: nothing is stored, and nothing is computed."""
        self.treating.join()
        state, since = None, time.monotonic()
        while (now := (len(self.stored()), self.seconds()))[0] != expected and time.monotonic() - since < QUIET:
            if now != state:
                state, since = now, time.monotonic()
            time.sleep(0.2)

    def seconds(self):
        """Half seconds of processor time that it took: what it does where nothing happens is far less."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 2 // os.sysconf("SC_CLK_TCK")

    def stored(self):
        """The numbers of the events, each as often as it is there."""
        if not self.store.exists():
            return []
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as store:
            try:
                return [int.from_bytes(event[-6:], "big") for event, in store.execute("SELECT event FROM logs")]
            except sqlite3.OperationalError:
                return []

    def counted(self):
        """How many jobs the statistics have."""
        done = subprocess.run(
            [BINARY, "report", "--format", "json", "--source", f"sqlite:{self.store}"], env=self.environment,
            capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["global"]["summary"]["ingest_count"]

    def total(self, word):
        """The sum over all runs of a row of the summary."""
        return sum(int(number.replace(",", "")) for number in re.findall(rf"^{word} +([\d,]+)$", self.out, re.M))

    def gaps(self):
        return len(GAP.findall(self.said.read_text()))


TREATMENTS = {"running": Follower.leave_alone, "stalled": Follower.stall, "restarted": Follower.restart}


def numbers_in(folder):
    """The numbers of the events that are in files, packed or not, in any folder below."""
    numbers = set()
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(place, name)
            with (gzip.open if name.endswith(".gz") else open)(file, "rb") as content:
                while piece := content.readlines(1 << 22):
                    for line in piece:
                        # What stands before a line is no part of it; a line that is not whole is no event.
                        if line.rstrip().endswith(b"}") and (found := EVENT.search(line)):
                            numbers.add(int(found[1], 16))
    return numbers
