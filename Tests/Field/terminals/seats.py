"""A place where somebody sits: a window, what runs between it and the shell, the shell, and the dashboard in it."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import dashboard
from windows import Kitty, Window, Xterm, wait_for

RELAY = [sys.executable, str(Path(__file__).with_name("relay.py"))]
SHELL = ["/bin/sh", "-i"]
# What the shell does first; `go` is what is tried.
STARTED = """PS1='$ '
cd {folder}
export LC_ALL={locale} {more}
go() {{
  stty -g >before
  {program}
  echo $? >ended
  stty -g >after
}}
fill() {{
  i=0
  while [ $((i += 1)) -lt 60 ]; do echo line $i; done
}}
tty >ready
"""


class Plain:
    """Nothing: the shell runs in the window."""

    def __init__(self, seat):
        self.seat = seat

    def command(self, shell):
        return shell

    def rows(self):
        """What it believes to be on its screen, if it can say that."""

    def end(self):
        pass


class Screen(Plain):
    """GNU screen, as it comes. Its hard copies hold but the low bytes of characters: what it shows must do."""

    SETTINGS = "startup_message off\n"

    def command(self, shell):
        (self.seat.folder / "screenrc").write_text(self.SETTINGS)
        self.seat.environment["SCREENDIR"] = str(self.seat.folder / "screens")
        (self.seat.folder / "screens").mkdir(mode=0o700)
        return ["screen", "-c", str(self.seat.folder / "screenrc"), "-S", "field", *shell]

    def end(self):
        subprocess.run(["screen", "-S", "field", "-X", "quit"], env=self.seat.environment, capture_output=True)


class ScreenWithSecond(Screen):
    """GNU screen that keeps the shell's screen apart."""

    SETTINGS = Screen.SETTINGS + "altscreen on\n"


class Tmux(Plain):
    """tmux without its status line, so that all of the window is the dashboard's."""

    def command(self, shell):
        (self.seat.folder / "tmux.conf").write_text("set -g status off\n")
        return ["tmux", "-S", str(self.seat.folder / "tmux"), "-f", str(self.seat.folder / "tmux.conf"), "new-session",
                shlex.join(shell)]

    def order(self, *words):
        return subprocess.run(["tmux", "-S", str(self.seat.folder / "tmux"), *words], env=self.seat.environment,
                              capture_output=True, text=True).stdout

    def rows(self):
        return dashboard.rows_of(self.order("capture-pane", "-p"), self.seat.size)

    def end(self):
        self.order("kill-server")


class Mosh(Plain):
    """mosh, whose two halves find each other without ssh."""

    def command(self, shell):
        # Both refuse to run in another locale than one of UTF-8; in the shell it may still be another.
        if self.seat.locale == "C":
            self.seat.environment["LC_ALL"] = "C.UTF-8"
        done = subprocess.run(
            ["mosh-server", "new", "-i", "127.0.0.1", "-c", "256", "--", *shell],
            env={**self.seat.environment, "MOSH_SERVER_NETWORK_TMOUT": "60"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=True)
        port, self.seat.environment["MOSH_KEY"] = re.search(r"MOSH CONNECT (\d+) (\S+)", done.stdout).groups()
        self.server = int(re.search(r"pid = (\d+)", done.stderr).group(1))
        return ["mosh-client", "127.0.0.1", port]

    def end(self):
        try:
            os.kill(self.server, signal.SIGTERM)
        except ProcessLookupError:
            pass


@dataclass(frozen=True)
class Terminal:
    """A row of a table: which window, what runs in it, and what the shell is told that the terminal is."""
    name: str
    window: type[Window] = Xterm
    options: tuple = ()
    inside: type[Plain] = Plain
    # Exported in the shell, over what the terminal says by itself.
    term: str = ""


# What xterm calls itself where somebody wants colours; Debian's own answer, "xterm", has eight.
COLOURS = ("-tn", "xterm-256color")
WHITE, BLACK = ("-bg", "white", "-fg", "black"), ("-bg", "black", "-fg", "white")
XTERM = Terminal("xterm", options=COLOURS)


@dataclass
class Seat:
    """One case. Use it as a context: nothing of it is left."""
    terminal: Terminal
    bench: "Bench"
    locale: str = "C.UTF-8"
    size: tuple = (80, 24)
    # Seconds that what the window sends takes to what runs in it.
    delay: float = 0
    # Whether to keep what the dashboard sends and receives.
    isRecorded: bool = False

    def __enter__(self):
        self.folder = self.bench.new_folder()
        self.environment = {**self.bench.environment, "HOME": str(self.folder), "LC_ALL": self.locale,
                            "ENV": str(self.folder / "started")}
        program = shlex.join([dashboard.BINARY, "watch", "--source", self.bench.source, *dashboard.OPTIONS])
        (self.folder / "started").write_text(STARTED.format(
            folder=shlex.quote(str(self.folder)), locale=self.locale, program=program,
            more=f"TERM={self.terminal.term}" if self.terminal.term else ""))
        shell = [*RELAY, "0", str(self.folder), *SHELL] if self.isRecorded else SHELL
        self.between = self.terminal.inside(self)
        self.window = None
        try:
            command = self.between.command(shell)
            if self.delay:
                (self.folder / "line").mkdir()
                command = [*RELAY, str(self.delay), str(self.folder / "line"), *command]
            self.window = self.terminal.window(
                self.folder, self.bench.display, self.environment, self.size, command, self.terminal.options)
            wait_for((self.folder / "ready").exists, "the shell")
            wait_for(lambda: "$" in self.rows(), "the prompt")
        except BaseException:
            if self.window:
                self.bench.tell(f"the window: {self.window.process.poll()} {self.window.said()}")
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.between.end()
        if self.window:
            self.window.close()

    def rows(self):
        return self.window.rows()

    def resize(self, size):
        self.size = size
        self.window.resize(size)

    def press(self, keys, pause=1):
        self.window.press(keys, pause)

    def copy(self, text):
        self.window.copy(text)

    def go(self, keys="", pause=1):
        """Starts the dashboard; these keys are typed at once, whether it is there or not."""
        for name in ("ended", "after"):
            (self.folder / name).unlink(missing_ok=True)
        self.press(f"text:go Enter {keys}", pause)

    def wait_rows(self, condition, patience=8):
        """What stands on the window once that holds, or when time is up."""
        end = time.monotonic() + patience
        while not condition(rows := self.rows()) and time.monotonic() < end:
            time.sleep(0.1)
        return rows

    def wait_end(self):
        """The dashboard's status."""
        after = self.folder / "after"
        wait_for(lambda: after.exists() and after.stat().st_size, "the end")
        return (self.folder / "ended").read_text().strip()

    def terminate(self):
        """As `kill` does."""
        # It stands in the foreground of the shell's terminal.
        tty = (self.folder / "ready").read_text().strip().removeprefix("/dev/")
        found = subprocess.run(["ps", "-t", tty, "-o", "pid=,comm="], capture_output=True, text=True, check=True).stdout
        os.kill(int(re.search(r"(\d+) slotwatch", found).group(1)), signal.SIGTERM)

    def sent(self):
        return (self.folder / "sent").read_bytes()

    def received(self):
        return (self.folder / "received").read_bytes()
