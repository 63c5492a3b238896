"""Histories of a fleet with an incident at their end, as events: what an on-call person may find."""

import json
import random
import uuid
from datetime import datetime, timedelta, timezone

NOW = datetime(2026, 11, 19, 21, 2, 10, tzinfo=timezone.utc)
BAD = ["slot-004", "slot-011", "slot-019", "slot-026"]
PROVIDERS = ["meridian", "aurora", "basalt"]


def instant(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Fleet:
    """Jobs of `slots` slots, `per_hour` each, for `days` days up to NOW; the same for the same seed."""

    def __init__(self, slots=30, per_hour=50, days=14, seed=1, now=NOW):
        self.random = random.Random(seed)
        self.now, self.slots, self.per_hour, self.days = now, [f"slot-{n:03}" for n in range(1, slots + 1)], per_hour, days
        self.ratio = lambda slot, when: 0.02
        self.kind = lambda slot, when: self.random.choice(["timeout", "provider_error", "provider_error", "worker_error"])
        self.rate = lambda slot, when: 1.0
        self.hangs = lambda slot, when: False

    def events(self):
        """All events in the order in which they came, as JSON lines."""
        lines = []
        start = self.now - timedelta(days=self.days)
        for slot in self.slots:
            when = start + timedelta(seconds=self.random.uniform(0, 60))
            while True:
                when += timedelta(seconds=self.random.expovariate(self.per_hour / 3600))
                if when >= self.now:
                    break
                if self.random.random() >= self.rate(slot, when):
                    continue
                lines += self.job(slot, when)
        lines.sort()
        return [line for _, line in lines]

    def job(self, slot, when):
        job = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        yield self.event(job, slot, when, "received")
        end = when + timedelta(seconds=self.random.uniform(1, 20))
        if end >= self.now or self.hangs(slot, when):
            return
        if self.random.random() >= self.ratio(slot, when):
            yield self.event(job, slot, end, "succeeded")
            return
        kind = self.kind(slot, when)
        status = {"status": "timeout"} if kind == "timeout" else {
            "status": "failed", "details": {"failure_reason": kind}, "message": f"{kind} 502 from api.example"}
        yield self.event(job, slot, end, **status)

    def event(self, job, slot, when, status, **more):
        event = {"id": str(uuid.UUID(int=self.random.getrandbits(128), version=4)), "job_id": job, "slot_id": slot,
                 "status": status, "occurred_at": instant(when), **more}
        return instant(when), json.dumps(event)


def since(minutes, slots=None):
    """Whether an instant and slot lie in the last so many minutes, and among these slots."""
    begin = NOW - timedelta(minutes=minutes)
    return lambda slot, when: when >= begin and (slots is None or slot in slots)


def bad_provider(fleet, minutes=20):
    hit = since(minutes, BAD)
    fleet.ratio = lambda slot, when: 0.85 if hit(slot, when) else 0.02
    fleet.kind = lambda slot, when: "provider_error" if hit(slot, when) else "timeout"


def slow_burn(fleet):
    begin = fleet.now - timedelta(days=3)
    fleet.ratio = lambda slot, when: 0.02 + 0.04 * max(0, (when - begin) / timedelta(days=3))


def silence(fleet, minutes=40):
    hit = since(minutes)
    fleet.rate = lambda slot, when: 0.0 if hit(slot, when) else 1.0


def hanging_workers(fleet, minutes=40):
    fleet.hangs = since(minutes, fleet.slots[:8])


def chronic_and_new(fleet, minutes=20):
    hit = since(minutes, ["slot-014"])
    fleet.ratio = lambda slot, when: 0.75 if slot == "slot-007" else 0.08 if hit(slot, when) else 0.01


DRILLS = {"provider": bad_provider, "burn": slow_burn, "silence": silence, "hang": hanging_workers, "chronic": chronic_and_new}

if __name__ == "__main__":
    import sys

    fleet = Fleet(slots=int(sys.argv[2]), per_hour=float(sys.argv[3]))
    if sys.argv[1] in DRILLS:
        DRILLS[sys.argv[1]](fleet)
    sys.stdout.write("".join(line + "\n" for line in fleet.events()))
