"""The dashboard in a real terminal: frames, keys, a source that changes, sizes."""

import fcntl
import json
import os
import re
import statistics
import struct
import subprocess
import termios
import time
from datetime import datetime, timedelta

import pytest

import snapshots
from conftest import screen
from frames import strip_escapes

NOW = ["--now", snapshots.iso(snapshots.NOW)]
SICK = (3, 7, 25)


@pytest.fixture
def path(place):
    return place(snapshots.fleet(30, sick=SICK))


def watch(program, path, *more, now=True, interval=300, **options):
    """The dashboard, once its first data stands on the screen."""
    one = program("watch", "--source", path, *(NOW if now else []), "--interval", interval, *more, **options)
    one.wait_text("LIVE", "slot-0")
    return one


# Frames and keys ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (100, 30), (40, 10)])
def test_the_first_frame_is_what_screen_draws(size, program, home, path):
    one = watch(program, path, size=size)
    one.wait_frame(screen(home, path, "x".join(map(str, size)), more=["--interval", "300"]))


@pytest.mark.parametrize("term", ["xterm", "xterm-256color", "screen", "screen-256color", "linux", "vt100", "tmux-256color"])
def test_every_ordinary_terminal(term, program, home, path):
    if subprocess.run(["infocmp", term], capture_output=True).returncode != 0:
        pytest.skip(f"no terminfo entry {term} here")
    one = watch(program, path, term=term)
    one.wait_frame(screen(home, path, more=["--interval", "300"]))
    one.press("q")
    assert one.wait_exit() == 0
    assert one.left_behind() == []


def test_a_dumb_terminal_is_refused_or_usable(program, path):
    one = program("watch", "--source", path, *NOW, term="dumb")
    one.wait_for(lambda: one.exit is not None or "slot-0" in one.text(), "an end or a frame")
    if one.exit is not None:
        assert one.exit == 78 and one.output.decode().count("\n") == 1


def test_a_locale_without_unicode_starts_and_is_usable(program, home, path):
    one = watch(program, path, env={"LANG": "C", "LC_ALL": "C"})
    one.wait_frame(screen(home, path, more=["--ascii", "--interval", "300"]))
    one.press("w")
    one.wait_text("slot-0", absent="today")
    assert bytes(one.output).isascii()


SEQUENCES = ["w", "w d", "j j j", "j j Enter", "j Enter Esc", "Enter Right Right", "?", "? Esc", "v", "s s I", "!",
             "G", "G k k Enter", "/ text:slot-02 Enter", "/ text:01 Enter Esc", "u", "Down Down Up End Home PgDn", "Ctrl-L"]


@pytest.mark.parametrize("keys", SEQUENCES)
def test_keys_do_what_they_do_in_screen(keys, program, home, path):
    one = watch(program, path)
    one.press(keys)
    one.wait_frame(screen(home, path, keys=keys, more=["--interval", "300"]))


def test_a_filter_is_typed_letter_by_letter(program, path):
    one = watch(program, path)
    one.press("/")
    one.press("text:slot-02")
    one.wait_text("slot-02", absent=("slot-011", "slot-019"))
    one.press("Esc")
    one.wait_text("slot-011")


def test_every_key_is_answered_at_once(program, path):
    """Each within the next frame: 50 ms; here with a wide margin for a slow machine, in the median without."""
    one = watch(program, path, size=(120, 40))
    times = []
    for key in ["j", "k", "w", "d", "v", "v", "?", "?", "G", "g", "s", "S", "I", "I", "Enter", "Right", "Left", "q"] * 2:
        before, started = len(one.output), time.monotonic()
        one.press(key)
        one.wait_for(lambda: len(one.output) > before and one.whole_frame(), f"an answer to {key}", 5)
        times.append((time.monotonic() - started) * 1000)
    print(f"key to answer: median {statistics.median(times):.1f} ms, most {max(times):.1f} ms")
    assert statistics.median(times) < 50 and max(times) < 1000
    assert b"\a" not in one.output, "no key beeps"


@pytest.mark.parametrize("keys", ["q", "Ctrl-C", "? q q", "Enter q q"])
def test_quitting(keys, program, path):
    one = watch(program, path)
    for key in keys.split()[:-1]:
        before = one.text()
        one.press(key)
        one.wait_for(lambda: one.text() != before and one.whole_frame(), f"an answer to {key}")
        assert one.exit is None
    one.press(keys.split()[-1])
    assert one.wait_exit() == (130 if keys == "Ctrl-C" else 0) or keys == "Ctrl-C" and one.exit == 0
    assert one.left_behind() == []


# What reaches the terminal ------------------------------------------------------------------------------------------

