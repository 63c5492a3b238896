"""What stands on the terminal after `q`: the shell's screen as it was, or the prompt under the last frame."""

import dashboard
from seats import COLOURS, XTERM, Mosh, Screen, ScreenWithSecond, Seat, Terminal, Tmux
from windows import Kitty

HEADINGS = ("terminal", "after", "what stands above the prompt", "cursor", "`stty -g`", "status", "result")
# How it is left, and the status that this has.
WAYS = {"`q`": ("q", "0"), "Ctrl-C": ("Ctrl-C", "130"), "SIGTERM": (None, "143")}

TERMINALS = [
    XTERM,
    Terminal("xterm, titeInhibit", options=(*COLOURS, "-xrm", "XTerm*titeInhibit: true")),
    Terminal("xterm, TERM=vt220", options=COLOURS, term="vt220"),
    Terminal("xterm, TERM=linux", options=COLOURS, term="linux"),
    Terminal("kitty", window=Kitty),
    Terminal("screen", inside=Screen),
    Terminal("screen, altscreen on", inside=ScreenWithSecond),
    Terminal("tmux", inside=Tmux),
    Terminal("mosh", inside=Mosh),
]


def cases():
    return [(terminal, way) for terminal in TERMINALS for way in WAYS]


def run(bench, terminal, way):
    """A row of the table, and whether it is good."""
    keys, status = WAYS[way]
    with Seat(terminal, bench) as seat:
        # Something that could be lost: a full screen.
        seat.press("text:fill Enter")
        before = seat.wait_rows(lambda rows: rows[-1] == "$")
        seat.go()
        frame = dashboard.drawing(bench.source, seat.size)
        shown = seat.wait_rows(lambda rows: rows == frame)
        if keys:
            seat.press(keys)
        else:
            seat.terminate()
        ended = seat.wait_end()
        # Each is moved up by the line that the prompt takes.
        possible = {"the shell's screen": [*before[1:-1], "$ go", "$"], "the last frame": [*shown[1:], "$"]}
        rows = seat.wait_rows(lambda rows: rows in possible.values(), patience=4)
        stands = next((name for name, one in possible.items() if rows == one), "something else")
        if stands == "something else":
            bench.tell(*(f"row {number}: {text}" for number, text in enumerate(rows, 1) if number < 4 or "$" in text))
        # What the shell echoes stands where its prompt does.
        seat.press("text:here")
        isEchoed = "$ here" in seat.wait_rows(lambda rows: "$ here" in rows, patience=3)
        seat.press("Ctrl-C")
        isShown = seat.window.cursor_is_shown()
        isSame = (seat.folder / "before").read_text() == (seat.folder / "after").read_text()
    faults = ["**neither as before nor under the last frame**"] * (stands == "something else")
    faults += ["**no cursor**"] * (not isShown) + ["**modes changed**"] * (not isSame)
    faults += ["**keys are not echoed**"] * (not isEchoed) + [f"**status {ended}**"] * (ended != status)
    faults += ["**the frame was not right**"] * (shown != frame)
    return (stands, "shown" if isShown else "hidden", "the same" if isSame else "other", ended), ", ".join(faults)
