"""Acknowledgements: in the state folder, in an event store, and on a server for a whole team."""

import json
import os
import re
import signal
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

import remote
import snapshots
from harness import BINARY, environment, run
from serving import JSON, Serving, Stream, event

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "20"))
NOW = snapshots.NOW
READ, WRITE = "r" * 20, "w" * 20


def at(**later):
    return ["--now", snapshots.iso(NOW + timedelta(**later))]


def sick(failed=40, kind="timeouts"):
    """Two slots, of which the first is critical and fails by one kind."""
    return snapshots.snapshot({
        "slot-1": [snapshots.counters(100 - failed, **{kind: failed}), snapshots.counters(60, timeouts=40)],
        "slot-2": [snapshots.healthy(400), snapshots.healthy()]})


def files(home):
    folder = f"{home}/state/slotwatch"
    return sorted(name for name in os.listdir(folder) if name.startswith("acks-")) if os.path.isdir(folder) else []


def book(home):
    """The acknowledgements in the only file of the state folder, by slot."""
    names = [name for name in files(home) if name.endswith(".json")]
    assert len(names) == 1, files(home)
    with open(f"{home}/state/slotwatch/{names[0]}") as file:
        document = json.load(file)
    assert document["schema"] == "slotwatch.acks/1"
    return {entry["slot"]: entry for entry in document["acks"]}


def acknowledged(home, *arguments, slot=0, **options):
    """What the report says of the acknowledgement of a slot; `None` for nothing."""
    done = run(home, "report", "--format", "json", *arguments, **options)
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)["slots"][slot].get("acknowledged")


# A file of the state folder. ------------------------------------------------------------------------------------------

def test_acknowledges_lists_and_takes_back(home, place):
    path = place(sick())
    done = run(home, "ack", "slot-1", path, "--note", "known, #231", *at(), env={"LOGNAME": "ann"})
    assert (done.code, done.err) == (0, "")
    assert done.out == 'acknowledged "slot-1" for you alone, critical, until 19 Nov 22:32 UTC, by ann: known, #231\n'
    entry = book(home)["slot-1"]
    assert entry["high"] == pytest.approx(0.4980, abs=1e-4)
    assert (entry["until"], entry["kind"], entry["by"]) == ("2026-11-19T22:32:05Z", "timeouts", "ann")
    for name in files(home):
        assert stat.S_IMODE(os.stat(f"{home}/state/slotwatch/{name}").st_mode) == 0o600
    assert stat.S_IMODE(os.stat(f"{home}/state/slotwatch").st_mode) == 0o700
    assert acknowledged(home, path, *at()) == entry
    text = run(home, "report", path, *at()).out
    assert re.search(r"^ a slot-1 .*acknowledged by ann until 19 Nov 22:32, known, #231$", text, re.M), text
    assert text.rstrip().endswith("1 ok  a 1 acknowledged")
    listed = run(home, "ack", "--list", path, *at())
    assert listed.out == "slot-1  critical, until 19 Nov 22:32 UTC, by ann: known, #231\n"
    assert run(home, "unack", "slot-1", path).out == '"slot-1" is acknowledged no longer\n'
    assert run(home, "ack", "--list", path).out == "nothing is acknowledged\n"
    again = run(home, "unack", "slot-1", path)
    assert again.code == 66 and again.err.startswith('slotwatch: No acknowledgement of "slot-1" in "stats.json";')


def test_one_persons_file_silences_no_monitor(home, place):
    path = place(sick())
    before = run(home, "check", path, *at())
    assert run(home, "ack", "slot-1", path, "--note", "known", *at()).code == 0
    assert vars(run(home, "check", path, *at())) == vars(before) and before.code == 2


def test_ends_at_its_time_to_the_second(home, place):
    path = place(sick())
    assert run(home, "ack", "slot-1", path, "--note", "n", "--for", "30m", *at()).code == 0
    options = [path, "--stale-after", "86400"]
    assert acknowledged(home, *options, *at(minutes=29, seconds=59))
    assert acknowledged(home, *options, *at(minutes=30)) is None
    assert acknowledged(home, *options, *at(days=-3)), "a clock that was set back ends nothing"
    assert acknowledged(home, *options, *at(days=300)) is None
    assert acknowledged(home, *options, *at()), "and one that jumped and came back neither"
    assert ", over, by " in run(home, "ack", "--list", path, *at(hours=1)).out


