"""Snapshot documents for the tests: made here, the same for the same seed."""

import json
import os
import random
import tempfile
from datetime import datetime, timedelta, timezone

UTC = timezone.utc
COUNTERS = ("success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count")
FAILURES = COUNTERS[1:5]
WIDTH = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
SHOWN = {"minute": 60, "hour": 24, "day": 14, "week": 8}
# How many buckets a judged sample spans at most.
MOST_JUDGED = {"minute": 15, "hour": 6, "day": 3, "week": 3}
NOW = datetime(2026, 11, 19, 14, 32, 5, tzinfo=UTC)


def iso(instant):
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def bucket_start(window, instant):
    minute = instant.astimezone(UTC).replace(second=0, microsecond=0)
    if window in ("minute", "hour"):
        return minute if window == "minute" else minute.replace(minute=0)
    midnight = minute.replace(hour=0, minute=0)
    return midnight - timedelta(days=midnight.weekday()) if window == "week" else midnight


def counters(success=0, timeouts=0, provider_errors=0, cancelled=0, errors=0, ingest_count=None):
    """One bucket's counters; everything received has ended unless `ingest_count` says otherwise."""
    values = dict(success=success, timeouts=timeouts, provider_errors=provider_errors, cancelled=cancelled, errors=errors)
    return {**values, "ingest_count": sum(values.values()) if ingest_count is None else ingest_count}


def metric(window, start, values):
    return {"period_start": iso(start), "period_end": iso(start + WIDTH[window]), **values}


def series(window, now, newest_first):
    """Rows of a series from its counters, newest first; `None` is a bucket that is not reported."""
    start = bucket_start(window, now)
    rows = [metric(window, start - WIDTH[window] * age, c) for age, c in enumerate(newest_first) if c is not None]
    return rows[::-1]


def snapshot(days, now=NOW, names=None, weeks=None, **extra):
    """A document of slots by id, each with its days' counters, newest first."""
    names = names or {}
    slots = [{"id": i, "name": names.get(i, i), "provider_id": "gemini", "active": True} for i in days]
    windows = {"day": {"slots": {i: series("day", now, c) for i, c in days.items()}}}
    if weeks is not None:
        windows["week"] = {"slots": {i: series("week", now, c) for i, c in weeks.items()}}
    return {"schema": "slotwatch.snapshot/1", "generated_at": iso(now), "slots": slots, "windows": windows, **extra}


def healthy(runs=200, failures=2):
    return counters(runs - failures, timeouts=failures)


def fleet(count, now=NOW, sick=(), seed=5):
    """`count` slots over 14 days with the same quiet numbers; today of those at the indices `sick` is bad."""
    r = random.Random(seed)
    days = {}
    for index in range(count):
        today = counters(50 - index % 7, provider_errors=50 + index % 7) if index in sick else healthy(100)
        days[f"slot-{index + 1:03d}"] = [today] + [healthy(150 + r.randrange(50)) for _ in range(13)]
    return snapshot(days, now, names={i: f"Name {i[5:]}" for i in days})


def write(path, document):
    """Replaces `path` in one step, as a careful producer does. Takes a document, text or bytes."""
    if isinstance(document, dict):
        document = json.dumps(document, ensure_ascii=False)
    if isinstance(document, str):
        document = document.encode()
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
    with os.fdopen(handle, "wb") as file:
        file.write(document)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
    return path


# Random fleets ------------------------------------------------------------------------------------------------------

SCALES = (0, 1, 3, 6, 12, 19, 20, 21, 40, 90, 400, 4000, 10**6, 10**12)
RATES = (0, 0, 0.001, 0.01, 0.03, 0.05, 0.07, 0.1, 0.15, 0.3, 0.6, 1)


