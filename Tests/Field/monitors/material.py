"""What is checked: snapshot files, event stores, and panels that answer badly or not at all."""

import http.server
import json
import shutil
import socket
import subprocess
import threading
from datetime import datetime, timedelta, timezone

import program

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Ids that some part of a monitor reads as more than a name.
NASTY = (
    "a b", "a=b", "it's", "a|b", "größe", "日本", "a;b", "100%", "$USER1$", "`id`", "<b>x</b>", "a\nb", "esc\x1b[31m",
    "\u202egnp.exe", "back\\slash", 'a"b', "a,b", "a | x=1 y", "ratio=99%", "--brief", "#hash", "!bang", "tab\there",
    "eu::web")
# What icinga2 reads otherwise than the guidelines have it.
COLONS, EQUALS = ("eu::web", "other", "us::web::a"), ("a=1 b", "c = d")
LONG = [f"{number:02d}-" + "日本語の名前" * 20 + "12345" for number in range(50)]


def iso(instant):
    return instant.isoformat().replace("+00:00", "Z")


def counts(runs, failed, received=None):
    return dict(success=runs - failed, timeouts=0, provider_errors=failed, cancelled=0, errors=0,
                ingest_count=runs if received is None else received)


HEALTHY, WARNING, CRITICAL, FEW, IDLE = counts(400, 4), counts(400, 34), counts(400, 180), counts(3, 1), counts(0, 0)
STALLED = counts(40, 0, received=120)


def days(now, newest_first):
    """Buckets of a slot; `None` is a day that was not reported."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [{"period_start": iso(start - DAY * age), "period_end": iso(start - DAY * (age - 1)), **bucket}
            for age, bucket in enumerate(newest_first) if bucket is not None][::-1]


def snapshot(slots, now=None, off=()):
    """A document of slots by id: today's bucket, or all of them from the newest on."""
    now = now or datetime.now(timezone.utc)
    rows = {name: bucket if isinstance(bucket, list) else [bucket] + [HEALTHY] * 13 for name, bucket in slots.items()}
    return {
        "schema": "slotwatch.snapshot/1", "generated_at": iso(now), "refresh_seconds": 3600,
        "slots": [{"id": name, "name": name, "provider_id": "gemini", "active": name not in off} for name in rows],
        "windows": {"day": {"slots": {name: days(now, buckets) for name, buckets in rows.items()}}},
    }


def fleet(count, sick=0, bucket=CRITICAL):
    return {f"slot-{number:05d}": bucket if number < sick else HEALTHY for number in range(count)}


def documents():
    """Snapshot files by their name."""
    now = datetime.now(timezone.utc)
    return {
        "ok": snapshot(fleet(3)),
        "warning": snapshot(fleet(3, 1, WARNING)),
        "critical": snapshot({**fleet(3, 1), "slot-warn": WARNING}),
        "stalled": snapshot({**fleet(2), "slot-stuck": STALLED}),
        "few": snapshot({**fleet(2), "slot-few": [FEW]}),
        "idle": snapshot({**fleet(2), "slot-idle": [IDLE] * 14}),
        "all-idle": snapshot({f"slot-{number}": [IDLE] * 14 for number in range(3)}),
        "off": snapshot({**fleet(2), "slot-off": CRITICAL}, off={"slot-off"}),
        "all-off": snapshot(fleet(2), off=set(fleet(2))),
        "missing": snapshot({**fleet(2), "slot-gone": [None] * 5 + [HEALTHY] * 9}),
        "missing-critical": snapshot({**fleet(2, 1), "slot-gone": [None] * 5 + [HEALTHY] * 9}),
        "never": snapshot({**fleet(2), "slot-never": [None] * 14}),
        "empty": snapshot({}),
        "stale": snapshot(fleet(3), now - 5 * HOUR),
        "future": snapshot(fleet(3), now + 5 * HOUR),
        "nasty": snapshot({name: CRITICAL for name in NASTY}),
        **{f"nasty-{index}": snapshot({name: CRITICAL}) for index, name in enumerate(NASTY)},
        "nasty-missing": snapshot({name: [None] * 5 + [HEALTHY] * 9 for name in NASTY}),
        "colons": snapshot({name: CRITICAL for name in COLONS}),
        "equals": snapshot({name: CRITICAL for name in EQUALS}),
        "bare": {**snapshot(fleet(2)), "windows": {"day": {"slots": {}}}},
        "long": snapshot({name: CRITICAL for name in LONG}),
        "too-long": snapshot({"größe" * 300: CRITICAL}),
        "many": snapshot(fleet(10_000)),
        "many-sick": snapshot(fleet(10_000, 10_000)),
    }


# What is no snapshot, by its name.
RUBBISH = {
    "rubbish.json": b"\x00\xff\xfe not a snapshot; | a=1\n\x1b[31m",
    "empty-file.json": b"",
    "half.json": b'{"schema":"slotwatch.snapshot/1","generated_at":"20',
    "page.json": b"<!DOCTYPE html><html><body>log in</body></html>\n",
    "packed.json": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "strange.json": b'{"schema":"slotwatch.snapshot/1","generated_at":"a|b; $USER1$ `id`\\n\\u001b"}',
}


