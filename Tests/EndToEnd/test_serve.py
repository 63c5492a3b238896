"""The server: what is taken, what is answered, who is let in, and how it ends."""

import gzip
import json
import os
import random
import select
import shutil
import signal
import socket
import sqlite3
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone

import pytest

import harness
from serving import JSON, LINES, Serving, Stream, event

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "10"))
READ, WRITE = "r" * 20, "w" * 20


@pytest.fixture
def serve(home):
    started = []

    def start(*arguments, **options):
        started.append(Serving(home, *arguments, **options))
        return started[-1]
    yield start
    for one in started:
        one.__exit__()


@pytest.fixture
def tokens(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"# who may\n\nread:{READ}\nwrite:{WRITE}\n")
    path.chmod(0o600)
    return path


def counts(server):
    """The counters of all slots together, of every day that is answered: a test may run over midnight."""
    _, _, body = server.get("/api/stats/global?group_by=day&page_size=50")
    return {key: sum(row[key] for row in body["data"])
            for key in ("success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count")}


def test_takes_events_in_every_form(serve):
    server = serve()
    one = event()
    assert server.post(one) == (200, {"accepted": 1, "duplicate": 0, "refused": []})
    assert server.post(one) == (200, {"accepted": 0, "duplicate": 1, "refused": []})
    status, body = server.post([event("succeeded"), one, {"id": 3}, event("nonsense")])
    assert (status, body["accepted"], body["duplicate"]) == (200, 1, 1)
    assert [item["index"] for item in body["refused"]] == [2, 3]
    lines = "\ufeff" + "\r\n".join([json.dumps(event("timeout")), "", "no JSON", json.dumps(event("failed"))])
    status, body = server.post(lines.encode(), LINES)
    assert (status, body["accepted"], [item["index"] for item in body["refused"]]) == (200, 2, [1])
    packed = gzip.compress(json.dumps(event(details={"failure_reason": "cancelled"}, status="failed")).encode())
    assert server.post(packed, headers={"Content-Encoding": "gzip"})[1]["accepted"] == 1
    assert server.post(packed, headers={"Content-Encoding": "x-gzip"})[1]["duplicate"] == 1
    assert counts(server) == {"success": 1, "timeouts": 1, "provider_errors": 0, "cancelled": 1, "errors": 1,
                              "ingest_count": 1}


@pytest.mark.parametrize("body, type, headers, status", [
    (b"", JSON, {}, 400), (b"{", JSON, {}, 400), (b"[{},", JSON, {}, 400), (b"{}", "text/plain", {}, 415),
    (b"{}", None, {}, 415), (b"{}", JSON, {"Content-Encoding": "br"}, 415), (b"x", JSON, {"Content-Encoding": "gzip"}, 400),
    (b" " * (9 << 20), JSON, {}, 413), (gzip.compress(b" " * (9 << 20)), JSON, {"Content-Encoding": "gzip"}, 413),
])
def test_refuses_what_is_no_body_of_events(serve, body, type, headers, status):
    server = serve()
    got, answer = server.post(body, type, headers=headers)
    assert got == status and answer["error"]["message"]
    # A whole good one is taken afterwards.
    assert server.post(event())[0] == 200


def test_answers_pipelined_requests_in_order(serve):
    server = serve()
    body = json.dumps(event()).encode()
    post = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body), body)
    last = b"GET /nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    got = server.raw(post + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + post + last)
    marks = [got.index(part) for part in (b'"accepted":1', b"ok\n", b'"duplicate":1', b"404 Not Found")]
    assert marks == sorted(marks)


