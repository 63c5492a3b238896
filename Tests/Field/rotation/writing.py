"""The worker whose log is rotated: writes so many events at a rate, each with one call, as a worker would.

    writing.py KIND PATH COUNT RATE [BYTES|SECONDS]
"""

import logging.handlers
import os
import re
import signal
import sys
import time
from datetime import datetime, timezone

# How many events are written before one looks at the clock.
GROUP = 5
EVENT = re.compile(rb'"id":"00000000-0000-4000-8000-([0-9a-f]{12})"')


def event(number, moment):
    """One job that begins; its number can be read from a file and from a store."""
    return (f'{{"id":"00000000-0000-4000-8000-{number:012x}","job_id":"00000000-0000-4000-9000-{number:012x}",'
            f'"slot_id":"slot-{number % 12:03d}","status":"received","occurred_at":"{moment}"}}')


class File:
    """A file that is opened anew after SIGHUP, if the worker does that."""

    def __init__(self, path, flags, reopens=True):
        self.path, self.flags, self.isDue = path, flags, False
        signal.signal(signal.SIGHUP, self.hang_up if reopens else signal.SIG_IGN)
        self.open()

    def hang_up(self, *_):
        self.isDue = True

    def open(self):
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | self.flags, 0o640)

    def write(self, text):
        if self.isDue:
            self.isDue = False
            os.close(self.file)
            self.open()
        os.write(self.file, text.encode() + b"\n")


class Pipe:
    """Standard output, which a logger reads."""

    def write(self, text):
        os.write(1, text.encode() + b"\n")


class Handler:
    """One of Python's own handlers."""

    def __init__(self, handler):
        self.logger = logging.getLogger("worker")
        self.logger.setLevel(logging.INFO)
        self.logger.addHandler(handler)

    def write(self, text):
        self.logger.info("%s", text)


KINDS = {
    "append": lambda path, _: File(path, os.O_APPEND),
    "stubborn": lambda path, _: File(path, os.O_APPEND, reopens=False),
    "overwrite": lambda path, _: File(path, 0, reopens=False),
    "pipe": lambda path, _: Pipe(),
    "sized": lambda path, most: Handler(
        logging.handlers.RotatingFileHandler(path, maxBytes=int(most), backupCount=1_000)),
    "timed": lambda path, pause: Handler(
        logging.handlers.TimedRotatingFileHandler(path, when="S", interval=int(pause), utc=True)),
}


def main(kind, path, count, rate, more=None):
    target, count, rate = KINDS[kind](path, more), int(count), float(rate)
    moment = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = time.monotonic()
    for number in range(count):
        target.write(event(number, moment))
        if number % GROUP == 0:
            time.sleep(max(0, begin + number / rate - time.monotonic()))


if __name__ == "__main__":
    main(*sys.argv[1:])
