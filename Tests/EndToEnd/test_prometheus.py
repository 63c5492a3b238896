"""Statistics of Prometheus and VictoriaMetrics, both real: counts to the last event, presets, refusals, the cache."""

import csv
import datetime
import io
import json
import re
import stat

import pytest

import exporters
import harness
import prometheus
import remote
import situations

ENGINES = prometheus.available()
# The newest sample is some seconds older; every bucket of the day before is settled.
NOW = situations.DAY + 86400 + 10 * 3600 + 5
OWN = "success = 'jobs_done_total'\n"
pytestmark = pytest.mark.skipif(not ENGINES, reason="neither prometheus nor victoria-metrics is installed")


@pytest.fixture(scope="module")
def made():
    """The situations, up to ``NOW``."""
    return {slot: [[point for point in points if point[0] < NOW] for points in series]
            for slot, series in situations.situations().items()}


@pytest.fixture(scope="module", params=ENGINES, ids=lambda kind: kind.name)
def engine(request, made, tmp_path_factory):
    """A server with the past that the situations are."""
    server = request.param(tmp_path_factory.mktemp("engine") / "server", situations.samples(made))
    yield server
    server.stop()


@pytest.fixture
def live(tmp_path):
    """Starts engines and exporters that are scraped; ends them after the test."""
    started = []

    def start(kind, lines, **options):
        started.append(exporters.Exporter(lines))
        exporter = started[-1]
        started.append(kind(tmp_path / f"live{len(started)}", targets=[exporter.target], **options))
        return exporter, started[-1]
    yield start
    for one in reversed(started):
        one.stop()


def config(home, address, text=OWN):
    path = home / "config.toml"
    path.write_text(f'[sources.jobs]\naddress = "{address}"\n{text}')
    return str(path)


def run(home, engine, *arguments, text=OWN, now=NOW, env=None):
    source = engine if isinstance(engine, str) else engine.source
    return harness.run(home, *arguments, "--source", "jobs", "--config", config(home, source, text),
                       *(["--now", iso(now)] if now else []), "--timeout", "60", env=env)


