"""The live demo, and the simulated fleet driven into a store and a server."""

import contextlib
import http.server
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

import harness
from harness import environment, run
from serving import Serving

# What `simulate` says at its end.
SUMMARY = re.compile(r"(\d+) events in ([\d.]+) s \((\d+)/s\): (\d+) accepted, (\d+) duplicate, (\d+) refused, "
                     r"(\d+) dropped\n")


def summary(text):
    match = SUMMARY.fullmatch(text)
    assert match, repr(text)
    sent, accepted, duplicate, refused, dropped = (int(match[i]) for i in (1, 4, 5, 6, 7))
    assert sent == accepted + duplicate + refused
    return sent, accepted, duplicate, refused, dropped


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) / 1024


# Demo ---------------------------------------------------------------------------------------------------------------

def test_a_frame_without_a_source_is_the_demo(home):
    done = run(home, "screen", "--size", "80x24")
    assert (done.code, done.err) == (0, "") and "DEMO DATA" in done.out.splitlines()[0]
    assert not any(files for _, _, files in os.walk(home)), "the demo keeps nothing"


def test_at_a_fixed_time_the_demo_is_always_the_same(home):
    frames = {run(home, "screen", "--now", "2026-11-24T14:00:00Z").out for _ in range(2)}
    assert len(frames) == 1 and "LIVE" in frames.pop()


def test_nothing_invented_is_judged_unless_asked_for(home):
    assert run(home, "report").code == 78
    assert run(home, "check").code == 3
    report = json.loads(run(home, "report", "demo:", "--format", "json").out)
    assert report["trust"] == "live" and len(report["slots"]) == 12
    assert run(home, "check", "demo:").code == 2


# The opening is the instant that everything in the demo is timed by.
OPENING = "2026-11-24T14:00:00Z"


def test_at_its_opening_the_demo_shows_what_a_person_on_call_meets(home):
    report = json.loads(run(home, "report", "demo:", "--now", OPENING, "--format", "json").out)
    slots = {slot["id"]: slot for slot in report["slots"]}
    known = slots["slot-005"]["acknowledged"]
    assert known["by"] == "mira" and "4711" in known["note"] and known["until"] > OPENING
    marked = {id for id, slot in slots.items()
              if slot["state"] in ("critical", "warning", "stalled", "quiet") and not slot.get("acknowledged")}
    failing = {id for id in marked if slots[id]["state"] == "critical"}
    assert failing and failing <= {"slot-003", "slot-004", "slot-009"}
    assert marked - {"slot-003", "slot-004", "slot-009"} <= {"slot-007"}
    assert {slots[id]["provider_id"] for id in failing} == {"meridian"}


def test_the_demo_moves_by_itself_at_next_to_no_cost(program, home):
    begun = time.monotonic()
    one = program(size=(110, 30))
    one.wait_text("DEMO DATA", "slot-005", "LIVE")
    shown = time.monotonic() - begun
    # What was finished in the last minutes is counted with each job.
    counted = lambda: re.search(r"last 5 min .*?\(([\d,]+/[\d,]+)\)", one.text())
    opened = one.wait_for(counted, "the last minutes")[1]
    one.wait_for(lambda: counted()[1] != opened, "a finished job")
    movement = time.monotonic() - begun
    first = counted()[1]
    pid = one.process
    cpu, start = cpu_seconds(pid), time.monotonic()
    one.wait_for(lambda: time.monotonic() - start > 10, "ten seconds")
    share = (cpu_seconds(pid) - cpu) / (time.monotonic() - start)
    last = counted()[1]
    print(f"first frame {shown * 1000:.0f} ms, first job {movement:.2f} s, {share:.1%} of a core, "
          f"{resident_mib(pid):.0f} MiB, {first} then {last} in five minutes")
    assert last != first
    assert movement - shown < 10 and share < 0.25
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


# Simulate -----------------------------------------------------------------------------------------------------------

def test_a_store_gets_each_event_once(home, tmp_path):
    path = tmp_path / "folder" / "events.db"
    done = run(home, "simulate", "--to", f"sqlite:{path}", "--rate", 100, "--duration", 2)
    assert (done.code, done.err) == (0, "")
    sent, accepted, *_ = summary(done.out)
    assert sent == accepted > 100
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM logs").fetchone() == (sent,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    done = run(home, "report", "--source", f"sqlite:{path}", "--format", "json")
    if done.code == 78:
        pytest.skip("this build reads no stores")
    assert json.loads(done.out)["global"]["summary"]["total_runs"] > 0


