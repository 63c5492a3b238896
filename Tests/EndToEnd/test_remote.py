"""Snapshots by URL and the admin panel over real sockets: whatever the network does, the screen tells the truth."""

import json
import os
import re
import time
from datetime import datetime, timedelta, timezone

import pytest
import trustme

import harness
import remote
import snapshots
from conftest import screen

LIMITS = ["--connect-timeout", 1, "--first-byte-timeout", 1, "--timeout", 2]
SLACK = float(os.environ.get("SLOTWATCH_SLACK", "1.0"))     # seconds that starting a process may take on a slow machine
SICK = (3, 7)
CANARY = "canary-3f9c0d7e"


def now():
    return datetime.now(timezone.utc)


@pytest.fixture
def document():
    """A snapshot made a few seconds ago."""
    return snapshots.fleet(12, now=now() - timedelta(seconds=3), sick=SICK)


@pytest.fixture
def server(document):
    with remote.snapshot_server(document) as one:
        yield one


@pytest.fixture(scope="module")
def panel_snapshot(tmp_path_factory):
    path = tmp_path_factory.mktemp("panel") / "panel.json"
    return snapshots.write(str(path), snapshots.fleet(12, now=now(), sick=SICK))


@pytest.fixture
def panel(panel_snapshot):
    with remote.Panel("--snapshot", panel_snapshot) as one:
        yield one


def report(home, source, *more, env=None, limits=LIMITS):
    return remote.measured(home, "report", "--source", source, *limits, *more, env=env)


# What is read is what is there --------------------------------------------------------------------------------------

def same_numbers(one, other):
    left, right = json.loads(one), json.loads(other)
    for volatile in ("source", "generated_at", "read_at", "trust"):
        left.pop(volatile), right.pop(volatile)
    return left == right


@pytest.mark.parametrize("window", ["day", "week"])
def test_a_snapshot_by_url_is_the_same_as_its_file(window, home, place, document, server):
    path = place(document)
    by_file = harness.run(home, "report", "--format", "json", "--source", path, "--window", window)
    by_url = harness.run(home, "report", "--format", "json", "--source", server.url("/stats.json"), "--window", window)
    assert (by_url.code, by_url.err) == (0, "")
    assert same_numbers(by_url.out, by_file.out)


@pytest.mark.parametrize("window", ["day", "week"])
def test_the_panel_says_the_same_as_its_snapshot(window, home, panel, panel_snapshot):
    by_file = harness.run(home, "report", "--format", "json", "--source", panel_snapshot, "--window", window)
    by_panel = harness.run(home, "report", "--format", "json", "--source", panel.url(), "--window", window)
    assert (by_panel.code, by_panel.err) == (0, "")
    assert same_numbers(by_panel.out, by_file.out)


@pytest.mark.parametrize("habits", [{"plainDates": True}, {"wrongTotals": True}, {"etags": False}, {"slotsPage": 5},
                                    {"pageLimit": 3}, {"errorsAsSum": True}], ids=str)
def test_every_deployment_is_read_rightly(habits, home, panel, panel_snapshot):
    by_file = harness.run(home, "report", "--format", "json", "--source", panel_snapshot)
    panel.control(habits=habits)
    by_panel = harness.run(home, "report", "--format", "json", "--source", panel.url())
    assert (by_panel.code, by_panel.err) == (0, "")
    assert same_numbers(by_panel.out, by_file.out)


# Faults -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("fault", remote.FAULTS)
@pytest.mark.parametrize("kind", ["snapshot", "panel"])
def test_a_fault_is_told_and_nothing_is_printed(kind, fault, home, request, document):
    if kind == "panel":
        panel = request.getfixturevalue("panel")
        server, source, room = remote.in_front_of(panel.port), "panel+http://127.0.0.1:{}", 16
    else:
        server, source, room = remote.snapshot_server(document), "http://127.0.0.1:{}/stats.json", 16 + 64
    with server:
        source = source.format(server.port)
        normal = report(home, source)
        assert (normal.code, normal.err) == (0, "")
        before = len(server.requests)
        server.fault = fault
        _, code, cause = remote.FAULTS[fault]
        done = report(home, source)
        assert done.out == ""
        assert done.err.count("\n") == 1 and re.search(cause, done.err), done.err
        assert done.code == code, done.err
        assert done.seconds <= 2 * 1.1 + SLACK
        assert done.peak <= normal.peak + room
        assert len(server.requests) - before == 1, "while it fails, one request is enough"
        check = remote.measured(home, "check", "--source", source, *LIMITS)
        assert check.code == 3 and check.out.startswith("SLOTWATCH UNKNOWN - ") and check.out.count("\n") == 1
        assert re.search(cause, check.out), check.out


