"""Runs the program: plainly with its output caught, or in a real terminal under a small job-control leader.

Nothing here sleeps to let something happen: `wait_for` pumps the terminal until a condition holds or time is up.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from types import SimpleNamespace

import pyte

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.abspath(os.environ.get("SLOTWATCH_BIN") or f"{ROOT}/.build/debug/slotwatch")
PATIENCE = float(os.environ.get("SLOTWATCH_PATIENCE", "15"))     # seconds until a condition counts as never coming

SYNC_ON, SYNC_OFF = b"\x1b[?2026h", b"\x1b[?2026l"
KEYS = {"Enter": b"\r", "Esc": b"\x1b", "Space": b" ", "Tab": b"\t", "Up": b"\x1b[A", "Down": b"\x1b[B",
        "Right": b"\x1b[C", "Left": b"\x1b[D", "Home": b"\x1b[H", "End": b"\x1b[F", "PgUp": b"\x1b[5~",
        "PgDn": b"\x1b[6~", "Ctrl-L": b"\x0c", "Ctrl-C": b"\x03", "Ctrl-Z": b"\x1a"}


def environment(home, **changes):
    """A quiet environment of its own: nothing of the caller's settings, a home that may be written to."""
    keep = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH", "TERMINFO_DIRS") if k in os.environ}
    values = {**keep, "HOME": str(home), "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config",
              "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", **changes}
    return {k: v for k, v in values.items() if v is not None}


def run(home, *arguments, env=None, timeout=60, **options):
    """The finished process: `code`, `out`, `err` as text. It has no terminal and no input."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)], env=environment(home, **(env or {})), timeout=timeout, start_new_session=True,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})
    return SimpleNamespace(code=done.returncode, out=(done.stdout or b"").decode(), err=(done.stderr or b"").decode())


class Screen(pyte.Screen):
    """pyte's screen, and the `repeat` (REP) that ncurses uses and pyte does not know."""

    def draw(self, data):
        self.last = data[-1:] or getattr(self, "last", " ")
        super().draw(data)

    def repeat(self, count=1):
        self.draw(self.last * (count or 1))


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "b": "repeat"}
    events = pyte.ByteStream.events | {"repeat"}


