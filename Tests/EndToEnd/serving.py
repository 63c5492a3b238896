"""Runs `slotwatch serve`, makes events, and speaks HTTP with it."""

import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import threading
import time
import uuid
from datetime import datetime, timezone

import harness

JSON, LINES = "application/json", "application/x-ndjson"

# More connections are held here than many systems let a process have unasked.
MOST_DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_DESCRIPTORS, MOST_DESCRIPTORS))


def event(status="received", slot="slot-1", job=None, at=None, **more):
    at = at or datetime.now(timezone.utc)
    return {"id": str(uuid.uuid4()), "job_id": job or str(uuid.uuid4()), "slot_id": slot, "status": status,
            "occurred_at": at.isoformat().replace("+00:00", "Z"), **more}


class Serving:
    """A server of its own on a free port. Use it as a context; it ends what it started."""

    def __init__(self, home, *arguments, store=None, port=0, scheme="http", wait=True):
        self.store = str(store or f"{home}/events.db")
        self.port, self.errors = None, []
        command = [harness.BINARY, "serve", "--store", f"sqlite:{self.store}", "--listen", f"127.0.0.1:{port}"]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)], env=harness.environment(home), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if wait:
            assert self._listening.wait(harness.PATIENCE), f"it does not listen: {self.errors}"
            assert self.port, self.errors

    def _read(self):
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))
            found = re.search(r"listening on (https?)://\S+:(\d+)$", line.strip())
            if found:
                self.port = int(found[2])
                self._listening.set()
        self._listening.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5)
        self.process.stderr.close()

    def url(self, path="", scheme="http"):
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def connect(self, timeout=harness.PATIENCE):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, path, body=None, type=None, token=None, headers=None, connection=None):
        """Status, headers and body of an answer; JSON is decoded."""
        mine = connection or self.connect()
        fields = {**({"Content-Type": type} if type else {}), **({"Authorization": f"Bearer {token}"} if token else {}),
                  **(headers or {})}
        try:
            mine.request(method, path, body=body, headers=fields)
            answer = mine.getresponse()
            data = answer.read()
        finally:
            if connection is None:
                mine.close()
        if answer.headers.get("Content-Type") == JSON and data:
            data = json.loads(data)
        return answer.status, answer.headers, data

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, events, type=JSON, **options):
        """Status and decoded body of the answer to these events."""
        body = events if isinstance(events, (bytes, str)) else json.dumps(events)
        status, _, data = self.ask("POST", "/api/events", body=body, type=type, **options)
        return status, data

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(harness.PATIENCE)

    def raw(self, data, until_closed=True, patience=5):
        """What comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as one:
            one.sendall(data)
            got = b""
            try:
                while True:
                    piece = one.recv(65536)
                    if not piece:
                        break
                    got += piece
            except TimeoutError:
                assert not until_closed, got
            return got


class Stream:
    """The events of `/api/stream`, as they come."""

    def __init__(self, serving, token=None):
        self.connection = serving.connect()
        self.connection.request("GET", "/api/stream", headers={"Authorization": f"Bearer {token}"} if token else {})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def next(self):
        """The next change, and when it came; `None` at the end of the stream."""
        name = None
        while line := self.answer.readline():
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            if line.startswith("data: ") and name == "changed":
                return json.loads(line[6:]), time.monotonic()
        return None
