"""Those who write into a store: what they are given, what they say is stored, and what they say where it is not.

Each is given events of which it is known what they come to. What it has acknowledged is told by `receipts`.
"""

import http.client
import itertools
import json
import os
import re
import signal
import sqlite3
import subprocess
import threading
import time
import uuid
from contextlib import closing
from dataclasses import dataclass

import comparing
import events

BINARY = os.path.abspath(os.environ["SLOTWATCH_BIN"])
WORKER = os.path.join(os.path.dirname(BINARY), "JobWorkerProcess")
# Seconds until what must come counts as never coming.
PATIENCE = 30


class Fault(Exception):
    """What a writer must not do."""


@dataclass
class Receipt:
    """Events that were acknowledged, and between which instants; where that is not known, at no instant."""
    ids: list
    began: float = float("nan")
    ended: float = float("nan")


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    raise Fault(f"never within {patience} s: {what}")


def stored(store):
    """How many events are there; 0 while there is no store."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute("SELECT count(*) FROM logs").fetchone()[0]
    except sqlite3.Error:
        return 0


def filled(store, made):
    """Makes a store with these events, which nobody has open."""
    done = subprocess.run(
        [BINARY, "ingest", "--store", f"sqlite:{store}"], input=events.lines(made), capture_output=True, text=True,
        timeout=60)
    if done.returncode:
        raise Fault(f"a store was not made: {done.stderr}")
    return {event["id"]: event for event in made}


def seen(store):
    """The events that a reader sees there."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as database:
        return {str(uuid.UUID(bytes=row[0])) for row in database.execute("SELECT event FROM logs")}


