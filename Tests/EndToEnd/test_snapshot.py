"""Snapshot files: what is accepted, and what is refused with its place and value."""

import copy
import json
import re

import pytest

import oracle
import snapshots
from harness import run
from test_commands import NOW, assert_refused
from test_judgement import compare_view, report

DAY = '{"period_start":"2026-11-19T00:00:00Z","period_end":"2026-11-20T00:00:00Z","success":3}'


def text(day=DAY, head='"schema":"slotwatch.snapshot/1","generated_at":"2026-11-19T14:32:05Z"', more="", slots="",
         week=None):
    slots = f'"slots":[{slots}],' if slots else ""
    week = f',"week":{week}' if week else ""
    return f'{{{head},{slots}"windows":{{"day":{{"slots":{{"slot-001":[{day}]}}}}{week}}}{more}}}'


def row(**changes):
    return json.dumps({**json.loads(DAY), **changes})


FIRST = '$.windows.day.slots["slot-001"][0]'
REFUSED = {
    "empty": ("", None, None),
    "blank": (" \n", None, None),
    "not an object": ("[]", None, None),
    "garbage": ("stats!", None, None),
    "no schema": (text(head='"generated_at":"2026-11-19T14:32:05Z"'), "schema", None),
    "other schema": (text(head='"schema":"slotwatch.snapshot/2","generated_at":"2026-11-19T14:32:05Z"'), "$.schema",
                     "slotwatch.snapshot/2"),
    "no instant": (text(head='"schema":"slotwatch.snapshot/1"'), "generated_at", None),
    "not an instant": (text(head='"schema":"slotwatch.snapshot/1","generated_at":"noon"'), "$.generated_at", "noon"),
    "no offset": (text(head='"schema":"slotwatch.snapshot/1","generated_at":"2026-11-19T14:32:05"'), "$.generated_at",
                  "2026-11-19T14:32:05"),
    "no windows": ('{"schema":"slotwatch.snapshot/1","generated_at":"2026-11-19T14:32:05Z"}', "windows", None),
    "no window that is known": (text().replace('"day"', '"hour"'), "windows", None),
    "windows is a list": (re.sub(r'"windows":.*', '"windows":[]}', text()), "$.windows", None),
    "negative": (text(row(errors=-2)), f"{FIRST}.errors", "-2"),
    "fraction": (text(row(errors=1.5)), f"{FIRST}.errors", "1.5"),
    "too large": (text(row(errors=2**63)), f"{FIRST}.errors", str(2**63)),
    "far too large": (text(DAY.replace("3}", "1e400}")), f"{FIRST}.success", "1e400"),
    "text for a number": (text(row(errors="3")), f"{FIRST}.errors", None),
    "true for a number": (text(row(errors=True)), f"{FIRST}.errors", None),
    "null for a number": (text(row(errors=None)), f"{FIRST}.errors", None),
    "row is a number": (text("7"), FIRST, None),
    "no start": (text('{"period_end":"2026-11-20T00:00:00Z","success":3}'), FIRST, None),
    "off the boundary": (text(row(period_start="2026-11-19T01:00:00Z")), f"{FIRST}.period_start", "2026-11-19T01:00:00Z"),
    "wrong length": (text(row(period_end="2026-11-21T00:00:00Z")), f"{FIRST}.period_end", "2026-11-21T00:00:00Z"),
    "end before start": (text(row(period_end="2026-11-18T00:00:00Z")), f"{FIRST}.period_end", "2026-11-18T00:00:00Z"),
    "no such day": (text(row(period_start="2026-02-30")), f"{FIRST}.period_start", "2026-02-30"),
    "a week from Tuesday": (text(week='{"global":[{"period_start":"2026-11-17","period_end":"2026-11-24"}]}'),
                            "$.windows.week.global[0].period_start", "2026-11-17"),
    "twice the same period": (text(DAY + "," + DAY), '$.windows.day.slots["slot-001"][1]', None),
    "twice the same key": (text(DAY.replace('"success":3', '"success":3,"success":4')), FIRST, None),
    "twice the same slot": (text(slots='{"id":"a"},{"id":"a"}'), "$.slots[1]", "a"),
    "empty id": (text(slots='{"id":""}'), "$.slots[0]", None),
    "long id": (text(slots='{"id":"%s"}' % ("x" * 129)), "$.slots[0]", None),
    "no id": (text(slots='{"name":"a"}'), "$.slots[0]", None),
    "name is a number": (text(slots='{"id":"a","name":7}'), "$.slots[0].name", None),
    "active is a text": (text(slots='{"id":"a","active":"yes"}'), "$.slots[0].active", None),
    "byte order mark": (b"\xef\xbb\xbf" + text().encode(), None, None),
    "trailing comma": (text(DAY + ","), None, None),
    "trailing text": (text() + "x", None, None),
    "single quotes": (text().replace('"', "'"), None, None),
    "invalid UTF-8": (text(slots='{"id":"a","name":"B"}').encode().replace(b'"B"', b'"\xff"'), None, None),
    "invalid UTF-8 in an unknown key": (text(more=',"x":"B"').encode().replace(b'"B"', b'"\xc0\xaf"'), None, None),
    "lone surrogate": (text(slots=r'{"id":"a","name":"\ud800"}'), None, None),
    "control in a text": (text(more=',"x":"\x01"'), None, None),
    "bad escape": (text(more=r',"x":"\q"'), None, None),
    "leading zero": (text(more=',"x":01'), None, None),
    "NaN": (text(more=',"x":NaN'), None, None),
    "too deep": (text(more=',"x":' + "[" * 70 + "]" * 70), None, None),
    "far too deep": (text(more=',"x":' + "[" * 200_000), None, None),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what, home, place):
    content, at, value = REFUSED[what]
    path = place(content)
    done = run(home, "report", "--source", path, *NOW)
    assert_refused(done, 65, path)
    if at:
        assert at in done.err, f"the place {at} is not named: {done.err}"
    if value:
        assert value in done.err, f"the value {value} is not named: {done.err}"
    assert len(done.err) < 1000 + len(str(path))