class Program:
    """One run in a terminal of `size` (columns, rows). Use it as a context; it ends what it started.

    `exit` is the exit code, or minus the signal that it died by; `None` while it runs.
    """

    def __init__(self, home, *arguments, size=(80, 24), term="xterm-256color", env=None, cwd=None,
                 ignore_hangup=False, leader_outlives_terminal=False, background=None, probe_ends_at=1,
                 answers=True):
        self.background, self.probe_ends_at = background, probe_ends_at
        self.answers, self.unanswered = answers, []
        self.command = [BINARY, *map(str, arguments)]
        self.environment = environment(home, **{"TERM": term, "COLORTERM": None, **(env or {})})
        self.cwd = str(cwd or home)
        self.output, self.exit, self.stops, self.process = bytearray(), None, [], None
        self.master, self.slave = pty.openpty()
        self._screen, self._emulated, self.size = Screen(*size), 0, None
        self._stream = Stream(self._screen)
        self.resize(*size)
        self.termios = termios.tcgetattr(self.slave)
        self.events, events_in = os.pipe()
        orders_out, self.orders = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            try:
                self._lead(events_in, orders_out, ignore_hangup, leader_outlives_terminal)
            finally:
                os._exit(99)
        os.close(events_in)
        os.close(orders_out)
        os.set_blocking(self.master, False)
        os.set_blocking(self.events, False)
        self._pending = b""
        self.wait_for(lambda: self.process, "the start of the program")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # In the leader: what a shell does. ------------------------------------------------------------------------------

    def _lead(self, events, orders, ignore_hangup, outlives):
        for handle in (self.master, self.events, self.orders):
            os.close(handle)
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for number in (signal.SIGTTOU, signal.SIGTTIN):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if outlives else signal.SIG_DFL)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(self.slave, os.getpid())
            for number in ("TTOU", "TTIN", "HUP", "PIPE", "INT", "QUIT", "TSTP", "TERM"):
                signal.signal(getattr(signal, f"SIG{number}"), signal.SIG_DFL)
            if ignore_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.chdir(self.cwd)
            os.write(events, b"started %d 0\n" % os.getpid())
            for handle in (0, 1, 2):
                os.dup2(self.slave, handle)
            os.closerange(3, 256)
            os.execve(self.command[0], self.command, self.environment)
        os.set_blocking(orders, False)
        while True:
            pid, status = os.waitpid(child, os.WUNTRACED | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                os.write(events, b"stopped %d 0\n" % os.WSTOPSIG(status))
                os.tcsetpgrp(self.slave, os.getpid())
            elif pid:
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
                os.write(events, b"ended %d %d\n" % (code, time.monotonic_ns()))
                os._exit(0)
            try:
                order = os.read(orders, 1)
            except BlockingIOError:
                order = None
            if order == b"":
                os.kill(child, signal.SIGKILL)
                os._exit(0)
            if order == b"c":
                os.tcsetpgrp(self.slave, child)
                os.killpg(child, signal.SIGCONT)
            time.sleep(0.002)

    # Watching. ------------------------------------------------------------------------------------------------------

    def pump(self, timeout=0.01):
        handles = [handle for handle in (self.master, self.events) if handle is not None]
        ready, _, _ = select.select(handles, [], [], timeout)
        if self.master in ready:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            self.output += data
            self._answer(data)
        if self.events in ready:
            data = os.read(self.events, 4096)
            if not data:
                os.close(self.events)
                self.events = None
            *lines, self._pending = (self._pending + data).split(b"\n")
            for line in lines:
                self._notice(*line.decode().split())

    def _notice(self, what, number, at):
        if what == "started":
            self.process = int(number)
        elif what == "stopped":
            self.stops.append(int(number))
        else:
            self._drain()
            self.exit, self.ended_at = int(number), int(at)

    def _drain(self):
        """Takes what the program wrote before it ended."""
        while self.master is not None and select.select([self.master], [], [], 0)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                return
            self.output += data

    def _answer(self, data):
        """Answers what a terminal is asked: who it is, where the cursor is, which modes it knows."""
        answers = []
        if self.background:
            answers += [f"\x1b]11;{self.background}\x1b\\".encode()] * data.count(b"\x1b]11;?")
        answers += [b"\x1b[?62;22c"] * len(re.findall(rb"\x1b\[0?c", data))
        answers += [b"\x1b[2;%dR" % self.probe_ends_at] * data.count(b"\x1b[6n")
        answers += [b"\x1b[?" + mode + b";2$y" for mode in re.findall(rb"\x1b\[\?(\d+)\$p", data)]
        if not self.answers:
            self.unanswered += answers
            return
        for answer in answers:
            self.write(answer)

    def wait_for(self, condition, what="", patience=PATIENCE):
        """Pumps until `condition()` is true and returns its value."""
        end = time.monotonic() + patience
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"never came within {patience:g} s: {what or condition}; exit {self.exit}\n"
                                     + "\n".join(self.lines()))
            self.pump()

    def wait_text(self, *texts, absent=(), patience=PATIENCE):
        """Waits until the screen holds every one of `texts` and none of `absent`; returns its lines."""
        absent = [absent] if isinstance(absent, str) else absent
        self.wait_for(lambda: self._shows(texts, absent), f"{texts}, without {absent}", patience)
        return self.lines()

    def _shows(self, texts, absent):
        text = self.text()
        return all(t in text for t in texts) and not any(t in text for t in absent) and self.whole_frame()

    def wait_frame(self, expected, patience=PATIENCE):
        """Waits until the screen is exactly `expected` (lines; trailing blanks do not count)."""
        wanted = [line.rstrip() for line in expected]
        try:
            self.wait_for(lambda: self.lines() == wanted, "the expected frame", patience)
        except AssertionError:
            assert self.lines() == wanted

    def wait_exit(self, patience=PATIENCE):
        self.wait_for(lambda: self.exit is not None, "its end", patience)
        return self.exit

    def whole_frame(self):
        """No synchronized update stands open."""
        return self.output.rfind(SYNC_ON) <= self.output.rfind(SYNC_OFF)

    def screen(self):
        """The emulated screen after everything that came so far."""
        self._stream.feed(bytes(self.output[self._emulated:]))
        self._emulated = len(self.output)
        return self._screen

    def lines(self):
        return [line.rstrip() for line in self.screen().display]

    def text(self):
        return "\n".join(self.lines())

    # Acting. --------------------------------------------------------------------------------------------------------

    def write(self, data):
        try:
            os.write(self.master, data)
        except OSError:
            pass

    def press(self, keys):
        """Presses keys as `screen --keys` names them, separated by blanks."""
        for key in keys.split():
            data = KEYS.get(key) or (key[5:].encode() if key.startswith("text:") else key.encode())
            if len(data) == 3 and data[:2] == b"\x1b[" and Modes(self.output).on(1):
                data = b"\x1bO" + data[2:]
            self.write(data)

    def resize(self, columns, rows):
        self.screen().resize(rows, columns)
        self.size = (columns, rows)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def kill(self, number):
        os.kill(self.process, number)

    def proceed(self):
        """What the shell's `fg` does."""
        termios.tcsetattr(self.slave, termios.TCSANOW, self.termios)
        os.write(self.orders, b"c")

    def hang_up(self):
        """Closes the terminal; returns the milliseconds until the program is gone, `None` if it stays for 4 s."""
        started = time.monotonic_ns()
        os.close(self.master)
        os.close(self.slave)
        self.master = self.slave = None
        while time.monotonic_ns() - started < 4e9:
            if not self.alive():
                return (time.monotonic_ns() - started) / 1e6
            time.sleep(0.002)
        return None

    def alive(self):
        try:
            with open(f"/proc/{self.process}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    def left_behind(self):
        """What is not as it was before the program came; empty if all is restored."""
        return Modes(self.output).left() + (
            ["termios"] if termios.tcgetattr(self.slave) != self.termios else [])

    def close(self):
        """Ends the program if it still runs, and gives everything back. May be called twice."""
        if self.leader is None:
            return
        if self.exit is None and self.process:
            try:
                os.kill(self.process, signal.SIGKILL)
            except OSError:
                pass
        for handle in (self.master, self.slave, self.events, self.orders):
            if handle is not None:
                os.close(handle)
        os.waitpid(self.leader, 0)
        self.leader = None


class Modes:
    """The modes that a stream of output has left a terminal in."""

    NAMES = {1: "application cursor keys", 47: "alternate screen", 1047: "alternate screen", 1049: "alternate screen",
             1000: "mouse", 1002: "mouse", 1003: "mouse", 1006: "mouse", 1004: "focus events", 2004: "bracketed paste",
             2026: "synchronized update", 2048: "resize events"}
    PATTERN = re.compile(rb"\x1b\[\?([\d;]+)([hl])|\x1b([=>])|\x1b\[([\d;:]*)m|\x1b\(([0B])|([\x0e\x0f])")
    ENDS = {22: (1, 2), 23: (3,), 24: (4,), 25: (5,), 27: (7,), 28: (8,), 39: ("colour",), 49: ("background",)}

    def __init__(self, output):
        self.modes, self.keypad, self.attributes, self.saved, self.charset = {}, False, set(), set(), False
        for match in self.PATTERN.finditer(bytes(output)):
            numbers, setting, keypad, attributes, charset, shift = match.groups()
            if numbers:
                for number in map(int, numbers.split(b";")):
                    self.modes[number] = setting == b"h"
                    if number == 1049 and setting == b"h":
                        self.saved = set(self.attributes)
                    elif number == 1049:
                        self.attributes = set(self.saved)
            elif keypad:
                self.keypad = keypad == b"="
            elif attributes is not None:
                self._attributes([int(n or 0) for n in re.split(rb"[;:]", attributes)])
            elif charset:
                self.charset = charset == b"0"
            else:
                self.charset = shift == b"\x0e"

    def _attributes(self, numbers):
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                self.attributes.clear()
            elif number in self.ENDS:
                self.attributes.difference_update(self.ENDS[number])
            elif number in (38, 48):
                self.attributes.add("colour" if number == 38 else "background")
                del numbers[: 2 if numbers[:1] == [5] else 4]
            elif number != 10:
                self.attributes.add("colour" if number in range(30, 38) or number in range(90, 98) else
                                    "background" if number in range(40, 48) or number in range(100, 108) else number)

    def on(self, mode):
        return self.modes.get(mode, False)

    def left(self):
        found = [name for mode, name in self.NAMES.items() if self.on(mode)]
        found += ["hidden cursor"] if self.modes.get(25) is False else []
        found += ["no automatic margins"] if self.modes.get(7) is False else []
        found += ["keypad"] if self.keypad else []
        found += [f"attributes {sorted(map(str, self.attributes))}"] if self.attributes else []
        found += ["character set"] if self.charset else []
        return found