@pytest.mark.parametrize("document, holds", [
    (sick(40), True), (sick(45), True), (sick(20), True), (sick(75), False), (sick(40, "errors"), False),
], ids=["same", "a little more", "less", "far more", "another kind"])
def test_comes_back_when_it_got_worse(home, place, document, holds):
    path = place(sick())
    assert run(home, "ack", "slot-1", path, "--note", "n", "--until-recovered", *at()).code == 0
    place(document)
    assert bool(acknowledged(home, path, *at())) == holds


def test_a_graver_state_is_worse(home, place):
    path = place(sick(13))
    assert run(home, "ack", "slot-1", path, "--note", "n", *at()).out.startswith('acknowledged "slot-1" for you alone, warning,')
    assert acknowledged(home, path, *at())
    place(sick(20))
    assert acknowledged(home, path, *at()) is None


def test_sources_have_files_of_their_own(home, place, tmp_path):
    (tmp_path / "other").mkdir()
    first, second = place(sick()), place(sick(), "other/stats.json")
    assert run(home, "ack", "slot-1", first, "--note", "n", *at()).code == 0
    assert acknowledged(home, second, *at()) is None
    assert acknowledged(home, "stats.json", *at(), cwd=tmp_path), "a file by its whole path"
    assert acknowledged(home, "./stats.json", *at(), cwd=tmp_path)


@pytest.mark.parametrize("text, place_of_it", [
    ('{"schema":"slotwatch.acks/2","acks":[]}', '$.schema is "slotwatch.acks/2"; "slotwatch.acks/1" is read'),
    ('{"schema":"slotwatch.acks/1","acks":[{"slot":"slot', "is the end, in the middle of the document; it is cut off"),
    ("", "byte 0 is the end; the document is empty"), ("\0\0\0", "byte 0 is byte 0x0"),
])
def test_a_refused_file_is_kept_and_told(home, place, text, place_of_it):
    path = place(sick())
    assert run(home, "ack", "slot-1", path, "--note", "n", *at()).code == 0
    file = f"{home}/state/slotwatch/" + [name for name in files(home) if name.endswith(".json")][0]
    with open(file, "w") as out:
        out.write(text)
    for arguments in (["ack", "slot-1", path, "--note", "n", *at()], ["unack", "slot-1", path], ["ack", "--list", path]):
        done = run(home, *arguments)
        assert (done.code, done.out) == (65, "")
        assert done.err.count("\n") == 1 and file in done.err and place_of_it in done.err, done.err
    report = run(home, "report", path, *at())
    assert report.code == 0 and "acknowledgements not read: " in report.out and place_of_it in report.out
    with open(file) as left:
        assert left.read() == text


@pytest.mark.parametrize("arguments, code, words", [
    (["slot-9", "--note", "n"], 66, 'No slot "slot-9" in "stats.json"'),
    (["slot-2", "--note", "n"], 65, 'Cannot acknowledge "slot-2": it is ok;'), (["slot-1"], 64, "without --note"),
    (["--note", "n"], 64, "Cannot tell which slot"), (["slot-1", "--all", "--note", "n"], 64, "Cannot tell which slot"),
    (["slot-1", "--note", "x" * 501], 64, "up to 500 characters"), (["slot-1", "--note="], 64, "--note"),
    (["slot-1", "--note", "n", "--by", "x" * 129], 64, "up to 128 characters"),
    (["slot-1", "--note", "n", "--for", "8"], 64, "30m, 8h or 3d"),
    (["slot-1", "--note", "n", "--for", "367d"], 64, "30m, 8h or 3d"),
    (["slot-1", "--note", "n", "--for", "8h", "--until-recovered"], 64, "give one of them"),
    (["--list", "--note", "n"], 64, "give one of them"), (["x" * 129, "--note", "n"], 64, "1 to 128 characters"),
])
def test_refuses_in_one_line_and_keeps_nothing(home, place, arguments, code, words):
    done = run(home, "ack", *arguments, "--source", place(sick()), *at())
    assert (done.code, done.out) == (code, "") and words in done.err and done.err.count("\n") == 1, done.err
    assert files(home) == []


def test_a_note_steers_no_terminal(home, place):
    path, note = place(sick()), "a\x1b[31m\nb\u202e| \x9b2J ü 😀"
    done = run(home, "ack", "slot-1", path, "--note", note, "--by", "e\x07ve", *at())
    assert done.code == 0 and book(home)["slot-1"]["note"] == note
    for arguments in (["ack", "--list", path], ["report", path, *at()], ["report", "--format", "markdown", path, *at()]):
        out = run(home, *arguments).out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out) and "ü 😀" in out, repr(out)
    assert run(home, "ack", "--list", path).out.count("\n") == 1
    json_text = run(home, "report", "--format", "json", path, *at()).out
    assert "\x1b" not in json_text and json.loads(json_text)["slots"][0]["acknowledged"]["note"] == note


