"""What a person needs at night: names, runbooks, links, messages of failures, marks."""

import json
import os
from datetime import datetime, timedelta, timezone

import pytest

import snapshots
from harness import Program, run
from serving import Serving, event

READ, WRITE = "r" * 20, "w" * 20
AS_READER, AS_WRITER = {"SLOTWATCH_TOKEN": READ}, {"SLOTWATCH_TOKEN": WRITE}
HOSTILE = "evil\x1b]0;title\x07\u202e\x9b31m"


def failures(slot, *messages, **more):
    """Jobs of a slot that came in and failed, each with its message."""
    return [one for message in messages for job in [event()["job_id"]] for one in (
        event(slot=slot, job=job), event("failed", slot=slot, job=job, message=message, **more))]


@pytest.fixture
def serve(home, tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"read:{READ}\nwrite:{WRITE}\n")
    path.chmod(0o600)
    with Serving(home, "--token-file", path) as server:
        messages = ["502 from api.example"] * 17 + ["timed out after 30 s", "timed out after 4 s",
                                                    f"token=s3cr3t {HOSTILE}"]
        events = failures("slot-1", *messages) + failures("slot-2", "other")
        assert server.post(events, token=WRITE)[1]["accepted"] == len(events)
        yield server


def source(server):
    return ["--source", f"panel+http://127.0.0.1:{server.port}"]


def store(server):
    return ["--source", f"sqlite:{server.store}"]


def report(home, *arguments, **options):
    done = run(home, "report", "--format", "json", *arguments, **options)
    assert (done.code, done.err) == (0, ""), done
    return {slot["id"]: slot for slot in json.loads(done.out)["slots"]}


def clean(text):
    return not any(mark in text for mark in ("\x1b", "\x07", "\u202e", "\x9b"))


# Slots described. -----------------------------------------------------------------------------------------------------

def test_a_slot_is_described_for_everybody(home, serve):
    refused = run(home, "slot", "set", "slot-1", "--name", "Receipts", *source(serve), env=AS_READER)
    assert refused.code == 77, refused
    done = run(home, "slot", "set", "slot-1", "--name", "Receipts", "--provider", "meridian", "--runbook",
               "https://wiki.example/receipts", *source(serve), env=AS_WRITER)
    assert (done.code, done.out) == (
        0, '"slot-1" has name Receipts, provider meridian, runbook https://wiki.example/receipts\n')
    for where, env in ((source(serve), AS_READER), (store(serve), {})):
        slot = report(home, *where, env=env)["slot-1"]
        assert (slot["name"], slot["provider_id"], slot["runbook"], slot["link"]) == (
            "Receipts", "meridian", "https://wiki.example/receipts", None)
    assert run(home, "slot", "set", "slot-1", "--link", "l", "--clear", "name", *store(serve)).code == 0
    listed = run(home, "slot", "list", *source(serve), env=AS_READER)
    assert listed.out == ("slot-1  provider meridian, runbook https://wiki.example/receipts, link l\n"
                          "slot-2  nothing is known\n")
    document = serve.get("/api/snapshot", token=READ)[2]
    assert {slot["id"]: slot.get("runbook") for slot in document["slots"]} == {
        "slot-1": "https://wiki.example/receipts", "slot-2": None}


def test_what_cannot_be_described_is_said(home, serve, place):
    unknown = run(home, "slot", "set", "nobody", "--name", "x", *source(serve), env=AS_WRITER)
    assert unknown.code == 66 and "there is no such slot" in unknown.err
    assert run(home, "slot", "set", "nobody", "--name", "x", *store(serve)).code == 66
    path = place(snapshots.snapshot({"slot-1": [snapshots.healthy()]}))
    file = run(home, "slot", "set", "slot-1", path, "--name", "x")
    assert file.code == 65 and '[slots."slot-1"]' in file.err
    for arguments in (["--name", "a\nb"], ["--runbook", "x" * 2049], ["--clear", "id"], [], ["--name="],
                      ["--name", "x", "--clear", "name"]):
        done = run(home, "slot", "set", "slot-1", *arguments, *store(serve))
        assert done.code == 64 and done.err.count("\n") == 1, (arguments, done)
    for body, status in ((b"{}", 400), (b'{"name":1}', 400), (b'{"name":"a\\u0007"}', 400), (b'{"name":"x"}', 200)):
        assert serve.ask("PUT", "/api/slots/slot-2", body=body, type="application/json", token=WRITE)[0] == status
    assert serve.ask("PUT", "/api/slots/slot-2", body=b'{"name":"x"}', token=WRITE)[0] == 415
    assert serve.ask("PUT", "/api/slots/slot-2", body=b" " * 99999, type="application/json", token=WRITE)[0] == 413