def test_waits_for_continue_and_knows_old_clients(serve):
    server = serve()
    body = json.dumps(event()).encode()
    head = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one:
        one.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
        assert one.recv(100).startswith(b"HTTP/1.1 100 ")
        one.sendall(body)
        assert b'"accepted":1' in one.recv(4096)
    refused = server.raw(head + b"Content-Length: 99999999\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413 ")
    old = server.raw(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 200 ") and old.endswith(b"ok\n")


@pytest.mark.parametrize("junk, status", [
    (b"hello\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", 431), (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    (b"GET /" + b"y" * 20_000 + b" HTTP/1.1\r\n\r\n", 414),
])
def test_refuses_what_is_no_http(serve, junk, status):
    assert serve().raw(junk).startswith(b"HTTP/1.1 %d " % status)


def test_takes_no_second_request_out_of_a_body(serve):
    server = serve()
    one, hidden = json.dumps(event()).encode(), json.dumps(event()).encode()
    head = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    got = server.raw(head % len(one) + one + hidden)
    assert got.startswith(b"HTTP/1.1 200 ") and got.count(b"HTTP/1.1 400 ") == 1 and b"Connection: close" in got
    assert counts(server)["ingest_count"] == 1


def test_passes_its_stream_to_old_clients_without_chunks(serve):
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one, one.makefile("rb") as answer:
        one.sendall(b"GET /api/stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        head = []
        while (line := answer.readline()) != b"\r\n":
            head.append(line.lower())
        assert b"x-accel-buffering: no\r\n" in head and b"connection: close\r\n" in head
        assert not any(line.startswith(b"transfer-encoding") for line in head)
        assert answer.readline() == b"retry: 1000\n"
        server.post(event(slot="a"))
        while not (line := answer.readline()).startswith(b"data: "):
            assert line
        assert json.loads(line[6:])["slots"] == ["a"]


def test_no_answer_is_for_a_cache(serve):
    server = serve()
    server.post(event(slot="a"))
    for path in ("/api/slots", "/api/stats/global?group_by=minute", "/api/stats/a?group_by=hour", "/api/stats/nobody",
                 "/api/slots?page=0", "/nothing", "/api/stream/", "/metrics", "/healthz", "/readyz"):
        assert server.get(path)[1]["Cache-Control"] == "no-store", path
    assert server.get("/api/snapshot")[1]["Cache-Control"] == "no-cache"
    assert server.get("/api/slots", headers={"Host": "evil.example"})[1]["Cache-Control"] == "no-store"


def test_serves_the_panels_api(serve):
    server = serve()
    server.post([event("succeeded", "a"), event("failed", "a"), event("received", "b/ü"), event("timeout", "global")])
    _, _, slots = server.get("/api/slots")
    assert {slot["id"] for slot in slots["data"]} == {"a", "b/ü", "global"} and slots["meta"]["total"] == 3
    assert slots["meta"]["windows"] == ["minute", "hour", "day", "week"]
    _, _, week = server.get("/api/stats/global")
    newest = week["meta"].pop("newest_event_at")
    assert week["meta"] == {"page": 1, "page_size": 10, "total": 1}
    assert 0 <= time.time() - datetime.fromisoformat(newest).timestamp() < 60
    assert "success" not in week["summary"] and week["summary"]["total_runs"] == 3
    for group in ("minute", "hour", "day", "week"):
        status, _, one = server.get(f"/api/stats/a?group_by={group}")
        assert (status, one["slot_id"], one["range"]["group_by"]) == (200, "a", group)
        assert [(row["success"], row["errors"]) for row in one["metrics"] if row["success"]] == [(1, 1)]
        assert server.get(f"/api/stats/global?group_by={group}")[2]["data"]
    assert server.get("/api/stats/b%2F%C3%BC")[2]["metrics"][0]["ingest_count"] == 1
    assert server.get("/api/stats/%67lobal")[2]["metrics"][0]["timeouts"] == 1
    assert server.get("/api/stats/nobody")[0] == 404
    for query in ("from=2020-01-01&to=2020-05-01", "group_by=year", "page_size=51", "page=0", "sort_by=x", "from=x"):
        assert server.get(f"/api/stats/global?{query}")[0] == 400, query
    assert server.get("/api/stats/a?from=2020-01-01&to=2020-03-01")[0] == 400
    status, _, refusal = server.get("/api/stats/a?group_by=minute&from=2020-01-01&to=2020-01-04")
    assert (status, refusal["error"]["message"]) == (400, "The range has more than 48 hours.")
    assert server.ask("POST", "/api/login", body="{}", type=JSON)[0] == 404
    status, headers, _ = server.ask("DELETE", "/api/slots")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_a_feed_that_has_stopped_is_told_of(serve, home):
    server = serve()
    server.post([event("succeeded"), event("failed", at=datetime.now(timezone.utc) - timedelta(hours=1))])
    store = f"sqlite:{server.store}"
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 630))
    for source in (store, server.url(scheme="panel+http")):
        shown = harness.run(home, "check", "--source", source)
        assert shown.code == 0 and "last event" in shown.out, shown
    for limit, code in (("700", 0), ("500", 3)):
        shown = harness.run(home, "check", "--source", store, "--now", later, "--stale-after", limit)
        assert (shown.code, "last event 10 min ago" in shown.out) == (code, True), shown


def test_gives_a_snapshot_with_its_tag(serve, home):
    server = serve()
    server.post(event("succeeded"))
    status, headers, document = server.get("/api/snapshot")
    assert (status, document["schema"]) == (200, "slotwatch.snapshot/1")
    assert set(document["windows"]) == {"minute", "hour", "day", "week"}
    for tag in (headers["ETag"], "W/" + headers["ETag"], headers["ETag"][:-1] + '-gzip"'):
        assert server.get("/api/snapshot", headers={"If-None-Match": tag})[0] == 304
    server.post(event("succeeded"))
    status, _, document = server.get("/api/snapshot", headers={"If-None-Match": headers["ETag"]})
    assert (status, document["windows"]["day"]["global"][0]["success"]) == (200, 2)


def test_is_the_same_source_in_every_form(serve, home):
    server = serve()
    many = [event(random.choice(["received", "succeeded", "failed", "timeout"]), f"s{n % 7}") for n in range(500)]
    server.post(many)
    reports = []
    for source in (f"panel+{server.url()}", f"sqlite:{server.store}", server.url("/api/snapshot")):
        done = harness.run(home, "report", "--format", "json", "--source", source)
        assert (done.code, done.err) == (0, "")
        report = json.loads(done.out)
        reports.append((report["global"], report["slots"]))
    assert reports[0] == reports[1]
    # A snapshot has the minutes of an hour, and not what was usual at this time of day, nor single jobs.
    for view in [view for every, slots in reports for view in (every, *slots)]:
        for key in ("usual", "open_jobs"):
            view["recent"].pop(key, None)
    assert reports[0] == reports[2]


def test_tells_the_last_minutes_of_one_slot_and_of_all(serve):
    server = serve()
    server.post([event("succeeded", "a"), event("failed", "a"), event("received", "b")])
    status, _, whole = server.get("/api/recent")
    assert status == 200 and set(whole["slots"]) == {"a", "b"}
    assert whole["slots"]["a"]["minutes"][0][1:] == [1, 0, 0, 0, 1, 0]
    assert [sum(row[n] for row in whole["all"]["minutes"]) for n in (1, 5, 6)] == [1, 1, 1]
    assert whole["slots"]["b"]["open"][0] == 1 and whole["slots"]["a"]["open"] is None
    status, _, one = server.get("/api/recent/b")
    assert status == 200 and list(one["slots"]) == ["b"] and one["all"]["minutes"] == whole["all"]["minutes"]
    assert server.get("/api/recent/nobody")[0] == 404


def test_lets_in_by_token(serve, tokens):
    server = serve("--token-file", tokens)
    assert server.post(event())[0] == 401
    assert server.post(event(), token="x" * 20)[0] == 401
    assert server.post(event(), token=READ)[0] == 403
    assert server.post(event(slot="hidden"), token=WRITE)[0] == 200
    for path in ("/api/slots", "/api/stats/global", "/api/stats/hidden", "/api/snapshot", "/api/stream", "/nothing"):
        status, headers, body = server.get(path)
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer") and "hidden" not in str(body)
    assert server.get("/api/slots", token=READ)[0] == server.get("/api/slots", token=WRITE)[0] == 200
    for path in ("/metrics", "/healthz", "/readyz"):
        status, _, body = server.get(path)
        assert status == 200 and b"hidden" not in body


def test_without_tokens_answers_to_loopback_names_alone(serve):
    server = serve()
    assert server.get("/api/slots", headers={"Host": "evil.example"})[0] == 403
    assert server.post(event(), headers={"Host": "evil.example:80"})[0] == 403
    assert server.get("/api/slots", headers={"Host": "localhost:1"})[0] == 200


@pytest.mark.parametrize("options, code, words", [
    (["--listen", "0.0.0.0:0"], 64, "--token-file"), (["--listen", "nonsense"], 64, "--listen"),
    (["--token-file", "nowhere"], 66, "nowhere"), (["--tls-key", "x"], 64, "--tls-certificate"),
    (["--store", "file.txt"], 64, "--store"),
])
def test_refuses_options_in_one_line(home, options, code, words):
    done = harness.run(home, "serve", "--listen", "127.0.0.1:0", *options)
    assert done.code == code and words in done.err and len(done.err.splitlines()) == 1


def test_refuses_to_start_in_one_line(serve, home, tokens, tmp_path):
    server = serve()
    taken = harness.run(home, "serve", "--listen", f"127.0.0.1:{server.port}")
    assert taken.code == 74 and "in use" in taken.err and len(taken.err.splitlines()) == 1
    tokens.chmod(0o644)
    assert harness.run(home, "serve", "--token-file", tokens).code == 77
    tokens.chmod(0o600)
    tokens.write_text("nothing")
    assert harness.run(home, "serve", "--token-file", tokens).code == 65
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    assert harness.run(home, "serve", "--store", f"sqlite:{other}").code == 65


def test_tells_changes_at_once(serve, home):
    server = serve()
    server.post(event(slot="a"))
    with Stream(server) as stream:
        sent = time.monotonic()
        server.post(event(slot="b"))
        change, came = stream.next()
        print(f"\na change was told {1_000 * (came - sent):.0f} ms after its event was sent")
        assert change["slots"] == ["b"] and came - sent < 2
        # Another process that writes into the same store is noticed too.
        file = home / "more.ndjson"
        file.write_text(json.dumps(event(slot="c")) + "\n")
        assert harness.run(home, "ingest", "--store", f"sqlite:{server.store}", file).code == 0
        change, _ = stream.next()
        assert change["slots"] == ["c"]
        assert [slot["id"] for slot in server.get("/api/slots")[2]["data"]] == ["a", "b", "c"]
        assert server.stop() == 128 + signal.SIGTERM
        assert stream.next() is None


def test_a_dashboard_on_its_url_shows_an_event_at_once(serve, program):
    server = serve()
    server.post([event("succeeded", "alpha"), event("succeeded", "beta")])
    screen = program("--source", f"panel+{server.url()}", "--interval", "60", size=(120, 30))
    screen.wait_text("alpha", "beta", "LIVE")
    deadline = time.monotonic() + 10
    while b"slotwatch_stream_subscribers 1" not in server.get("/metrics")[2]:
        assert time.monotonic() < deadline, "the dashboard does not listen"
        screen.pump()
    sent = time.monotonic()
    server.post([event("failed", "gamma"), event("failed", "beta")])
    screen.wait_text("gamma", patience=10)
    print(f"\nan event was on the screen {1_000 * (time.monotonic() - sent):.0f} ms after it was sent")
    assert time.monotonic() - sent < 5
    screen.press("q")
    assert screen.wait_exit() == 0


def test_one_line_tools_open_no_stream(serve, home):
    server = serve()
    server.post(event("succeeded"))
    for command in ("report", "check"):
        harness.run(home, command, "--source", f"panel+{server.url()}")
    assert b'route="/api/stream",status="200"} 0\n' in server.get("/metrics")[2]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM])
