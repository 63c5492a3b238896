"""`slotwatch serve` on a store whose counts are known, and the events that come while it runs."""

import http.client
import json
import os
import random
import re
import signal
import subprocess
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone

BINARY = os.path.abspath(os.environ["SLOTWATCH_BIN"])


def environment(folder):
    keep = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TERMINFO_DIRS") if name in os.environ}
    return {**keep, "HOME": str(folder), "XDG_CONFIG_HOME": f"{folder}/config", "XDG_STATE_HOME": f"{folder}/state",
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run(folder, *arguments, timeout=120):
    """The finished program."""
    return subprocess.run([BINARY, *map(str, arguments)], env=environment(folder), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=timeout)


def event(slot, at, status="succeeded", **details):
    return {"id": str(uuid.uuid4()), "job_id": str(uuid.uuid4()), "slot_id": slot, "status": status,
            "occurred_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **({"details": details} if details else {})}


def slot_names(count):
    return [f"slot-{number:04}" for number in range(1, count + 1)]


def fill(folder, store, slots, seed):
    """A store of so many slots: jobs of today and of the three days before, of which few failed.

    Returns how many of them ended today.
    """
    pick, now = random.Random(seed), datetime.now(timezone.utc)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = 0
    with open(folder / "events.ndjson", "w") as out:
        for slot in slot_names(slots):
            for days in range(4):
                begin = midnight - timedelta(days=days)
                length = (now - midnight if days == 0 else timedelta(days=1)) * 0.999
                for job in range(24 if days == 0 else 6):
                    # So few that no slot is marked: `check` is OK.
                    failed = job == 0 and pick.random() < 0.5
                    one = event(slot, begin + length * pick.random(), "failed" if failed else "succeeded",
                                **({"failure_reason": "provider_error"} if failed else {}))
                    out.write(json.dumps(one) + "\n")
                    today += days == 0
    done = run(folder, "ingest", "--store", f"sqlite:{store}", folder / "events.ndjson", timeout=600)
    if done.returncode:
        raise RuntimeError(f"ingest: {done.stderr}")
    return today


class Server:
    """`slotwatch serve` on one port, which is killed and started again."""

    def __init__(self, folder, store, port):
        self.folder, self.store, self.port = folder, store, port
        self.seconds, self.counted, self.last, self.process = 0.0, {}, {}, None
        self.errors = []

    def start(self, *options):
        """Returns at once; `there` is when it said that it listens."""
        self.there, self.last = None, {}
        self.process = subprocess.Popen(
            [BINARY, "serve", "--store", f"sqlite:{self.store}", "--listen", f"127.0.0.1:{self.port}", *options],
            env=environment(self.folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, start_new_session=True)
        threading.Thread(target=self.read, args=(self.process,), daemon=True).start()

    def read(self, process):
        for line in process.stderr:
            if "listening on" in line:
                self.there = time.monotonic()
            else:
                self.errors.append(line.strip())

    def wait(self):
        while self.there is None:
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended: {self.errors}")
            time.sleep(0.005)

    def kill(self):
        """As the kernel does where memory is short: nothing is said to anybody."""
        self.count()
        self.seconds += processor_seconds(self.process.pid)
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def ask(self, path, timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def count(self):
        """Adds what the server has answered since the last call, by route and status; over its restarts too."""
        try:
            text = self.ask("/metrics")
        except OSError:
            return self.counted
        now = {(route, status): int(float(number)) for route, status, number in re.findall(
            r'^slotwatch_http_requests_total\{route="([^"]*)",status="(\d+)"\} (\S+)$', text, re.M)}
        for key, number in now.items():
            self.counted[key] = self.counted.get(key, 0) + number - self.last.get(key, 0)
        self.last = now
        return dict(self.counted)

    def total_seconds(self):
        return self.seconds + processor_seconds(self.process.pid)


class Writer(threading.Thread):
    """Ends jobs at a steady pace and remembers when each was sent and when it was durable.

    The events go to the server itself; while it is gone, into its store by `ingest`, each one again until it is there.
    So the figures on a screen grow old also where the server is not there to tell.
    """

    def __init__(self, server, slots, base, pace, seed):
        super().__init__(daemon=True)
        self.server, self.slots, self.base, self.pace = server, slot_names(slots), base, pace
        self.pick = random.Random(seed)
        self.sent, self.durable = [], []
        self.mayEnd, self.faults = threading.Event(), []

    def run(self):
        due = time.monotonic()
        while not self.mayEnd.is_set():
            # A program of its own for each event is much to ask of the machine: that is done less often.
            pause = self.pace if self.once() else max(self.pace, 5)
            due = max(due + pause, time.monotonic())
            self.mayEnd.wait(due - time.monotonic())

    def once(self):
        """Ends one job, and tells whether the server itself took it."""
        one = event(self.pick.choice(self.slots), datetime.now(timezone.utc))
        self.sent.append(time.monotonic())
        isTaken = self.post(one)
        while not isTaken and not self.ingest(one):
            self.mayEnd.wait(0.5)
        self.durable.append(time.monotonic())
        return isTaken

    def post(self, one):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
            connection.request("POST", "/api/events", json.dumps(one), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = json.loads(answer.read())
            connection.close()
            if answer.status == 200 and body["refused"]:
                self.faults.append(f"refused: {body}")
            return answer.status == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False

    def ingest(self, one):
        done = subprocess.run(
            [BINARY, "ingest", "--store", f"sqlite:{self.server.store}"], env=environment(self.server.folder),
            input=json.dumps(one) + "\n", capture_output=True, text=True)
        if done.returncode:
            self.faults.append(f"ingest: {done.stderr.strip()}")
        return done.returncode == 0

    def age(self, figure, now):
        """For how long a figure has no longer been the newest one, in seconds; `None` where it never was true."""
        number = figure - self.base
        if not 0 <= number <= len(self.sent):
            return None
        return now - self.durable[number] if number < len(self.durable) else 0

    def end(self):
        self.mayEnd.set()
        if self.is_alive():
            self.join()


def processor_seconds(process):
    """What a process and all that it started has taken of the processor."""
    total, todo = 0, [process]
    while todo:
        one = todo.pop()
        try:
            with open(f"/proc/{one}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            with open(f"/proc/{one}/task/{one}/children") as children:
                todo += map(int, children.read().split())
        except OSError:
            continue
        # Its own, and that of those which ended before it.
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")
