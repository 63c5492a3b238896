"""What stands on the terminal, row by row, against what the same snapshot looks like: nothing may shift."""

import dashboard
import locales
from seats import COLOURS, XTERM, Mosh, Screen, Seat, Terminal, Tmux
from windows import Kitty

HEADINGS = ("terminal", "locale", "80x24", "after `w j j`", "120x40", "resized to 100x30", "drawn in", "result")
NOTICE = "drawing in ASCII"
KEYS = "w j j"

TERMINALS = [
    XTERM,
    Terminal("xterm -cjk_width", options=(*COLOURS, "-cjk_width")),
    Terminal("kitty", window=Kitty),
    Terminal("screen", inside=Screen),
    Terminal("tmux", inside=Tmux),
    Terminal("mosh", inside=Mosh),
]
# Terminals that call themselves what they are not: this one is said to repeat characters, which they do not do.
REPEATING = [Terminal("screen, TERM=xterm-256color", inside=Screen, term="xterm-256color")]


def cases():
    pairs = [(terminal, locale) for terminal in TERMINALS for locale in locales.NAMES]
    return [*pairs, *((terminal, locale) for terminal in REPEATING for locale in ("C", "C.UTF-8"))]


def run(bench, terminal, locale):
    """A row of the table, and whether it is good."""
    with Seat(terminal, bench, locale, (80, 24)) as small:
        small.go()
        drawn, isSaid = settle(small)
        counts = [differing(small, "", drawn)]
        small.press(KEYS)
        counts.append(differing(small, KEYS, drawn))
    with Seat(terminal, bench, locale, (120, 40)) as large:
        large.go()
        settle(large)
        counts.append(differing(large, "", drawn))
        large.resize((100, 30))
        counts.append(differing(large, "", drawn))
    fault = None
    if any(counts):
        fault = f"**{sum(counts)} rows differ**"
    elif drawn == "ASCII" and locale != "C" and not isSaid:
        fault = "**ASCII, and nothing said**"
    return (*counts, drawn + ", said" * isSaid), fault


def settle(seat):
    """What the dashboard has chosen to draw in once it is settled, and whether it said so. A notice is taken away."""
    rows = seat.wait_rows(lambda rows: any("LIVE" in row for row in rows))
    seat.wait_rows(lambda later: any(NOTICE in row for row in later), patience=1)
    rows = seat.rows()
    isSaid = any(NOTICE in row for row in rows)
    seat.press("Ctrl-L")
    plain = dashboard.drawing(seat.bench.source, seat.size, ascii=True)
    return "ASCII" if seat.wait_rows(lambda rows: rows == plain, patience=1) == plain else "Unicode", isSaid


def differing(seat, keys, drawn):
    """How many rows are wrong, on the window or in the mind of what runs between."""
    expected = dashboard.drawing(seat.bench.source, seat.size, keys, drawn == "ASCII")
    places = [("", seat.wait_rows(lambda rows: rows == expected))]
    places += [("inside, ", rows)] if (rows := seat.between.rows()) is not None else []
    wrong = [(place, dashboard.differing(rows, expected)) for place, rows in places]
    for place, rows in wrong:
        seat.bench.tell_differing(rows, place)
    return max(len(rows) for _, rows in wrong)
