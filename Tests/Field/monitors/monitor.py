"""What every monitor has: a folder, a process, and what it stored of each service."""

import shlex
import socket
import subprocess
import time
from dataclasses import dataclass, field

import program

# How long one waits until every service was checked once.
PATIENCE = 600


@dataclass(frozen=True)
class Seen:
    """What a monitor stored of one check."""
    state: int | None
    text: str
    data: str


@dataclass
class Monitor:
    """A monitor between its start and its end. A service is known by its number in the table."""
    folder: object
    account: program.Account
    cases: list
    process: subprocess.Popen | None = field(default=None)

    def __post_init__(self):
        self.folder.mkdir()
        self.prepare()
        self.account.take(self.folder)

    def start(self, *command, **more):
        self.log = open(self.folder / "output", "wb")
        self.process = subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**program.environment(self.folder.parent), **more})

    def wait(self, is_done):
        """Until something is there that this monitor writes."""
        end = time.monotonic() + PATIENCE
        while not is_done():
            if self.process.poll() is not None:
                raise RuntimeError(f"{type(self).__name__} ended with {self.process.returncode}: {self.said()}")
            if time.monotonic() > end:
                raise RuntimeError(f"{type(self).__name__} is not done after {PATIENCE} s: {self.said()}")
            time.sleep(0.5)

    def said(self):
        return (self.folder / "output").read_text(errors="replace")[-2_000:]

    def close(self):
        if self.process:
            program.end(self.process)
            self.log.close()


def for_shell(command):
    """A command as one line for a shell, also where an argument has more than one."""
    return " ".join(map(_word, command))


def _word(argument):
    if "\n" not in argument:
        return shlex.quote(argument)
    escaped = argument.replace("\\", "\\\\").replace("\n", "\\n")
    return f'"$(printf %b {shlex.quote(escaped)})"'


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def by_service(path):
    """What a file of `NAME<TAB>…` lines holds of each service, the newest of each."""
    rows = [line.split("\t") for line in path.read_bytes().decode(errors="surrogateescape").split("\n") if "\t" in line]
    return {row[0]: row[1:] for row in rows}
