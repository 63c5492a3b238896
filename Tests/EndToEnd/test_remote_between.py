"""What stands between: panels of other makes, streams that end, caches, refusals, gateways and proxies."""

import json
import time
from datetime import datetime, timezone

import pytest

import harness
import proxies
import remote
import serving
import snapshots

CANARY = "canary-3f9c0d7e"


@pytest.fixture(scope="module")
def panel_snapshot(tmp_path_factory):
    path = tmp_path_factory.mktemp("panel") / "panel.json"
    return snapshots.write(str(path), snapshots.fleet(12, now=datetime.now(timezone.utc)))


@pytest.fixture
def panel(panel_snapshot):
    with remote.Panel("--snapshot", panel_snapshot) as one:
        yield one


def numbers(text):
    """A report without what is another one in each."""
    document = json.loads(text)
    for volatile in ("source", "generated_at", "read_at", "trust"):
        document.pop(volatile)
    return document


# Panels of other makes ----------------------------------------------------------------------------------------------

def of_slot(change):
    return lambda path, document: change(document) if path == "/api/stats/slot-003" else document


def test_a_slot_without_buckets_may_say_null(home, panel):
    texts = []
    for empty in ([], None):
        with proxies.spoiling(panel.port, of_slot(lambda one: {**one, "metrics": empty})) as server:
            done = harness.run(home, "report", "--format", "json", "--source", server.url("", "panel+http"))
            assert (done.code, done.err) == (0, "")
            texts.append(numbers(done.out))
    assert texts[0] == texts[1]


def test_lists_that_are_null_are_empty(home, panel):
    empty = {"data": None, "meta": {"total": 0}}
    with proxies.spoiling(panel.port, lambda path, one: empty if path in ("/api/slots", "/api/stats/global") else one) as server:
        done = harness.run(home, "check", "--source", server.url("", "panel+http"))
        assert done.code == 3 and "no slots" in done.out, done.out


def test_all_slots_together_are_added_up_where_the_panel_gives_none(home, panel, program):
    none = {"data": None, "meta": {"total": 0}}
    with proxies.spoiling(panel.port, lambda path, one: none if path == "/api/stats/global" else one) as server:
        source = server.url("", "panel+http")
        report = json.loads(harness.run(home, "report", "--format", "json", "--source", source).out)
        total = sum(slot["summary"]["total_runs"] for slot in report["slots"])
        assert total > 0 and report["global"]["summary"]["total_runs"] == total
        check = harness.run(home, "check", "--source", source)
        assert check.code == 0 and "no runs" not in check.out, check.out
        one = program("watch", "--source", source, "--interval", 1)
        one.wait_text("LIVE", "slot-003", absent="no runs")


def test_a_slot_that_is_answered_wrongly_is_named_and_the_others_are_judged(home, panel, program):
    with proxies.spoiling(panel.port, of_slot(lambda one: {**one, "metrics": [7]})) as server:
        source, cause = server.url("", "panel+http"), "/api/stats/slot-003: $.metrics[0] is 7"
        check = harness.run(home, "check", "--source", source)
        assert check.code == 3 and "11 ok, 1 not read (slot-003)" in check.out and cause in check.out, check.out
        report = harness.run(home, "report", "--source", source)
        assert report.code == 0 and "not read" in report.out and cause in report.out, report.out
        states = {slot["id"]: slot["state"] for slot in
                  json.loads(harness.run(home, "report", "--format", "json", "--source", source).out)["slots"]}
        assert states.pop("slot-003") == "unread" and set(states.values()) == {"ok"}
        one = program("watch", "--source", source, "--interval", 1, size=(120, 40))
        one.wait_text("LIVE", "1 of 12 slots not read", "slot-004")


# Streams ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("stream", [b"", b": hi\n\n", b"retry: 1\n\n"])
def test_a_stream_that_ends_at_once_costs_a_request_now_and_then(stream, home, program):
    with serving.Serving(home) as events:
        events.post([serving.event("succeeded", slot=f"slot-{n}") for n in range(8)])
        with proxies.ending_stream(events.port, stream) as server:
            one = program("watch", "--source", server.url("", "panel+http"), "--interval", 60)
            one.wait_text("LIVE", "slot-7")
            one.wait_for(lambda: sum(r.path == "/api/stream" for r in server.requests) >= 2, "a second stream")
            began, first = time.monotonic(), len(server.requests)
            one.wait_for(lambda: time.monotonic() - began > 7, "seven seconds")
            since = [request.path for request in server.requests[first:]]
            streams = since.count("/api/stream")
            assert 1 <= streams <= 4, since
            assert len(since) - streams <= streams + 1, f"one request after each: {since}"
            assert not [path for path in since if path.startswith("/api/stats/slot-")]