def test_finishes_what_it_has_taken_when_it_is_told_to_stop(serve, home, number):
    server = serve()
    acknowledged, stop = [], threading.Event()

    def send():
        connection = server.connect()
        while not stop.is_set():
            one = event("succeeded")
            try:
                if server.post(one, connection=connection)[0] == 200:
                    acknowledged.append(one)
            except OSError:
                return
            except Exception:
                return
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(send)
        deadline = time.monotonic() + harness.PATIENCE
        while len(acknowledged) < 200 and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            code = server.stop(number)
        finally:
            stop.set()
    assert code == 128 + number and len(acknowledged) >= 200
    with serve(store=server.store) as again:
        assert counts(again)["success"] >= len(acknowledged)


def test_keeps_every_acknowledged_event_over_kills(serve, home):
    acknowledged, sent, lock = [], [], threading.Lock()
    for _ in range(KILLS):
        with Serving(home) as server:
            def send():
                connection = server.connect()
                while True:
                    job = event("succeeded")
                    with lock:
                        sent.append(job)
                    try:
                        if server.post(job, connection=connection)[0] != 200:
                            return
                    except Exception:
                        return
                    with lock:
                        acknowledged.append(job)
            with ThreadPoolExecutor(8) as pool:
                for _ in range(8):
                    pool.submit(send)
                time.sleep(random.uniform(0.05, 0.4))
                server.process.kill()
    print(f"\n{len(acknowledged)} acknowledged events over {KILLS} kills")
    with serve() as server:
        before = counts(server)["success"]
        for start in range(0, len(acknowledged), 5_000):
            part = acknowledged[start:start + 5_000]
            status, body = server.post(part)
            assert (status, body["accepted"], body["duplicate"]) == (200, 0, len(part))
        assert counts(server)["success"] == before >= len(acknowledged)
        # What was not acknowledged may be there or not; sent again, each is there once.
        for start in range(0, len(sent), 5_000):
            assert server.post(sent[start:start + 5_000])[0] == 200
        assert counts(server)["success"] == len(sent)
        server.stop()
    with sqlite3.connect(server.store) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_says_503_while_the_store_is_locked_and_recovers(serve):
    server = serve()
    server.post(event())
    other = sqlite3.connect(server.store, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    try:
        status, headers, body = server.ask("POST", "/api/events", body=json.dumps(event()), type=JSON)
        assert (status, headers["Retry-After"]) == (503, "1") and "locked" in body["error"]["message"]
        assert server.get("/api/slots")[0] == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert server.post(event())[0] == 200


GOING = {
    "removed": lambda store, other: os.remove(store),
    "removed with its log": lambda store, other: [os.remove(store + end) for end in ("", "-wal", "-shm")],
    "renamed": lambda store, other: os.rename(store, store + ".old"),
    "its folder removed": lambda store, other: shutil.rmtree(os.path.dirname(store)),
}
REPLACING = {
    "another one in its place": lambda store, other: os.rename(other, store),
    "a copy written over it": lambda store, other: shutil.copyfile(other, store),
}


def backup(home, tmp_path):
    """A closed store with one event of its own."""
    path = tmp_path / "backup.db"
    done = harness.run(home, "ingest", "--store", f"sqlite:{path}", written(tmp_path, event(slot="from-backup")))
    assert done.code == 0, done
    return str(path)


def written(folder, *events):
    path = folder / f"{time.monotonic_ns()}.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in events))
    return path


@pytest.mark.parametrize("how", GOING)
def test_acknowledges_nothing_into_a_store_that_is_gone(serve, home, tmp_path, how):
    (tmp_path / "place").mkdir()
    server = serve(store=tmp_path / "place" / "events.db")
    assert server.post(event())[0] == 200
    GOING[how](server.store, None)
    for _ in range(3):
        status, headers, body = server.ask("POST", "/api/events", body=json.dumps(event()), type=JSON)
        assert (status, headers["Retry-After"]) == (503, "1") and "removed or renamed" in body["error"]["message"]
        assert server.get("/readyz")[0] == 503
    assert not os.path.exists(server.store)
    if how == "renamed":
        os.rename(server.store + ".old", server.store)
        assert server.post(event())[0] == 200
        assert server.get("/readyz")[0] == 200 and counts(server)["ingest_count"] == 2


@pytest.mark.parametrize("how", REPLACING)
def test_goes_on_in_the_store_that_took_the_others_place(serve, home, tmp_path, how):
    server = serve(store=tmp_path / "events.db")
    other = backup(home, tmp_path)
    for _ in range(3):
        assert server.post(event(slot="before"))[0] == 200
    REPLACING[how](server.store, other)
    sent = 0
    deadline = time.monotonic() + 10
    while sent < 3:
        # Refused while what is there now is being opened, which may take longer than a few requests.
        status, answer = server.post(event(slot="after"))
        assert status in (200, 503) and time.monotonic() < deadline, answer
        sent += status == 200
    names = [slot["id"] for slot in server.get("/api/slots")[2]["data"]]
    assert names == ["from-backup", "after"] and counts(server)["ingest_count"] == 1 + sent
    assert server.stop() == 143
    with sqlite3.connect(server.store) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM logs").fetchone() == (1 + sent,)
    database.close()


def test_refuses_events_past_its_queue_and_recovers(serve):
    server = serve()
    server.post(event())
    other = sqlite3.connect(server.store, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    body = json.dumps([event("succeeded") for _ in range(30_000)]).encode()
    try:
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: server.ask("POST", "/api/events", body=body, type=JSON), range(12)))
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert {status for status, _, _ in answers} == {503}
    assert all(headers["Retry-After"] for _, headers, _ in answers)
    assert any("Too many events" in body["error"]["message"] for _, _, body in answers)
    start = time.monotonic()
    assert server.post(event())[0] == 200
    print(f"\nit took events again after {time.monotonic() - start:.2f} s")


