"""Windows of real terminals on a display that nobody sees: their keys are pressed, and they say what stands on them."""

import base64
import os
import re
import subprocess
import time

from dashboard import rows_of

PATIENCE = 30
KEYSYMS = {"/": "slash", "-": "minus", " ": "space", "?": "question", ".": "period", "Enter": "Return", "Esc": "Escape",
           "Ctrl-C": "ctrl+c", "Ctrl-L": "ctrl+l", "Paste": "shift+Insert"}
# xterm writes this after a character of two cells.
RIGHT_HALF = "\uffff"


def wait_for(condition, what, patience=PATIENCE):
    """The value of `condition()` once there is one."""
    end = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come within {patience} s")
        time.sleep(0.02)
    return value


class Display:
    """An X server without a screen."""

    def __enter__(self):
        out, into = os.pipe()
        # It must not begin anew when a window is closed: it would refuse the next one meanwhile.
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(into), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[into], stderr=subprocess.DEVNULL)
        os.close(into)
        with open(out) as told:
            self.name = f":{told.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Window:
    """What is common to all: a process with one window, in the upper left corner."""

    def __init__(self, folder, display, environment, size, command, options):
        self.folder, self.size = folder, size
        self.environment = {**environment, "DISPLAY": display.name}
        with open(folder / "window.said", "w") as said:
            self.process = subprocess.Popen(
                self.arguments(command, options), env=self.environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=said,
                stderr=said)

    def said(self):
        """What it wrote to standard error."""
        return (self.folder / "window.said").read_text().strip()

    def press(self, keys, pause=1):
        """Presses keys, named as in `slotwatch screen --keys`, so many milliseconds apart."""
        names = []
        for key in keys.split():
            names += [KEYSYMS.get(one, one) for one in (key[5:] if key.startswith("text:") else [key])]
        # Keys go to the window that the pointer is in.
        subprocess.run(["xdotool", "mousemove", "60", "60", "key", "--delay", str(pause), *names], env=self.environment,
                       check=True)

    def copy(self, text):
        """Lays text out for pasting: it is as if somebody had selected it in this window."""
        for selection in "cp":
            self.inject(f"\033]52;{selection};{base64.b64encode(text.encode()).decode()}\a")

    def inject(self, text):
        """Sends the window output, past all that runs in it."""
        with open(self.tty(), "w") as terminal:
            terminal.write(text)

    def tty(self):
        children = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "tty="], capture_output=True, text=True)
        return "/dev/" + re.search(r"pts/\d+", children.stdout).group()

    def close(self):
        self.process.terminate()
        self.process.wait()


class Xterm(Window):
    """Says what stands on it by printing its screen to a file, at F12."""

    def arguments(self, command, options):
        resources = {
            "printerCommand": f"cat > {self.folder}/printing && mv {self.folder}/printing {self.folder}/printed",
            "printAttributes": 0, "printerAutoClose": "true",
            # Else it prints the scrolling region, which GNU screen leaves as it needed it last.
            "printerExtent": "true",
            "VT100.translations": "#override <Key>F12: print()",
            # All that it refuses by default, but for laying out text.
            "disallowedWindowOps": "20,21,SetXprop,GetSelection",
        }
        columns, rows = self.size
        return ["xterm", "-geometry", f"{columns}x{rows}+0+0", "-fa", "DejaVu Sans Mono", "-fs", "7",
                *[word for name, value in resources.items() for word in ("-xrm", f"XTerm*{name}: {value}")],
                *options, "-e", *command]

    def rows(self):
        printed = self.folder / "printed"
        printed.unlink(missing_ok=True)
        asked = 0

        def isThere():
            nonlocal asked
            # Now and then again: the first key may come before the window does.
            if time.monotonic() - asked > 3:
                self.press("F12")
                asked = time.monotonic()
            return printed.exists()

        wait_for(isThere, "the printed screen")
        text = printed.read_bytes().decode("utf-8", "replace").replace(RIGHT_HALF, "")
        return rows_of(text, self.size)

    def resize(self, size):
        self.size = size
        self.inject("\033[8;{1};{0}t".format(*size))

    def cursor_is_shown(self):
        """It answers as if somebody typed, and the shell shows that."""
        self.inject("\033[?25$p")
        time.sleep(0.3)
        return "[?25;1$y" in "".join(self.rows())


class Kitty(Window):
    """Says what stands on it to who asks at its socket."""

    def arguments(self, command, options):
        columns, rows = self.size
        settings = {"allow_remote_control": "yes", "initial_window_width": f"{columns}c",
                    "initial_window_height": f"{rows}c", "remember_window_size": "no", "font_size": 7,
                    "window_padding_width": 0, "update_check_interval": 0, "shell_integration": "disabled",
                    "confirm_os_window_close": 0}
        return ["kitty", "--config", "NONE", "--listen-on", f"unix:{self.folder}/kitty",
                *[word for name, value in settings.items() for word in ("-o", f"{name}={value}")], *options, *command]

    def ask(self, *command):
        return subprocess.run(["kitty", "@", "--to", f"unix:{self.folder}/kitty", *command], env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout

    def rows(self):
        return rows_of(self.ask("get-text"), self.size)

    def resize(self, size):
        self.size = size
        self.ask("resize-os-window", "--width", str(size[0]), "--height", str(size[1]), "--unit", "cells")

    def cursor_is_shown(self):
        return "\033[?25h" in self.ask("get-text", "--add-cursor")