def report(home, engine, window="day", **options):
    done = run(home, engine, "report", "--format", "json", "--window", window, **options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def iso(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def seconds(instant):
    return int(datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp())


def counts(document, counter="success"):
    """`{slot: {bucket start: count}}`."""
    return {slot["id"]: {seconds(metric["period_start"]): metric[counter] for metric in slot["metrics"]}
            for slot in document["slots"]}


def test_every_day_is_what_the_samples_hold(home, engine, made):
    document = report(home, engine)
    told, seen = counts(document), situations.seen(made, 86400)
    assert told == seen
    partial = {slot["id"]: [metric.get("partial") for metric in slot["metrics"]] for slot in document["slots"]}
    assert all("first seen" in text or "restarted" in text for text in partial["late"][:1])
    assert any("restarted" in (text or "") for text in partial["rst"])
    assert partial["ph7"] == partial["two"] == partial["gap8"] == [None] * len(partial["ph7"])


def test_every_hour_and_minute_is_what_the_samples_hold(home, engine, made):
    for window, width, shown in (("hour", 3600, 24), ("minute", 60, 60)):
        first = (NOW // width - shown + 1) * width
        told, seen = counts(report(home, engine, window)), situations.seen(made, width)
        wanted = {slot: {at: n for at, n in buckets.items() if at >= first} for slot, buckets in seen.items()}
        # Thirty hours without a sample are more than a value before is looked for; its end is 24 hours back.
        assert told == wanted, window


def test_weeks_are_the_sums_of_their_days(home, engine, made):
    told, days = counts(report(home, engine, "week")), situations.seen(made, 86400)
    monday = situations.DAY
    for slot, buckets in days.items():
        week = sum(n for at, n in buckets.items() if at >= monday)
        assert told[slot].get(monday, 0) == week, slot


def test_what_is_not_counted_is_unknown(home, engine):
    document = report(home, engine)
    slot = next(slot for slot in document["slots"] if slot["id"] == "ph7")
    metric = slot["metrics"][0]
    assert metric["errors"] is None and metric["timeouts"] is None
    assert set(metric["unknown"]) == {"timeouts", "provider_errors", "cancelled", "errors", "ingest_count"}
    assert slot["summary"]["failure_ratio"] is None
    rows = list(csv.DictReader(io.StringIO(run(home, engine, "report", "--format", "csv").out)))
    assert rows[0]["errors"] == "" and rows[0]["failure_ratio"] == "" and rows[0]["success"] != ""
    assert run(home, engine, "check").code in (0, 3)


def test_screen_shows_dashes_and_partial_days(home, engine):
    done = run(home, engine, "screen", "--size", "120x40", "--keys", "/ text:rst Enter Enter")
    assert done.code == 0, done.err
    assert "~ partial" in done.out and "restarted" in done.out
    assert re.search(r"timeouts +–", done.out)


def test_an_instant_of_the_past(home, engine, made):
    at = situations.DAY + 86400 + 3600
    document = json.loads(run(home, engine, "report", "--format", "json", "--at", iso(at)).out)
    assert counts(document)["ph7"][situations.DAY] == situations.seen(made, 86400)["ph7"][situations.DAY]
    part = sum(n for start, n in situations.seen(made, 60)["ph7"].items() if situations.DAY + 86400 <= start < at)
    assert counts(document)["ph7"][situations.DAY + 86400] == part


def test_the_age_is_that_of_the_newest_sample(home, engine):
    document = report(home, engine, now=NOW + 7200)
    assert document["trust"] == "stale"
    assert NOW - 60 <= seconds(document["generated_at"]) <= NOW


def test_own_counters_matches_and_labels(home, engine):
    text = "success = 'jobs_done_total - jobs_done_total{instance=\"i1\"}'\nmatch = 'queue=~\"two|rst\"'\n"
    document = report(home, engine, text=text + "slot_label = \"queue\"\nprovider_label = \"job\"\n")
    assert [slot["id"] for slot in document["slots"]] == ["rst", "two"]
    assert {slot["provider_id"] for slot in document["slots"]} == {"jobs"}
    odd = report(home, engine, text=OWN + 'slot_label = "no_such"\n')
    assert [slot["id"] for slot in odd["slots"]] == ["(none)"]


def test_queries_can_be_pasted(home, engine):
    done = run(home, engine, "queries")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == f"# {engine.name}" and lines[-2] == "# the newest sample"
    heads = [line for line in lines if line.startswith("# ")]
    assert [head for head in heads if head.endswith("success")] == [
        f"# {window}: success" for window in ("minute", "hour", "day")]
    assert engine.query(lines[-1], time=situations.DAY + 86400)
    result = engine.query(lines[lines.index("# day: success") + 1], time=situations.DAY + 86400)
    ours = {series["metric"]["queue"]: float(series["value"][1]) for series in result if "slotwatch" not in series["metric"]}
    assert ours["ph7"] == counts(report(home, engine))["ph7"][situations.DAY]


def test_a_second_start_asks_for_what_is_not_settled(home, engine):
    proxy = remote.in_front_of(engine.port)
    with proxy:
        address = f"prometheus+{proxy.url()}"
        first = report(home, address)
        asked = len(proxy.requests)
        second = report(home, address)
        again = len(proxy.requests) - asked
        assert second["slots"] == first["slots"]
        assert again < asked
        texts = b"".join(request.body for request in proxy.requests[asked:])
        assert b"step=86400" not in texts
        # A series came back after hours: the hour that fills is asked for itself.
        hours = [int(n) for n in re.findall(rb"start=(\d+)&step=3600", texts)]
        assert all(start > NOW - 3600 for start in hours)
        kept = [path for path in (home / ".cache" / "slotwatch").iterdir() if path.suffix != ".lock"]
        assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600]
        kept[0].write_bytes(kept[0].read_bytes()[:-9])
        assert report(home, address)["slots"] == first["slots"]
        for path in kept:
            path.unlink()
        assert run(home, address, "report", "--no-cache").code == 0
        assert not [path for path in (home / ".cache" / "slotwatch").iterdir() if path.suffix != ".lock"]


def test_no_preset_fits(home, engine):
    done = run(home, engine, "report", text="")
    assert (done.code, done.out) == (65, "")
    assert "no preset fits" in done.err and done.err.count("\n") == 1
    done = run(home, engine, "presets", text="")
    assert done.code == 0 and "no: celery_task_succeeded_total" in done.out


@pytest.mark.parametrize("kind", ENGINES, ids=lambda kind: kind.name)
def test_a_live_exporter_counts_at_once(home, live, kind):
    exporter, engine = live(kind, exporters.counter("jobs_done_total", ('queue="mail"', 1)), interval="1s")
    source, total = engine.source, lambda: (counts(report(home, engine, "day", now=None)).get("mail") or {})
    engine.wait(lambda: engine.query("jobs_done_total"), "the first scrape")
    exporter.n = 12
    engine.wait(lambda: sum(total().values()) == 12, "what was scraped a second ago")
    exporter.n = 3        # it restarted
    engine.wait(lambda: sum(total().values()) == 15, "what was counted after the restart")
    assert report(home, engine, now=None)["trust"] == "live"


# What presets count, all of them scraped by one server. ----------------------------------------------------------------

@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """A Prometheus that has scraped every exporter twice, with a step of everything between."""
    kind = ENGINES[0]
    lines = [line for name, (lines, _) in exporters.EXPORTERS.items() for line in lines]
    exporter = exporters.Exporter(lines, n=0)
    server = kind(tmp_path_factory.mktemp("scraped") / "server", targets=[exporter.target], interval="1s")
    try:
        server.wait(lambda: server.query("spring_batch_job_seconds_count"), "the first scrape")
        exporter.n = 1
        server.wait(lambda: server.query("bullmq_job_completed_total == 7"), "the next scrape")
        yield server
    finally:
        server.stop()
        exporter.stop()


# Nothing restarts here, so that nobody has to look for it each second.
SEEN_ONCE = "scrape_interval = 30\n"


@pytest.mark.parametrize("name", exporters.EXPORTERS)
def test_preset(home, scraped, name):
    _, wanted = exporters.EXPORTERS[name]
    document = report(home, scraped, text=f'preset = "{name}"\n{SEEN_ONCE}', now=None)
    for slot in document["slots"]:
        told = {counter: slot["summary"][counter] for counter in wanted[slot["id"]]}
        assert told == wanted[slot["id"]], name
    assert {slot["id"] for slot in document["slots"]} == set(wanted)


def test_two_that_fit_are_refused(home, scraped):
    done = run(home, scraped, "report", text="", now=None)
    assert done.code == 65 and "more than one preset fits" in done.err and "choose by preset" in done.err
    listing = run(home, scraped, "presets", text="", now=None).out
    assert re.search(r"celery-exporter .* yes ", listing) and re.search(r'taskiq .* perhaps: write preset = "taskiq"', listing)


def test_provider_errors_are_told_by_their_exception(home, scraped):
    text = 'preset = "celery-exporter"\nprovider_errors_match = "Value.*"\nslot_label = "queue_name"\n' + SEEN_ONCE
    slot = report(home, scraped, text=text, now=None)["slots"][0]
    assert (slot["id"], slot["summary"]["provider_errors"], slot["summary"]["errors"]) == ("q", 4, 0)


def test_a_gauge_is_refused(home, scraped):
    if scraped.name != "Prometheus":
        pytest.skip("VictoriaMetrics keeps no types")
    done = run(home, scraped, "report", text="success = 'asynq_tasks_enqueued_total'\n", now=None)
    assert done.code == 65 and "is a gauge" in done.err


def test_attempts_are_said(home, scraped):
    done = run(home, scraped, "screen", "--size", "120x40", text='preset = "asynq"\n' + SEEN_ONCE, now=None)
    assert "counts attempts" in done.out


def test_one_line_is_enough_where_one_preset_fits(home, live):
    exporter, engine = live(ENGINES[0], exporters.EXPORTERS["celery-exporter"][0])
    engine.wait(lambda: engine.query("celery_task_succeeded_total"), "the first scrape")
    done = harness.run(home, "report", "--format", "json", "--source", engine.source)
    assert done.code == 0, done.err
    slot = json.loads(done.out)["slots"][0]
    assert (slot["id"], slot["summary"]["success"], slot["summary"]["provider_errors"]) == ("mail", 9, None)


# What goes wrong. -------------------------------------------------------------------------------------------------------

def answers(request):
    """What a server without any samples answers."""
    data = {"resultType": "vector", "result": []} if "/query" in request.path else {}
    return {"status": "success", "data": data, "warnings": ["Name"]}


@pytest.mark.parametrize("fault", [fault for fault in remote.FAULTS if fault not in
                                   ("one byte a second", "hangs before the headers", "hangs after the headers")])
def test_broken_servers(home, fault):
    server = remote.Server(lambda request: remote.answer(200, answers(request)))
    server.fault = fault
    _, code, _ = remote.FAULTS[fault]
    with server:
        done = run(home, f"prometheus+{server.url()}", "report", now=None)
    assert done.out == "" and done.err.count("\n") == 1 and "\x1b" not in done.err
    assert done.code in ((code, 65) if code != 77 else (77,)), done.err


@pytest.mark.parametrize("status,error,words", [
    (422, "query processing would load too many samples into memory", "422 too many samples; narrow match"),
    (503, "query timed out in expression evaluation", "503 the query took too long"),
    (401, "no org id", "a tenant is needed"),
])
def test_refusals_say_what_to_do(home, status, error, words):
    body = {"status": "error", "errorType": "execution", "error": error}
    with remote.Server(lambda request: remote.answer(status if "/query" in request.path else 200,
                                                     body if "/query" in request.path else
                                                     {"status": "success", "data": {}})) as server:
        done = run(home, f"prometheus+{server.url()}", "report", now=None)
    assert words in done.err and done.code == (77 if status == 401 else 69)


def test_hostile_words_are_neutralised(home):
    body = {"status": "error", "error": "\x1b[2Jwiped\r\n\u202eevil"}
    with remote.Server(lambda request: remote.answer(200, body)) as server:
        done = run(home, f"prometheus+{server.url()}", "report", now=None)
    assert done.code == 65 and "\x1b" not in done.err and "\u202e" not in done.err and done.err.count("\n") == 1


def test_credentials_and_headers_are_sent(home):
    secret = home / "login"
    secret.write_text("user\npass\n")
    secret.chmod(0o600)
    with remote.Server(lambda request: remote.answer(200, answers(request))) as server:
        text = OWN + f'login_file = "{secret}"\nheaders = {{ X-Scope-OrgID = "team-a" }}\n'
        done = run(home, f"prometheus+{server.url()}", "report", text=text, now=None)
    assert done.code == 0, done.err
    assert {request.headers["authorization"] for request in server.requests} == {"Basic dXNlcjpwYXNz"}
    assert {request.headers["x-scope-orgid"] for request in server.requests} == {"team-a"}


@pytest.mark.parametrize("text,words", [
    ("success = 'rate(x[5m])'\n", "give a selector"), ('preset = "sidekik"\n', "the name of a preset"),
    ('headers = { Authorization = "x" }\n', "no secrets"), ('slot_label = "a-b"\n', "the name of a label"),
    ('match = "env"\n', "matchers"), ('aggregate = "avg"\n', "sum or max"),
])
def test_settings_are_checked_with_their_line(home, text, words):
    done = run(home, "prometheus+http://127.0.0.1:9", "report", text=text, now=None)
    assert done.code == 78 and "line 3" in done.err and words in done.err


def test_such_keys_are_for_such_sources(home):
    done = run(home, "panel+http://127.0.0.1:9", "report", now=None)
    assert done.code == 78 and "is for a source prometheus+https" in done.err
    assert harness.run(home, "queries", "--source", "sample:").code == 78