def test_what_was_missed_while_the_stream_was_away_is_read_when_it_is_back(home, program):
    with serving.Serving(home) as events:
        events.post([serving.event("succeeded", slot=f"slot-{n}") for n in range(8)])
        with proxies.ending_stream(events.port, b": hi\n\n") as server:
            one = program("watch", "--source", server.url("", "panel+http"), "--interval", 300, size=(120, 40))
            one.wait_text("LIVE", "slot-7")
            one.wait_for(lambda: sum(r.path == "/api/stream" for r in server.requests) >= 2, "a second stream")
            events.post([serving.event("succeeded", slot="slot-new") for _ in range(3)])
            one.wait_text("slot-new")


# Caches and refusals ------------------------------------------------------------------------------------------------

def test_an_answer_from_a_cache_is_as_old_as_it_is(home, panel, program):
    for age, trust in ((100, "live"), (400, "stale")):
        panel.control(faults=[{"path": "*", "age": age}])
        document = json.loads(harness.run(home, "report", "--format", "json", "--source", panel.url()).out)
        made, read = (datetime.fromisoformat(document[key].replace("Z", "+00:00")) for key in ("generated_at", "read_at"))
        assert abs((read - made).total_seconds() - age) <= 2 and document["trust"] == trust
    one = program("watch", "--source", panel.url(), "--interval", 1, size=(120, 40))
    one.wait_text("STALE", "answer from a cache, 6 min old", absent=("the panel's clock",))


def test_a_refusal_is_told_with_the_servers_reason(home):
    reason = "This server answers to loopback names alone; give it tokens to be reached by others."
    with remote.Server(lambda _: remote.error(403, reason)) as server:
        source = server.url("", "panel+http")
        report = harness.run(home, "report", "--source", source)
        check = harness.run(home, "check", "--source", source)
    assert report.code == 77 and f"403 from /api/slots: {reason[:40]}" in report.err, report.err
    assert check.code == 3 and f"403 from /api/slots: {reason[:40]}" in check.out, check.out


# Gateways -----------------------------------------------------------------------------------------------------------

@pytest.mark.skipif(proxies.NGINX is None, reason="nginx is not installed")
def test_figures_through_http_2_are_those_of_the_server(home, authority, ca_file, tmp_path, program):
    with remote.Panel("--slots", 60) as panel, \
            proxies.Nginx(tmp_path, authority, panel.port, "keepalive_requests 10;") as gateway:
        direct = harness.run(home, "report", "--format", "json", "--source", panel.url())
        assert (direct.code, direct.err) == (0, "")
        source = f"panel+https://localhost:{gateway.port}"
        for _ in range(5):
            through = harness.run(home, "report", "--format", "json", "--ca-file", ca_file, "--source", source)
            assert (through.code, through.err) == (0, "")
            assert numbers(through.out) == numbers(direct.out)
        one = program("watch", "--ca-file", ca_file, "--source", source, "--interval", 1, size=(120, 40))
        one.wait_text("LIVE", "slot-0")
        before = len(panel.log()["entries"])
        one.wait_for(lambda: len(panel.log()["entries"]) > before + 400, "a few passes", 40)
        assert b"LOST" not in bytes(one.output) and b"Error" not in bytes(one.output)


# Proxies ------------------------------------------------------------------------------------------------------------

def test_a_panel_is_read_through_the_proxy_that_the_environment_names(home, panel, authority, ca_file):
    with remote.in_front_of(panel.port, remote.trusted(authority, "panel.invalid")) as server, \
            proxies.ConnectProxy(server.port) as proxy:
        env = {"HTTPS_PROXY": f"http://me:{CANARY}@127.0.0.1:{proxy.port}"}
        source = ["--ca-file", ca_file, "--source", "panel+https://panel.invalid"]
        direct = harness.run(home, "report", "--format", "json", "--source", panel.url())
        through = harness.run(home, "report", "--format", "json", *source, env=env)
        assert (through.code, through.err) == (0, "")
        assert numbers(through.out) == numbers(direct.out)
        assert all(head.startswith("CONNECT panel.invalid:443 ") for head in proxy.heads)
        heads = len(proxy.heads)
        without = harness.run(home, "report", *source, env={**env, "NO_PROXY": ".invalid"})
        assert without.code == 69 and "no host" in without.err and len(proxy.heads) == heads
        proxy.refusal = 403
        refused = harness.run(home, "report", *source, env=env)
        assert refused.code == 69 and f"proxy 127.0.0.1:{proxy.port} does not connect" in refused.err, refused.err
        wrong = harness.run(home, "report", *source, env={"HTTPS_PROXY": f"https://me:{CANARY}@127.0.0.1:1"})
        assert wrong.code == 78 and "HTTPS_PROXY" in wrong.err and wrong.err.count("\n") == 1
        for done in (through, without, refused, wrong):
            assert CANARY not in done.out + done.err


def test_this_machine_is_never_asked_through_a_proxy(home, panel):
    env = {name: "http://127.0.0.1:1" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")}
    done = harness.run(home, "report", "--source", panel.url(), env=env)
    assert (done.code, done.err) == (0, "")
