"""Minutes and hours: who has them, what is said of those who do not, and since when it fails."""

from datetime import datetime, timedelta, timezone

import pytest

import snapshots
from conftest import screen
from harness import run
from snapshots import NOW, counters, iso, series

AT = NOW + timedelta(seconds=5)


def incident(minutes_ago=25):
    """One slot that fails since some minutes, and one that is well; by minute, hour and day."""
    quiet, bad = counters(10, timeouts=0), counters(4, provider_errors=6)
    sick = [bad] * minutes_ago + [quiet] * (60 - minutes_ago)
    document = snapshots.fleet(2, sick=(0,))
    for name, rows in (("minute", sick), ("hour", [counters(360, provider_errors=240)] + [counters(600)] * 23)):
        document["windows"][name] = {"slots": {
            "slot-001": series(name, NOW, rows), "slot-002": series(name, NOW, [quiet] * snapshots.SHOWN[name])}}
    return document


@pytest.mark.parametrize("size", ["80x24", "120x40", "200x60"])
def test_each_key_shows_its_window(size, home, place):
    path = place(incident())
    for key, words in {"m": "this minute", "h": "this hour", "d": "today", "w": "this week"}.items():
        keys = "w d" if key == "d" else key
        lines = screen(home, path, now=AT, size=size, keys=keys)
        assert any(words in line for line in lines), (key, lines)
        assert not any("already" in line or "has no" in line for line in lines), key


def test_tells_since_when_to_the_minute(home, place):
    start = (NOW - timedelta(minutes=24)).strftime("since %H:%M")
    for keys in ("d", "w d", "m", "h"):
        lines = screen(home, place(incident()), now=AT, size="120x40", keys=keys)
        row = next(line for line in lines if "slot-001" in line and "!!" in line)
        assert start in row, (keys, row)
    assert any(start in line for line in screen(home, place(incident()), now=AT, size="120x40", keys="Enter"))


def test_tells_the_last_five_minutes_at_once(home, place):
    lines = screen(home, place(incident()), now=AT, size="120x40", keys="d")
    # Five minutes of ten runs each, six of them failures, and as many runs of the other slot.
    assert any("last 5 min 30.0% (30/100)" in line for line in lines), lines[2]


@pytest.mark.parametrize("window", ["hour", "minute"])
def test_a_source_without_a_window_says_so(window, home, place):
    path = place(snapshots.fleet(2))
    for command in ("report", "screen"):
        done = run(home, command, "--source", path, "--window", window, "--now", iso(AT))
        assert done.code == 65
        assert f"this source has no {window}s" in done.err and done.err.count("\n") == 1
    done = run(home, "check", "--source", path, "--window", window, "--now", iso(AT))
    assert done.code == 3 and f"this source has no {window}s" in done.out and done.err == ""
    lines = screen(home, path, now=AT, keys=window[0])
    assert any(f"this source has no {window}s" in line for line in lines)
    assert any("today" in line for line in lines)


def test_a_snapshot_of_weeks_alone_has_no_days(home, place):
    document = snapshots.fleet(2)
    document["windows"] = {"week": {"slots": {"slot-001": series("week", NOW, [counters(100)] * 8)}}}
    lines = screen(home, place(document), now=AT, keys="w d")
    assert any("this source has no days" in line for line in lines)
    assert any("this week" in line for line in lines)


@pytest.mark.parametrize("change, words", [
    (lambda rows: rows[-1].update(period_start=iso(NOW.replace(minute=7))), "an hour starts at its minute 0, UTC"),
    (lambda rows: rows[-1].update(period_end="2026-11-19"), "ends at 2026-11-19T15:00:00Z"),
    (lambda rows: rows.append(dict(rows[-1])), "2026-11-19T14:00:00Z"),
])
def test_hours_that_do_not_fit_are_refused(change, words, home, place):
    document = incident()
    change(document["windows"]["hour"]["slots"]["slot-001"])
    done = run(home, "report", "--source", place(document), "--now", iso(AT))
    assert done.code == 65 and "$.windows.hour.slots[" in done.err and words in done.err, done.err


def test_hours_after_the_data_are_left_out_and_named(home, place):
    document = incident()
    document["windows"]["hour"]["slots"]["slot-001"].append(
        snapshots.metric("hour", NOW.replace(minute=0, second=0) + timedelta(hours=1), counters(5)))
    lines = screen(home, place(document), now=AT, keys="h")
    assert any("left out: 1 bucket begins after the data, 2026-11-19T15:00:00Z" in line for line in lines), lines


@pytest.mark.parametrize("zone, label", [("Asia/Kolkata", "19:30"), ("Europe/Berlin", "15:00"), ("UTC", "14:00")])
def test_hours_are_labelled_in_the_shown_zone(zone, label, home, place):
    keys = "h Enter" if zone == "UTC" else "h u Enter"
    lines = screen(home, place(incident()), now=AT, size="120x40", keys=keys, env={"TZ": zone})
    assert any(line.rstrip().find(f"Thu {label}") >= 0 for line in lines), lines


@pytest.mark.parametrize("zone, after, twice", [
    ("America/New_York", "2026-11-01T06:30:05", ("01:00", "EDT", "EST")),
    ("Europe/Berlin", "2026-10-25T01:30:05", ("02:00", "CEST", "CET"))])
def test_an_hour_that_comes_twice_is_told_apart(zone, after, twice, home, place):
    now = datetime.fromisoformat(after).replace(tzinfo=timezone.utc)
    document = snapshots.fleet(1, now=now)
    document["windows"]["hour"] = {"slots": {"slot-001": series("hour", now, [counters(60)] * 24)}}
    hour, before, name = twice
    for size in ("80x24", "120x40"):
        lines = screen(home, place(document), now=now, size=size, keys="h u Enter", env={"TZ": zone})
        assert lines[0].endswith(name)
        assert sum(f"Sun {hour} {before} " in line for line in lines) == 1, lines
        assert sum(f"Sun {hour}  " in line for line in lines) == 1, lines