def test_a_file_cut_anywhere_is_refused(home, place):
    whole = json.dumps(snapshots.fleet(1)).encode()
    for cut in range(0, len(whole), max(1, len(whole) // 40)):
        assert_refused(run(home, "report", "--source", place(whole[:cut]), *NOW), 65)
    assert_refused(run(home, "report", "--source", place(whole[:-1]), *NOW), 65)


def numbered(document, spell):
    """The document with every counter spelled as `spell` says."""
    encoded = json.dumps(document)
    return re.sub(r'"(success|timeouts|provider_errors|cancelled|errors|ingest_count)": (\d+)',
                  lambda m: f'"{m[1]}": {spell(int(m[2]))}', encoded)


@pytest.mark.parametrize("spell", [lambda n: f"{n}.0", lambda n: f"{n}.000e0", lambda n: f"{n}00e-2" if n else "0e-2", lambda n: f"{n}E+0",
                                   lambda n: f"0.{n:020d}e20", lambda n: "-0" if n == 0 else str(n)])
def test_whole_numbers_however_written(spell, home, place):
    document = snapshots.fleet(2, sick=(1,))
    got = report(home, place(numbered(document, spell)), oracle.Rules(), snapshots.NOW)
    for slot in got["slots"]:
        compare_view(slot, oracle.expect(document, oracle.Rules()).slots[slot["id"]], "day", slot["id"])


def with_unknown(document):
    document["x"] = {"deep": [[[{"a": None}]]], "windows": 3, "é": "\ud83d\ude00"}
    document["windows"]["month"] = [1, "two", {"three": 3.25e-7}]
    document["windows"]["day"]["note"] = "n"
    document["slots"][0]["weight"] = -1.5
    document["windows"]["day"]["slots"]["slot-001"][0]["latency"] = -0.25


def with_slots_on_one_side(document):
    document["slots"] = [{"id": "elsewhere"}, {"id": "slot-001", "name": ""}]


def without_slots(document):
    del document["slots"]


def with_escaped_ids(document):
    rows = document["windows"]["day"]["slots"].pop("slot-001")
    document["windows"]["day"]["slots"]['a "b" \\ / \n é 😀'] = rows
    document["slots"][0]["id"] = 'a "b" \\ / \n é 😀'


def with_long_id(document):
    document["slots"].append({"id": "й" * 128})


def with_no_rows(document):
    document["windows"]["day"]["slots"] = {}


@pytest.mark.parametrize("change", [with_unknown, with_slots_on_one_side, without_slots, with_escaped_ids, with_long_id,
                                    with_no_rows], ids=lambda f: f.__name__)
def test_accepted(change, home, place):
    document = copy.deepcopy(snapshots.fleet(3, sick=(2,)))
    change(document)
    verdict = oracle.expect(document, oracle.Rules())
    got = report(home, place(json.dumps(document)), oracle.Rules(), snapshots.NOW)
    assert {slot["id"] for slot in got["slots"]} == set(verdict.slots)
    for slot in got["slots"]:
        compare_view(slot, verdict.slots[slot["id"]], "day", slot["id"])
        assert slot["name"] == (verdict.listed.get(slot["id"], {}).get("name") or slot["id"])


def test_a_slot_that_is_switched_off_is_not_judged(home, place):
    document = snapshots.fleet(2, sick=(1,))
    document["slots"][1]["active"] = False
    got = report(home, place(document), oracle.Rules(), snapshots.NOW)
    assert got["slots"][1]["state"] == "off"
    assert run(home, "check", "--source", place({**document}), "--slot", "slot-001", *NOW).code == 0