def events(failed=0, runs=60):
    """Jobs of one slot that have just ended, a line an event."""
    moment = datetime.now(timezone.utc) - timedelta(seconds=5)
    lines = []
    for number in range(runs):
        job = f"00000000-0000-4000-9000-{number:012x}"
        end = {"status": "failed", "details": {"failure_reason": "provider_error"}} if number < failed else {
            "status": "succeeded"}
        for place, step in enumerate(({"status": "received"}, end)):
            lines.append(json.dumps({"id": f"00000000-0000-4000-8000-{number * 2 + place:012x}", "job_id": job,
                                     "slot_id": "slot-001", "occurred_at": iso(moment), **step}))
    return "\n".join(lines) + "\n"


class Answering(http.server.BaseHTTPRequestHandler):
    """A panel that answers everything with the status in the first part of the path."""
    pages = {"401": (401, "application/json", b'{"error":"token; revoked | x=1"}'), "503": (503, "text/plain", b"busy"),
             "page": (200, "text/html", b"<html>log in</html>"), "cut": (200, "application/json", b'{"slots": [')}

    def do_GET(self):
        status, kind, body = self.pages.get(self.path.split("/")[1], (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Material:
    """Everything in one folder, and what serves it; `close` ends that."""

    def __init__(self, folder, account):
        self.folder, self.account, self.running = folder, account, []
        # What belongs to the account that the monitors run as, and what only root may write.
        self.own, self.others = folder / "own", folder / "others"
        for place in (self.own, self.others):
            place.mkdir()
        self.write_files()
        self.write_stores()
        self.open_panels()

    def write_files(self):
        for name, document in documents().items():
            (self.others / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False))
        for name, content in RUBBISH.items():
            (self.others / name).write_bytes(content)
        ok = (self.others / "ok.json").read_bytes()
        for name in ("a b; c|d.json", "größe 日本.json", "new\nline.json"):
            (self.others / name).write_bytes(ok)
        (self.others / "secret.json").write_bytes(ok)
        (self.others / "secret.json").chmod(0o600)
        (self.others / "link.json").symlink_to("ok.json")
        (self.others / "dangling.json").symlink_to("nowhere.json")
        self.secret(self.own / "wrong-token", "wrong-token-0123456789")
        self.secret(self.own / "token", "r" * 40)
        (self.others / "good.toml").write_text('source = "fleet"\n[sources.fleet]\naddress = "critical.json"\n')
        (self.others / "xdg/slotwatch").mkdir(parents=True)
        (self.others / "xdg/slotwatch/config.toml").write_text('source = "../../critical.json"\n')
        (self.others / "bad.toml").write_text('source = "fleet"; | x=1\n')
        (self.others / "strange.toml").write_text('sorce = "a|b;c"\n')
        if not self.account.is_root:
            (self.others / "secret.json").chmod(0)

    def secret(self, path, text):
        """A file that only its owner reads."""
        path.touch(0o600)
        path.write_text(text + "\n")
        return path

    def write_stores(self):
        """Stores that nobody has open: of the account, of root alone, behind a link, and one of a killed writer."""
        for place in (self.own, self.others):
            self.ingest(place / "well.db", events())
            self.ingest(place / "ill.db", events(failed=40))
            self.ingest(place / "nothing.db", "")
        self.account.take(self.own)
        shutil.copy(self.others / "well.db", self.others / "closed.db")
        for name in ("well", "ill", "nothing"):
            (self.others / f"{name}.db").chmod(0o644)
        (self.others / "closed.db").chmod(0o600 if self.account.is_root else 0)
        (self.others / "link.db").symlink_to(self.others / "well.db")
        (self.others / "own-link.db").symlink_to(self.own / "well.db")
        (self.others / "other.db").write_bytes(b"SQLite format 3\x00" + b"\x00" * 84)

    def ingest(self, store, lines):
        subprocess.run(
            [program.BINARY, "ingest", "--store", f"sqlite:{store}", "-"], input=lines, text=True, check=True,
            capture_output=True, env=program.environment(self.folder))

    def open_panels(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.running.append(server.shutdown)
        self.answering = f"http://127.0.0.1:{server.server_address[1]}"
        # It takes connections, and never says a word.
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.silent = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        with socket.create_server(("127.0.0.1", 0)) as gone:
            self.dead = f"http://127.0.0.1:{gone.getsockname()[1]}"
        tokens = self.secret(self.folder / "tokens", "write:" + "w" * 40 + "\nread:" + "r" * 40)
        self.serving = self.serve(self.others / "served.db", events(failed=40))
        # What a writer leaves that was killed.
        for name in ("", "-wal", "-shm"):
            shutil.copy(f"{self.others}/served.db{name}", f"{self.others}/killed.db{name}")
        self.guarded = self.serve(self.folder / "guarded.db", events(), "--token-file", str(tokens))

    def serve(self, store, lines, *more):
        """A real server of events on a store that it holds open."""
        self.ingest(store, "")
        store.chmod(0o644)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [program.BINARY, "serve", "--store", f"sqlite:{store}", "--listen", f"127.0.0.1:{port}", *more],
            env=program.environment(self.folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.running.append(lambda: program.end(process))
        line = process.stderr.readline()
        if "listening" not in line:
            raise RuntimeError(f"slotwatch serve: {line}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        # Written beside it, so that a log is there.
        self.ingest(store, lines)
        return f"http://127.0.0.1:{port}"

    def close(self):
        for end in reversed(self.running):
            end()
        self.listener.close()