def test_several_at_once_lose_nothing(home, place):
    ids = [f"slot-{number:02}" for number in range(24)]
    path = place(snapshots.snapshot({i: [snapshots.counters(60, timeouts=40)] for i in ids}))
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda i: run(home, "ack", i, path, "--note", i, *at()).code, ids))
    assert codes == [0] * len(ids)
    assert sorted(book(home)) == ids


def test_a_kill_at_any_moment_loses_and_halves_nothing(home, place):
    ids = [f"slot-{number:03}" for number in range(KILLS)]
    path = place(snapshots.snapshot({i: [snapshots.counters(60, timeouts=40)] for i in ids}))
    arguments = ["ack", ids[0], path, "--note", "0", *at()]
    lengths = []
    for _ in range(3):
        start = time.monotonic()
        assert run(home, *arguments).code == 0
        lengths.append(time.monotonic() - start)
    # The first start reads the program from the disk.
    length = min(lengths)
    done, killed = {ids[0]}, 0
    for number, slot in enumerate(ids[1:], 1):
        one = subprocess.Popen([BINARY, "ack", slot, path, "--note", "x" * 400, *at()], env=environment(home),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            # Most of them while it reads and writes.
            code = one.wait(length * (0.5 + 0.6 * number / KILLS))
        except subprocess.TimeoutExpired:
            one.kill()
            code = one.wait()
        if code == 0:
            done.add(slot)
        killed += code == -signal.SIGKILL
        kept = set(book(home))
        assert done <= kept <= done | {slot}
        # What was kept before the kill is kept.
        done = kept
    assert run(home, "ack", ids[0], path, "--note", "again", *at()).code == 0
    assert book(home)[ids[0]]["note"] == "again"
    print(f"\n{killed} of {KILLS} killed, {len(done)} kept")
    assert killed > 0


# An event store and its server. ---------------------------------------------------------------------------------------

def jobs(slot, failed, ran, kind="timeout"):
    """Events of so many jobs of today, of which some failed."""
    now = datetime.now(timezone.utc)
    ends = [kind] * failed + ["succeeded"] * (ran - failed)
    return [event(end, slot=slot, at=now) for end in ends]


@pytest.fixture
def serve(home, tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"read:{READ}\nwrite:{WRITE}\n")
    path.chmod(0o600)
    with Serving(home, "--token-file", path) as server:
        assert server.post(jobs("chronic", 75, 100) + jobs("fine", 0, 300), token=WRITE)[0] == 200
        yield server


def source(server):
    return ["--source", f"panel+http://127.0.0.1:{server.port}"]


def test_a_team_sees_one_set(home, serve, tmp_path):
    write, read = {"SLOTWATCH_TOKEN": WRITE}, {"SLOTWATCH_TOKEN": READ}
    before = run(home, "check", *source(serve), env=read)
    assert before.code == 2
    refused = run(home, "ack", *source(serve), "chronic", "--note", "n", env=read)
    assert refused.code == 77 and "The token allows reading alone." in refused.err
    with Stream(serve, token=READ) as stream:
        done = run(home, "ack", *source(serve), "chronic", "--note", "known", "--by", "ann", env=write)
        assert (done.code, done.err) == (0, "") and done.out.startswith('acknowledged "chronic" for everybody, critical,')
        assert stream.next()[0]["slots"] == ["chronic"]
    other = tmp_path / "other-home"
    other.mkdir()
    assert "chronic  critical, until" in run(other, "ack", "--list", *source(serve), env=read).out
    line = run(other, "check", "--slot", "chronic", "--slot", "fine", *source(serve), env=read)
    assert line.code == 0 and line.out.startswith("SLOTWATCH OK - 1 ok (1 acknowledged)"), line.out
    whole = run(other, "check", *source(serve), env=read)
    assert whole.code == 2 and "all slots together (1 acknowledged)" in whole.out
    assert run(home, "ack", *source(serve), "--all", "--note", "of chronic alone", env=write).code == 0
    whole = run(other, "check", *source(serve), env=read)
    assert whole.code == 0 and whole.out.startswith("SLOTWATCH OK - 1 ok (1 acknowledged) - all "), whole.out
    # What is new is not hidden by it.
    assert serve.post(jobs("new", 20, 40), token=WRITE)[0] == 200
    line = run(other, "check", *source(serve), env=read)
    assert line.code == 2 and line.out.startswith("SLOTWATCH CRITICAL - 1 critical (1 acknowledged): new today 50.0%"), line.out
    assert run(other, "unack", *source(serve), "chronic", env=write).code == 0
    assert run(home, "check", *source(serve), env=read).out.startswith("SLOTWATCH CRITICAL - 2 critical: chronic")
    assert files(home) == files(other) == []


def test_what_was_acknowledged_lasts_over_a_restart(home, serve):
    write = {"SLOTWATCH_TOKEN": WRITE}
    assert run(home, "ack", *source(serve), "chronic", "--note", "known", env=write).code == 0
    serve.process.kill()
    serve.process.wait()
    store = ["--source", f"sqlite:{serve.store}"]
    assert run(home, "check", "--slot", "chronic", *store).out.startswith("SLOTWATCH OK - chronic today 75.0% (75/100) (1 ack")
    assert acknowledged(home, *store)["note"] == "known"
    with Serving(home, store=serve.store) as again:
        _, _, document = again.get("/api/acks")
        assert [entry["slot"] for entry in document["acks"]] == ["chronic"]


def test_an_event_store_is_written_beside_its_server(home, serve):
    store = ["--source", f"sqlite:{serve.store}"]
    with Stream(serve, token=READ) as stream:
        assert run(home, "ack", *store, "chronic", "--note", "known").code == 0
        assert stream.next()[0]["slots"] == ["chronic"]
    assert [entry["note"] for entry in serve.get("/api/acks", token=READ)[2]["acks"]] == ["known"]
    assert run(home, "unack", *store, "chronic").code == 0
    assert serve.get("/api/acks", token=READ)[2]["acks"] == []
    assert files(home) == []


def test_kills_of_a_client_and_of_the_server_lose_nothing(home, tmp_path):
    kept, body = set(), {"note": "n", "by": "ann", "until": None, "state": "critical", "high": 0.5, "kind": "timeouts"}
    for number in range(KILLS):
        with Serving(home) as server:
            slot = f"slot-{number:03}"
            assert server.post(jobs(slot, 30, 40))[0] == 200
            known = {entry["slot"] for entry in server.get("/api/acks")[2]["acks"]}
            assert kept <= known
            kept = known

            def send():
                try:
                    return server.ask("POST", "/api/acks", json.dumps({"slot": slot, **body}), JSON)[0]
                except OSError:
                    return None
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(send)
                time.sleep(0.0003 * number)
                server.process.kill()
                if answer.result() == 200:
                    kept.add(slot)
    with Serving(home) as server:
        assert kept <= {entry["slot"] for entry in server.get("/api/acks")[2]["acks"]}
    print(f"\n{len(kept)} acknowledged over {KILLS} kills")


def test_a_body_that_is_too_long_is_refused_and_the_server_lives(serve):
    for size in (70_000, 3_000_000):
        status, _, answer = serve.ask("POST", "/api/acks", b" " * size, JSON, token=WRITE)
        assert status == 413 and answer["error"]["code"] == "too_large"
    connection = serve.connect()
    for _ in range(3):
        assert serve.ask("POST", "/api/acks", b"{}", JSON, token=WRITE, connection=connection)[0] == 400
    assert serve.get("/api/acks", token=READ, connection=connection)[0] == 200
    connection.close()


def test_a_panel_that_keeps_none_is_asked_once_and_has_a_file_instead(home, tmp_path):
    path = snapshots.write(str(tmp_path / "panel.json"), snapshots.fleet(3, now=datetime.now(timezone.utc), sick={0}))
    with remote.Panel("--snapshot", path) as panel:
        at_panel = ["--source", panel.url()]
        done = run(home, "check", *at_panel)
        assert done.code == 2 and "acknowledge" not in done.out and done.err == ""
        assert len([entry for entry in panel.log()["entries"] if entry["path"] == "/api/acks"]) == 1
        assert run(home, "ack", "slot-001", *at_panel, "--note", "known").code == 0
        assert len(files(home)) == 2 and book(home)["slot-001"]["note"] == "known"
        assert acknowledged(home, *at_panel)["note"] == "known"
        assert run(home, "check", *at_panel).code == 2
        assert run(home, "unack", "slot-001", *at_panel).code == 0
