"""What terminals send and how they differ: control strings, pastes, backgrounds, widths, and what they lack."""

import os
import re
import select
import termios
import time
import tty

import pytest

import snapshots
from conftest import screen
from test_watch import NOW, watch

REPORTS = {
    "focus": b"\x1b[I\x1b[O", "SGR mouse": b"\x1b[<64;10;10M\x1b[<0;10;10M\x1b[<0;10;10m", "X10 mouse": b"\x1b[M !!",
    "X10 mouse on a letter": b"\x1b[M qq", "urxvt mouse": b"\x1b[64;10;10M", "XTVERSION": b"\x1bP>|tmux 3.4\x1b\\",
    "XTVERSION kitty": b"\x1bP>|kitty(0.36.4)\x1b\\", "DECRQSS": b"\x1bP1$r2 q\x1b\\",
    "XTGETTCAP": b"\x1bP1+r544e=787465726d\x1b\\", "kitty graphics": b"\x1b_Gi=31;OK\x1b\\",
    "PM": b"\x1b^q\x1b\\", "SOS": b"\x1bXq\x1b\\", "clipboard": b"\x1b]52;c;cXVpdA==\x07",
    "foreground": b"\x1b]10;rgb:dcdc/dcdc/dcdc\x07", "palette": b"\x1b]4;1;rgb:cccc/0000/0000\x1b\\",
    "attributes": b"\x1b[?61;4;6;22c\x1b[>0;276;0c", "position": b"\x1b[24;80R", "size": b"\x1b[8;24;80t",
    "kitty keyboard": b"\x1b[?1u", "mode": b"\x1b[?2026;2$y", "colour scheme": b"\x1b[?997;1n",
    "function keys": b"\x1bOP\x1b[[A\x1b[11~\x1b[15~", "any parameters": b"\x1b[1;2;3:4:5;;q\x1b[>4;2m\x1b[1 q",
    "a key let go": b"\x1b[113;1:3u", "late background": b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
}


@pytest.fixture
def path(place):
    return place(snapshots.fleet(30, sick=(3, 7)))


def answered(one):
    """Waits until everything that was sent before has been taken in: the help opens and closes after it."""
    one.press("?")
    one.wait_text("Esc or ? closes")
    one.press("?")
    one.wait_text("1–", absent="Esc or ? closes")
    return one.lines()


def test_reports_are_no_keys(program, path):
    one = watch(program, path)
    one.press("j j")
    before = answered(one)
    for name, report in REPORTS.items():
        one.write(report)
        assert answered(one) == before, name
        for cut in range(1, len(report)):
            one.write(report[:cut])
            one.write(report[cut:])
        assert answered(one) == before, f"{name}, in pieces"
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


@pytest.mark.parametrize("key, code", [(b"\x1b[113u", 0), (b"\x1b[99;5u", 0), (b"\x1b[27;5;99~", 0)])
def test_keys_that_are_named_by_their_character(key, code, program, path):
    one = watch(program, path)
    one.write(b"\x1b[106u")
    one.wait_text("›", absent="this is")
    one.write(key)
    assert one.wait_exit() == code and one.left_behind() == []


def test_pasted_text_is_no_key(program, path):
    one = watch(program, path)
    one.write(b"\x1b[200~quit\rq\x1b[201~")
    one.wait_text("pasted is left out")
    one.press("/")
    one.write(b"\x1b[200~slot-\x1b[201~")
    one.write(b"003")
    one.wait_text("/slot-003")
    assert sum("slot-0" in line for line in one.lines()[6:-2]) == 1
    one.press("Ctrl-C")
    assert one.wait_exit() == 130 and one.left_behind() == []


@pytest.mark.parametrize("background, fill", [("rgb:ffff/ffff/ffff", b"48;5;254"), ("rgb:0000/0000/0000", b"48;5;236"),
                                              (None, None)])
def test_colours_follow_the_background(background, fill, program, path):
    one = program("watch", "--source", path, *NOW, background=background)
    one.wait_text("slot-003")
    one.wait_for(lambda: fill is None or fill in one.output, "the cursor's row")
    one.press("j")
    answered(one)
    assert (fill is None) == (b"48;5;" not in one.output)
    if fill is None:
        assert not re.search(rb"\x1b\[[\d;]*3[33](?:;|m)", one.output), "no yellow on an unknown background"
    one.press("q")
    assert one.wait_exit() == 0


