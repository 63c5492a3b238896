"""Going back in time: an event store, a real server, and what `watch` records of a snapshot file."""

import json
import os
import re
import stat
from datetime import datetime, timedelta, timezone

import pytest

import events
import snapshots
from events import NOW
from harness import run
from serving import Serving, event

UTC = timezone.utc


def report(home, source, *arguments, window="day"):
    done = run(home, "report", source, "--format", "json", "--window", window, *arguments)
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


def refusal(home, *arguments, code):
    done = run(home, *arguments)
    assert done.code == code and done.out == "" and done.err.count("\n") == 1, done
    return done.err


def ingested(home, made, name, now):
    lines = f"{home}/{name}.ndjson"
    with open(lines, "w") as file:
        file.write(events.lines(made))
    done = run(home, "ingest", "--store", f"sqlite:{home}/{name}.db", lines, "--now", snapshots.iso(now))
    assert done.code == 0, done
    return f"sqlite:{home}/{name}.db"


def same(then, live):
    """Both tell the same counts and judge them alike."""
    assert {slot["id"] for slot in then["slots"]} == {slot["id"] for slot in live["slots"]}
    assert (then["from"], then["to"]) == (live["from"], live["to"])
    for one, other in zip([then["global"], *then["slots"]], [live["global"], *live["slots"]]):
        for key in ("metrics", "judged", "ratio_low", "ratio_high", "usual"):
            assert one[key] == other[key], (one.get("id"), key)


# What a source tells by itself. ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("hours", [0.5, 3, 17, 30, 90, 200])
def test_a_report_of_the_past_is_one_of_the_events_before(home, hours):
    made = events.made(800) + events.made(800, seed=3, days=1)
    store = ingested(home, made, "all", NOW)
    instant = (NOW - timedelta(hours=hours)).replace(second=0, microsecond=0)
    if hours > 40:
        instant = instant.replace(minute=0)
    before = ingested(home, [e for e in made if e["occurred_at"] < events.instant(instant)], "before", instant)
    for window in ("hour", "day", "week"):
        then = report(home, store, "--now", snapshots.iso(NOW), "--at", snapshots.iso(instant + timedelta(seconds=30)),
                      window=window)
        assert then["at"] == then["generated_at"] == snapshots.iso(instant)
        same(then, report(home, before, "--now", snapshots.iso(instant), window=window))


def test_a_server_tells_what_its_store_tells(home):
    now = datetime.now(UTC)
    with Serving(home) as server:
        server.post([event("received", at=now - timedelta(minutes=m)) for m in (200, 90, 30)]
                    + [event("failed", at=now - timedelta(minutes=m)) for m in (85, 20)])
        slots = server.get("/api/slots")
        panel = f"panel+http://127.0.0.1:{server.port}"
        for at in ("-1h", "-2h"):
            then = report(home, panel, "--at", at, window="hour")
            same(then, report(home, f"sqlite:{server.store}", "--at", at, window="hour"))
        assert then["global"]["summary"]["ingest_count"] == 1
        assert "no data before" in refusal(home, "report", panel, "--at", "-9h", code=65)
        shown = run(home, "screen", panel, "--at", "-1h", "--size", "80x24", "--keys", "h")
        assert shown.code == 0 and re.search(r"PAST (\w+ \d+ \w+ )?\d\d:\d\d, 60 min ago", shown.out), shown
        assert slots


def test_a_frame_of_the_past(home):
    store = ingested(home, events.made(500), "all", NOW)
    now = ["--now", snapshots.iso(NOW)]
    shown = run(home, "screen", store, *now, "--size", "80x24", "--at", "03:10").out
    assert "PAST 03:10, 8 h ago" in shown.splitlines()[0]
    stepped = run(home, "screen", store, *now, "--size", "80x24", "--keys", "h [ [ ] {").out
    assert "PAST 01:00, 11 h ago" in stepped.splitlines()[0]
    typed = run(home, "screen", store, *now, "--size", "80x24", "--keys", "@ text:03:10 Enter").out
    assert typed == shown
    back = run(home, "screen", store, *now, "--size", "80x24", "--keys", "[ Esc").out
    assert back.splitlines()[0] == run(home, "screen", store, *now, "--size", "80x24").out.splitlines()[0]
    text = run(home, "report", store, *now, "--at", "-2h").out
    assert text.splitlines()[0] == "slotwatch  all.db  PAST  2 h ago  2026-11-24 10:00 UTC"


