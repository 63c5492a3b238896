"""Every way out leaves the terminal as it was: keys, signals, crashes, Ctrl-Z, a terminal that goes away."""

import os
import random
import signal

import pytest

import snapshots
from conftest import screen
from harness import Modes
from test_watch import NOW, watch


@pytest.fixture
def path(place):
    return place(snapshots.fleet(30, sick=(3, 7)))


@pytest.mark.parametrize("name, code", [("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)])
@pytest.mark.parametrize("keys", ["", "?", "Enter", "/ text:ab"])
def test_signals(name, code, keys, program, path):
    one = watch(program, path)
    if keys:
        before = one.text()
        one.press(keys)
        one.wait_for(lambda: one.text() != before and one.whole_frame(), "an answer")
    one.kill(getattr(signal, f"SIG{name}"))
    assert one.wait_exit(5) == code
    assert one.left_behind() == []


@pytest.mark.parametrize("name", ["SEGV", "ABRT", "BUS", "FPE", "ILL", "TRAP"])
def test_crashes_restore_and_keep_their_signal(name, program, path):
    number = getattr(signal, f"SIG{name}")
    one = watch(program, path)
    one.kill(number)
    assert one.wait_exit(10) == -number
    assert one.left_behind() == []


@pytest.mark.parametrize("name", ["TERM", "SEGV"])
def test_a_signal_while_there_is_no_data(name, program, tmp_path):
    one = program("watch", "--source", str(tmp_path / "none.json"), *NOW)
    one.wait_text("LOST")
    one.kill(getattr(signal, f"SIG{name}"))
    assert one.wait_exit(10) == (143 if name == "TERM" else -signal.SIGSEGV)
    assert one.left_behind() == []


def test_a_storm_of_kills(program, path):
    """Killed at random instants of its first half second, it always leaves the terminal as it was."""
    r = random.Random(7)
    signals = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS,
               signal.SIGFPE]
    for number in signals * 4:
        one = program("watch", "--source", path, *NOW, "--interval", 1)
        bytes_until = r.choice((0, 1, 50, 500, 2000))
        one.wait_for(lambda: len(one.output) >= bytes_until or one.exit is not None, "output")
        for _ in range(r.randrange(5)):
            one.pump(r.random() * 0.05)
        one.kill(number)
        one.wait_exit(10)
        assert one.left_behind() == [], f"after {number.name} at {len(one.output)} bytes"
        one.close()


@pytest.mark.parametrize("name", ["QUIT", "SEGV", "TERM"])
def test_a_signal_while_it_starts_asks_no_questions(name, program, path):
    """Wherever in its first milliseconds the signal comes, nobody has to press a key before the program is gone."""
    number = getattr(signal, f"SIG{name}")
    for step in range(10):
        one = program("watch", "--source", path, *NOW)
        one.pump(0.002 + step * 0.004)
        one.kill(number)
        assert one.wait_exit(5) in (-number, 128 + number)
        assert one.left_behind() == []
        one.close()


def test_suspend_and_resume(program, home, path):
    one = watch(program, path)
    frame = screen(home, path, more=["--interval", "300"])
    for size in ((80, 24), (120, 40)):
        stops, before = len(one.stops), len(one.output)
        one.press("Ctrl-Z")
        one.wait_for(lambda: len(one.stops) > stops, "a stop")
        assert one.left_behind() == [], "the shell gets its terminal back"
        before = len(one.output)
        one.resize(*size)
        one.proceed()
        one.wait_for(lambda: Modes(one.output).on(1049), "the alternate screen")
        one.wait_frame(screen(home, path, "x".join(map(str, size)), more=["--interval", "300"]))
        assert len(one.output) > before
    one.press("w")
    one.wait_text("slot-0", absent="today")
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


def test_a_stop_from_outside_and_an_end_while_stopped(program, path):
    one = watch(program, path)
    os.kill(one.process, signal.SIGTSTP)
    one.wait_for(lambda: one.stops, "a stop")
    assert one.left_behind() == []
    one.kill(signal.SIGTERM)
    one.proceed()
    assert one.wait_exit() == 143
    assert one.left_behind() == []


@pytest.mark.parametrize("ignored", [False, True], ids=["with SIGHUP", "SIGHUP ignored"])
@pytest.mark.parametrize("keys", ["", "?"])
def test_a_hang_up_ends_it(ignored, keys, program, path, record_property):
    one = watch(program, path, interval=1, ignore_hangup=ignored, leader_outlives_terminal=ignored)
    if keys:
        one.press(keys)
        one.wait_text("Esc or ? closes")
    elapsed = one.hang_up()
    print(f"gone {elapsed and round(elapsed, 1)} ms after the hang-up (100 ms is the aim)")
    assert elapsed is not None and elapsed < 1000


def test_it_leaves_no_process_and_no_file_behind(program, path, tmp_path):
    before = sorted(p.name for p in tmp_path.iterdir())
    one = watch(program, path)
    one.press("q")
    one.wait_exit()
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert not one.alive()