def configured(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    return ["--config", path]


def test_the_configuration_goes_before_the_source(home, place, tmp_path):
    document = snapshots.snapshot({"slot-1": [snapshots.healthy()], "slot-2": [snapshots.healthy()]})
    document["slots"] = [{"id": "slot-1", "name": "Theirs", "provider_id": "p", "link": "https://theirs.example"}]
    path = place(document)
    config = configured(tmp_path, '[slots."slot-1"]\nname = "Mine"\nrunbook = "https://wiki.example/1"\n')
    slot = report(home, path, *config)["slot-1"]
    assert (slot["name"], slot["provider_id"], slot["runbook"], slot["link"]) == (
        "Mine", "p", "https://wiki.example/1", "https://theirs.example")
    assert "slots that are described" in run(home, "config", *config).out
    for line in ('name = ""', 'runbook = "a\\u0007"', f'link = "{"x" * 2049}"', "provider = 1", 'nmae = "x"'):
        done = run(home, "report", path, *configured(tmp_path, f'[slots."slot-1"]\n{line}\n'))
        assert done.code == 78 and "line 2, column" in done.err, (line, done)


def test_o_tells_and_links_where_the_terminal_can(home, place, tmp_path):
    document = snapshots.snapshot({"slot-1": [snapshots.healthy()]})
    document["slots"] = [{"id": "slot-1", "runbook": "https://wiki.example/1", "link": f"javascript:{HOSTILE[:4]}"}]
    path = place(document)
    now = ["--now", snapshots.iso(snapshots.NOW)]
    opening = b";https://wiki.example/1\x1b\\"
    for term, expected in (("xterm-256color", True), ("screen-256color", False), ("vt100", False)):
        with Program(home, "watch", path, *now, term=term) as program:
            program.wait_text("slot-1")
            assert b"\x1b]8;" not in program.output
            program.press("o")
            program.wait_text("https://wiki.example/1")
            program.pump(0.2)
            assert (opening in program.output) == expected, term
            assert (program.output.count(b"\x1b]8;;\x1b\\") > 0) == expected
            assert b"javascript" in program.output and b";javascript" not in program.output
            program.press("Esc")
            program.wait_text("slot-1", absent=["javascript"])
    frame = run(home, "screen", path, *now, "--keys", "o", "--format", "ansi")
    assert "https://wiki.example/1\x1b\\https://wiki.example/1\x1b]8;;\x1b\\" in frame.out
    assert "\x1b]8;" not in run(home, "screen", path, *now, "--keys", "o").out


# What failures say. ---------------------------------------------------------------------------------------------------

def test_messages_of_now_are_none_of_then(home, serve):
    ago = datetime.now(timezone.utc) - timedelta(hours=2)
    assert serve.post([event("failed", "slot-1", at=ago, message="older")], token=WRITE)[1]["accepted"] == 1
    for where, env in ((source(serve), AS_READER), (store(serve), {})):
        then = report(home, *where, "--slot", "slot-1", "--at", "-1h", env=env)
        assert "messages" not in then["slot-1"]


def test_messages_are_folded_counted_and_masked(home, serve):
    status, _, told = serve.get("/api/slots/slot-1/messages", token=READ)
    assert status == 200 and told["examined"] == 20 and told["since"] is None
    texts = {message["text"]: message["count"] for message in told["messages"]}
    assert list(texts.items())[:2] == [("502 from api.example", 17), ("timed out after <n> s", 2)]
    assert any(text.startswith("token=<secret>") for text in texts)
    assert "s3cr3t" not in json.dumps(told)
    for where, env in ((source(serve), AS_READER), (store(serve), {})):
        slots = report(home, *where, "--slot", "slot-1", env=env)
        assert slots["slot-1"]["messages"][0]["text"] == "502 from api.example"
        assert "messages" not in report(home, *where, env=env)["slot-1"]
        frame = run(home, "screen", *where, "--keys", "s S Enter", "--size", "100x30", env=env)
        assert frame.code == 0 and "failures say" in frame.out and "502 from api.example ×17" in frame.out, frame
        assert clean(frame.out)
    assert serve.get("/api/slots/slot-1/messages?limit=1", token=READ)[2]["messages"][0]["count"] == 17
    later = snapshots.iso(datetime.now(timezone.utc) + timedelta(hours=1))
    assert serve.get(f"/api/slots/slot-1/messages?since={later}", token=READ)[2]["examined"] == 0
    assert serve.get("/api/slots/nobody/messages", token=READ)[0] == 404
    assert serve.get("/api/slots/slot-1/messages?limit=99", token=READ)[0] == 400
    assert serve.get("/api/slots/slot-1/messages")[0] == 401


# Marks. ---------------------------------------------------------------------------------------------------------------

def test_a_team_sees_one_set_of_marks(home, serve, tmp_path):
    refused = run(home, "mark", "api 1.4", *source(serve), env=AS_READER)
    assert refused.code == 77 and "The token allows reading alone." in refused.err
    done = run(home, "mark", f"api 1.4 {HOSTILE}", "--by", "ann", *source(serve), env=AS_WRITER)
    assert done.code == 0 and done.out.startswith("marked for everybody: 1  20") and clean(done.out[:-1])
    ago = snapshots.iso(datetime.now(timezone.utc) - timedelta(minutes=5))
    assert run(home, "mark", "api 1.3", "--at", ago, *store(serve)).code == 0
    other = tmp_path / "other-home"
    other.mkdir()
    listed = run(other, "mark", "--list", *source(serve), env=AS_READER)
    assert [line.split("  ")[2][:7] for line in listed.out.splitlines()] == ["api 1.3", "api 1.4"] and clean(listed.out)
    frame = run(other, "screen", *source(serve), "--size", "100x24", env=AS_READER)
    assert "▴" in frame.out and "api 1.4" in frame.out and clean(frame.out)
    plain = run(other, "screen", *source(serve), "--size", "100x24", "--ascii", env=AS_READER)
    assert any(line.lstrip().startswith("!!") and " M " in line and "api 1.4" in line for line in plain.out.splitlines())
    assert run(home, "mark", "--remove", "1", *source(serve), env=AS_WRITER).code == 0
    assert run(home, "mark", "--remove", "1", *source(serve), env=AS_WRITER).code == 66
    assert len(serve.get("/api/marks", token=READ)[2]["marks"]) == 1
    assert not os.path.isdir(f"{home}/state/slotwatch")


def test_marks_of_a_file_are_in_the_state_folder(home, place):
    path = place(snapshots.snapshot({"slot-1": [snapshots.healthy()]}))
    now = ["--now", snapshots.iso(snapshots.NOW)]
    without = run(home, "screen", path, *now).out
    assert run(home, "mark", "--list", path).out == "there are no marks\n"
    assert not os.path.isdir(f"{home}/state/slotwatch")
    done = run(home, "mark", "api 1.4", path, *now)
    assert done.code == 0 and done.out.startswith("marked for you alone: 1  ")
    shown = run(home, "screen", path, *now)
    assert "▴" in shown.out and "api 1.4" in shown.out
    assert run(home, "mark", "--remove", "1", path).code == 0
    assert run(home, "screen", path, *now).out == without
    far = snapshots.iso(snapshots.NOW + timedelta(days=2))
    for arguments in (["mark", path], ["mark", "x" * 201, path], ["mark", "x", path, "--at", "soon"],
                      ["mark", "x", path, "--at", far, *now], ["mark", "--list", "--remove", "1", path],
                      ["mark", "--list", "--at", far, path], ["mark", "--remove", "0", path]):
        refused = run(home, *arguments)
        assert refused.code in (64, 78) and refused.err.count("\n") == 1, (arguments, refused)
    name = next(name for name in os.listdir(f"{home}/state/slotwatch") if name.endswith(".json"))
    with open(f"{home}/state/slotwatch/{name}", "r+") as file:
        file.truncate(20)
    broken = run(home, "mark", "x", path, *now)
    assert broken.code == 65 and "mend it or move it away" in broken.err
    assert run(home, "screen", path, *now).out == without


def test_a_mark_typed_in_one_dashboard_is_seen_in_another(home, serve):
    with Program(home, "watch", *source(serve), env=AS_WRITER) as one:
        one.wait_text("slot-1")
        one.press("M")
        one.wait_text("mark now:")
        one.write(b"api 1.4")
        one.press("Enter")
        one.wait_text("marked: api 1.4")
    with Program(home, "watch", *source(serve), env=AS_READER) as two:
        two.wait_text("api 1.4", "▴")
        two.press("M")
        two.write(b"no")
        two.press("Enter")
        two.wait_text("nothing is marked: ")