@contextlib.contextmanager
def simulating(home, path):
    """`simulate` into a store, once that has events."""
    one = subprocess.Popen(
        [harness.BINARY, "simulate", "--to", f"sqlite:{path}", "--rate", "200"], env=environment(home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        until = time.monotonic() + harness.PATIENCE
        while time.monotonic() < until and not has_logs(path):
            time.sleep(0.02)
        yield one
    finally:
        one.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_a_summary(number, home, tmp_path):
    with simulating(home, tmp_path / "events.db") as one:
        one.send_signal(number)
        out, err = one.communicate(timeout=harness.PATIENCE)
    assert (one.returncode, err) == (128 + number, "")
    assert summary(out)[0] > 0


def has_logs(path):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            return db.execute("SELECT count(*) FROM logs").fetchone()[0] > 0
    except sqlite3.Error:
        return False


def test_nothing_is_acknowledged_into_a_store_that_was_moved_away(home, tmp_path):
    path, away = tmp_path / "store" / "events.db", tmp_path / "away"
    with simulating(home, path) as one:
        path.parent.rename(away)
        line = one.stderr.readline()
        one.send_signal(signal.SIGTERM)
        out, _ = one.communicate(timeout=harness.PATIENCE)
    assert not path.exists(), "it made another one"
    assert "removed or renamed" in line and str(path) in line
    _, accepted, _, _, dropped = summary(out)
    with sqlite3.connect(away / "events.db") as db:
        kept = db.execute("SELECT count(*) FROM logs").fetchone()[0]
    # What was written as the store went away may be there without having been acknowledged.
    assert 0 < accepted <= kept and dropped > 0


class Intake(http.server.BaseHTTPRequestHandler):
    """Takes events; the first `failures` requests are put off, and the next one is taken but its answer lost."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        here = self.server
        here.requests.append((time.monotonic(), self.path, self.headers["Content-Type"], self.headers["Authorization"]))
        if len(here.requests) <= here.failures:
            return self.answer(503, b"", ("Retry-After", "1"))
        events = [json.loads(line) for line in body.splitlines()]
        known = sum(event["id"] in here.events for event in events)
        here.events.update({event["id"]: event for event in events})
        if len(here.requests) == here.failures + 2:
            self.close_connection = True
            return None
        return self.answer(200, json.dumps(
            {"accepted": len(events) - known, "duplicate": known, "refused": []}).encode())

    def answer(self, status, body, *headers):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def intake():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Intake)
    server.requests, server.events, server.failures = [], {}, 2
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_server_that_is_busy_is_left_alone_and_gets_the_same_events_again(home, tmp_path, intake):
    token = tmp_path / "token"
    token.write_text("abc\n")
    token.chmod(0o600)
    url = f"http://127.0.0.1:{intake.server_port}"
    done = run(home, "simulate", "--to", url, "--rate", 100, "--duration", 5, "--token-file", token)
    assert done.code == 0, done.err
    sent, accepted, duplicate, refused, dropped = summary(done.out)
    assert (refused, dropped) == (0, 0) and sent == len(intake.events) == accepted + duplicate
    # The answer that was lost was of events that were stored.
    assert duplicate > 0
    first, second, third = (at for at, *_ in intake.requests[:3])
    assert second - first >= 0.99 and third - second >= 0.99
    assert {request[1:] for request in intake.requests} == {("/api/events", "application/x-ndjson", "Bearer abc")}
    assert "503" in done.err and "takes events again" in done.err
    ended = [event for event in intake.events.values() if event["status"] in ("succeeded", "failed", "timeout")]
    assert len({event["job_id"] for event in ended}) == len(ended) > 0


def test_the_server_takes_each_event_once(home):
    with Serving(home) as server:
        done = run(home, "simulate", "--to", server.url(), "--rate", 200, "--duration", 2)
        assert (done.code, done.err) == (0, "")
        sent, accepted, duplicate, refused, dropped = summary(done.out)
        assert sent == accepted > 500 and (duplicate, refused, dropped) == (0, 0, 0)
        _, _, week = server.get("/api/stats/global?group_by=day")
        with sqlite3.connect(server.store) as db:
            assert db.execute("SELECT count(*) FROM logs").fetchone() == (sent,)
            received, = db.execute("SELECT count(*) FROM jobs WHERE received_at IS NOT NULL").fetchone()
        assert sum(day["ingest_count"] for day in week["data"]) == received > 100
        assert server.stop() == 143


@pytest.mark.parametrize("number", [None, signal.SIGTERM])
def test_a_place_that_never_answers_does_not_keep_it_going(number, home):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        length = ["--duration", "1"] if number is None else []
        one = subprocess.Popen(
            [harness.BINARY, "simulate", "--to", url, "--rate", "200", "--timeout", "120", *length],
            env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        begun = time.monotonic()
        try:
            with silent.accept()[0]:
                if number:
                    one.send_signal(number)
                out, err = one.communicate(timeout=harness.PATIENCE)
        finally:
            one.kill()
        print(f"ended after {time.monotonic() - begun:.1f} s")
    assert one.returncode == (128 + number if number else 0)
    assert re.fullmatch(rf'slotwatch: "{url}/" did not answer in time: \d+ events count as dropped, stored or not.\n', err)
    sent, *_, dropped = summary(out)
    assert sent == 0 and dropped > 0


def test_what_cannot_pass_ends_it_at_once(home, intake):
    done = run(home, "simulate", "--to", "http://127.0.0.1:9", "--duration", 60)
    assert done.code == 69 and done.err.count("\n") == 1
    done = run(home, "simulate", "--to", "http://192.0.2.1")
    assert done.code == 64 and "plain http" in done.err


@pytest.mark.parametrize("command", [("ack", "slot-003", "--note", "n"), ("unack", "slot-005"), ("mark", "hello")])
def test_nothing_is_noted_in_a_demo_that_ends_with_the_command(home, command):
    done = run(home, *command, "--source", "demo:")
    assert done.code != 0 and done.out == "", done.out
    assert done.err.count("\n") == 1 and "press A or M there" in done.err


def test_a_demo_has_marks(home, frame):
    assert any("▴" in line and "gateway 2.9" in line for line in frame("demo:", size="120x40"))