def test_turns_away_connections_past_its_limit(serve):
    server = serve()
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                for _ in range(1_100)]
        # Which ones they are is the system's choice: one that found the queue full comes in later than those after it.
        answers = first_bytes(held, 76)
    assert answers == [b"HTTP/1.1 503 "] * 76
    deadline = time.monotonic() + 10
    while True:
        try:
            if server.get("/healthz")[0] == 200:
                break
        except Exception:
            pass
        assert time.monotonic() < deadline


def test_metrics_can_be_parsed(serve):
    parser = pytest.importorskip("prometheus_client.parser")
    server = serve()
    server.post([event(), event("nonsense")])
    _, headers, text = server.get("/metrics")
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in parser.text_string_to_metric_families(text.decode())}
    outcomes = {s.labels["outcome"]: s.value for s in families["slotwatch_events"].samples}
    assert outcomes == {"accepted": 1, "duplicate": 0, "refused": 1}
    assert families["slotwatch_commit_seconds"].type == "histogram"


def test_counts_from_nothing_on_and_each_thing_once(serve, tokens):
    parser = pytest.importorskip("prometheus_client.parser")
    server = serve("--token-file", tokens)

    def requests():
        families = parser.text_string_to_metric_families(server.get("/metrics")[2].decode())
        samples = next(f for f in families if f.name == "slotwatch_http_requests").samples
        keys = [(one.labels["route"], one.labels["status"]) for one in samples]
        assert len(set(keys)) == len(keys)
        return dict(zip(keys, (one.value for one in samples)))

    first = requests()
    assert not any(first.values())
    assert {("/api/events", "503"), ("/api/slots", "500"), ("/api/stats/{slot_id}", "404"), ("/metrics", "405"),
            ("other", "400")} <= first.keys()
    assert server.post(event())[0] == 401 and server.get("/api/events")[0] == 401
    for path in ("/api/slots", "/nothing", "/api/stats/a/b", "/api/stats/%FF"):
        server.get(path, token=READ)
    server.raw(b"hello\r\n\r\n")
    last = requests()
    assert last.keys() == first.keys() and last["/api/events", "401"] == 2


