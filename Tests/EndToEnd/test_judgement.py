"""`report`, `check` and the screen against the oracle, over many generated fleets."""

import csv
import io
import json
import random
import re
from datetime import timedelta
from fractions import Fraction

import pytest

import oracle
import snapshots
from conftest import screen
from frames import BARS, Table
from harness import run
from oracle import Rules

SEEDS = range(36)


def rules_for(seed, window):
    """The defaults for most, other thresholds and sizes for some."""
    r = random.Random(seed * 2 + (window == "week"))
    if seed % 3:
        return Rules(window)
    warning = Fraction(r.choice((1, 2, 5, 10, 30, 50, 80, 125, 600)), 1000)
    return Rules(window, warning, min(warning * r.choice((1, 2, 4)), Fraction(1)), r.choice((1, 5, 10, 20, 50, 1000)))


def summary(sample):
    return {"total_runs": sample.runs, **sample, "failure_count": sample.failed,
            "failure_ratio": None if sample.ratio is None else pytest.approx(float(sample.ratio), abs=1e-9)}


def near(value):
    return None if value is None else pytest.approx(float(value), abs=2e-6)


def expected_view(view):
    return {"summary": summary(view.summary), "current": view.current and summary(view.current),
            "judged": summary(view.judged), "judged_buckets": view.judged_buckets, "ratio_low": near(view.low),
            "ratio_high": near(view.high), "usual": near(view.usual), "open": view.judged.open,
            "state": view.own_state if view.state == "over" else view.state, **expected_recent(view),
            "metrics": [dict(row) for row in view.metrics.values()]}


def expected_recent(view):
    last_hour = view.recent
    if last_hour is None:
        return {"recent": None}
    return {"cooling": last_hour.cooling, "over": view.state == "over",
            "recent": {**summary(last_hour.sample), "minutes": last_hour.minutes, "ratio_low": near(last_hour.low),
                       "ratio_high": near(last_hour.high), "usual": near(last_hour.usual), "state": last_hour.state}}


def compare_view(got, view, window, what):
    starts = [oracle.instant(m["period_start"]) for m in got["metrics"]]
    assert starts == sorted(view.metrics), f"{what}: other buckets"
    for metric, start in zip(got["metrics"], starts):
        assert oracle.instant(metric["period_end"]) == start + snapshots.WIDTH[window], what
        assert {key: metric[key] for key in snapshots.COUNTERS} == view.metrics[start], f"{what} {start}"
    wanted = expected_view(view)
    for key in wanted.keys() - {"metrics"}:
        if not (key in ("state", "cooling", "over", "recent") and view.close_call):
            assert got.get(key) == wanted[key], f"{what}: {key}"


def report(home, path, rules, now, *more):
    done = run(home, "report", "--format", "json", "--source", path, "--now", snapshots.iso(now), *rules.arguments(), *more)
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


@pytest.mark.parametrize("window", snapshots.WIDTH)
@pytest.mark.parametrize("seed", SEEDS)
def test_report_says_what_the_rules_say(seed, window, home, place):
    document = snapshots.random_document(seed)
    rules, path = rules_for(seed, window), place(document)
    verdict = oracle.expect(document, rules)
    now = verdict.generated_at + timedelta(seconds=5)
    got = report(home, path, rules, now)

    assert got["schema"] == "slotwatch.report/1"
    assert (got["window"], got["scope"], got["trust"]) == (window, "current", "live")
    assert oracle.instant(got["generated_at"]) == verdict.generated_at
    assert oracle.instant(got["from"]) == verdict.starts[0]
    assert oracle.instant(got["to"]) == verdict.starts[-1] + snapshots.WIDTH[window]
    assert got["thresholds"] == {"warning": near(rules.warning), "critical": near(rules.critical),
                                 "min_runs": rules.min_runs}
    compare_view(got["global"], verdict.overall, window, "all slots")
    assert [slot["id"] for slot in got["slots"]] == sorted(verdict.slots)
    for slot in got["slots"]:
        compare_view(slot, verdict.slots[slot["id"]], window, slot["id"])
        said = verdict.listed.get(slot["id"], {})
        assert slot["name"] == said.get("name", slot["id"])
        assert slot["active"] == said.get("active", True)
        assert slot.get("provider_id") == said.get("provider_id")


