"""What one shift leaves to the next, and the rules replayed over a real store: the drills of an on-call lead."""

import csv
import io
import json
import os
import re
import resource
from datetime import timedelta
from html.parser import HTMLParser

import pytest

import incidents
import snapshots
from harness import run
from incidents import BAD, NOW, Fleet, instant

SMALL = {"slots": 30, "per_hour": 45, "days": 2}


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """Makes the store of a drill, once for all tests."""
    made = {}

    def store(name, **options):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            fleet = Fleet(**(options or SMALL))
            incidents.DRILLS.get(name, lambda fleet: None)(fleet)
            events = folder / "events.ndjson"
            events.write_text("".join(line + "\n" for line in fleet.events()))
            done = run(folder, "ingest", "--store", f"sqlite:{folder / 'events.db'}", "--now", instant(NOW), str(events))
            assert done.code == 0, done
            made[name] = f"sqlite:{folder / 'events.db'}"
        return made[name]
    return store


def at(home, *command, source, now=NOW, code=0):
    done = run(home, *command, "--source", source, "--now", instant(now))
    assert (done.code, done.err) == (code, ""), done
    return done.out


def test_a_bad_provider_is_one_line_with_its_slots_its_kind_and_since_when(drill, home):
    text = at(home, "handover", source=drill("provider"))
    line = next(line for line in text.splitlines() if "4 of 30 slots" in line)
    assert re.match(r"since 20:4[1-4]  ", line), text
    assert all(slot in text for slot in BAD) and "provider errors" in text
    assert "still failing" in text and "over usual; peak" in text and 'rules "critical"' in text
    assert re.search(r"^not known +cause; what was retried$", text, re.M)


def test_it_says_when_it_ended(drill, home):
    store = drill("provider")
    later = Fleet(**SMALL, now=NOW + timedelta(minutes=40), seed=7)
    later.ratio = lambda slot, when: 0.02
    (home / "more").mkdir()
    events = [line for line in later.events() if json.loads(line)["occurred_at"] >= instant(NOW)]
    (home / "more" / "events.ndjson").write_text("".join(line + "\n" for line in events))
    copy = home / "more" / "events.db"
    copy.write_bytes(open(store.removeprefix("sqlite:"), "rb").read())
    now = NOW + timedelta(minutes=40)
    done = run(home, "ingest", "--store", f"sqlite:{copy}", "--now", instant(now), str(home / "more" / "events.ndjson"))
    assert done.code == 0, done
    text = at(home, "handover", source=f"sqlite:{copy}", now=now)
    line = next(line for line in text.splitlines() if "4 of 30 slots" in line)
    assert re.match(r"20:4[1-4]–21:0[0-5]  ", line), text
    assert "; over" in re.sub(r"\s+", " ", text)


def test_a_quiet_night_has_no_page(drill, home):
    text = at(home, "handover", source=drill("none"))
    assert '"critical"' not in text and re.search(r"^now +30 ok$", text, re.M), text


def test_a_silent_feed_is_not_trusted(drill, home):
    text = at(home, "handover", source=drill("silence", slots=12, per_hour=45, days=9))
    assert re.search(r"not trusted +20:2\d–21:0\d (no runs|nobody counted) for", text), text


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_html_is_one_file_without_scripts(drill, home):
    path = home / "shift.html"
    assert at(home, "handover", "--format", "html", "--output", path, source=drill("provider")) == ""
    page = Page()
    page.feed(path.read_text())
    tags = {tag for tag, _ in page.seen}
    assert "svg" in tags and not tags & {"script", "link", "img", "iframe", "object"}
    assert not any(name.startswith("on") or name in ("src", "href") for _, given in page.seen for name in given)
    assert "4 of 30 slots" in page.text
    markdown = at(home, "handover", "--format", "markdown", source=drill("provider"))
    assert markdown.startswith("## Handover") and "| when | slots |" in markdown


def test_acknowledgements_are_in_it(drill, home, tmp_path):
    copy = tmp_path / "events.db"
    copy.write_bytes(open(drill("provider").removeprefix("sqlite:"), "rb").read())
    source = f"sqlite:{copy}"
    at(home, "ack", "slot-019", "--note", "known, #231", "--by", "ann", source=source)
    text = at(home, "handover", source=source)
    assert re.search(r"acknowledged +slot-019 critical, acknowledged by ann until 20 Nov 05:02, known, #231", text), text


def test_the_key_shows_the_same_and_what_changed_names_the_slots(drill, home):
    source = drill("provider")
    shown = at(home, "screen", "--keys", "E", "--size", "120x40", source=source)
    assert "4 of 30 slots" in shown and "provider errors" in shown and "Esc closes" in shown
    changed = at(home, "screen", "--keys", "x Right", "--size", "120x40", source=source)
    rows = [line for line in changed.splitlines() if "provider" in line and "slot-" in line]
    assert sorted(row.split()[0] for row in rows[:4]) == BAD
    assert all(re.search(r"20:4\d", row) for row in rows[:4]), changed