class Writer:
    """A process that writes into the store of a trial."""
    # Whether it goes on where the store is gone, or ends.
    isLasting = False
    # Whether it can be given everything again, so that all of it must be there at the end.
    isGivenAgain = True
    # How many jobs it is given.
    jobs = 150
    # Whether it is there: not every build has each.
    isThere = True

    def __init__(self, trial):
        self.trial, self.place, self.pick = trial, trial.place, trial.pick
        self.given = events.made(self.jobs, seed=trial.seed, days=2, now=trial.now)
        self.isOver = threading.Event()
        self.threads, self.process, self.runs = [], None, 0

    def launch(self, *arguments, **options):
        """Begins anew; what is said goes to files of this run."""
        self.runs += 1
        folder, home = self.trial.folder, str(self.trial.folder)
        self.out, self.said = folder / f"out{self.runs}", folder / f"said{self.runs}"
        with open(self.out, "wb") as out, open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [BINARY, *map(str, arguments)], stdout=out, stderr=said, **{"stdin": subprocess.DEVNULL, **options},
                env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home})

    def work(self, body):
        """Does this beside the trial until it is over."""
        def guarded():
            try:
                body()
            except Exception as error:
                self.trial.fault(f"the trial's own work failed: {error!r}")
        self.threads.append(threading.Thread(target=guarded, daemon=True))
        self.threads[-1].start()

    def pause(self, most):
        return self.isOver.wait(self.pick.uniform(0, most))

    def await_first_events(self):
        before = len(self.trial.stock)
        wait_for(lambda: stored(self.place.store) > before or self.has_ended(), "the first event in the store")

    def has_ended(self):
        return self.process.poll() is not None

    def join(self):
        self.isOver.set()
        for thread in self.threads:
            thread.join()
        self.threads = []
        self.isOver.clear()

    def fill(self, path):
        """Makes another store, which nobody has open; returns its events."""
        return filled(path, events.made(10, seed=self.trial.seed + 1, slots=3, days=1, now=self.trial.now))

    def compare(self):
        """What is there once all is put right, and again once everything was given again."""
        place, trial = self.place, self.trial
        kept, here = comparing.Content(place.kept, trial), comparing.Content(place.store, trial)
        trial.missing += comparing.missing(trial, kept, here) + self.short(kept.ids | here.ids)
        trial.acknowledged = self.acknowledged()
        total = self.again()
        after = comparing.Content(place.store, trial)
        trial.missing += len(here.ids - after.ids)
        if self.isGivenAgain:
            trial.missing += len(trial.expected() - after.ids)
            if total != len(after.ids):
                trial.fault(f"{total} events told, {len(after.ids)} there")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """Ends it, if it has not ended, as whoever looks after it does."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Fault("SIGTERM does not end it")

    def stop(self):
        """Once no more is given: it is ended, and says what was stored."""
        self.join()
        if not self.has_ended():
            self.end()
            self.expect("it was told to end", 143)

    def expect(self, why, *statuses):
        if self.process.returncode not in statuses:
            raise Fault(f"status {self.process.returncode} where {why}: {self.said.read_text().strip()[-300:]}")

    def leave(self):
        """Leaves nothing running."""
        self.isOver.set()
        if self.process:
            self.kill()
        for thread in self.threads:
            thread.join()

    def endure(self, kind):
        """The time in which the store is not as it should be. Counts those that say so."""
        self.pause_all(0.1, 0.3)

    def pause_all(self, least, most):
        time.sleep(self.pick.uniform(least, most))

    def recover(self, kind):
        """What must be well again once the store is put right."""

    def acknowledged(self):
        """How many different events were acknowledged."""
        return len({identity for receipt in self.receipts for identity in receipt.ids})

    def short(self, ids):
        """How many events fewer there are than were acknowledged, where that is all one knows."""
        return 0

    def again(self):
        """Begins anew, and gives everything once more; returns how many events there are by what is told."""

    def numbers(self):
        """The figures of the summary."""
        text = self.out.read_text()
        return {word: int(found[1].replace(",", "")) for word in ("accepted", "duplicate", "refused")
                if (found := re.search(rf"^{word} +([\d,]+)$", text, re.M))}


class Server(Writer):
    """`serve`: several connections post events, some again as after an answer that did not come."""
    name = "serve"
    isLasting = True
    connections = 4

    def begin(self):
        self.receipts, self.refusals, self.lock = [], 0, threading.Lock()
        self.serve()
        self.posts = iter(self.bodies())
        for _ in range(self.connections):
            self.work(self.post_all)

    def serve(self):
        self.launch("serve", "--store", f"sqlite:{self.place.store}", "--listen", "127.0.0.1:0")
        found = wait_for(lambda: re.search(r":(\d+)\n", self.said.read_text()) or self.has_ended() and "ended",
                         "it listens")
        if found == "ended":
            raise Fault(f"it does not start: {self.said.read_text()}")
        self.port = int(found[1])

    def bodies(self):
        """The events in small groups, for as long as is asked; at their end, groups of before."""
        groups, start = [], 0
        while start < len(self.given):
            count = self.pick.choice((1, 1, 2, 4))
            groups.append(self.given[start:start + count])
            start += count
        for number in itertools.count():
            again = number >= len(groups) or self.pick.random() < 0.1
            yield groups[self.pick.randrange(min(number + 1, len(groups)))] if again else groups[number]

    def connect(self):
        return closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE))

    def post(self, group, connection):
        connection.request("POST", "/api/events", json.dumps(group), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def post_all(self):
        with self.connect() as connection:
            while not self.isOver.is_set():
                with self.lock:
                    group = next(self.posts)
                began = time.monotonic()
                try:
                    status, body = self.post(group, connection)
                except (OSError, http.client.HTTPException):
                    if self.has_ended():
                        return
                    if self.trial.kind.name == "kill -9":
                        continue
                    raise
                ended = time.monotonic()
                with self.lock:
                    self.take(group, began, ended, status, body)
                self.pause(0.006)

    def take(self, group, began, ended, status, body):
        if status == 200:
            if body["accepted"] + body["duplicate"] != len(group):
                self.trial.fault(f"an answer to {len(group)} events: {body}")
            self.receipts.append(Receipt([event["id"] for event in group], began, ended))
        elif status in (429, 503):
            self.refusals += 1
        else:
            self.trial.fault(f"status {status}: {body}")

    def ready(self):
        with self.connect() as connection:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def endure(self, kind):
        if self.has_ended():
            if kind.name != "kill -9":
                raise Fault(f"it ended: {self.said.read_text()}")
            return
        for _ in range(2):
            if kind.isGone and (status := self.ready()) != 503:
                raise Fault(f"/readyz says {status} while there is no store")
            self.pause_all(0.05, 0.2)
        self.trial.noticed = self.refusals > 0

    def recover(self, kind):
        if not kind.isMendedAlive:
            return
        def takes():
            with self.connect() as connection:
                began = time.monotonic()
                status, body = self.post(self.given[:1], connection)
                with self.lock:
                    self.take(self.given[:1], began, time.monotonic(), status, body)
                return status == 200 and self.ready() == 200
        wait_for(takes, "it takes events again", 10)
        self.pause_all(0.05, 0.1)

    def again(self):
        """Everything once more, to a server that was begun anew."""
        before = stored(self.place.store)
        self.serve()
        accepted = 0
        with self.connect() as connection:
            for start in range(0, len(self.given), 500):
                group = self.given[start:start + 500]
                status, body = self.post(group, connection)
                if status != 200 or body["accepted"] + body["duplicate"] != len(group):
                    raise Fault(f"begun anew, it answers {status}: {body}")
                accepted += body["accepted"]
            if self.ready() != 200:
                raise Fault("begun anew, it is not ready")
        self.stop()
        return before + accepted


class Ingest(Writer):
    """`ingest`: it tells by its summary how many of the first events are stored."""

    def begin(self):
        self.ingest()
        self.work(self.feed)
        self.await_first_events()

    def lines(self):
        # The last one is for whoever begins anew.
        start, end = 0, len(self.given) - 1
        while start < end and not self.isOver.is_set():
            count = self.pick.randrange(1, 10)
            yield events.lines(self.given[start:min(start + count, end)]).encode()
            start += count
            self.pause(0.02)

    def endure(self, kind):
        """It must end by itself, with one line; where nothing may be wrong, it may go on."""
        try:
            self.process.wait(0.5 if kind.isQuiet else PATIENCE)
        except subprocess.TimeoutExpired:
            if not kind.isQuiet:
                raise Fault("it goes on")
            return
        if kind.name == "kill -9":
            return
        if self.isDone():
            return
        self.expect("the store is gone, or cannot be written", 74, 77)
        said = self.said.read_text()
        if said.count("\n") != 1 or not said.startswith("slotwatch: ") or str(self.place.store) not in said:
            raise Fault(f"no line that names the store: {said!r}")
        self.trial.noticed = True

    def isDone(self):
        """Whether it had nothing more to do before anything happened."""
        return False

    @property
    def receipts(self):
        if self.trial.seen:
            return [Receipt(list(self.trial.seen))]
        numbers = self.numbers()
        if numbers.get("refused"):
            self.trial.fault(f"refused: {self.out.read_text()}")
        count = numbers.get("accepted", 0) + numbers.get("duplicate", 0)
        return [Receipt([event["id"] for event in self.given[:count]])]


class Follow(Ingest):
    name = "ingest --follow"

    def ingest(self):
        self.log = self.trial.folder / "app.log"
        self.log.touch()
        self.launch("ingest", "--follow", "--store", f"sqlite:{self.place.store}", self.log)

    def feed(self):
        with open(self.log, "ab", buffering=0) as log:
            for piece in self.lines():
                log.write(piece)

    def again(self):
        """Begun anew, it goes on where the store says; what it was given is all there at the end."""
        with open(self.log, "ab", buffering=0) as log:
            log.write(events.lines(self.given[self.written():-1]).encode())
            self.ingest()
            expected = len(self.trial.expected())
            wait_for(lambda: stored(self.place.store) >= expected - 1 or self.has_ended(), "what was written meanwhile")
            log.write(events.lines(self.given[-1:]).encode())
            wait_for(lambda: stored(self.place.store) >= expected or self.has_ended(), "what is written now")
        self.stop()
        return stored(self.place.store)

    def written(self):
        return self.log.read_bytes().count(b"\n")


class Pipe(Ingest):
    name = "ingest -"

    def ingest(self):
        self.launch("ingest", "--store", f"sqlite:{self.place.store}", "-", stdin=subprocess.PIPE)

    def feed(self):
        try:
            with self.process.stdin as pipe:
                for piece in self.lines():
                    pipe.write(piece)
                    pipe.flush()
        except BrokenPipeError:
            pass

    def isDone(self):
        return self.trial.kind.isQuiet and self.process.returncode == 0

    def stop(self):
        self.join()
        self.process.wait(PATIENCE)

    def again(self):
        before = stored(self.place.store)
        with open(self.trial.folder / "all", "wb") as file:
            file.write(events.lines(self.given).encode())
        with open(file.name, "rb") as file:
            self.launch("ingest", "--store", f"sqlite:{self.place.store}", "-", stdin=file)
        self.process.wait(PATIENCE)
        self.expect("everything is given again", 0)
        numbers = self.numbers()
        if numbers["accepted"] + numbers["duplicate"] != len(self.given):
            raise Fault(f"of {len(self.given)} events: {numbers}")
        return before + numbers["accepted"]


class Simulate(Writer):
    """`simulate`: it makes its events itself, and tells at its end how many are stored."""
    name = "simulate"
    isLasting = True
    isGivenAgain = False

    def begin(self):
        self.given = []
        self.launch("simulate", "--to", f"sqlite:{self.place.store}", "--rate", "200", "--seed", self.trial.seed + 1)
        self.await_first_events()

    def endure(self, kind):
        super().endure(kind)
        if self.has_ended() and kind.name != "kill -9":
            raise Fault(f"it ended: {self.said.read_text()}")
        self.trial.noticed = "Trying again." in self.said.read_text()

    def recover(self, kind):
        if kind.isMendedAlive and self.trial.noticed:
            wait_for(lambda: "takes events again" in self.said.read_text(), "it says that the store takes events", 15)
        self.pause_all(0.05, 0.1)

    def acknowledged(self):
        found = re.search(r": (\d+) accepted, (\d+) duplicate, (\d+) refused", self.out.read_text())
        return int(found[1]) if found and not self.trial.seen else len(self.trial.seen)

    def short(self, ids):
        return max(0, self.acknowledged() - len(ids - self.trial.stock.keys())) if self.trial.kind.before != "none" else 0

    @property
    def receipts(self):
        return [Receipt(list(self.trial.seen))]


class Queue(Writer):
    """A worker that takes jobs from a queue in a file, and publishes into a store: it is the queue that things happen to.

    A job that was taken in is to be done, and to count once. Jobs of a queue that was taken away are in it still: it is
    brought back at the end. What was done since a backup is done again, and counts as once.
    """
    name = "job queue"
    isThere = os.access(WORKER, os.X_OK)
    isLasting = True
    isGivenAgain = False
    jobs = 0
    count = 80

    def begin(self):
        self.events = self.trial.folder / "events.db"
        self.submit(self.place.store, self.count)
        self.work_on()
        wait_for(lambda: stored(self.events) or self.has_ended(), "the first job is done")

    def submit(self, path, count):
        subprocess.run([WORKER, "submit", path, str(count)], check=True, timeout=PATIENCE, stderr=subprocess.DEVNULL)

    def fill(self, path):
        self.submit(path, 10)
        self.count += 10

    def work_on(self):
        self.runs += 1
        self.said = self.trial.folder / f"said{self.runs}"
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [WORKER, "work", self.place.store, self.events], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=said)

    def stop(self):
        """A worker that nothing has happened to goes on to the end of its queue."""
        if not self.has_ended():
            self.end()

    def endure(self, kind):
        super().endure(kind)
        self.trial.noticed = self.has_ended() and self.process.returncode != 0 and kind.name != "kill -9"

    def finish(self):
        self.work_on()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Fault("the queue is never empty")
        self.expect("it works off a queue", 0)

    def again(self):
        if self.place.store.exists():
            self.finish()
        if self.place.kept.exists():
            for file in self.place.files()[1:]:
                if os.path.exists(file):
                    os.remove(file)
            os.rename(self.place.kept, self.place.store)
            self.finish()

    receipts = ()

    def compare(self):
        trial = self.trial
        comparing.check_pages(self.place.store, trial)
        comparing.check_pages(self.place.kept, trial)
        self.again()
        summary = comparing.Content(self.events, trial).report()["global"]["summary"]
        counts = [summary[name] for name in ("success", "total_runs", "ingest_count")]
        trial.acknowledged = self.count
        trial.missing += max(0, self.count - min(counts))
        trial.doubled += max(0, max(counts) - self.count)


WRITERS = [Server, Follow, Pipe, Simulate, Queue]
