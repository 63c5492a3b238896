"""On call: rules in `check`, acknowledgements and alerts in dashboards, with real files, terminals and a server."""

import glob
import json
import os
import random
import signal
import time
from datetime import timedelta

import pytest

import harness
import remote
import snapshots
from serving import Serving, event

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "10"))
NOW = snapshots.NOW
PAGE = '[[rules]]\nname = "provider down"\nwhen = "critical"\nseverity = "page"\n'


def sick(failed=40, now=NOW):
    """Two slots, of which the first fails so much of a hundred today."""
    return snapshots.snapshot({
        "slot-1": [snapshots.counters(100 - failed, timeouts=failed), snapshots.counters(100)],
        "slot-2": [snapshots.healthy(400), snapshots.healthy()]}, now)


@pytest.fixture
def check(home, tmp_path):
    """Runs `check` with rules at a time; the snapshot is written anew for each."""
    config = tmp_path / "config.toml"
    state = tmp_path / "state.json"

    def at(minutes, failed, rules, *more):
        now = NOW + timedelta(minutes=minutes)
        config.write_text(rules)
        path = snapshots.write(str(tmp_path / "stats.json"), sick(failed, now))
        return harness.run(home, "check", "--config", config, "--source", path, "--now", snapshots.iso(now),
                           "--state", state, *more)
    at.state = state
    return at


# Check with rules. -----------------------------------------------------------------------------------------------------

def test_a_rule_that_fires_is_named_and_its_severity_counts(check):
    done = check(0, 7, '[[rules]]\nname = "much"\nwhen = "over-usual"\nseverity = "page"\nslots = ["slot-1"]\n')
    assert done.code == 2 and " - firing: much (slot-1) - all " in done.out, done.out
    done = check(0, 7, '[[rules]]\nname = "much"\nwhen = "over-usual"\nslots = ["slot-1"]\n')
    assert done.code == 1 and done.out.startswith("SLOTWATCH WARNING - "), done.out
    done = check(0, 0, PAGE)
    assert done.code == 0 and "firing" not in done.out, done.out


def test_several_checks_know_for_how_long_a_rule_has_held(check):
    rules = PAGE.replace("critical", "over-usual") + 'for = "10m"\nkeep = "5m"\nslots = ["slot-1"]\n'
    seen = [("firing: provider down" in done.out, done.code)
            for done in (check(minutes, failed, rules) for minutes, failed in [
                (0, 7), (5, 7), (10, 7), (12, 0), (20, 0)])]
    assert seen == [(False, 0), (False, 0), (True, 2), (True, 2), (False, 0)]


def test_without_a_state_file_nothing_is_kept(home, check, tmp_path):
    rules = PAGE + 'for = "10m"\n'
    check(0, 40, rules)
    os.unlink(check.state)
    done = check(60, 40, rules)
    assert "firing" not in done.out and done.code == 2


@pytest.mark.parametrize("content", ["", "{", '{"schema":"slotwatch.rules/2"}', "x" * 100])
def test_a_damaged_state_file_is_said_kept_and_never_ok(check, content):
    rules = PAGE + 'for = "10m"\n'
    check.state.write_text(content)
    done = check(0, 0, rules)
    assert done.code == 3 and f'Cannot use state "{check.state}"' in done.out, done.out
    assert done.out.count("\n") == 1 and done.err == ""
    assert check.state.read_text() == content
    done = check(0, 40, rules)
    assert done.code == 2, "what is known without it stays"


