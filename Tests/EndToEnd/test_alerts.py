"""A server looks at its store by rules while nobody watches, and tells of what fires: each alert once."""

import json
import signal
import time
from datetime import datetime, timedelta, timezone

import pytest

import harness
from serving import Serving, event

RULE = '[[rules]]\nname = "provider down"\nwhen = "critical"\nseverity = "page"\nnotify = ["hook"]\nrunbook = "https://wiki.example/p"\n'


def failures(count, slot="slot-1", status="failed"):
    at = datetime.now(timezone.utc) - timedelta(minutes=1)
    return [event(status, slot, at=at) for _ in range(count)]


@pytest.fixture
def told(home, tmp_path):
    """Starts servers whose hook writes what it is told into a file; `told()` gives that."""
    log, config = tmp_path / "told", tmp_path / "config.toml"
    config.write_text(f'{RULE}[notify.hook]\ncommand = ["/bin/sh", "-c", "cat >> {log}; echo >> {log}"]\n')
    running = []

    def start(**options):
        server = Serving(home, "--config", str(config), store=tmp_path / "events.db", **options)
        running.append(server)
        return server

    def notices():
        return [json.loads(line) for line in log.read_text().splitlines() if line] if log.exists() else []

    def wait(condition, what):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            assert time.monotonic() < end, f"not in time: {what}; {notices()}"
            time.sleep(0.05)

    start.notices, start.wait = notices, wait
    yield start
    for server in running:
        server.__exit__()


def metric(server, name):
    lines = server.get("/metrics")[2].decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(name))


def test_tells_once_that_an_alert_fires_and_once_that_it_is_over(told):
    server = told()
    server.post(failures(40))
    told.wait(lambda: told.notices(), "the alert")
    notice = told.notices()[0]
    assert (notice["rule"], notice["slot"]["id"], notice["status"]) == ("provider down", "slot-1", "firing")
    assert notice["severity"] == "page" and "last hour 100% (40/40)" in notice["summary"]
    assert metric(server, 'slotwatch_alerts_firing{severity="page"}') == 1
    assert metric(server, 'slotwatch_notices_total{sink="hook",outcome="sent"}') == 1
    server.post(failures(2000, status="succeeded"))
    told.wait(lambda: len(told.notices()) > 1, "its end")
    assert [one["status"] for one in told.notices()] == ["firing", "resolved"]
    assert metric(server, 'slotwatch_alerts_firing{severity="page"}') == 0


def test_a_server_that_was_killed_does_not_tell_again(told):
    first = told()
    first.post(failures(40))
    told.wait(lambda: told.notices(), "the alert")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = told()
    second.post(failures(2000, status="succeeded"))
    told.wait(lambda: told.notices()[-1]["status"] == "resolved", "its end")
    assert [one["status"] for one in told.notices()] == ["firing", "resolved"]


def test_what_is_acknowledged_is_not_told_until_it_no_longer_is(told, home):
    server = told()
    source = f"panel+{server.url()}"
    server.post(failures(40, "chronic"))
    told.wait(lambda: told.notices(), "the alert")
    assert harness.run(home, "ack", "--source", source, "chronic", "--note", "known").code == 0
    server.post(failures(2000, "chronic", "succeeded"))
    told.wait(lambda: len(told.notices()) == 2, "its end")
    server.post(failures(40, "other"))
    told.wait(lambda: len(told.notices()) == 3, "another alert")
    assert [(one["slot"]["id"], one["status"]) for one in told.notices()] \
        == [("chronic", "firing"), ("chronic", "resolved"), ("other", "firing")]


def test_rules_that_cannot_be_used_are_refused_at_the_start(home, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('[[rules]]\nname = "x"\nwhen = "critcal"\n')
    done = harness.run(home, "serve", "--config", str(config), "--store", f"sqlite:{tmp_path}/e.db")
    assert done.code == 78 and "line 3" in done.err and "critcal" in done.err