@pytest.mark.parametrize("window", snapshots.WIDTH)
@pytest.mark.parametrize("seed", SEEDS[:16])
def test_check_follows_the_same_rules(seed, window, home, place):
    document = snapshots.random_document(seed)
    rules, path = rules_for(seed, window), place(document)
    verdict = oracle.expect(document, rules)
    if verdict.overall.close_call or any(view.close_call for view in verdict.slots.values()):
        pytest.skip("rounding could decide")
    now = verdict.generated_at + timedelta(seconds=5)
    check = lambda *more: run(home, "check", "--source", path, "--now", snapshots.iso(now), *rules.arguments(), *more)

    done = check()
    code = oracle.worst_exit(verdict)
    assert (done.code, done.err) == (code, ""), done
    assert re.fullmatch(r"SLOTWATCH (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+ \| [^|\n]+\n", done.out), done.out
    assert done.out.split()[1] == ("OK", "WARNING", "CRITICAL", "UNKNOWN")[code]
    assert_performance_data(done.out, verdict, rules)
    marked = [i for i in verdict.order if verdict.slots[i].state in oracle.MARKED]
    worst = sorted(marked, key=lambda i: verdict.slots[i].state != "critical")[:3]
    words = done.out.split("|")[0]
    places = [words.find(i) for i in worst]
    assert -1 not in places and places == sorted(places), f"{worst} should be named, worst first: {words}"

    for slot in random.Random(seed).sample(sorted(i for i, v in verdict.slots.items() if v.state != "off"), 3):
        one = check("--slot", slot)
        assert one.code == oracle.worst_exit(verdict, slot), f"{slot} {verdict.slots[slot].state}: {one.out}"


def assert_performance_data(line, verdict, rules):
    data = dict(word.split("=") for word in line.split("|")[1].split())
    number = lambda name: float(re.match(r"[\d.]+", data[name].split(";")[0]).group())
    view = verdict.overall
    states = [v.state for v in verdict.slots.values()]
    if view.judged.runs:
        assert number("ratio") == pytest.approx(float(view.judged.ratio) * 100, abs=0.0051)
        # Cut, not rounded: what is under a threshold must not read as having reached it.
        assert -1e-6 < view.low * 100 - number("ratio_low") < 0.01 + 1e-6
        warning, critical = data["ratio_low"].split(";")[1:3]
        assert (float(warning), float(critical)) == (pytest.approx(float(rules.warning * 100)),
                                                     pytest.approx(float(rules.critical * 100)))
    else:
        assert not data.keys() & {"ratio", "ratio_low"}, "what has no value is left out"
    assert int(number("runs")) == view.judged.runs
    assert int(number("failed")) == view.judged.failed
    assert int(number("open")) == view.judged.open
    assert int(number("slots_critical")) == states.count("critical")
    assert int(number("slots_warning")) == sum(map(states.count, ("warning", "stalled", "quiet")))


@pytest.mark.parametrize("window", snapshots.WIDTH)
@pytest.mark.parametrize("seed", SEEDS[:12])
def test_screen_shows_what_the_rules_say(seed, window, home, place):
    document = snapshots.random_document(seed)
    rules, path = rules_for(seed, window), place(document)
    verdict = oracle.expect(document, rules)
    lines = screen(home, path, "200x90", now=verdict.generated_at + timedelta(seconds=5), more=rules.arguments())
    table = Table(lines)
    shown = table.ids(r"slot-\d\d\d")
    assert_order(shown, verdict)
    for slot in shown:
        view, row = verdict.slots[slot], table.row(slot)
        if not view.close_call:
            assert "".join(row[:2]) == oracle.MARKS[view.state], f"{slot}, {view.state}: {''.join(row)}"
        # The newest of them, with the line before the last.
        width = min(len(verdict.starts), 14) + 1
        assert "".join(row[table.bars_at:table.bars_at + width]).ljust(width) \
            == bars(view, verdict, rules)[-width:], f"bars of {slot}: {''.join(row)}"
        if view.state in ("off", "missing", "idle"):
            continue
        assert table.value(row, "fail%") in oracle.percents(view.judged), f"{slot}: {''.join(row)}"
        assert table.after(row, "fail%").strip() == view.trend, f"{slot}: {''.join(row)}"
        if view.judged.runs < 100_000:
            assert table.value(row, "runs") == f"{view.judged.runs:,}", f"{slot}, {view.state}: {''.join(row)}"
        if view.judged_buckets > 1:
            assert f" {view.judged_buckets}{window[0]} " in "".join(row), slot
        if view.usual is not None:
            assert table.value(row, "usual") in oracle.percents(view.usual), slot