def test_encrypts(home, tmp_path):
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    chain, key, roots = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "roots.pem"
    chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    roots.write_bytes(authority.cert_pem.bytes())
    with Serving(home, "--tls-certificate", chain, "--tls-key", key) as server:
        assert "https://" in server.errors[0]
        source = f"panel+https://localhost:{server.port}"
        file = home / "one.ndjson"
        file.write_text(json.dumps(event("succeeded")) + "\n")
        assert harness.run(home, "ingest", "--store", f"sqlite:{server.store}", file).code == 0
        done = harness.run(home, "report", "--format", "json", "--source", source, "--ca-file", roots)
        assert (done.code, done.err) == (0, "") and json.loads(done.out)["global"]["current"]["success"] == 1
        assert harness.run(home, "report", "--source", source).code != 0


def gauge(server, name):
    """The value of a metric without labels."""
    line = next(line for line in server.get("/metrics")[2].decode().splitlines() if line.startswith(name + " "))
    return float(line.split()[1])


def test_a_listener_that_is_gone_at_once_takes_no_place(serve):
    server = serve()
    for _ in range(2):
        for _ in range(400):
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.sendall(b"GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    # One whose head was written is noticed at the next sign of life, after 15 s.
    deadline = time.monotonic() + 40
    while gauge(server, "slotwatch_stream_subscribers") > 0:
        assert time.monotonic() < deadline, "places stay taken"
        time.sleep(0.1)
    with Stream(server):
        assert gauge(server, "slotwatch_stream_subscribers") == 1


def test_answers_a_client_that_has_nothing_more_to_send(serve):
    server = serve()
    body = json.dumps(event()).encode()
    head = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    for text, words in ((body, b'"accepted":1'), (b"{", b" 400 ")):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as one:
            one.sendall(head % len(text) + text)
            one.shutdown(socket.SHUT_WR)
            got = b""
            while piece := one.recv(65_536):
                got += piece
        assert words in got


def test_closes_encrypted_connections_past_its_limit(home, tmp_path):
    trustme = pytest.importorskip("trustme")
    certificate = trustme.CA().issue_cert("localhost", "127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    with Serving(home, "--tls-certificate", chain, "--tls-key", key) as server, ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                for _ in range(1_034)]
        # Silent ones within the limit live longer than this waits.
        assert first_bytes(held, 10) == [b""] * 10


def first_bytes(connections, count):
    """What those say that say something, or are closed, once they are as many as `count`."""
    said, deadline = {}, time.monotonic() + 20
    while len(said) < count and time.monotonic() < deadline:
        poll = select.poll()
        for one in connections:
            if one not in said:
                poll.register(one, select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll(1_000)}
        said |= {one: one.recv(13) for one in connections if one.fileno() in ready}
    return list(said.values())


def test_bounds_what_is_coming_in_by_all_bodies_together(serve):
    server = serve()
    head = b"POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    size = 8 << 20
    with ExitStack() as stack:
        for _ in range(8):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            one.sendall(head % size + b" " * (size - 1))
        deadline = time.monotonic() + 20
        while gauge(server, "slotwatch_queue_bytes") < 8 * (size - 1):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert server.post(event())[0] == 503
        # One that says how much will come is told before it sends it.
        assert server.raw(head % size).startswith(b"HTTP/1.1 503 ")
    deadline = time.monotonic() + 20
    while gauge(server, "slotwatch_queue_bytes") > 0:
        assert time.monotonic() < deadline, "what was dropped is still held"
        time.sleep(0.05)
    assert server.post(event())[0] == 200