def test_a_state_file_that_cannot_be_written_is_said(home, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(PAGE)
    path = snapshots.write(str(tmp_path / "stats.json"), sick(40))
    done = harness.run(home, "check", "--config", config, "--source", path, "--now", snapshots.iso(NOW),
                       "--state", "/proc/no/state.json")
    assert done.code == 2 and "firing: provider down (slot-1)" in done.out and "/proc/no/state.json" in done.out


def test_a_lost_source_is_a_rule_of_its_own(home, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('[[rules]]\nname = "gone"\nwhen = "lost"\nseverity = "page"\n')
    done = harness.run(home, "check", "--config", config, "--source", tmp_path / "nothing.json")
    assert done.code == 2 and done.out.startswith("SLOTWATCH CRITICAL - ") and "firing: gone" in done.out


def test_a_window_that_the_source_does_not_have_is_no_loss(check):
    done = check(0, 0, '[[rules]]\nname = "gone"\nwhen = "lost"\nseverity = "page"\n', "--window", "hour")
    assert done.code == 3 and "has no hours" in done.out and "firing" not in done.out, done.out
    assert not check.state.exists()


def test_every_slot_of_a_panel_is_read_for_the_rules(home, tmp_path):
    from datetime import datetime, timezone
    fleet = snapshots.fleet(60, now=datetime.now(timezone.utc), sick={55})
    config = tmp_path / "config.toml"
    config.write_text(PAGE + 'window = "day"\n')
    with remote.Panel("--snapshot", snapshots.write(str(tmp_path / "panel.json"), fleet)) as panel:
        done = harness.run(home, "check", "--config", config, "--source", panel.url())
    assert done.code == 2 and "firing: provider down (slot-056)" in done.out, done.out
    assert "not read" not in done.out


def test_a_pattern_that_fits_nothing_is_said(check):
    done = check(0, 0, PAGE + 'slots = ["slot-1", "slto-*"]\n')
    assert 'rule "provider down" fits no slot with "slto-*"' in done.out and done.code == 0


def test_without_rules_the_line_is_as_before(home, place):
    path = place(sick())
    plain = harness.run(home, "check", "--source", path, "--now", snapshots.iso(NOW))
    with_state = harness.run(home, "check", "--source", path, "--now", snapshots.iso(NOW), "--state", f"{home}/s")
    assert plain.out == with_state.out and not os.path.exists(f"{home}/s")


# Dashboards. -----------------------------------------------------------------------------------------------------------

def failures(count, slot="slot-1"):
    from datetime import datetime, timezone
    at = datetime.now(timezone.utc) - timedelta(minutes=1)
    return [event("failed", slot, at=at) for _ in range(count)]


def test_what_one_dashboard_acknowledges_another_one_sees(home, tmp_path, program):
    with Serving(home) as server:
        server.post(failures(40))
        source = f"panel+{server.url()}"
        other_home = tmp_path / "other"
        other_home.mkdir()
        first = program("watch", "--source", source, "--interval", "1", size=(120, 30), env={"LOGNAME": "ann"})
        second = program("watch", "--source", source, "--interval", "1", size=(120, 30),
                         env={"HOME": str(other_home), "XDG_STATE_HOME": str(other_home), "LOGNAME": "bob"})
        first.wait_text("slot-1")
        second.wait_text("slot-1")
        first.press("A")
        first.wait_text("acknowledge slot-1", "how long")
        first.write(b"#231")
        first.press("Enter")
        first.wait_text("slot-1 is acknowledged", absent="for you alone")
        first.wait_text("a 1 acknowledged")
        second.wait_text("a 1 acknowledged")
        second.press("Enter")
        second.wait_text("acknowledged: ann, to", "#231")
        second.press("U")
        second.wait_text("slot-1 is acknowledged no longer")
        first.wait_for(lambda: "1 acknowledged" not in first.text(), "the mark to go")


def test_acknowledges_in_the_state_folder_where_the_source_keeps_none(home, place, program):
    from datetime import datetime, timezone
    path = place(sick(now=datetime.now(timezone.utc)))
    one = program("watch", "--source", path, size=(120, 30))
    one.wait_text("slot-1")
    one.press("A")
    one.write("Ünïcode №7".encode())
    one.press("Enter")
    one.wait_text("slot-1 is acknowledged for you alone")
    one.wait_text("a 1 acknowledged")
    done = harness.run(home, "ack", "--source", path, "--list")
    assert "slot-1" in done.out and "Ünïcode №7" in done.out


def test_rings_once_a_minute_and_only_where_a_rule_says_so(home, place, tmp_path, program):
    from datetime import datetime, timezone
    now = datetime.now(timezone.utc)
    path = place(sick(0, now))
    config = tmp_path / "config.toml"
    config.write_text(PAGE + 'notify = ["bell", "desktop"]\n')
    one = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    one.wait_text("slot-1")
    assert b"\x07" not in bytes(one.output)
    snapshots.write(path, sick(40, now))
    one.wait_for(lambda: b"\x1b]9;" in bytes(one.output), "the notification")
    one.wait_text("1 critical")
    snapshots.write(path, sick(0, now))
    one.wait_text("2 ok")
    snapshots.write(path, sick(60, now))
    one.wait_for(lambda: bytes(one.output).count(b"\x1b]9;") == 2, "the second notification")
    notifications = bytes(one.output).count(b"\x1b]9;")
    assert bytes(one.output).count(b"\x07") == notifications + 1, "one bell, and the end of each notification"
    assert b"slot-1 critical: " in bytes(one.output)


def test_a_hook_is_run_once_from_a_dashboard(home, place, tmp_path, program):
    from datetime import datetime, timezone
    path = place(sick(40, datetime.now(timezone.utc)))
    log, config = tmp_path / "told", tmp_path / "config.toml"
    config.write_text(f'{PAGE}notify = ["hook"]\n[notify.hook]\ncommand = ["/bin/sh", "-c", "cat >> {log}; echo >> {log}"]\n')

    def told():
        return [json.loads(line) for line in log.read_text().splitlines() if line] if log.exists() else []

    one = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    one.wait_for(lambda: told(), "the hook")
    one.wait_text("slot-1")
    one.press("q")
    one.wait_exit()
    # Another dashboard knows that it was told.
    two = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    two.wait_text("slot-1")
    snapshots.write(path, sick(0, datetime.now(timezone.utc)))
    two.wait_for(lambda: len(told()) > 1, "its end")
    assert [(one["rule"], one["slot"]["id"], one["status"]) for one in told()] \
        == [("provider down", "slot-1", "firing"), ("provider down", "slot-1", "resolved")]


def hooked(log, config):
    """A configuration whose hook writes down what it is told, and what has been written."""
    config.write_text(f'{PAGE}notify = ["hook"]\n[notify.hook]\ncommand = ["/bin/sh", "-c", "cat >> {log}; echo >> {log}"]\n')

    def told():
        lines = log.read_text().splitlines() if log.exists() else []
        return [(one["slot"]["id"], one["status"]) for one in map(json.loads, filter(None, lines))]
    return told


def test_a_second_dashboard_tells_once_the_first_one_has_ended(home, place, tmp_path, program):
    from datetime import datetime, timezone
    now = datetime.now(timezone.utc)
    path, config = place(sick(0, now)), tmp_path / "config.toml"
    told = hooked(tmp_path / "told", config)
    arguments = ["watch", "--config", config, "--source", path, "--interval", "1"]
    one = program(*arguments, size=(120, 30))
    one.wait_for(lambda: list((home / "state" / "slotwatch").glob("watched-*")), "the journal of the first one")
    two = program(*arguments, size=(120, 30))
    two.wait_text("2 ok")
    snapshots.write(path, sick(40, now))
    one.wait_for(lambda: told(), "the hook")
    two.wait_text("1 critical")
    one.press("q")
    one.wait_exit()
    snapshots.write(path, sick(0, now))
    two.wait_for(lambda: len(told()) > 1, "the hook of the second one")
    two.wait_text("2 ok")
    assert told() == [("slot-1", "firing"), ("slot-1", "resolved")]


def test_a_source_that_was_never_read_is_lost_and_ends_nothing(home, place, tmp_path, program):
    from datetime import datetime, timezone
    path, log, config = place(sick(40, datetime.now(timezone.utc))), tmp_path / "told", tmp_path / "config.toml"
    config.write_text(f'{PAGE}notify = ["hook"]\n[[rules]]\nname = "gone"\nwhen = "lost"\nnotify = ["hook"]\n'
                      f'[notify.hook]\ncommand = ["/bin/sh", "-c", "cat >> {log}; echo >> {log}"]\n')

    def told():
        lines = log.read_text().splitlines() if log.exists() else []
        return [(one["rule"], one["status"]) for one in map(json.loads, filter(None, lines))]
    one = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    one.wait_for(lambda: told(), "the hook")
    one.press("q")
    one.wait_exit()
    os.unlink(path)
    two = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    two.wait_for(lambda: len(told()) > 1, "the hook of the second one")
    assert told() == [("provider down", "firing"), ("gone", "firing")]


def test_two_files_of_one_relative_name_are_two_sources(home, tmp_path, program):
    from datetime import datetime, timezone
    told, started = [], []
    for name in "ab":
        folder = tmp_path / name
        folder.mkdir()
        snapshots.write(str(folder / "stats.json"), sick(40, datetime.now(timezone.utc)))
        told.append(hooked(tmp_path / f"told-{name}", folder / "config.toml"))
        started.append(program("watch", "--config", folder / "config.toml", "--source", "stats.json", "--interval", "1",
                               size=(120, 30), cwd=folder))
    for one, lines in zip(started, told):
        one.wait_for(lambda: lines(), "the hook")


def test_a_failing_hook_is_said_and_holds_nothing_up(home, place, tmp_path, program):
    from datetime import datetime, timezone
    path = place(sick(40, datetime.now(timezone.utc)))
    config = tmp_path / "config.toml"
    config.write_text(f'{PAGE}notify = ["hook"]\n[notify.hook]\ncommand = ["/bin/sh", "-c", "sleep 1; exit 7"]\n')
    one = program("watch", "--config", config, "--source", path, "--interval", "1", size=(120, 30))
    one.wait_text("slot-1")
    one.wait_text("hook failed: ")
    began = time.monotonic()
    one.press("j")
    one.press("q")
    one.wait_exit()
    assert time.monotonic() - began < 5


def test_opens_in_the_order_that_is_asked_for(home, place, frame):
    path = place(snapshots.fleet(6, sick=(4,)))
    lines = frame(path, size="120x40", more=("--sort", "id"))
    assert any("by id" in line for line in lines)
    assert any("new first" in line for line in frame(path, size="120x40", more=("--sort", "new first")))
    done = harness.run(home, "screen", "--source", path, "--sort", "worstt")
    assert done.code == 64 and "new first" in done.err


def test_nothing_is_lost_over_kills_of_dashboards(home, tmp_path, program):
    """A slot more fails each time, is told of and acknowledged, and the dashboard is killed in the midst of it."""
    from datetime import datetime, timezone
    now = datetime.now(timezone.utc)
    ids = [f"slot-{number:03}" for number in range(KILLS // 2)]
    folder, path = tmp_path / "told", tmp_path / "stats.json"
    folder.mkdir()
    # Each notice is a file of its own, whole or not there, as a hook that is killed with its group leaves nothing behind.
    hook = tmp_path / "hook"
    hook.write_text(f'#!/bin/sh\ncat > "{folder}/$$.part" && mv "{folder}/$$.part" "{folder}/$$.json"\n')
    hook.chmod(0o755)
    config = tmp_path / "config.toml"
    config.write_text(f'{PAGE}notify = ["hook"]\n[notify.hook]\ncommand = ["{hook}"]\n')

    def fail(count):
        snapshots.write(str(path), snapshots.snapshot(
            {i: [snapshots.counters(60, timeouts=40) if place < count else snapshots.counters(100)]
             for place, i in enumerate(ids)}, now))

    def told():
        notices = [json.loads(one.read_text()) for one in folder.glob("*.json")]
        return [one["slot"]["id"] for one in notices if one["status"] == "firing"]

    def kept():
        files = glob.glob(f"{home}/state/slotwatch/acks-*.json")
        return {one["slot"] for one in json.loads(open(files[0]).read())["acks"]} if files else set()

    def watch():
        return program("watch", "--config", config, "--source", path, "--interval", "1", "--sort", "new first", size=(120, 30))

    chance, sure = random.Random(7), set()

    def kill(one):
        one.kill(signal.SIGKILL)
        assert one.wait_exit() == -signal.SIGKILL

    def soon(one, seconds, until=lambda: False):
        end = time.monotonic() + chance.uniform(0, seconds)
        one.wait_for(lambda: time.monotonic() > end or until())

    for number, slot in enumerate(ids):
        fail(number + 1)
        with watch() as one:
            one.wait_text(slot)
            soon(one, 0.2)
            kill(one)
        with watch() as one:
            # What the killed one may not have told, the next one does.
            one.wait_for(lambda: slot in told(), "the notice")
            one.wait_text(slot, f"{number} acknowledged" if number else "1 critical")
            one.press("A")
            one.wait_text(f"acknowledge {slot}")
            one.press("Enter")
            soon(one, 0.1, lambda: f"{number + 1} acknowledged" in one.text())
            if f"{number + 1} acknowledged" in one.text():
                sure.add(slot)
            kill(one)
        assert sure <= kept() <= set(ids[:number + 1])
        print(slot, "kept" if slot in kept() else "killed before")
        if slot not in kept():
            assert harness.run(home, "ack", slot, path, "--note", "again").code == 0
        sure.add(slot)
    doubles = len(told()) - len(ids)
    print(f"\n{doubles} told twice over {2 * len(ids)} kills")
    assert set(told()) == set(ids) and doubles <= len(ids)