def outside_of_updates(output):
    return re.sub(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", b"", bytes(output), flags=re.S)


def test_every_refresh_is_one_synchronized_update_and_nothing_else_writes(program, path, home):
    one = watch(program, path, interval=1)
    for key in ("w", "d", "j", "Enter", "Esc", "?", "?"):
        before = len(one.output)
        one.press(key)
        one.wait_for(lambda: len(one.output) > before and one.whole_frame(), f"an answer to {key}")
    snapshots.write(path, "rubbish")
    one.wait_text("LOST")
    snapshots.write(path, snapshots.fleet(30, sick=(1,)))
    one.wait_text("LIVE")
    one.press("q")
    one.wait_exit()
    rest = strip_escapes(outside_of_updates(one.output).decode())
    assert not re.sub(r"\x1b.|[\x00-\x20\x7f]", "", rest), f"written outside of an update: {rest!r}"


def test_a_refresh_that_changes_only_the_age_is_small(program, place):
    path = place(snapshots.fleet(30, now=datetime.now(snapshots.UTC).replace(microsecond=0) - timedelta(seconds=3)))
    one = watch(program, path, now=False, interval=1)
    start, age = len(one.output), None
    ages = set()

    def another_age():
        found = re.search(r"data (\d+) s old", one.text())
        if found:
            ages.add(found[1])
        return len(ages) >= 6
    one.wait_for(another_age, "six ages", 20)
    updates = re.findall(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", bytes(one.output[start:]), flags=re.S)
    sizes = sorted(map(len, updates)) or [len(one.output) - start]
    print(f"bytes per refresh: {sizes}")
    assert statistics.median(sizes) <= 100


def test_labels_and_columns_keep_their_cells(program, path):
    """Between two readings of the same slots only digits, bars, marks and arrows differ.

    The first difference between readings brings words of its own, where nothing stood: what happened since then."""
    one = watch(program, path, size=(120, 40), interval=1)
    frames = [one.lines()]
    document = snapshots.fleet(30, sick=SICK)
    for age in (3, 2, 1):
        for rows in document["windows"]["day"]["slots"].values():
            rows[-1]["success"] += 4
            rows[-1]["ingest_count"] += 4
        document["generated_at"] = snapshots.iso(snapshots.NOW - timedelta(seconds=age))
        snapshots.write(path, document)
        one.wait_text(f"data {age} s old")
        frames.append(one.lines())
    blank = lambda line: re.sub(r"[\d.,<>!?–·×↺↑↓▁▂▃▄▅▆▇█░ ]", " ", line)
    skeletons = [[blank(line).rstrip() for line in lines if "over usual" not in line] for lines in frames]
    assert skeletons[1] == skeletons[2] == skeletons[3]
    for before, after in zip(*skeletons[:2]):
        kept = after[:len(before)]
        assert kept == before, "words that stood there moved"
    assert [(a, b) for a, b in zip(*skeletons[:2]) if a != b and "since" not in b and "last" not in b] == []


# A source that changes ----------------------------------------------------------------------------------------------

def changed():
    """A later state of the same fleet: 7,777 runs of slot-004 today, most of them failed."""
    document = snapshots.fleet(30, sick=SICK)
    today = document["windows"]["day"]["slots"]["slot-004"][-1]
    today.update(success=777, provider_errors=7000, ingest_count=7777)
    return document


def rename_over(path, document):
    snapshots.write(path, document)


def rewrite_in_place(path, document):
    with open(path, "w") as file:
        json.dump(document, file)


def remove_and_create(path, document):
    os.remove(path)
    snapshots.write(path, document)


@pytest.mark.parametrize("way", [rename_over, rewrite_in_place, remove_and_create], ids=lambda f: f.__name__)
def test_a_changed_file_is_picked_up(way, program, path):
    one = watch(program, path, interval=1)
    assert "7,777" not in one.text()
    way(path, changed())
    one.wait_text("7,777", "LIVE")


def truncate(path):
    os.truncate(path, os.path.getsize(path) // 2)


def empty(path):
    os.truncate(path, 0)


def replace_by_rubbish(path):
    snapshots.write(path, "\x1b[31mrubbish")


def make_negative(path):
    document = changed()
    document["windows"]["day"]["slots"]["slot-004"][-1]["errors"] = -2
    snapshots.write(path, document)


def remove(path):
    os.remove(path)


def replace_by_directory(path):
    os.remove(path)
    os.mkdir(path)


BREAKS = {truncate: r"end|truncat|byte|incomplete", empty: r"empty", replace_by_rubbish: r"byte|JSON|rubbish|expected",
          make_negative: r"-2|errors", remove: r"no such file|missing|not found|gone|not there",
          replace_by_directory: r"directory"}


@pytest.mark.parametrize("ruin", BREAKS, ids=lambda f: f.__name__)
def test_a_broken_source_keeps_the_last_values_and_says_why(ruin, program, path):
    one = watch(program, path, interval=1)
    before = one.lines()
    ruin(path)
    lines = one.wait_text("LOST")
    assert "LIVE" not in lines[0] and re.search(r"data .* old", lines[0]), lines[0]
    assert re.search(BREAKS[ruin], lines[-2], re.I), f"no cause on the status line: {lines[-2]}"
    for number, line in enumerate(before[4:-2], 4):
        assert lines[number] == line, "the last good values stay"
    one.press("j")
    one.press("w")
    one.wait_text("slot-0", "LOST", absent="today")
    if os.path.isdir(path):
        os.rmdir(path)
    snapshots.write(path, changed())
    one.press("d")
    one.wait_text("LIVE", "7,777", absent="LOST")
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


def test_it_starts_without_its_source_and_waits(program, tmp_path):
    path = str(tmp_path / "later.json")
    one = program("watch", "--source", path, *NOW, "--interval", 1)
    one.wait_text("LOST")
    one.press("?")
    one.wait_text("Esc or ? closes")
    one.press("Esc")
    snapshots.write(path, snapshots.fleet(30, sick=SICK))
    one.wait_text("LIVE", "slot-004")


def test_old_data_is_stale_whatever_the_read_says(program, place):
    path = place(snapshots.fleet(5, now=snapshots.NOW - timedelta(minutes=6)))
    one = program("watch", "--source", path, *NOW, "--interval", 1)
    lines = one.wait_text("STALE", "slot-001")
    assert "6 min" in lines[0]
    snapshots.write(path, snapshots.fleet(5))
    one.wait_text("LIVE", absent="STALE")


def test_a_held_screen_holds_while_reading_goes_on(program, path):
    one = watch(program, path, interval=1)
    one.press("Space")
    one.wait_text("PAUSED")
    snapshots.write(path, changed())
    one.wait_text("PAUSED", "newer")
    assert "7,777" not in one.text()
    os.remove(path)
    one.wait_text("LOST")
    snapshots.write(path, changed())
    one.wait_text("LIVE")
    one.press("Space")
    one.wait_text("7,777", absent="PAUSED")


def test_r_reads_at_once(program, path):
    one = watch(program, path, interval=300)
    snapshots.write(path, changed())
    one.press("r")
    one.wait_text("7,777")


def test_the_cursor_stays_on_its_slot_when_rows_move(program, path):
    one = watch(program, path, interval=1)
    cursor = lambda: next((line[3:11] for line in one.lines() if line[2:3] == "›"), None)
    first = cursor()
    one.press("j")
    one.wait_for(lambda: one.whole_frame() and cursor() not in (None, first), "a moved cursor")
    slot = cursor()
    document = snapshots.fleet(30, sick=[i for i in range(30) if f"slot-{i + 1:03d}" != slot])
    snapshots.write(path, document)
    one.wait_for(lambda: one.whole_frame() and sum(line.startswith("!!") for line in one.lines()) > 4, "more marks")
    assert cursor() == slot
    one.press("Enter")
    one.wait_for(lambda: slot in one.lines()[1], f"the screen of {slot}")


def test_keys_are_answered_while_a_large_file_is_read(program, tmp_path):
    """10,000 slots: help opens and closes before the reading is done, or at least without waiting for it."""
    document = snapshots.snapshot({f"slot-{i:05d}": [snapshots.healthy()] * 5 for i in range(10_000)})
    path = snapshots.write(str(tmp_path / "large.json"), document)
    one = program("watch", "--source", path, *NOW, "--interval", 1, size=(120, 40))
    one.wait_for(lambda: b"\x1b[" in one.output and any(one.lines()), "a first frame")
    waited = []
    for text in ("Esc or ? closes", None) * 3:
        started = time.monotonic()
        one.press("?")
        one.wait_for(lambda: one.whole_frame() and (("Esc or ? closes" in one.text()) == bool(text)), "an answer to ?")
        waited.append((time.monotonic() - started) * 1000)
    print(f"key to answer while reading: {', '.join(f'{ms:.0f}' for ms in waited)} ms")
    assert max(waited) < 1000
    one.wait_text("LIVE", "10,000", patience=60)
    document["generated_at"] = snapshots.iso(snapshots.NOW + timedelta(seconds=1))
    snapshots.write(path, document)
    for key in "wdwdwd":
        started = time.monotonic()
        one.press(key)
        one.wait_for(lambda: one.whole_frame() and ("today" in one.text()) == (key == "d"), f"an answer to {key}", 5)
        assert time.monotonic() - started < 2


# Sizes --------------------------------------------------------------------------------------------------------------

def test_a_resize_redraws_at_once(program, home, path):
    one = watch(program, path)
    for size in ((120, 40), (60, 20), (200, 60), (80, 24)):
        one.resize(*size)
        one.wait_frame(screen(home, path, "x".join(map(str, size)), more=["--interval", "300"]))


def test_absurd_sizes_and_a_storm_of_them(program, home, path):
    one = watch(program, path)
    for size in ((1, 1), (2, 2), (5, 2), (1, 200), (300, 1), (500, 200)):
        before = len(one.output)
        one.resize(*size)
        one.wait_for(lambda: len(one.output) > before and one.whole_frame(), f"a frame at {size}")
        assert one.exit is None
    for step in range(150):
        one.resize(40 + step % 160, 10 + step % 40)
        one.pump(0.002)
    one.resize(120, 40)
    one.wait_frame(screen(home, path, "120x40", more=["--interval", "300"]))
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


def test_a_size_of_zero_is_survived(program, home, path):
    one = program("watch", "--source", path, *NOW, "--interval", 300, size=(80, 24))
    one.wait_text("LIVE")
    fcntl.ioctl(one.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    one.pump(0.05)
    one.resize(80, 24)
    one.press("?")
    one.wait_text("Esc or ? closes")
