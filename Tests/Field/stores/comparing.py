"""What is in a store, beside what was acknowledged and what its events come to."""

import json
import os
import sqlite3
import subprocess
import uuid
from contextlib import closing

import events

# The kinds of events as stores number them.
STATUSES = ("received", "dispatched", "provider_responded", "succeeded", "timeout", "failed", "failed", "failed",
            "failed")
REASONS = {6: "timeout", 7: "provider_error", 8: "cancelled"}


def opened(store):
    return closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10))


def check_pages(store, trial):
    """Whether there is a database, and no fault in its pages."""
    if not os.path.exists(store):
        return False
    try:
        with opened(store) as database:
            said = database.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said == [("ok",)]:
        return True
    trial.fault(f"integrity_check of {os.path.basename(store)}: {said[:2] if isinstance(said, list) else said}")
    return False


class Content:
    """A store as it is at the moment: its events, and whether they are as they should be."""

    def __init__(self, store, trial):
        self.store, self.trial, self.ids = store, trial, set()
        if not check_pages(store, trial):
            return
        with opened(store) as database:
            rows = database.execute(
                "SELECT event, job, slots.id, kind, occurred_at, failure_reason FROM logs JOIN slots ON key = slot"
            ).fetchall()
        self.ids = {str(uuid.UUID(bytes=row[0])) for row in rows}
        trial.doubled += len(rows) - len(self.ids)
        self.compare(rows)

    def compare(self, rows):
        """What the program counts, and what a recount of the same events gives."""
        known = self.trial.known
        made = [known.get(str(uuid.UUID(bytes=row[0]))) or event(*row) for row in rows]
        wanted, counted = flat(events.counted(made)), flat(events.reported(self.report()))
        for key in wanted.keys() | counted.keys():
            difference = counted.get(key, 0) - wanted.get(key, 0)
            self.trial.doubled += max(difference, 0)
            if difference < 0:
                self.trial.miscounted(-difference)

    def report(self):
        done = subprocess.run(
            [os.environ["SLOTWATCH_BIN"], "report", "--format", "json", "--source", f"sqlite:{self.store}"], capture_output=True,
            text=True, env={**os.environ, "HOME": str(self.trial.folder)}, timeout=60)
        if done.returncode:
            self.trial.fault(f"report of {os.path.basename(self.store)}: {done.stderr.strip()}")
            return {"slots": []}
        return json.loads(done.stdout)


def event(identity, job, slot, kind, moment, reason):
    """An event that only the store knows."""
    reason = REASONS.get(kind, reason)
    seconds, rest = divmod(moment, 1_000_000_000)
    when = events.datetime.fromtimestamp(seconds, events.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return {"id": str(uuid.UUID(bytes=identity)), "job_id": str(uuid.UUID(bytes=job)), "slot_id": slot,
            "status": STATUSES[kind], "occurred_at": f"{when}.{rest // 1000:06d}Z",
            "details": {"failure_reason": reason}}


def flat(counts):
    return {(slot, day, name): count for slot, days in counts.items() for day, row in days.items()
            for name, count in row.items()}


def missing(trial, kept, here):
    """How many acknowledged events are not in the file that they must be in.

    An event is acknowledged into the file that stood at the store's path between the beginning of its request and the
    answer to it.
    """
    place, kind = trial.place, trial.kind
    before = {"kept": kept.ids, "here": here.ids, "none": None}[kind.before]
    lost = set()
    for receipt in trial.writer.receipts:
        if kind.isUnsure and receipt.ended >= place.began:
            continue
        if receipt.began > place.ended:
            # Where nothing stands at the path, nobody may acknowledge anything.
            if kind.isGone and receipt.ended < place.mended:
                trial.fault("an event was acknowledged while there was no store")
            lost |= set(receipt.ids) - here.ids
        elif receipt.ended >= place.began:
            lost |= set(receipt.ids) - here.ids - (before or set(receipt.ids))
        elif before is not None:
            lost |= set(receipt.ids) - before
        if receipt.ended < place.backedUp < float("inf"):
            lost |= set(receipt.ids) - here.ids
    return len(lost)
