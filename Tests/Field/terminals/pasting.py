"""Text that is pasted: no keys, and what the filter's field takes."""

import time

import dashboard
from seats import XTERM, Mosh, Screen, Seat, Terminal, Tmux
from windows import Kitty

HEADINGS = ("terminal", "marked", "on the overview", "in the filter", "result")
# Each of these letters does something, and the last ends the dashboard.
TEXT = "dw jjsq"
NOTICE = "pasted is left out"
FILTER = "slot-02"

TERMINALS = [
    XTERM,
    Terminal("kitty", window=Kitty),
    Terminal("screen", inside=Screen),
    Terminal("tmux", inside=Tmux),
    Terminal("mosh", inside=Mosh),
]


def cases():
    return [(terminal,) for terminal in TERMINALS]


def run(bench, terminal):
    """A row of the table, and whether it is good. What comes unmarked is no paste for anybody."""
    with Seat(terminal, bench, size=(100, 30), isRecorded=True) as seat:
        seat.copy(TEXT)
        start(seat)
        seat.press("Paste")
        rows = seat.wait_rows(lambda rows: any(NOTICE in row for row in rows), patience=4)
        isSaid, isMarked = any(NOTICE in row for row in rows), b"\033[200~" in seat.received()
        if TEXT.encode() not in seat.received():
            return ("", "", ""), "**nothing was pasted**"
        if not isMarked:
            ended = (seat.folder / "ended").exists()
            return ("no", "keys, `q` too" if ended else "keys", ""), None
        seat.press("Ctrl-L")
        wrong = differing(seat, "")
        seat.copy(FILTER)
        seat.press("/")
        seat.press("Paste")
        wrong_filter = differing(seat, f"/ text:{FILTER}")
        hasEnded = (seat.folder / "ended").exists()
    faults = [f"**{wrong} rows differ**"] * bool(wrong) + [f"**{wrong_filter} rows differ in the filter**"] * bool(wrong_filter)
    faults += ["**nothing said**"] * (not isSaid) + ["**it ended**"] * hasEnded
    return ("yes", "left out, said" if isSaid else "left out", "its text" if not wrong_filter else "other"), ", ".join(faults)


def start(seat):
    seat.go()
    expected = dashboard.drawing(seat.bench.source, seat.size)
    seat.wait_rows(lambda rows: rows == expected)
    time.sleep(0.3)


def differing(seat, keys):
    expected = dashboard.drawing(seat.bench.source, seat.size, keys)
    wrong = dashboard.differing(seat.wait_rows(lambda rows: rows == expected, patience=4), expected)
    seat.bench.tell_differing(wrong)
    return len(wrong)
