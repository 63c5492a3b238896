"""A program in a terminal of its own, and what stands on its screen: as much of a terminal as ncurses asks of an xterm."""

import fcntl
import os
import pty
import re
import struct
import termios
import time

COLUMNS, ROWS = 120, 40
# What is sent before and after a frame, so that nobody looks at half of one.
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"
PIECE = re.compile(
    r"\x1b\[(?P<numbers>[0-9;:?>=!]*)(?P<final>[ -/]*[@-~])"
    r"|\x1b[\]PX^_](?P<string>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[()*+][0-9A-Za-z]|\x1b(?P<short>[^\[\]PX^_()*+])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])", re.S)
# The least that a piece that has not come whole may begin with.
UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:?>=! -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[()*+])?$", re.S)


class Screen:
    """Rows of characters, each one column wide: the names of the slots here are plain."""

    def __init__(self):
        self.rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self.x = self.y = 0
        self.top, self.bottom, self.last, self.rest = 0, ROWS - 1, " ", ""
        self.isWhole = True

    def line(self, number):
        return "".join(self.rows[number]).rstrip()

    def feed(self, text):
        text = self.rest + text
        cut = UNFINISHED.search(text)
        text, self.rest = (text[:cut.start()], text[cut.start():]) if cut else (text, "")
        for piece in PIECE.finditer(text):
            if piece["text"]:
                self.put(piece["text"])
            elif piece["control"]:
                self.control(piece["control"])
            elif piece["final"]:
                self.command(piece["final"], piece["numbers"])
            elif piece["short"] == "M":
                self.scroll_down(1) if self.y == self.top else self.move(self.x, self.y - 1)
        if BEGIN in text or END in text:
            self.isWhole = text.rfind(END) > text.rfind(BEGIN)

    def move(self, x, y):
        self.x, self.y = min(max(x, 0), COLUMNS - 1), min(max(y, 0), ROWS - 1)

    def put(self, text):
        for character in text:
            if self.x == COLUMNS:
                self.x = 0
                self.feed_line()
            self.rows[self.y][self.x] = self.last = character
            self.x += 1

    def control(self, character):
        if character == "\r":
            self.x = 0
        elif character == "\n":
            self.feed_line()
        elif character == "\b":
            self.move(self.x - 1, self.y)
        elif character == "\t":
            self.move(self.x // 8 * 8 + 8, self.y)

    def feed_line(self):
        self.scroll_up(1) if self.y == self.bottom else self.move(self.x, self.y + 1)

    def scroll_up(self, count, top=None):
        self.turn(self.top if top is None else top, count)

    def scroll_down(self, count, top=None):
        self.turn(self.top if top is None else top, -count)

    def turn(self, top, count):
        """Rows between `top` and the end of the region go up; what leaves comes back blank at the other end."""
        rows = self.rows[top:self.bottom + 1]
        blank = [[" "] * COLUMNS for _ in range(min(abs(count), len(rows)))]
        self.rows[top:self.bottom + 1] = rows[len(blank):] + blank if count > 0 else blank + rows[:len(rows) - len(blank)]

    def blank(self, row, start, end):
        self.rows[row][start:end] = [" "] * (min(end, COLUMNS) - start)

    def command(self, final, numbers):
        if numbers[:1] in tuple("?>=!"):
            return
        values = [int(number or 0) for number in re.split("[;:]", numbers)]
        count, x, y = values[0] or 1, min(self.x, COLUMNS - 1), self.y
        if final in ("H", "f"):
            self.move(((values + [1])[1] or 1) - 1, count - 1)
        elif final in "ABCD":
            self.move(x + {"C": count, "D": -count}.get(final, 0), y + {"A": -count, "B": count}.get(final, 0))
        elif final in ("G", "`"):
            self.move(count - 1, y)
        elif final == "d":
            self.move(x, count - 1)
        elif final == "K":
            self.blank(y, *((x, COLUMNS), (0, x + 1), (0, COLUMNS))[values[0]])
        elif final == "J":
            self.blank(y, *((x, COLUMNS), (0, x + 1), (0, COLUMNS))[values[0]])
            for row in (range(y + 1, ROWS), range(y), range(ROWS))[values[0]]:
                self.blank(row, 0, COLUMNS)
        elif final == "X":
            self.blank(y, x, x + count)
        elif final == "P":
            self.rows[y] = (self.rows[y][:x] + self.rows[y][x + count:] + [" "] * count)[:COLUMNS]
        elif final == "@":
            self.rows[y] = (self.rows[y][:x] + [" "] * count + self.rows[y][x:])[:COLUMNS]
        elif final == "b":
            self.put(self.last * count)
        elif final == "L":
            self.scroll_down(count, y)
        elif final == "M":
            self.scroll_up(count, y)
        elif final == "S":
            self.scroll_up(count)
        elif final == "T":
            self.scroll_down(count)
        elif final == "r":
            self.top, self.bottom = count - 1, ((values + [0])[1] or ROWS) - 1
            self.move(0, 0)


class Terminal:
    """Starts a command in a terminal. `master` is what it writes to."""

    def __init__(self, command, environment):
        self.screen, self.bytes = Screen(), b""
        self.process, self.master = pty.fork()
        if self.process == 0:
            try:
                os.execve(command[0], [str(part) for part in command], {**environment, "TERM": "xterm-256color"})
            finally:
                os._exit(127)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.set_blocking(self.master, False)

    def read(self):
        """What has come, not looked at yet; `None` when the program has ended."""
        try:
            return os.read(self.master, 1 << 16) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def take(self, data):
        """Answers what the program asks, and draws."""
        if b"\x1b[c" in data or b"\x1b[0c" in data:
            os.write(self.master, b"\x1b[?62;22c")
        if b"\x1b[6n" in data:
            os.write(self.master, b"\x1b[2;2R" * data.count(b"\x1b[6n"))
        for mode in re.findall(rb"\x1b\[\?(\d+)\$p", data):
            os.write(self.master, b"\x1b[?" + mode + b";2$y")
        data = self.bytes + data
        # A character of which a part has not come yet.
        whole = len(data)
        for back in range(1, min(4, len(data)) + 1):
            if data[-back] >= 0xC0:
                length = 2 if data[-back] < 0xE0 else 3 if data[-back] < 0xF0 else 4
                whole = len(data) - back if length > back else len(data)
                break
        self.bytes = data[whole:]
        self.screen.feed(data[:whole].decode(errors="replace"))

    def end(self):
        """Ends the program as a closed terminal does, or at last by force."""
        os.close(self.master)
        for number in (15, 9):
            for _ in range(100):
                if os.waitpid(self.process, os.WNOHANG)[0]:
                    return
                time.sleep(0.02)
            os.kill(self.process, number)
        os.waitpid(self.process, 0)