def test_instants_that_cannot_be_shown_are_one_line(home, place):
    store = ingested(home, events.made(50), "all", NOW)
    now = ["--now", snapshots.iso(NOW)]
    for command in ("report", "screen"):
        assert "it lies in the future" in refusal(home, command, store, *now, "--at", "2036-01-01T00:00:00Z", code=64)
        assert "no data before" in refusal(home, command, store, *now, "--at", "2020-01-01", code=65)
        assert 'Cannot use --at "soon"' in refusal(home, command, store, *now, "--at", "soon", code=64)
        snapshot = place(snapshots.snapshot({"a": [snapshots.healthy()]}))
        assert "keeps no history" in refusal(
            home, command, snapshot, "--now", snapshots.iso(snapshots.NOW), "--at", "-2h", code=65)
    done = run(home, "check", store, *now, "--at", "-2h")
    assert (done.code, done.err) == (3, "") and 'Cannot use --at "-2h" with check' in done.out


# What is recorded of a source that keeps nothing. ---------------------------------------------------------------------

def frames(home):
    folder = f"{home}/state/slotwatch"
    histories = [name for name in os.listdir(folder) if name.startswith("history-")] if os.path.isdir(folder) else []
    return sorted(f"{folder}/{name}/{file}" for name in histories for file in os.listdir(f"{folder}/{name}")
                  if file.endswith(".frame"))


def document(instant, runs):
    return snapshots.snapshot({"slot-1": [snapshots.counters(runs, timeouts=1)]}, now=instant)


def recorded(home, program, path, earlier, later, *options):
    """A dashboard that has recorded two states of a snapshot file."""
    snapshots.write(path, document(earlier, 1234))
    watch = program("watch", path, "--interval", "1", "--stale-after", "100000", *options)
    watch.wait_text("slot-1", "1,235")
    watch.wait_for(lambda: len(frames(home)) == 1, "the first record")
    # As if that had been written over a minute ago.
    os.utime(frames(home)[0], (0, datetime.now().timestamp() - 61))
    snapshots.write(path, document(later, 5678))
    watch.wait_text("5,679")
    watch.wait_for(lambda: len(frames(home)) == 2, "the second record")
    return watch


def test_watch_records_a_snapshot_and_steps_back(home, program, tmp_path):
    path = f"{tmp_path}/stats.json"
    now = datetime.now(UTC).replace(microsecond=0)
    earlier, later = now - timedelta(minutes=40), now
    watch = recorded(home, program, path, earlier, later)
    watch.press("[")
    watch.wait_text(f"{earlier:%H:%M}, 40 min ago", "PAST", "1,235", absent="5,679")
    watch.press("]")
    watch.wait_text("5,679", absent="1,235")
    watch.press("]")
    watch.wait_text("LIVE", absent="PAST")
    watch.press("[")
    watch.wait_text("1,235")
    watch.press("[")
    watch.wait_text("no data before", "PAST")
    watch.press("Esc")
    watch.wait_text("LIVE", "5,679", absent="PAST")
    watch.press("q")
    assert watch.wait_exit() == 0
    for path_of_frame in frames(home):
        assert stat.S_IMODE(os.stat(path_of_frame).st_mode) == 0o600
    # Others find it too, and say which instant it is.
    then = report(home, path, "--at", "-20m")
    assert then["at"] == then["generated_at"] == snapshots.iso(earlier)
    assert then["global"]["current"]["success"] == 1234
    # What is cut off is passed over.
    with open(frames(home)[0], "r+b") as file:
        file.truncate(200)
    assert "no data before" in refusal(home, "report", path, "--at", "-20m", code=65)


def test_nothing_is_recorded_where_nobody_wants_it(home, program, tmp_path):
    path = f"{tmp_path}/stats.json"
    snapshots.write(path, document(datetime.now(UTC).replace(microsecond=0), 1234))
    for arguments, env in ((["--no-record"], {}), ([], {"SLOTWATCH_NO_RECORD": "1"})):
        watch = program("watch", path, "--interval", "1", *arguments, env=env)
        watch.wait_text("1,235", "LIVE")
        watch.press("r")
        watch.press("[")
        watch.wait_text("this source keeps no history")
        watch.press("q")
        assert watch.wait_exit() == 0
    assert frames(home) == []
    assert run(home, "report", path).code == 0 and frames(home) == []
