"""Minutes and hours of a store: counted after kills, migrated from older stores, refused where they cannot be had."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest

import events
import harness
from harness import BINARY, PATIENCE, environment, run
from serving import Serving

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "10"))

# What version 2 of the tables added, taken away again.
TO_VERSION_1 = """
DELETE FROM rollups WHERE width = 3;
ALTER TABLE slots DROP COLUMN first_at;
ALTER TABLE store ADD COLUMN hours_from INTEGER NOT NULL DEFAULT -9223372036854775808;
DROP TABLE rollup_horizons;
DROP TABLE heartbeats;
DELETE FROM grdb_migrations WHERE identifier = '2';
PRAGMA user_version = 1;
"""


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return tmp_path / "store" / "events.db"


def ingest(home, store, *arguments, **options):
    return run(home, "ingest", "--store", f"sqlite:{store}", *arguments, **options)


def make_old(store):
    """Turns a store into one that the first version left."""
    with sqlite3.connect(store) as database:
        database.executescript(TO_VERSION_1)
    database.close()


def query(store, sql):
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        rows = database.execute(sql).fetchall()
    database.close()
    return rows


def dump(store):
    with sqlite3.connect(store) as database:
        lines = list(database.iterdump())
    database.close()
    return lines


def version(store):
    return query(store, "PRAGMA user_version")[0][0]


def served(server, slots, group, start, end):
    """{slot: {bucket: counters}} as the server answers, zeros left out."""
    counts = {}
    for slot in slots:
        status, _, body = server.get(f"/api/stats/{slot}?group_by={group}&from={start}&to={end}")
        assert status == 200, body
        rows = {row["period_start"]: {key: row[key] for key in events.COUNTERS if row[key]} for row in body["metrics"]}
        counts[slot] = {bucket: row for bucket, row in rows.items() if row}
    return {slot: rows for slot, rows in counts.items() if rows}


def since(counts, start):
    cut = {slot: {bucket: row for bucket, row in rows.items() if bucket >= start} for slot, rows in counts.items()}
    return {slot: rows for slot, rows in cut.items() if rows}


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def assert_counted(home, store, made, now):
    end = text(now + timedelta(hours=2))
    slots = sorted({event["slot_id"] for event in made})
    with Serving(home, store=store) as server:
        # By the minute from the first full hour that is surely still kept, so that a slow run changes nothing.
        start = text(now.replace(minute=0, second=0) - timedelta(hours=45))
        wanted = since(events.counted(made, events.minute), start)
        assert served(server, slots, "minute", start, end) == wanted and wanted
        for days in (20, 10, 0):
            start, stop = (text(now.replace(hour=0, minute=0, second=0) - timedelta(days=days - d)) for d in (0, 10))
            wanted = since(events.counted(made, events.hour), start)
            wanted = {s: {b: c for b, c in rows.items() if b < stop} for s, rows in wanted.items()}
            wanted = {s: rows for s, rows in wanted.items() if rows}
            assert served(server, slots, "hour", start, stop) == wanted


def test_minutes_and_hours_are_a_recount_after_kills(home, store, tmp_path):
    now = datetime.now(timezone.utc)
    made = events.made(4_000, days=2, now=now) + events.made(2_000, seed=5, days=12, now=now)
    given = tmp_path / "events.ndjson"
    given.write_text(events.lines(events.disturbed(made)))
    for _ in range(KILLS):
        process = subprocess.Popen(
            [BINARY, "ingest", "--follow", "--store", f"sqlite:{store}", str(given)], env=environment(home),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.02, 0.3))
        process.kill()
        process.wait()
    assert ingest(home, store, given).code == 0
    assert_counted(home, store, made, now)


def test_an_older_store_loses_no_count(home, store, tmp_path):
    now = datetime.now(timezone.utc)
    made = events.made(3_000, days=2, now=now) + events.made(1_000, seed=5, days=12, now=now)
    first, second = made[: len(made) // 2], made[len(made) // 2:]
    for name, part in (("first", first), ("second", second)):
        (tmp_path / name).write_text(events.lines(part))
    assert ingest(home, store, tmp_path / "first").code == 0
    make_old(store)
    before = {window: report(home, store, window) for window in ("day", "week")}
    assert version(store) == 1
    assert ingest(home, store, tmp_path / "second", tmp_path / "first").code == 0
    assert version(store) == 2
    assert_counted(home, store, made, now)
    assert before["day"] != report(home, store, "day")


def report(home, store, window):
    done = run(home, "report", "--format", "json", "--window", window, "--source", f"sqlite:{store}")
    assert (done.code, done.err) == (0, ""), done
    return events.reported(json.loads(done.out))


def fill(store, jobs):
    """Adds jobs to an old store that are known, but counted nowhere."""
    now, pick = time.time_ns(), random.Random(3)
    rows = ((uuid.UUID(int=pick.getrandbits(128)).bytes, now // 10**9, now - pick.randrange(10**14), 1, None, None, None,
             b"x" * 16) for _ in range(jobs))
    with sqlite3.connect(store) as database:
        database.executemany("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.close()


def test_a_kill_leaves_the_older_store_or_the_migrated_one(home, store, tmp_path):
    one = tmp_path / "one"
    one.write_text(events.lines(events.made(50, days=1, now=datetime.now(timezone.utc))))
    assert ingest(home, store, one).code == 0
    make_old(store)
    fill(store, 100_000)
    jobs = query(store, "SELECT count(*), sum(received_at / 1000000000) FROM jobs")
    seen = set()
    for number in range(KILLS):
        with Serving(home, store=store, wait=False) as server:
            time.sleep(random.uniform(0, 0.1) if number % 2 else random.uniform(0.1, 0.6))
            server.process.kill()
        seen.add(version(store))
        tables = {name for name, in query(store, "SELECT name FROM sqlite_schema")}
        assert ("heartbeats" in tables) == (version(store) == 2)
        assert query(store, "SELECT count(*), sum(received_at / 1000000000) FROM jobs") == jobs
        if version(store) == 1:
            assert query(store, "SELECT count(*) FROM rollups WHERE width = 3") == [(0,)]
    print(f"\nversions seen after {KILLS} kills: {sorted(seen)}")
    with Serving(home, store=store):
        assert version(store) == 2
    assert query(store, "PRAGMA integrity_check") == [("ok",)]


def test_a_newer_store_is_refused_and_stays_as_it_is(home, store, tmp_path):
    file = tmp_path / "one"
    file.write_text(events.lines(events.made(10, now=datetime.now(timezone.utc))))
    ingest(home, store, file)
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA user_version = 3")
    database.close()
    before = store.read_bytes()
    for command in (["ingest", "--store", f"sqlite:{store}", file], ["report", "--source", f"sqlite:{store}"],
                    ["serve", "--listen", "127.0.0.1:0", "--store", f"sqlite:{store}"]):
        done = run(home, *command)
        assert done.code == 65 and len(done.err.splitlines()) == 1, done
        assert "it has version 3; this program knows up to 2" in done.err
    assert store.read_bytes() == before


def test_a_folder_that_may_only_be_read(home, store, tmp_path):
    file = tmp_path / "one"
    now = datetime.now(timezone.utc)
    made = events.made(500, days=5, now=now)
    file.write_text(events.lines(made))
    assert ingest(home, store, file).code == 0
    make_old(store)
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = store.read_bytes()

    def inside(*command):
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 200; shift; exec "$@"'
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", str(store.parent), BINARY, *map(str, command)],
            env=environment(home), capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode in (1, 200) and ("unshare" in done.stderr or "mount" in done.stderr):
            pytest.skip("nothing can be mounted here")
        return done
    for window in ("day", "week"):
        done = inside("report", "--format", "json", "--window", window, "--source", f"sqlite:{store}")
        assert (done.returncode, done.stderr) == (0, "")
        if window == "day":
            assert events.reported(json.loads(done.stdout)) == events.counted(made)
    for command in (["ingest", "--store", f"sqlite:{store}", file],
                    ["serve", "--listen", "127.0.0.1:0", "--store", f"sqlite:{store}"]):
        done = inside(*command)
        assert done.returncode == 77 and len(done.stderr.splitlines()) == 1, done
    assert store.read_bytes() == before


def test_a_migration_on_a_full_disk_is_told_and_loses_nothing(home, store, tmp_path):
    file = tmp_path / "one"
    file.write_text(events.lines(events.made(50, days=1, now=datetime.now(timezone.utc))))
    assert ingest(home, store, file).code == 0
    make_old(store)
    fill(store, 20_000)
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = dump(store)
    disk = tmp_path / "disk"
    disk.mkdir()
    size = os.path.getsize(store) + 80_000
    script = f'mount -t tmpfs -o size={size} tmpfs {disk} || exit 200; cp {store} {disk} || exit 201; ' \
        f'{BINARY} ingest --store sqlite:{disk}/events.db {file}; code=$?; ' \
        f'{BINARY} report --source sqlite:{disk}/events.db > /dev/null || exit 202; rm {store}; ' \
        f'cp {disk}/events.db* {store.parent}; exit $code'
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], env=environment(home), capture_output=True, text=True,
                          timeout=PATIENCE)
    if done.returncode in (1, 200):
        pytest.skip("nothing can be mounted here")
    assert done.returncode == 74 and len(done.stderr.splitlines()) == 1, done
    assert "the disk is full" in done.stderr
    assert dump(store) == before and version(store) == 1


def beats(store):
    return query(store, "SELECT first, last FROM heartbeats")


@pytest.mark.parametrize("command", ["serve", "ingest"])
def test_whoever_takes_events_leaves_a_heartbeat(home, store, tmp_path, command):
    file = tmp_path / "events.ndjson"
    file.write_text(events.lines(events.made(10, now=datetime.now(timezone.utc))))
    started = int(time.time() // 60)
    arguments = ["serve", "--listen", "127.0.0.1:0"] if command == "serve" else ["ingest", "--follow", str(file)]
    process = subprocess.Popen(
        [BINARY, *arguments, "--store", f"sqlite:{store}"], env=environment(home), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if beats(store):
                    break
            except sqlite3.Error:
                pass
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    (first, last), = beats(store)
    assert started <= first <= last <= time.time() // 60
    # One that reads to the end of a file and leaves is no watch.
    other = tmp_path / "other.db"
    assert ingest(home, other, file).code == 0 and beats(other) == []
