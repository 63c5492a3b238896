"""The tools: each function writes the events of a bench through one of them, and rotates so often."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

LINE_BYTES = len('{"id":"","job_id":"","slot_id":"slot-000","status":"received","occurred_at":""}\n') + 2 * 36 + 20
WRITER = str(Path(__file__).with_name("writing.py"))


@dataclass(frozen=True)
class Bench:
    """A folder for logs, and how much is written there."""
    folder: Path
    rate: int
    pause: float
    rotations: int
    # Called with the path that is followed, before anything is written.
    follow: Callable
    # Called while the events are written.
    during: Callable

    @property
    def log(self):
        return self.folder / "app.log"

    def count(self, pause):
        return int(self.rate * pause * self.rotations)

    def size(self):
        """Of a file that is full after one pause."""
        return int(self.rate * self.pause) * LINE_BYTES

    @contextmanager
    def writer(self, kind, count, *more, path=None, **streams):
        """The writer, which must write everything."""
        # It may be told of a rotation before it listens.
        with subprocess.Popen(
                [sys.executable, WRITER, kind, path or self.log, str(count), str(self.rate), *map(str, more)],
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), **streams) as writer:
            yield writer
        if writer.returncode:
            raise RuntimeError(f"the writer ended with {writer.returncode}")


@dataclass(frozen=True)
class Tool:
    """A row of the table."""
    name: str
    package: str
    run: Callable
    # How `ingest` is treated where each event must be stored or told, though it may be in no file later. Else what is
    # in a file at the end must be.
    fleeting: tuple = ()


def logrotate(*directives, kind="append", least=0.0):
    """`logrotate -f` again and again; what it says to standard error ends the run."""
    def run(bench):
        pause = max(bench.pause, least)
        settings = bench.folder.parent / "logrotate.conf"
        bench.follow(bench.log)
        bench.log.touch()
        count = bench.count(pause)
        with bench.writer(kind, count) as writer:
            lines = ["rotate 1000", "nomail", *directives,
                     f"postrotate\n kill -HUP {writer.pid} 2>/dev/null || true\n endscript"]
            settings.write_text(f"{bench.log} {{\n " + "\n ".join(lines) + "\n}\n")
            settings.chmod(0o600)
            bench.during(writer)
            due = time.monotonic()
            while writer.poll() is None:
                due = max(due + pause, time.monotonic())
                time.sleep(max(0, due - time.monotonic()))
                done = subprocess.run(
                    ["logrotate", "-f", "-s", bench.folder.parent / "state", settings], capture_output=True, text=True)
                # gzip tells, once, that somebody still writes the file that it packs.
                if done.returncode and kind != "stubborn":
                    writer.kill()
                    raise RuntimeError(f"logrotate: {done.stderr}")
        return count
    return run


def piped(command, follow, pause=None):
    """A logger that reads the worker's output; `command` prepares what it needs."""
    def run(bench):
        bench.follow(bench.folder / follow)
        arguments, streams = command(bench)
        count = bench.count(pause or bench.pause)
        logger = subprocess.Popen(arguments, stdin=subprocess.PIPE, cwd=bench.folder, **streams)
        with bench.writer("pipe", count, stdout=logger.stdin) as writer:
            logger.stdin.close()
            bench.during(writer)
        if logger.wait():
            raise RuntimeError(f"{arguments[0]} ended with {logger.returncode}")
        return count
    return run


def svlogd(bench):
    (bench.folder / "config").write_text(f"s{bench.size()}\nn1000\n")
    return ["svlogd", "."], {"stderr": subprocess.DEVNULL}


def multilog(bench):
    return ["multilog", f"s{bench.size()}", "n1000", "."], {}


def rotatelogs(*options, files, size=None):
    def command(bench):
        (bench.folder / files).parent.mkdir(exist_ok=True)
        return ["rotatelogs", *options, files, f"{bench.size()}B" if size else "1"], {}
    return command


def python(kind, more, pause=None):
    """The worker rotates its log itself."""
    def run(bench):
        bench.follow(bench.log)
        count = bench.count(pause or bench.pause)
        with bench.writer(kind, count, more(bench)) as writer:
            bench.during(writer)
        return count
    return run


ALWAYS = ("running", "stalled", "restarted")
DATED = ("dateext", "dateformat -%Y%m%d-%s")
BY_TIME = "app.%Y%m%d-%H%M%S.log"
TOOLS = [
    Tool("create, HUP", "logrotate", logrotate("create")),
    Tool("create, compress, HUP", "logrotate", logrotate("create", "compress")),
    Tool("create, delaycompress, HUP", "logrotate", logrotate("create", "compress", "delaycompress")),
    Tool("create, dateext, HUP", "logrotate", logrotate("create", *DATED, least=1.1)),
    Tool("create, dateext, compress, HUP", "logrotate", logrotate("create", "compress", *DATED, least=1.1)),
    Tool("create, olddir, HUP", "logrotate", logrotate("create", "olddir old", "createolddir")),
    Tool("create, compress, never reopened", "logrotate", logrotate("create", "compress", kind="stubborn"),
         fleeting=("running",)),
    Tool("copytruncate", "logrotate", logrotate("copytruncate", kind="stubborn")),
    Tool("copytruncate, compress", "logrotate", logrotate("copytruncate", "compress", kind="stubborn")),
    Tool("copytruncate, no O_APPEND", "logrotate", logrotate("copytruncate", kind="overwrite")),
    Tool("svlogd", "runit", piped(svlogd, "current")),
    Tool("multilog", "daemontools", piped(multilog, "current")),
    Tool("rotatelogs -L, beside", "apache2-utils",
         piped(rotatelogs("-L", "app.log", files=BY_TIME), "app.log", pause=1)),
    Tool("rotatelogs -L, above", "apache2-utils",
         piped(rotatelogs("-L", "app.log", files="logs/" + BY_TIME), "app.log", pause=1)),
    Tool("rotatelogs -n 5", "apache2-utils",
         piped(rotatelogs("-n", "5", files="app.log", size=True), "app.log"), fleeting=ALWAYS),
    Tool("rotatelogs -n 5 -L", "apache2-utils",
         piped(rotatelogs("-n", "5", "-L", "link", files="app.log", size=True), "link"), fleeting=ALWAYS),
    Tool("rotatelogs -t", "apache2-utils",
         piped(rotatelogs("-t", files="app.log", size=True), "app.log"), fleeting=ALWAYS),
    Tool("RotatingFileHandler", "python3", python("sized", Bench.size)),
    Tool("TimedRotatingFileHandler", "python3", python("timed", lambda _: 1, pause=1)),
]


def versions():
    """What the tools are, as their packages say it."""
    rows = [f"python3 {sys.version.split()[0]}"]
    for package in ("logrotate", "runit", "daemontools", "apache2-utils"):
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}", package], capture_output=True,
                              text=True)
        rows.append(done.stdout or f"{package} (no package)")
    missing = [name for name in ("logrotate", "svlogd", "multilog", "rotatelogs") if not shutil.which(name)]
    if missing:
        raise SystemExit(f"These are missing: {', '.join(missing)}.")
    return rows + [f"{os.uname().sysname} {os.uname().release}"]