def assert_order(shown, verdict):
    assert sorted(shown) == sorted(verdict.slots), "every slot has a row at this size"
    group = lambda i: oracle.standing(i, verdict.slots[i])[0]
    assert [group(i) for i in shown] == sorted(group(i) for i in shown), "judged, few, missing, idle, off"
    judged = [i for i in shown if group(i) == 0]
    assert judged == [i for i in verdict.order if group(i) == 0], "worst first"


def bars(view, verdict, rules):
    """One fixed scale: a step is the warning threshold, full from seven."""
    def bar(start):
        row = view.metrics.get(start)
        if row is None:
            return " "
        return "·" if not row.runs else BARS[min(7, row.ratio // rules.warning)]
    drawn = [bar(start) for start in verdict.starts]
    return "".join(drawn[:-1]) + "┆" + drawn[-1]


@pytest.mark.parametrize("keys", ["v", "s", "S", "I", "s s v", "u", "Space", "+", "j j j", "!", "Down I"])
def test_no_key_changes_a_mark(keys, home, place):
    document = snapshots.random_document(2)
    verdict = oracle.expect(document, Rules())
    lines = screen(home, place(document), "200x90", keys, verdict.generated_at + timedelta(seconds=5))
    table = Table(lines)
    shown = table.ids(r"slot-\d\d\d")
    wanted = [i for i, v in verdict.slots.items() if v.state in oracle.MARKED] if keys == "!" else verdict.slots
    assert sorted(shown) == sorted(wanted)
    for slot in shown:
        assert "".join(table.row(slot)[:2]) == oracle.MARKS[verdict.slots[slot].state], slot


def test_csv_has_a_row_for_every_slot_and_shown_bucket(home, place):
    document = snapshots.random_document(4)
    path = place(document)
    for window in snapshots.WIDTH:
        verdict = oracle.expect(document, Rules(window))
        done = run(home, "report", "--format", "csv", "--source", path, "--window", window,
                   "--now", snapshots.iso(verdict.generated_at))
        assert (done.code, done.err) == (0, "")
        assert "\n" not in done.out.replace("\r\n", ""), "RFC 4180 ends lines with CRLF"
        heading, *rows = csv.reader(io.StringIO(done.out, newline=""))
        assert heading == ["window", "slot_id", "name", "period_start", "period_end", *snapshots.COUNTERS,
                           "total_runs", "failure_count", "failure_ratio"]
        wanted = [(i, start, row) for i in sorted(verdict.slots) for start, row in sorted(verdict.slots[i].metrics.items())]
        assert len(rows) == len(wanted)
        for got, (slot, start, row) in zip(rows, wanted):
            assert got[:2] == [window, slot] and oracle.instant(got[3]) == start
            assert [int(value) for value in got[5:13]] == [*row.values(), row.runs, row.failed]
            assert (got[13] == "") if row.ratio is None else float(got[13]) == pytest.approx(float(row.ratio))


def said(spellings, line):
    return any(spelling in line for spelling in spellings)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_readable_reports_hold_the_numbers(form, home, place):
    document = snapshots.fleet(12, sick=(3, 7))
    verdict = oracle.expect(document, Rules())
    done = run(home, "report", "--format", form, "--source", place(document), "--now", snapshots.iso(snapshots.NOW))
    assert (done.code, done.err) == (0, "")
    places = []
    for slot in verdict.order:
        row = next(line for line in done.out.splitlines()
                   if slot in line and said(oracle.percents(verdict.slots[slot].judged), line))
        assert f"{verdict.slots[slot].judged.runs:,}" in row or str(verdict.slots[slot].judged.runs) in row
        places.append(done.out.index(row))
    assert places == sorted(places), "worst first"


MIDNIGHTS = ["2026-11-19T00:00:00Z", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00Z", "2028-02-29T00:00:00Z"]


@pytest.mark.parametrize("midnight", MIDNIGHTS)
@pytest.mark.parametrize("window", snapshots.WIDTH)
def test_midnight_is_not_a_recovery(midnight, window, home, place):
    """The same fleet 5 s before and after the turn of a bucket keeps its marks, but for rows already at 3."""
    after = oracle.instant(midnight) + timedelta(seconds=5)
    before = after - timedelta(seconds=10)
    r = random.Random(midnight)
    document = {"schema": "slotwatch.snapshot/1", "windows": {
        name: {"slots": {f"slot-{i:03d}": snapshots.random_series(r, name, before) for i in range(40)}}
        for name in snapshots.WIDTH}}
    states = []
    for now in (before, after):
        document["generated_at"] = snapshots.iso(now)
        got = report(home, place(document), Rules(window), now)
        verdict = oracle.expect(document, Rules(window))
        assert {s["id"]: s["state"] for s in got["slots"]} == {
            i: v.own_state if v.state == "over" else v.state for i, v in verdict.slots.items()}
        states.append({s["id"]: s for s in got["slots"]})
    turned = oracle.bucket_start(window, before) != oracle.bucket_start(window, after)
    for slot, one in states[0].items():
        other = states[1][slot]
        if one["judged_buckets"] < snapshots.MOST_JUDGED[window] and one["state"] in ("critical", "warning"):
            assert other["state"] == one["state"], slot
            assert other["judged_buckets"] == one["judged_buckets"] + turned


def test_yesterdays_data_is_judged_in_its_own_bucket(home, place):
    """Once the wall clock has left the data's bucket, that bucket stays the current one and its date is named."""
    made = oracle.instant("2026-11-19T23:59:55Z")
    document = snapshots.snapshot({"slot-001": [snapshots.healthy(50, 20)] + [snapshots.healthy()] * 13}, made)
    path = place(document)
    got = report(home, path, Rules(), made + timedelta(seconds=10))
    assert got["slots"][0]["current"]["total_runs"] == 50
    assert oracle.instant(got["to"]) == oracle.instant("2026-11-20T00:00:00Z")
    assert "19 Nov" in "\n".join(screen(home, path, now=made + timedelta(seconds=10)))
    assert "today" not in screen(home, path, now=made + timedelta(seconds=10))[1]


@pytest.mark.parametrize("age, refresh, option, trust", [
    (5, None, None, "live"), (300, None, None, "live"), (301, None, None, "stale"), (-60, None, None, "live"),
    (-61, None, None, "stale"), (20, 10, None, "live"), (21, 10, None, "stale"), (1000, 600, None, "live"),
    (1201, 600, None, "stale"), (50, None, 40, "stale"), (1000, None, 2000, "live"), (86400 * 400, None, None, "stale")])
def test_trust_is_the_age_of_the_data(age, refresh, option, trust, home, place):
    extra = {} if refresh is None else {"refresh_seconds": refresh}
    document = {**snapshots.fleet(3), **extra}
    now = snapshots.NOW + timedelta(seconds=age)
    more = [] if option is None else ["--stale-after", option]
    path = place(document)
    assert report(home, path, Rules(), now, *more)["trust"] == trust
    done = run(home, "check", "--source", path, "--now", snapshots.iso(now), *more)
    assert done.code == (3 if trust == "stale" else 0), done
    assert done.out.startswith("SLOTWATCH UNKNOWN" if trust == "stale" else "SLOTWATCH OK")
    line = screen(home, path, now=now, more=more)[0]
    assert trust.upper() in line, line


def test_sums_stop_at_the_largest_counter(home, place):
    most = 2**63 - 1
    big = snapshots.counters(most - 10, timeouts=most, errors=7, ingest_count=most)
    document = snapshots.snapshot({"slot-001": [big, big, snapshots.healthy()], "slot-002": [big]})
    verdict = oracle.expect(document, Rules())
    got = report(home, place(document), Rules(), snapshots.NOW)
    compare_view(got["global"], verdict.overall, "day", "all slots")
    for slot in got["slots"]:
        compare_view(slot, verdict.slots[slot["id"]], "day", slot["id"])
    screen(home, place(document), "200x60")
    screen(home, place(document), "80x24", "Enter")


def test_buckets_that_begin_after_the_data_are_left_out_and_named(home, place):
    document = snapshots.fleet(3)
    tomorrow = snapshots.bucket_start("day", snapshots.NOW) + timedelta(days=1)
    document["windows"]["day"]["slots"]["slot-002"].append(
        snapshots.metric("day", tomorrow, snapshots.counters(0, errors=777)))
    path = place(document)
    got = report(home, path, Rules(), snapshots.NOW)
    verdict = oracle.expect(document, Rules())
    for slot in got["slots"]:
        compare_view(slot, verdict.slots[slot["id"]], "day", slot["id"])
    assert got["global"]["summary"]["errors"] == 0
    said = "left out: 1 bucket begins after the data, 2026-11-20"
    assert any(said in line for line in screen(home, path)), "the screen does not say that buckets are left out"
    assert said in run(home, "report", "--source", path, "--now", snapshots.iso(snapshots.NOW)).out