def test_handover_refuses_what_it_cannot_use(home, place, tmp_path):
    path = place(snapshots.fleet(3))
    for value in ("8", "0m", "401d", "x"):
        done = run(home, "handover", path, "--since", value)
        assert done.code == 64 and done.err.count("\n") == 1 and f'"{value}"' in done.err
    assert run(home, "handover", path, "--format", "pdf").code == 64
    assert run(home, "handover").code == 78
    assert run(home, "handover", tmp_path / "none.json").code == 66
    done = run(home, "handover", path, "--output", tmp_path / "no" / "x.txt")
    assert done.code == 74 and "Cannot write" in done.err
    done = run(home, "handover", path, "--since", "3d", "--now", snapshots.iso(snapshots.NOW))
    assert done.code == 0 and "judged by day: this source has no hours" in done.out


@pytest.mark.parametrize("sort, things, command", [
    ("acks", "acknowledgements", ("ack", "slot-001", "--note", "n")), ("marks", "marks", ("mark", "deployed")),
])
def test_what_people_noted_and_nobody_can_read_is_said(home, place, sort, things, command):
    path = place(snapshots.fleet(3, sick=(0,)))
    at(home, *command, source=path, now=snapshots.NOW)
    folder = home / "state" / "slotwatch"
    file = next(folder / name for name in os.listdir(folder) if name.startswith(sort) and name.endswith(".json"))
    file.write_text("{")
    for form in ("text", "markdown", "html"):
        text = at(home, "handover", "--format", form, source=path, now=snapshots.NOW)
        assert f"{things} not read: " in text.replace("\\:", ":"), form
    shown = at(home, "screen", "--keys", "E", "--size", "120x40", source=path, now=snapshots.NOW)
    assert f"{things} not read: " in shown
    assert file.read_text() == "{"


def test_a_file_is_replaced_as_a_whole(home, place, tmp_path):
    out, link, before = tmp_path / "shift.txt", tmp_path / "latest.txt", "the shift before\n" * 9
    out.write_text(before)
    out.chmod(0o640)
    link.symlink_to("shift.txt")
    arguments = ["handover", place(snapshots.fleet(3)), "--now", snapshots.iso(snapshots.NOW), "--output"]

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
    assert run(home, *arguments, out, preexec_fn=little_room).code != 0
    assert out.read_text() == before
    assert run(home, *arguments, link).code == 0
    assert "judged by day" in out.read_text() and before not in out.read_text()
    assert link.is_symlink() and out.stat().st_mode & 0o777 == 0o640
    assert run(home, *arguments, "new.txt", cwd=tmp_path).code == 0
    assert (tmp_path / "new.txt").read_text() == out.read_text()
    assert run(home, *arguments, "/dev/stdout").out == out.read_text()


# Rules replayed. -------------------------------------------------------------------------------------------------------

def test_rules_test_names_the_slots_that_would_have_paged(drill, home):
    source = drill("provider")
    report = json.loads(at(home, "rules", "test", "--since", "2d", "--format", "json", source=source))
    assert report["schema"] == "slotwatch.rules-test/1" and report["built_in"]
    critical = [alert for alert in report["alerts"] if alert["rule"] == "critical"]
    slots = {alert["slot"] for alert in critical}
    assert slots and slots <= set(BAD) and len(slots) == len(critical)
    assert all(alert["severity"] == "page" and "2026-11-19T20:" in alert["began_at"] for alert in critical)
    assert report["pages"] == len(critical)
    rows = list(csv.DictReader(io.StringIO(at(home, "rules", "test", "--since", "2d", "--format", "csv", source=source))))
    assert len(rows) == len(report["alerts"]) and {row["slot_id"] for row in rows if row["rule"] == "critical"} == slots
    text = at(home, "rules", "test", source=source)
    assert "judged by minute from" in text and f"{len(critical)} pages in" in text and "the built-in rules" in text


def test_neighbours_are_tried(drill, home):
    source = drill("provider")
    report = json.loads(at(home, "rules", "test", "--tune", "--format", "json", source=source))
    rows = [row for row in report["tune"] if row["rule"] == "critical"]
    assert sum(row["now"] for row in rows) == 1 and {row["for_seconds"] for row in rows} == {0, 120, 300, 600}
    assert next(row for row in rows if row["now"])["alerts"] > 0
    assert 'rule "critical" otherwise' in at(home, "rules", "test", "--tune", source=source)


def test_rules_of_a_configuration_are_replayed(drill, home, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('[[rules]]\nname = "mine"\nwhen = "critical"\nslots = ["slot-019", "nothing-*"]\nseverity = "page"\n'
                      '[[rules]]\nname = "gone"\nwhen = "lost"\n')
    done = run(home, "rules", "test", "--source", drill("provider"), "--now", instant(NOW), "--config", config)
    assert done.code == 0 and 'slotwatch: "nothing-*" of rule "mine" fits no slot; it looks at none.' in done.err
    assert re.search(r"^gone +lost .*not kept$", done.out, re.M), done.out
    assert done.out.count("slot-019") >= 1 and "slot-004" not in done.out


def test_rules_test_refuses_what_it_cannot_use(home, place):
    path = place(snapshots.fleet(3))
    assert run(home, "rules", "test", path, "--since", "14").code == 64
    assert run(home, "rules", "test", path, "--format", "html").code == 64
    assert run(home, "rules", "test").code == 78
    done = run(home, "rules", "test", path, "--now", snapshots.iso(snapshots.NOW))
    assert done.code == 0 and "judged by day from" in done.out
