"""Made events and what they must come to: a recount in Python that knows nothing of the program."""

import json
import random
import uuid
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=timezone.utc)
NOW_TEXT = "2026-11-24T12:00:00Z"
OUTCOMES = {"timeout": "timeouts", "provider_error": "provider_errors", "cancelled": "cancelled"}
COUNTERS = ("success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count")


def instant(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def made(jobs, seed=1, slots=12, days=13, now=NOW):
    """The events of so many jobs, in the order of their time: received, dispatched, an answer, an end."""
    pick = random.Random(seed)

    def identity():
        return str(uuid.UUID(int=pick.getrandbits(128)))

    events = []
    for _ in range(jobs):
        job, slot = identity(), f"slot-{pick.randrange(slots):03d}"
        at = now - timedelta(seconds=pick.uniform(60, days * 86400))
        ending = pick.choices(["succeeded", "timeout", "provider_error", "cancelled", "other", "none"],
                              [80, 6, 6, 2, 4, 2])[0]
        steps = [("received", {}), ("dispatched", {})]
        if ending == "succeeded":
            steps += [("provider_responded", {"provider_latency_ms": pick.randrange(9000)}), ("succeeded", {})]
        elif ending == "timeout":
            steps += [("timeout", {})]
        elif ending != "none":
            steps += [("failed", {"details": {"failure_reason": ending}, "message": "no luck"})]
        for status, more in steps:
            events.append({"id": identity(), "job_id": job, "slot_id": slot, "status": status,
                           "occurred_at": instant(at), **more})
            at += timedelta(seconds=pick.uniform(0.01, 30))
    events.sort(key=lambda event: event["occurred_at"])
    return events


def disturbed(events, seed=2, repeats=0.2, seconds=600):
    """The same events with repeats, and so many seconds out of order."""
    pick = random.Random(seed)
    keyed = [(datetime.fromisoformat(e["occurred_at"]).timestamp() + pick.uniform(0, seconds), e)
             for e in events + pick.sample(events, int(len(events) * repeats))]
    return [event for _, event in sorted(keyed, key=lambda pair: pair[0])]


def lines(events):
    return "".join(json.dumps(event) + "\n" for event in events)


def day(event):
    return event["occurred_at"][:10]


def hour(event):
    return event["occurred_at"][:13] + ":00:00Z"


def minute(event):
    return event["occurred_at"][:16] + ":00Z"


def counted(events, bucket=day):
    """{slot: {bucket: Counter}}, each job once, whatever is repeated or out of order."""
    received, ended = {}, {}
    for event in events:
        first = received if event["status"] == "received" else ended
        if event["status"] in ("dispatched", "provider_responded"):
            continue
        key = (datetime.fromisoformat(event["occurred_at"]), event["id"])
        if event["job_id"] not in first or key < first[event["job_id"]][0]:
            first[event["job_id"]] = (key, event)
    counts = defaultdict(lambda: defaultdict(Counter))
    for kind, first in (("received", received), ("ended", ended)):
        for _, event in first.values():
            counts[event["slot_id"]][bucket(event)][counter(kind, event)] += 1
    return {slot: {day: dict(counter) for day, counter in days.items()} for slot, days in counts.items()}


def counter(kind, event):
    if kind == "received":
        return "ingest_count"
    if event["status"] == "succeeded":
        return "success"
    if event["status"] == "timeout":
        return "timeouts"
    return OUTCOMES.get((event.get("details") or {}).get("failure_reason"), "errors")


def reported(report):
    """The same form of a `report --format json`."""
    counts = {}
    for slot in report["slots"]:
        days = {m["period_start"][:10]: {k: m[k] for k in COUNTERS if m[k]} for m in slot["metrics"]}
        counts[slot["id"]] = {day: row for day, row in days.items() if row}
    return {slot: days for slot, days in counts.items() if days}