def random_counters(r, scale, rate):
    runs = r.randint(scale // 2, scale + scale // 2)
    failed = min(runs, round(runs * rate * r.uniform(0.5, 1.5)))
    cuts = sorted(r.randint(0, failed) for _ in range(3))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, failed])]
    r.shuffle(parts)
    still_open = r.choice((0, 0, 0, 1, 5, 19, 20, 21, runs // 2, runs, runs + 25, 3 * runs + 40))
    return counters(runs - failed, *parts, ingest_count=max(0, runs + still_open - r.choice((0, 0, 0, 2))))


def random_series(r, window, now):
    """Rows of one slot: sometimes gaps, sometimes silent lately, sometimes zeros, sometimes more than is shown."""
    length = r.choice((1, 2, 3, 4, SHOWN[window], SHOWN[window], SHOWN[window], SHOWN[window] + 5))
    silent = r.choice((0,) * 12 + (1, 2, 3, 4))
    gaps = r.choice((0, 0, 0.2, 0.5))
    scale, rate, usual_rate = r.choice(SCALES), r.choice(RATES), r.choice(RATES)
    rows = []
    for age in range(max(length, silent + 1)):
        unreported = age < silent or r.random() < gaps
        rows.append(None if unreported else random_counters(r, scale, rate if age < 3 else usual_rate))
    if not any(rows[: SHOWN[window]]):
        rows[silent] = random_counters(r, scale, rate)
    return series(window, now, rows)


def spelled(r, window, row):
    """The same row in another allowed spelling: offsets, plain dates, inclusive ends, `3.0` and `3e0`."""
    start = datetime.fromisoformat(row["period_start"])
    end = start + WIDTH[window]
    zone = timezone(timedelta(minutes=r.choice((-570, -60, 0, 120, 345, 720))))
    starts = [iso(start), start.astimezone(zone).isoformat(), iso(start)[:-1] + ".000Z"]
    ends = [iso(end), iso(end - timedelta(seconds=1)), iso(end - timedelta(milliseconds=1)),
            end.astimezone(zone).isoformat()]
    if window in ("day", "week"):
        starts.append(start.strftime("%Y-%m-%d"))
        ends.append((end - timedelta(days=1)).strftime("%Y-%m-%d"))
    out = {"period_start": r.choice(starts), "period_end": r.choice(ends)}
    for key in COUNTERS:
        value = row[key]
        if value == 0 and r.random() < 0.3:
            continue
        out[key] = float(value) if value < 2**50 and r.random() < 0.2 else value
    keys = list(out)
    r.shuffle(keys)
    return {key: out[key] for key in keys}


def random_instant(r):
    special = ("2024-02-29T23:59:59Z", "2026-01-01T00:00:00Z", "2026-11-23T00:00:05Z", "2026-11-22T23:59:55Z",
               "2026-03-29T01:30:00Z", "2026-10-25T02:30:00Z", "1970-02-01T00:00:00Z", "9999-12-20T12:00:00Z")
    if r.random() < 0.35:
        return datetime.fromisoformat(r.choice(special))
    return datetime(1971, 1, 1, tzinfo=UTC) + timedelta(seconds=r.randrange(8000 * 365 * 86400 // 4))


def random_document(seed, slots=30):
    """A document of every sort of slot. Week series may be given, folded, or both; global may be missing."""
    r = random.Random(seed)
    now = random_instant(r)
    ids = [f"slot-{index:03d}" for index in range(slots)]
    listed = [{"id": i, "name": f"Name {i}", "provider_id": r.choice(("gemini", "turbotext", None)),
               "active": r.random() > 0.08, "last_reset_at": None} for i in ids if r.random() > 0.1]
    days = {i: random_series(r, "day", now) for i in ids if r.random() > 0.06}
    shape = r.choice(("days only", "days only", "some weeks", "all weeks", "weeks only"))
    windows = {}
    if shape != "weeks only":
        windows["day"] = {"slots": days}
        if r.random() < 0.4:
            windows["day"]["global"] = random_series(r, "day", now)
    if shape != "days only":
        share = 0.5 if shape == "some weeks" else 1
        windows["week"] = {"slots": {i: random_series(r, "week", now) for i in ids if r.random() < share}}
        # Without a global of its own, and with one of the days, two rules could apply: such documents are not made.
        if "global" in windows.get("day", {}) or r.random() < 0.5:
            windows["week"]["global"] = random_series(r, "week", now)
    for name in ("hour", "minute"):
        windows[name] = {"slots": {i: random_series(r, name, now) for i in ids if r.random() > 0.1}}
        if r.random() < 0.3:
            windows[name]["global"] = random_series(r, name, now)
    for name, window in windows.items():
        for rows in [*window["slots"].values(), window.get("global", [])]:
            if r.random() < 0.5:
                r.shuffle(rows)
            if r.random() < 0.5:
                rows[:] = [spelled(r, name, row) for row in rows]
    reported = {i for window in windows.values() for i in window["slots"]}
    document = {"schema": "slotwatch.snapshot/1", "generated_at": iso(now), "windows": windows}
    if r.random() < 0.85 or not reported:
        document["slots"] = listed
    if r.random() < 0.3:
        document["refresh_seconds"] = r.choice((10, 60, 600))
    return document
