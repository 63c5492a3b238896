"""What the dashboard shows in every case, and the drawing that must stand on the screen."""

import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "EndToEnd"))
import snapshots  # noqa: E402

BINARY = str(Path(os.environ["SLOTWATCH_BIN"]).resolve())
# Narrow, wide, combining and right-to-left scripts: all that a terminal must count as Unicode does.
NAMES = ["Portrait", "Größe", "Пленка 90-х", "写真スタジオ", "사진관", "e\u0301cole", "ภาพถ่าย", "תמונה", "Фотозона «Ёж»", "B&W"]
OPTIONS = ["--now", snapshots.iso(snapshots.NOW), "--interval", "300"]


def write_source(folder):
    """A file of 30 slots, some of them failing."""
    pick = random.Random(3)
    days = {}
    for index in range(30):
        today = snapshots.counters(60, provider_errors=25 + index) if index % 7 == 3 else snapshots.healthy(100)
        earlier = [snapshots.counters(150 + pick.randrange(50), timeouts=pick.randrange(30)) for _ in range(13)]
        days[f"slot-{index + 1:03d}"] = [today, *earlier]
    names = {slot: NAMES[index % len(NAMES)] for index, slot in enumerate(days)}
    return snapshots.write(str(folder / "fleet.json"), snapshots.snapshot(days, names=names))


def drawing(source, size, keys="", ascii=False):
    """The rows that belong on a terminal of this size after these keys."""
    done = subprocess.run(
        [BINARY, "screen", "--source", source, *OPTIONS, "--size", "{}x{}".format(*size),
         *(["--keys", keys] if keys else []), *["--ascii"] * ascii],
        env={"PATH": os.environ["PATH"], "HOME": str(Path(source).parent), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        capture_output=True, text=True, check=True)
    return rows_of(done.stdout, size)


def rows_of(text, size):
    """The rows of a screen; xterm composes a letter and its accent where it can, and so is done with all."""
    return [unicodedata.normalize("NFC", row.rstrip()) for row in text.splitlines()[:size[1]]]


def differing(seen, expected):
    """The rows that are not as they should be: which, what is seen, what should be."""
    rows = max(len(seen), len(expected))
    seen, expected = seen + [""] * (rows - len(seen)), expected + [""] * (rows - len(expected))
    return [(number, *pair) for number, pair in enumerate(zip(seen, expected), 1) if pair[0] != pair[1]]
