"""The five drills of an on-call lead: a dashboard that is opened afterwards says what is wrong on its first screen."""

import json
from datetime import timedelta

import pytest

import incidents
import snapshots
from harness import run
from incidents import BAD, NOW, Fleet, instant


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """Makes the store of a drill, once for all tests."""
    made = {}

    def store(name, **options):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            fleet = Fleet(**options)
            if name in incidents.DRILLS:
                incidents.DRILLS[name](fleet)
            events = folder / "events.ndjson"
            events.write_text("".join(line + "\n" for line in fleet.events()))
            done = run(folder, "ingest", "--store", f"sqlite:{folder / 'events.db'}", "--now", instant(NOW), str(events))
            assert done.code == 0, done
            made[name] = f"sqlite:{folder / 'events.db'}"
        return made[name]
    return store


SMALL = {"slots": 30, "per_hour": 45, "days": 2}


def at(home, command, source, *more, now=NOW):
    done = run(home, command, "--source", source, "--now", instant(now), *more)
    assert done.err == "", done
    return done


def first_lines(home, source, size="80x24", now=NOW):
    return at(home, "screen", source, "--size", size, now=now).out.splitlines()


def states(home, source, now=NOW):
    report = json.loads(at(home, "report", source, "--format", "json", now=now).out)
    return report, {slot["id"]: slot for slot in report["slots"]}


def test_a_bad_provider_of_twenty_minutes_is_named_with_its_slots_and_since_when(drill, home):
    source = drill("provider", **SMALL)
    lines = first_lines(home, source)
    assert lines[1].startswith(" !! last hour") and "since 20:4" in lines[1] and "still failing" in lines[1]
    assert "4 of 30 rising (provider)" in lines[2] and "today" in lines[2]
    assert sorted(line[3:11] for line in lines[7:11]) == BAD
    done = at(home, "check", source)
    assert done.code == 2 and "last hour" in done.out and "recent_low=" in done.out
    _, slots = states(home, source)
    assert {i for i, slot in slots.items() if slot["state"] in ("critical", "warning")} == set(BAD)
    assert all(slots[i]["recent"]["state"] == slots[i]["state"] for i in BAD)


def test_the_same_is_over_within_seventy_five_minutes_of_its_end(drill, home):
    source = drill("provider", **SMALL)
    later = Fleet(**SMALL, now=NOW + timedelta(minutes=75), seed=7)
    later.ratio = lambda slot, when: 0.02
    folder = home / "later"
    folder.mkdir()
    events = [line for line in later.events() if json.loads(line)["occurred_at"] >= instant(NOW)]
    (folder / "more.ndjson").write_text("".join(line + "\n" for line in events))
    store = folder / "events.db"
    store.write_bytes(open(source.removeprefix("sqlite:"), "rb").read())
    now = NOW + timedelta(minutes=75)
    done = run(home, "ingest", "--store", f"sqlite:{store}", "--now", instant(now), str(folder / "more.ndjson"))
    assert done.code == 0, done
    assert at(home, "check", f"sqlite:{store}", now=now).code == 0


def test_a_silent_feed_is_no_health(drill, home):
    source = drill("silence", **SMALL)
    lines = first_lines(home, source)
    assert " SILENT  last event 3" in lines[0] and "no events for 3" in lines[1] and "figures end at 20:2" in lines[1]
    done = at(home, "check", source)
    assert done.code == 3 and "silent: no events for" in done.out
    assert states(home, source)[0]["trust"] == "silent"


def test_hanging_workers_are_stalled_with_the_age_of_their_oldest_job(drill, home):
    source = drill("hang", **SMALL)
    lines = first_lines(home, source, "120x40")
    assert "8 of 30 stalled: slot-00" in lines[2] and "oldest 39 min" in lines[2]
    done = at(home, "check", source)
    assert done.code == 1 and "8 warning" in done.out and "open, oldest 3" in done.out
    _, slots = states(home, source)
    assert [i for i, slot in slots.items() if slot["state"] == "stalled"] == [f"slot-{n:03}" for n in range(1, 9)]
    assert slots["slot-001"]["recent"]["open_jobs"]["overdue"] >= 5


def test_a_slow_burn_blames_the_fleet_and_not_one_slot(drill, home):
    source = drill("burn", slots=12, per_hour=45, days=10)
    lines = first_lines(home, source, "120x40")
    assert "of 12 rising" in lines[1] and "over usual" not in lines[1]


def test_a_quiet_night_shows_none_of_it(drill, home):
    source = drill("none", **SMALL)
    lines = first_lines(home, source)
    assert "LIVE" in lines[0] and lines[1].startswith("    2.") and "rising" not in lines[1]
    done = at(home, "check", source)
    assert done.code == 0 and done.out.startswith("SLOTWATCH OK - 30 ok - all today ")


def test_a_row_a_slot_of_the_last_hour_as_csv(drill, home, place):
    source = drill("provider", **SMALL)
    heading, *rows = at(home, "report", source, "--format", "csv", "--recent").out.splitlines()
    assert heading.startswith("slot_id,name,minutes,success") and heading.endswith("usual,state,cooling,over")
    assert len(rows) == 30 and rows[3].startswith("slot-004,") and ",critical,false,false" in rows[3]
    done = run(home, "report", "--source", source, "--recent")
    assert done.code == 64 and "--format csv" in done.err
    done = run(home, "report", "--source", place(snapshots.fleet(3)), "--format", "csv", "--recent")
    assert done.code == 65 and "it has no minutes" in done.err
