"""Which palette is chosen, and what the questions for it cost: no key that was typed meanwhile, no text for the shell."""

import re
import time

import dashboard
from seats import BLACK, WHITE, Mosh, Screen, Seat, Terminal, Tmux
from windows import Kitty

HEADINGS = ("terminal", "line", "background", "palette", "keys typed ahead", "`q` at once", "result")
# Seconds that an answer is late on the slow line; how long is waited for what could still come.
LATE = 0.2
SETTLED = 0.8
# Typed while the dashboard starts, milliseconds apart, among the questions and the answers: it opens the filter, whose
# text would show a key that is missing, and any that nobody typed.
AHEAD = "/ text:slot-01"
AHEAD_PAUSE = 40
# Seconds after its start at which it is left, again and again.
LEFT_AFTER = (0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6)

# Window, what runs in it, what it calls itself, background.
TERMINALS = [
    ("xterm", "", "xterm-256color", "white"),
    ("xterm", "", "xterm-256color", "black"),
    ("xterm", "", "xterm", "white"),
    ("xterm", "", "xterm", "black"),
    ("kitty", "", "", "white"),
    ("kitty", "", "", "black"),
    ("xterm", "screen", "", "white"),
    ("xterm", "screen", "", "black"),
    ("xterm", "tmux", "", "white"),
    ("xterm", "tmux", "", "black"),
    ("xterm", "mosh", "", "white"),
    ("xterm", "mosh", "", "black"),
]
# Those that never answer for a colour: a palette for any background is right then, and a wrong guess is not.
SILENT = ("tmux", "mosh")


def terminal(window, inside, term, background):
    """The terminal of a row, with that background."""
    if window == "kitty":
        options = ("-o", f"background={'#ffffff' if background == 'white' else '#000000'}",
                   "-o", f"foreground={'#000000' if background == 'white' else '#ffffff'}")
        return Terminal("kitty", window=Kitty, options=options)
    options = ("-tn", term or "xterm-256color", *(WHITE if background == "white" else BLACK))
    within = {"screen": Screen, "tmux": Tmux, "mosh": Mosh}.get(inside)
    if within:
        return Terminal(f"{inside} in xterm", options=options, inside=within)
    return Terminal(f"xterm, TERM={term}", options=options)


def cases():
    return [(terminal(*one), line, one[3]) for one in TERMINALS for line in ("at once", "slow")]


def palette(frame):
    """What a whole frame was coloured for."""
    colours = set(re.findall(rb"\x1b\[([\d;]*)m", frame))
    parts = {part for one in colours for part in re.findall(rb"[34]8;5;\d+|\d+", one)}
    if b"48;5;236" in parts or b"48;5;254" in parts:
        return "dark" if b"48;5;236" in parts else "light"
    if any(part.startswith(b"38;5;") for part in parts):
        return "either"
    # Eight colours: yellow reads on dark alone, and green not on any.
    return "dark" if b"33" in parts else "light" if b"32" in parts else "either"


def run(bench, terminal, line, background):
    """A row of the table, and whether it is good."""
    with Seat(terminal, bench, size=(100, 30), delay=LATE if line == "slow" else 0, isRecorded=True) as seat:
        seat.go(AHEAD, AHEAD_PAUSE)
        expected = dashboard.drawing(bench.source, seat.size, AHEAD)
        rows = seat.wait_rows(lambda rows: rows == expected)
        wrong = dashboard.differing(rows, expected)
        bench.tell_differing(wrong)
        before = len(seat.sent())
        seat.press("Ctrl-L")
        time.sleep(SETTLED)
        chosen = palette(seat.sent()[before:])
        seat.press("Ctrl-C")
        seat.wait_end()
        at_prompt = [left(seat, after) for after in LEFT_AFTER]
        asks = seat.sent().count(b"\033]11;?"), seat.sent().count(b"\033[6n")
    texts = [text for text in at_prompt if text]
    for text in dict.fromkeys(texts):
        bench.tell(f"at the prompt: {text}")
    right = {"white": "light", "black": "dark"}[background]
    allowed = {right, "either"} if line == "slow" or terminal.name.split()[0] in SILENT else {right}
    faults = [f"**{chosen} palette**"] * (chosen not in allowed)
    faults += [f"**{len(wrong)} rows differ**"] * bool(wrong)
    faults += [f"**text at the prompt, {len(texts)} of {len(LEFT_AFTER)} times**"] * bool(texts)
    faults += ["**never asked**"] * (0 in asks)
    keys = "all taken" if not wrong else f"{len(wrong)} rows differ"
    return (chosen, keys, f"{len(texts)} of {len(LEFT_AFTER)} with text"), ", ".join(faults)


def left(seat, after):
    """Starts the dashboard, leaves it so many seconds later, and says what then stands behind the shell's prompt."""
    seat.press("text:clear Enter")
    seat.go()
    time.sleep(after)
    seat.press("q")
    seat.wait_end()
    time.sleep(SETTLED)
    lines = [row for row in seat.rows() if row]
    found = lines[-1].rpartition("$")[2].strip() if lines else "no prompt"
    if found:
        # For the next time: an empty line again.
        seat.press("Ctrl-C")
        time.sleep(0.3)
    return found