@pytest.mark.parametrize("term, environment, asks", [
    ("xterm-256color", {}, True), ("tmux-256color", {}, True), ("linux", {}, False), ("vt220", {}, False),
    ("xterm-256color", {"NO_COLOR": "1"}, False), ("xterm-256color", {"SLOTWATCH_THEME": "light"}, False)])
def test_who_is_asked_for_the_background(term, environment, asks, program, path):
    one = program("watch", "--source", path, *NOW, term=term, env=environment)
    one.wait_text("slot-003")
    assert (b"\x1b]11;?" in one.output) == asks
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


def test_the_environment_tells_where_the_terminal_does_not(program, path):
    one = program("watch", "--source", path, *NOW, env={"COLORFGBG": "0;15"})
    one.wait_text("slot-003")
    one.wait_for(lambda: b"48;5;254" in one.output, "the cursor's row")


def test_a_terminal_of_other_widths_gets_ascii_and_says_so(program, path, home):
    one = watch(program, path, probe_ends_at=11)
    one.wait_text("drawing in ASCII")
    one.press("Ctrl-L")
    one.wait_frame(screen(home, path, more=["--ascii", "--interval", "300"]))
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_plain_locale_repeats_no_character(locale, program, path):
    one = program("watch", "--source", path, *NOW, env={"LC_ALL": locale, "LANG": locale}, size=(120, 40))
    one.wait_text("slot-003")
    one.press("w")
    answered_in_ascii(one)
    assert not re.search(rb"\x1b\[\d*b", one.output)
    assert b"\x1b[6n" not in one.output


def answered_in_ascii(one):
    one.press("?")
    one.wait_text("Esc or ? closes")


@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "linux", "vt220"])
def test_without_a_second_screen_the_prompt_stands_under_the_last_frame(term, program, path):
    """pyte has one screen only, as screen and mosh have."""
    one = watch(program, path, term=term)
    before = one.lines()
    one.press("q")
    assert one.wait_exit() == 0
    emulated = one.screen()
    assert (emulated.cursor.y, emulated.cursor.x) == (23, 0)
    lines = one.lines()
    last = lines.index(before[23])
    assert last < 23 and not any(lines[last + 1:]), "the last frame, moved up"


def test_answers_that_come_after_q_are_not_left_to_the_shell(program, path):
    one = program("watch", "--source", path, *NOW, background="rgb:ffff/ffff/ffff", answers=False)
    one.wait_for(lambda: len(one.unanswered) == 3, "three questions")
    one.press("q")
    end = time.monotonic() + 0.15
    while time.monotonic() < end:
        one.pump()
    for answer in one.unanswered:
        one.write(answer)
    assert one.wait_exit() == 0 and one.left_behind() == []
    tty.setraw(one.slave, termios.TCSANOW)
    assert not select.select([one.slave], [], [], 0)[0], "something is left to be read"


def test_who_never_answers_holds_nobody_up(program, path):
    one = program("watch", "--source", path, *NOW, answers=False)
    one.press("q")
    one.wait_for(lambda: one.unanswered, "the questions")
    began = time.monotonic()
    assert one.wait_exit() == 0
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("zone", ["Mars/Phobos", "/etc", "/etc/passwd"])
def test_an_unknown_zone_is_said(zone, program, path):
    one = watch(program, path, env={"TZ": zone})
    one.press("u")
    one.wait_text(f'TZ "{zone}" is no zone that this system knows')


def test_input_of_any_kind_never_ends_it_or_leaves_it_deaf(program, path):
    one = watch(program, path)
    make = os.urandom
    for _ in range(60):
        one.write(bytes(b for b in make(200) if b not in (3, 26, 28, ord("q"))))
    one.write(b"\x18\x1b[201~\x18")
    one.wait_for(lambda: one.whole_frame(), "a frame")
    one.resize(100, 30)
    one.wait_text("LIVE")
    one.press("Ctrl-C")
    assert one.wait_exit() == 130 and one.left_behind() == []
