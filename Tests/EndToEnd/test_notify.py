"""Telling of alerts: hooks and webhooks as real processes and servers, and the real Alertmanager of Debian."""

import calendar
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

import harness
import remote

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "10"))
PROCESS = os.path.join(os.path.dirname(harness.BINARY), "NotifierProcess")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
HOOK = '[notify.hook]\ncommand = ["/bin/sh", "-c", """{}"""]\n'
WEBHOOK = '[notify.webhook]\nurl = "{}"\n'


class Alertmanager:
    """An Alertmanager of its own on loopback; it knows no other and tells nobody but the URL that it is given."""

    def __init__(self, folder, receiver=None):
        folder.mkdir()
        hooks = f'[{{url: "{receiver}", send_resolved: true}}]' if receiver else "[]"
        (folder / "config.yml").write_text(
            "route: {receiver: one, group_wait: 0s, group_interval: 1s, group_by: ['...']}\n"
            f"receivers: [{{name: one, webhook_configs: {hooks}}}]\n")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [ALERTMANAGER, f"--config.file={folder}/config.yml", f"--storage.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            self.wait(lambda: self.alerts() is not None, "it answers")
        except BaseException:
            self.stop()
            raise

    url = property(lambda self: f"http://127.0.0.1:{self.port}")
    section = property(lambda self: f'[notify.alertmanager]\nurl = "{self.url}"\nsource = "prod"\n')

    def alerts(self):
        """The alerts that fire; `None` while it does not answer."""
        open_ = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        try:
            with open_(f"{self.url}/api/v2/alerts", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            return None

    def wait(self, condition, what):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            assert self.process.poll() is None, "Alertmanager has ended"
            assert time.monotonic() < end, f"not in time: {what}; {self.alerts()}"
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def alertmanager(tmp_path):
    if ALERTMANAGER is None:
        assert not os.environ.get("CI"), "prometheus-alertmanager is not installed"
        pytest.skip("prometheus-alertmanager is not installed")
    started = []

    def start(receiver=None):
        started.append(Alertmanager(tmp_path / f"alertmanager-{len(started)}", receiver))
        return started[-1]
    yield start
    for one in started:
        one.stop()


@pytest.fixture
def configured(tmp_path):
    """Writes a configuration file and returns what names it."""
    def write(text):
        (tmp_path / "config.toml").write_text(text)
        return "--config", str(tmp_path / "config.toml")
    return write


@pytest.fixture
def sender(home, configured):
    """Starts tests that go on firing; ends them after the test."""
    started = []

    def start(text):
        started.append(subprocess.Popen(
            [harness.BINARY, "notify", "test", *configured(text), "--hold", "3600"], env=harness.environment(home),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True))
        return started[-1]
    yield start
    for one in started:
        one.kill()
        one.communicate()


def test_a_test_alert_fires_in_alertmanager_and_is_over_afterwards(home, alertmanager, configured):
    def receive(_):
        return remote.answer(200)
    with remote.Server(receive) as receiver:
        one = alertmanager(receiver.url("/told"))
        done = harness.run(home, "notify", "test", *configured(one.section), "--hold", "2")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"alertmanager: sent, taken by {one.url} in "), done.out
        one.wait(lambda: one.alerts() == [], "nothing fires any more")
        one.wait(lambda: len(receiver.requests) >= 2, "it tells of both")
        told = [json.loads(request.body) for request in receiver.requests]
        alerts = [message["alerts"][0] for message in told]
        assert [alert["status"] for alert in alerts] == ["firing", "resolved"]
        assert alerts[0]["labels"] == alerts[1]["labels"] == {
            "alertname": "slotwatch test", "rule": "slotwatch test", "severity": "notice", "source": "prod"}
        assert alerts[0]["startsAt"] == alerts[1]["startsAt"] < alerts[1]["endsAt"]
        assert "nothing is wrong" in alerts[0]["annotations"]["summary"]
        assert alerts[0]["generatorURL"] == "", "it would lead to a page that there is not"


def test_two_programs_raise_one_alert(alertmanager, sender):
    one = alertmanager()
    first, second = sender(one.section), sender(one.section)
    one.wait(lambda: one.alerts(), "it fires")
    start = one.alerts()[0]["startsAt"]
    # The second one has been told once its own, later, time is there; the first start stays.
    time.sleep(2)
    assert first.poll() is None and second.poll() is None
    alerts = one.alerts()
    assert [(alert["labels"]["alertname"], alert["startsAt"]) for alert in alerts] == [("slotwatch test", start)]
    assert alerts[0]["status"]["state"] == "active"


def test_an_alert_whose_sender_died_ends_within_five_minutes(alertmanager, sender):
    one = alertmanager()
    process = sender(one.section)
    one.wait(lambda: one.alerts(), "it fires")
    process.kill()
    process.wait()
    end = time.strptime(one.alerts()[0]["endsAt"][:19], "%Y-%m-%dT%H:%M:%S")
    assert 120 < calendar.timegm(end) - time.time() <= 300


def test_what_alertmanager_says_of_a_refusal_is_told(home, configured):
    def refuse(_):
        return remote.answer(400, '"start time must be before end time"')
    with remote.Server(refuse) as server:
        section = f'[notify.alertmanager]\nurl = "{server.url()}"\nsource = "prod"\n'
        done = harness.run(home, "notify", "test", *configured(section))
        assert (done.code, done.err) == (69, "")
        assert done.out == "alertmanager: failed: 400 from /api/v2/alerts: start time must be before end time\n"


def test_a_webhook_is_posted_what_the_hook_reads(home, tmp_path, configured):
    def receive(_):
        return remote.answer(204)
    with remote.Server(receive) as server:
        hook = HOOK.format(f"cat >> {tmp_path}/read")
        done = harness.run(home, "notify", "test", *configured(hook + WEBHOOK.format(server.url("/x"))))
        assert (done.code, done.err) == (0, ""), done
        assert [line.split(":")[0] for line in done.out.splitlines()] == ["hook", "webhook"]
        read = [json.loads(line) for line in (tmp_path / "read").read_text().splitlines()]
        assert [json.loads(request.body) for request in server.requests] == read
        assert [notice["status"] for notice in read] == ["firing", "resolved"]
        assert read[0]["schema"] == "slotwatch.notice/1"


@pytest.mark.parametrize("script, line", [
    ("exit 3", "exit 3"), ("kill -KILL $$", "ended by signal 9"), ("yes", "printed more than 1 MiB"),
    ("sleep 300", "did not end within 1 s"), ("trap '' TERM; sleep 300 & wait; sleep 300", "did not end within 1 s"),
])
def test_a_hook_that_fails_is_said_and_holds_nothing_up(home, configured, script, line):
    begin = time.monotonic()
    done = harness.run(home, "notify", "test", *configured(HOOK.format(script) + "timeout = 1\n"))
    assert (done.code, done.out, done.err) == (74, f"hook: failed: {line}\n", "")
    assert time.monotonic() - begin < 30


def test_nothing_is_left_of_a_hook_that_was_ended(home, tmp_path, configured):
    script = f"sleep 300 & echo $! > {tmp_path}/child; echo $$ > {tmp_path}/leader; wait"
    harness.run(home, "notify", "test", *configured(HOOK.format(script) + "timeout = 1\n"))
    for name in ["child", "leader"]:
        number = int((tmp_path / name).read_text())
        state = f"/proc/{number}/stat"
        end = time.monotonic() + harness.PATIENCE
        while os.path.exists(state) and open(state).read().rsplit(")", 1)[1].split()[0] != "Z":
            assert time.monotonic() < end, f"{name} is still there"
            time.sleep(0.05)


def test_the_configuration_names_who_is_told(home, configured):
    done = harness.run(home, "config", *configured(HOOK.format("true") + "[notify.alertmanager]\nurl = \"https://a\"\n"
                                                   "source = \"prod\"\n"))
    assert done.code == 0
    assert "who is told of alerts\n  hook          /bin/sh    line 1\n  alertmanager  https://a  line 3\n" in done.out
    wrong = harness.run(home, "config", *configured("[notify.hook]\ncomand = \"x\"\n"))
    assert wrong.code == 78 and 'line 2, column 1: unknown key "comand"; did you mean "command"?' in wrong.err


def test_each_notice_of_a_killed_program_is_told_and_at_most_one_twice_a_kill(tmp_path):
    told, journal, alerts = tmp_path / "told", tmp_path / "journal", 4 * KILLS
    hook = ["/bin/sh", "-c", f'read -r line; echo "$line" >> {told}']
    chance, killed = random.Random(7), 0

    def run(firing, kills):
        nonlocal killed
        for _ in range(kills):
            with subprocess.Popen([PROCESS, journal, str(firing), *hook], stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout.readline() == "working\n"
                try:
                    process.wait(chance.uniform(0, 0.05))
                except subprocess.TimeoutExpired:
                    process.kill()
                    killed += 1
        subprocess.run([PROCESS, journal, str(firing), *hook], check=True, stdout=subprocess.DEVNULL, timeout=300)

    run(alerts, KILLS // 2)
    # Half of them are found to be over.
    run(alerts // 2, KILLS - KILLS // 2)
    notices = [json.loads(line) for line in told.read_text().splitlines()]
    seen = [(int(notice["slot"]["id"]), notice["status"]) for notice in notices]
    expected = {(number, "firing") for number in range(1, alerts + 1)}
    expected |= {(number, "resolved") for number in range(alerts // 2 + 1, alerts + 1)}
    assert killed > KILLS / 2
    assert set(seen) == expected
    assert len(seen) - len(expected) <= killed, f"{len(seen) - len(expected)} doubles after {killed} kills"
    ends = {number: place for place, (number, status) in enumerate(seen) if status == "resolved"}
    assert all(seen.index((number, "firing")) < place for number, place in ends.items()), "an end before its beginning"