def test_nobody_listens(home):
    with remote.snapshot_server({}) as server:
        source = server.url("/stats.json")
    done = report(home, source)
    assert (done.code, done.out) == (69, "") and "refused" in done.err
    assert done.seconds <= 1 + SLACK


def test_no_route(home):
    # The system itself refuses to connect to a broadcast address: nothing is sent.
    done = report(home, "https://255.255.255.255/stats.json")
    assert (done.code, done.out) == (69, "") and done.err.count("\n") == 1
    assert done.seconds <= 2 * 1.1 + SLACK


def test_no_such_host(home):
    done = report(home, "https://nothing.invalid/stats.json")
    assert (done.code, done.out) == (69, "") and "nothing.invalid" in done.err
    assert done.seconds <= 2 * 1.1 + SLACK


def test_a_reset_at_any_byte_gives_no_number(home):
    """Of a small answer over one socket after the other: never a report, however much of it came."""
    small = snapshots.snapshot({"a": [snapshots.counters(9, 1)]}, now=now())
    with remote.snapshot_server(small) as server:
        length = len(server.good(type("R", (), {"headers": {}})))
        for offset in range(0, length, max(1, length // 40)):
            remote.FAULTS["reset here"] = (lambda good, n=offset: [good[:n], remote.RESET], 69, "")
            server.fault = "reset here"
            done = report(home, server.url("/stats.json"))
            assert (done.code, done.out) == (69, ""), (offset, done.out, done.err)


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_is_a_day_off(days, home, document):
    document["generated_at"] = snapshots.iso(now() + timedelta(days=days))
    with remote.snapshot_server(document) as server:
        done = report(home, server.url("/stats.json"), "--format", "json")
        assert done.code == 0 and json.loads(done.out)["trust"] == "stale"
        check = remote.measured(home, "check", "--source", server.url("/stats.json"))
        assert check.code == 3


@pytest.mark.parametrize("days", [1, -1])
def test_a_panel_whose_clock_is_a_day_off(days, home, panel):
    panel.control(habits={"clockOffset": days * 86400})
    done = report(home, panel.url(), "--format", "json")
    assert done.code == 0 and json.loads(done.out)["trust"] == "stale", done.err
    check = remote.measured(home, "check", "--source", panel.url())
    assert check.code == 3 and "clock" in check.out and "stopped" not in check.out
    header = harness.run(home, "screen", "--source", panel.url(), "--size", "80x24").out.splitlines()[0]
    assert "the source's clock is wrong" in header and "stopped" not in header


# TLS ----------------------------------------------------------------------------------------------------------------

def test_an_own_authority_is_trusted_when_named(home, authority, ca_file, document):
    with remote.snapshot_server(document, remote.trusted(authority, "127.0.0.1")) as server:
        done = report(home, server.url("/stats.json", "https"), "--ca-file", ca_file)
        assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("case", ["unknown authority", "expired", "wrong host", "self-signed"])
def test_tls_faults(case, home, authority, ca_file, document):
    past = datetime(2001, 1, 1, tzinfo=timezone.utc)
    tls, named, cause = {
        "unknown authority": (remote.trusted(trustme.CA(), "127.0.0.1"), True, "authority"),
        "expired": (remote.trusted(authority, "127.0.0.1", not_before=past, not_after=past + timedelta(days=9)), True,
                    "expired"),
        "wrong host": (remote.trusted(authority, "panel.example"), True, "another host|host"),
        "self-signed": (remote.trusted(authority, "127.0.0.1"), False, "authority|self"),
    }[case]
    with remote.snapshot_server(document, tls) as server:
        done = report(home, server.url("/stats.json", "https"), *(["--ca-file", ca_file] if named else []))
        assert (done.code, done.out) == (69, "")
        assert "TLS" in done.err and re.search(cause, done.err) and done.err.count("\n") == 1, done.err
        assert server.requests == [], "nothing was asked of a server that is not who it says"


def test_plain_http_where_tls_is_expected(home, server):
    done = report(home, server.url("/stats.json", "https"))
    assert (done.code, done.out) == (69, "") and "TLS" in done.err, done.err


# Secrets ------------------------------------------------------------------------------------------------------------

def files_with(text, *folders):
    found = []
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(path, name), "rb") as file:
                    if text.encode() in file.read():
                        found.append(os.path.join(path, name))
    return found


def test_the_token_reaches_the_panel_and_nobody_else(home, panel_snapshot, program, tmp_path):
    token = tmp_path / "token"
    token.write_text(CANARY + "\n")
    token.chmod(0o600)
    with remote.Panel("--snapshot", panel_snapshot, "--token", CANARY) as panel:
        refused = report(home, panel.url())
        assert refused.code == 77 and "401" in refused.err
        good = report(home, panel.url(), "--token-file", token, "--format", "json")
        assert good.code == 0
        wrong = report(home, panel.url(), env={"SLOTWATCH_TOKEN": CANARY + "x"})
        assert wrong.code == 77 and "401" in wrong.err
        by_environment = report(home, panel.url(), env={"SLOTWATCH_TOKEN": CANARY})
        assert by_environment.code == 0
        one = program("watch", "--source", panel.url(), "--token-file", token, "--interval", 1)
        one.wait_text("LIVE", "slot-0")
        with open(f"/proc/{one.process}/cmdline", "rb") as file:
            assert CANARY.encode() not in file.read()
        panel.control(faults=[{"path": "*", "status": 500}])
        one.press("r")
        one.wait_text("LOST")
        one.press("q")
        assert one.wait_exit() == 0
        for text in (refused, good, wrong, by_environment):
            assert CANARY not in text.out + text.err
        assert CANARY.encode() not in bytes(one.output)
    assert files_with(CANARY, home) == []


def test_a_token_file_that_others_can_read_is_refused(home, panel, tmp_path):
    token = tmp_path / "token"
    token.write_text(CANARY)
    token.chmod(0o644)
    done = report(home, panel.url(), "--token-file", token)
    assert done.code in (77, 78) and "chmod" in done.err and CANARY not in done.err, done.err


@pytest.mark.parametrize("url", ["https://me:{}@panel.example/stats.json", "panel+https://me:{}@panel.example",
                                 "https://me:a/{}@panel.example", "https:/me:{}@panel.example", "ftp://me:{}@x"])
def test_a_secret_in_a_url_is_refused_and_not_repeated(url, home):
    done = report(home, url.format(CANARY))
    assert done.code == 64 and CANARY not in done.err and done.err.count("\n") == 1
    told = harness.run(home, "config", "--source", url.format(CANARY))
    assert told.code == 64 and CANARY not in told.err + told.out


def test_hostile_words_of_a_server_reach_nobody(home, program, panel):
    """Controls, and marks that turn the direction of text, in an error's message."""
    hostile = "\x1b]0;owned\x07\u202egnp\n\x9b31m"
    with remote.Server(lambda _: remote.error(503, hostile)) as server:
        done = report(home, server.url("", "panel+http"))
        assert done.code == 69 and done.err.count("\n") == 1
        assert not set("\x1b\x07\x9b\u202e") & set(done.err)
        one = program("watch", "--source", server.url("", "panel+http"), "--interval", 1, *LIMITS)
        one.wait_text("LOST", "503")
        assert b"owned\x07" not in bytes(one.output) and "\u202e" not in one.text()


def test_plain_http_is_for_loopback(home):
    done = report(home, "http://panel.example/stats.json")
    assert done.code in (64, 78) and "--allow-plain-http" in done.err
    done = report(home, "panel+http://panel.example", "--allow-plain-http", env={"SLOTWATCH_TOKEN": CANARY})
    assert done.code in (64, 78) and CANARY not in done.err


def test_a_redirect_is_followed_when_asked_for_and_takes_no_token_along(home, document, tmp_path):
    with remote.snapshot_server(document) as other:
        with remote.Server(lambda _: remote.answer(302, b"", Location=other.url("/stats.json"))) as first:
            env = {"SLOTWATCH_TOKEN": CANARY}
            assert report(home, first.url("/stats.json"), env=env).code == 69
            done = report(home, first.url("/stats.json"), "--max-redirects", 2, env=env)
            assert (done.code, done.err) == (0, "")
            assert first.requests[-1].headers["authorization"] == f"Bearer {CANARY}"
            assert "authorization" not in other.requests[-1].headers


def test_log_in_with_user_and_password(home, panel_snapshot, tmp_path):
    login = tmp_path / "login"
    login.write_text(f"operator\n{CANARY}\n")
    login.chmod(0o600)
    with remote.Panel("--snapshot", panel_snapshot, "--login", f"operator:{CANARY}") as panel:
        done = report(home, panel.url(), "--login-file", login)
        assert (done.code, done.err) == (0, "")
        wrong = report(home, panel.url(), env={"SLOTWATCH_USERNAME": "operator", "SLOTWATCH_PASSWORD": CANARY + "x"})
        assert wrong.code == 77 and CANARY not in wrong.err + wrong.out and "login" in wrong.err


# The dashboard ------------------------------------------------------------------------------------------------------

def test_a_snapshot_by_url_is_watched_through_every_fault(program, server):
    """One dashboard, every fault one after the other: LOST with its cause, the numbers stay, keys work, it recovers."""
    one = program("watch", "--source", server.url("/stats.json"), "--interval", 1, *LIMITS, size=(120, 40))
    one.wait_text("LIVE", "slot-004", "slot-012")
    for fault, (_, _, cause) in remote.FAULTS.items():
        if fault == "reset here":
            continue
        server.fault = fault
        one.press("r")
        one.wait_for(lambda: "LOST" in one.text() and re.search(cause, one.lines()[-2]), f"LOST by {fault}: {cause}", 10)
        assert "slot-004" in one.text() and "showing" in one.lines()[-2], fault
        one.press("j")
        server.fault = None
        server.document["generated_at"] = snapshots.iso(now() - timedelta(seconds=1))
        one.press("r")
        one.wait_text("LIVE", absent="LOST", patience=10)
    one.press("q")
    assert one.wait_exit() == 0 and one.left_behind() == []


def test_keys_are_answered_while_a_source_hangs(program, server):
    server.fault = "hangs before the headers"
    started = time.monotonic()
    one = program("watch", "--source", server.url("/stats.json"), "--first-byte-timeout", 30, "--timeout", 30)
    one.wait_text("WAIT", "reading")
    assert time.monotonic() - started < 2
    one.wait_text("no answer for")
    times = []
    for _ in range(10):
        for key in ("?", "?"):
            before, at = len(one.output), time.monotonic()
            one.press(key)
            one.wait_for(lambda: len(one.output) > before and one.whole_frame(), "an answer", 5)
            times.append((time.monotonic() - at) * 1000)
    print(f"key to answer while hanging: {sorted(times)[len(times) * 95 // 100]:.1f} ms p95")
    assert sorted(times)[len(times) // 2] < 50
    one.press("q")
    assert one.wait_exit() == 0


def test_a_source_that_comes_up_late_is_shown_without_a_key(program, document):
    with remote.snapshot_server(document) as server:
        port = server.port
    one = program("watch", "--source", f"http://127.0.0.1:{port}/stats.json", "--interval", 1)
    one.wait_text("LOST", "nothing read yet", "refused")
    with remote.snapshot_server(document, port=port):
        one.wait_text("LIVE", "slot-0", patience=20)


def test_a_panel_is_killed_and_started_again_under_the_dashboard(program, panel_snapshot):
    panel = remote.Panel("--snapshot", panel_snapshot)
    try:
        one = program("watch", "--source", panel.url(), "--interval", 1, *LIMITS, size=(120, 40))
        one.wait_text("LIVE", "slot-004", "slot-012")
        panel.stop()
        one.wait_text("LOST", "slot-004", "refused")
        panel = remote.Panel("--snapshot", panel_snapshot, port=panel.port)
        one.wait_text("LIVE", absent="LOST", patience=20)
        one.press("q")
        assert one.wait_exit() == 0
    finally:
        panel.stop()


def test_unchanged_answers_cost_one_conditional_request_each(program, server):
    one = program("watch", "--source", server.url("/stats.json"), "--interval", 1)
    one.wait_text("LIVE", "slot-0")
    one.wait_for(lambda: len(server.requests) >= 4, "four reads")
    assert all("if-none-match" in request.headers for request in server.requests[1:4])
    gaps = [b.at - a.at for a, b in zip(server.requests, server.requests[1:])]
    assert all(gap > 0.8 for gap in gaps), "one request an interval"


def test_a_failing_source_is_asked_at_most_once_an_interval(program, server):
    server.fault = "503"
    one = program("watch", "--source", server.url("/stats.json"), "--interval", 1)
    one.wait_text("LOST")
    one.wait_for(lambda: len(server.requests) >= 4, "four attempts", 30)
    gaps = [b.at - a.at for a, b in zip(server.requests, server.requests[1:])]
    assert all(gap >= 0.95 for gap in gaps) and gaps[-1] > gaps[0], f"it backs off: {gaps}"
    assert server.most_open == 1


def test_one_slot_that_fails_is_marked_and_the_others_go_on(program, panel):
    one = program("watch", "--source", panel.url(), "--interval", 1, size=(120, 40))
    one.wait_text("LIVE", "slot-004", "slot-012")
    panel.control(faults=[{"path": "/api/stats/slot-004", "status": 503}])
    one.wait_text("LIVE", "as of", "1 of 12 slots not read", "503")
    panel.control(faults=[])
    one.wait_text("LIVE", absent=("as of", "not read"))
    one.press("q")
    assert one.wait_exit() == 0


def test_a_panel_of_ten_thousand_slots_opens_at_once_and_says_how_far_it_is(program):
    with remote.Panel("--slots", 10000) as panel:
        started = time.monotonic()
        one = program("watch", "--source", panel.url(), size=(120, 40))
        one.wait_text("LIVE", "of 10,000 read", "slot-")
        print(f"first rows after {time.monotonic() - started:.2f} s, {len(panel.log()['entries'])} requests")
        one.press("G")
        one.wait_text("10,000 of 10,000")
        assert panel.log()["mostAtOnce"] <= 8
        one.press("q")
        assert one.wait_exit() == 0
