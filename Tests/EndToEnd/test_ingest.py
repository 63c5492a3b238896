"""Events from files and pipes into the store, and the store as a source."""

import gzip
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import time
import uuid

import pytest

import events
from events import NOW_TEXT
from harness import BINARY, PATIENCE, environment, run
from serving import Serving

KILLS = int(os.environ.get("SLOTWATCH_KILLS", "25"))
EVENTS = events.made(3_000)
SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "failing_writes.c")


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store" / "events.db"


@pytest.fixture
def written(tmp_path):
    """Writes a file of events, or of bytes, and returns its path."""
    def put(content, name="events.ndjson"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    return put


@pytest.fixture
def started():
    """Starts the program beside the test; ends it after."""
    processes = []

    def start(home, *arguments, **options):
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        processes.append(subprocess.Popen([BINARY, *map(str, arguments)], env=environment(home), **options))
        return processes[-1]
    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


def ingest(home, store, *arguments, **options):
    return run(home, "ingest", "--store", f"sqlite:{store}", "--now", NOW_TEXT, *arguments, **options)


def following(start, home, store, *arguments):
    return start(home, "ingest", "--follow", "--store", f"sqlite:{store}", "--now", NOW_TEXT, *arguments)


def summary(text):
    """(accepted, duplicate, refused)."""
    return tuple(int(re.search(rf"^{word} +([\d,]+)$", text, re.M).group(1).replace(",", ""))
                 for word in ("accepted", "duplicate", "refused"))


def report(home, store):
    done = run(home, "report", "--format", "json", "--source", f"sqlite:{store}", "--now", NOW_TEXT)
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


def query(store, sql, mode="ro"):
    with sqlite3.connect(f"file:{store}?mode={mode}", uri=True) as database:
        return database.execute(sql).fetchall()


def assert_whole(home, store, given):
    """What is stored is exactly what was given, and every table agrees with it."""
    assert events.reported(report(home, store)) == events.counted(given)
    assert query(store, "PRAGMA integrity_check") == [("ok",)]
    assert query(store, "SELECT count(*), count(DISTINCT event) FROM logs") == [(len(given),) * 2]
    total = sum(m["ingest_count"] for m in report(home, store)["global"]["metrics"])
    assert query(store, "SELECT count(received_at) FROM jobs") == [(total,)]


def assert_one_line(done, code, *words):
    assert done.code == code, done
    assert done.err.count("\n") == 1 and done.err.startswith("slotwatch: "), done.err
    for word in words:
        assert word in done.err, done.err


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if value := condition():
                return value
        except sqlite3.Error:
            pass
        time.sleep(0.01)
    raise AssertionError(f"never came within {patience:g} s: {what}")


def stored(store):
    return query(store, "SELECT count(*) FROM logs")[0][0] if os.path.exists(store) else 0


# Counting. ----------------------------------------------------------------------------------------------------------


def test_counts_each_job_once(home, store, written):
    done = ingest(home, store, written(events.lines(EVENTS)))
    assert (done.code, done.err, summary(done.out)) == (0, "", (len(EVENTS), 0, 0))
    assert_whole(home, store, EVENTS)


def test_repeats_and_disorder_change_nothing(home, store, written):
    given = events.disturbed(EVENTS)
    assert len(given) == int(len(EVENTS) * 1.2)
    done = ingest(home, store, written(events.lines(given)))
    assert summary(done.out) == (len(EVENTS), len(given) - len(EVENTS), 0)
    assert_whole(home, store, EVENTS)


@pytest.mark.parametrize("seed", range(3))
def test_any_pieces_in_any_order(home, store, written, seed):
    given = events.disturbed(EVENTS, seed=seed)
    pick = random.Random(seed)
    pick.shuffle(given)
    cuts = [0, *sorted(pick.sample(range(len(given)), 7)), len(given)]
    files = [written(events.lines(given[a:b]), f"{a}.ndjson") for a, b in zip(cuts, cuts[1:])]
    for file in files[:3]:
        assert ingest(home, store, file).code == 0
    done = ingest(home, store, *files)
    assert done.code == 0 and sum(summary(done.out)) == len(given)
    assert_whole(home, store, EVENTS)


def test_the_same_again_changes_nothing(home, store, written):
    file = written(events.lines(EVENTS))
    ingest(home, store, file)
    before = report(home, store)
    assert summary(ingest(home, store, file).out) == (0, len(EVENTS), 0)
    assert report(home, store) == before


def test_takes_the_users_own_store_without_being_told(home, written):
    assert run(home, "ingest", "--now", NOW_TEXT, written(events.lines(EVENTS[:10]))).code == 0
    path = home / "state" / "slotwatch" / "events.db"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


# Forms of input. ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("members", [1, 3])
def test_reads_gzip_by_its_first_bytes(home, store, written, members):
    text = events.lines(EVENTS).encode()
    size = len(text) // members + 1
    content = b"".join(gzip.compress(text[i:i + size]) for i in range(0, len(text), size))
    assert summary(ingest(home, store, written(content, "events")).out) == (len(EVENTS), 0, 0)
    assert_whole(home, store, EVENTS)


def test_half_a_gzip_is_told_with_its_line_and_the_rest_counts(home, store, written):
    content = gzip.compress(events.lines(EVENTS).encode())
    done = ingest(home, store, written(content[: len(content) // 2], "half.gz"))
    accepted, duplicate, refused = summary(done.out)
    assert (done.code, duplicate, refused) == (65, 0, 1)
    assert 0 < accepted < len(EVENTS)
    assert f"half.gz:{accepted + 1}: the gzip data ends before its end" in done.out
    assert_whole(home, store, EVENTS[:accepted])


def test_reads_pipes_with_any_line_ends(home, store):
    text = "\ufeff" + "\r\n\r\n".join(json.dumps(event) for event in EVENTS[:50])
    done = subprocess.run(
        [BINARY, "ingest", "--store", f"sqlite:{store}", "--now", NOW_TEXT, "-"], input=text.encode(),
        env=environment(home), capture_output=True, timeout=60)
    assert (done.returncode, summary(done.stdout.decode())) == (0, (50, 0, 0))
    assert_whole(home, store, EVENTS[:50])


def test_a_pipe_without_a_writer_is_waited_for_until_a_signal(home, store, tmp_path, started):
    pipe = tmp_path / "events.pipe"
    os.mkfifo(pipe)
    process = started(home, "ingest", "--store", f"sqlite:{store}", "--now", NOW_TEXT, pipe)
    wait_for(lambda: query(store, "SELECT count(*) FROM logs"), "an open store")
    process.terminate()
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, summary(out.decode())) == (143, (0, 0, 0))


@pytest.mark.parametrize("dry", [False, True], ids=["stored", "dry run"])
def test_a_pipe_is_read_once_somebody_writes(home, store, tmp_path, started, dry):
    pipe = tmp_path / "events.pipe"
    os.mkfifo(pipe)
    process = started(home, "ingest", *(["--dry-run"] if dry else []), "--store", f"sqlite:{store}", "--now", NOW_TEXT,
                      pipe)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    pipe.write_text(events.lines(EVENTS[:50]))
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and re.search(rf"^{'counted' if dry else 'accepted'} +50$", out.decode(), re.M)


GOOD = json.dumps(EVENTS[0]).encode()
BAD = {
    "no JSON": (b"received", "byte 0"),
    "a list": (b"[1]", "$ is"),
    "wrong type": (GOOD.replace(b'"slot-', b'5, "x": "slot-', 1), "$.slot_id is 5"),
    "unknown status": (GOOD.replace(b'"received"', b'"lost"'), '$.status is "lost"'),
    "no slot": (GOOD.replace(b'"slot_id"', b'"slot"'), "$.slot_id is missing"),
    "no job": (GOOD.replace(b'"job_id"', b'"job"'), "$.job_id is missing"),
    "no UUID": (re.sub(rb'"id": "[^"]+"', b'"id": "7"', GOOD, count=1), '$.id is "7"'),
    "too old": (re.sub(rb'"20\d\d-[^"]+Z"', b'"2020-01-01T00:00:00Z"', GOOD), "older than events are kept"),
    "too far ahead": (re.sub(rb'"20\d\d-[^"]+Z"', b'"2026-11-25T12:00:01Z"', GOOD), "more than 24 hours ahead"),
    "10 MiB": (b'{"x": "' + b"y" * (10 << 20) + b'"}', "is longer than 1048576 bytes"),
    "NUL": (GOOD[:-1] + b"\0}", "byte"),
    "truncated": (GOOD[: len(GOOD) // 2], "cut off"),
    "invalid UTF-8": (GOOD.replace(b"slot-", b"slot\xff"), "byte"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("dry", [False, True], ids=["stored", "dry run"])
def test_a_bad_line_is_told_and_stops_nothing(home, store, written, name, dry):
    bad, reason = BAD[name]
    good = events.lines(EVENTS[1:21]).encode()
    file = written(good + bad + b"\n" + events.lines(EVENTS[21:41]).encode(), "bad.ndjson")
    done = ingest(home, store, *(["--dry-run"] if dry else []), file)
    assert (done.code, done.err) == (65, "")
    assert re.search(r"^refused +1$", done.out, re.M)
    line = next(line for line in done.out.splitlines() if "bad.ndjson:21" in line)
    assert reason in line and "\0" not in line
    if dry:
        assert re.search(r"^counted +40$", done.out, re.M) and not store.exists()
    else:
        assert summary(done.out) == (40, 0, 1)
        assert_whole(home, store, EVENTS[1:41])


def test_a_truncated_last_line_is_told(home, store, written):
    done = ingest(home, store, written(events.lines(EVENTS[:5]) + json.dumps(EVENTS[5])[:-20], "cut.ndjson"))
    assert (done.code, summary(done.out)) == (65, (5, 0, 1))
    assert "cut.ndjson:6: " in done.out


def test_tells_the_first_twenty_refused_lines(home, store, written):
    done = ingest(home, store, written("x\n" * 15, "a"), written("y\n" * 15, "b"))
    assert summary(done.out) == (0, 0, 30)
    assert len(re.findall(r"/[ab]:\d+: ", done.out)) == 20 and "/b:5: " in done.out and "/b:6: " not in done.out


def test_a_dry_run_counts_by_slot_day_and_status(home, store, written):
    done = ingest(home, store, "--dry-run", written(events.lines(EVENTS)))
    rows = {tuple(line.split()[:3]): int(line.split()[3].replace(",", ""))
            for line in done.out.splitlines() if line.startswith("slot-")}
    wanted = {}
    for event in EVENTS:
        key = (event["slot_id"], event["occurred_at"][:10], event["status"])
        wanted[key] = wanted.get(key, 0) + 1
    assert rows == wanted and done.code == 0 and not store.exists()


# Faults. ------------------------------------------------------------------------------------------------------------


def test_inputs_that_are_not_there(home, store, tmp_path):
    assert_one_line(ingest(home, store, tmp_path / "none"), 66, "there is no such file")
    assert_one_line(ingest(home, store, tmp_path), 66, "directory")
    assert not store.exists()
    assert_one_line(run(home, "ingest", "--store", "stats.json"), 64, "--store", "sqlite:PATH")
    assert_one_line(ingest(home, store, "--follow", "--dry-run"), 64, "--follow")


def test_a_file_that_is_no_store_stays_as_it_is(home, store, written):
    file = written(events.lines(EVENTS[:5]))
    foreign = written(b"", "foreign.db")
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE t (x)")
    text = written(b"not a database, only some text " * 100, "text.db")
    for path in (foreign, text):
        before = path.read_bytes()
        assert_one_line(ingest(home, path, file), 65, path.name)
        assert_one_line(run(home, "report", "--source", f"sqlite:{path}"), 65, path.name)
        assert path.read_bytes() == before


def test_a_damaged_store_is_told(home, store, written):
    ingest(home, store, written(events.lines(EVENTS)))
    with open(store, "r+b") as file:
        file.seek(4096)
        file.write(os.urandom(os.path.getsize(store) - 8192))
    assert_one_line(ingest(home, store, written(events.lines(EVENTS[:50]), "more")), 65, "damaged")
    assert_one_line(run(home, "report", "--source", f"sqlite:{store}", "--now", NOW_TEXT), 65, "damaged")


def test_a_locked_store_is_told_and_still_read(home, store, written):
    ingest(home, store, written(events.lines(EVENTS[:100])))
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    done = ingest(home, store, written(events.lines(EVENTS[100:200]), "more"))
    assert_one_line(done, 74, "locked")
    assert events.reported(report(home, store)) == events.counted(EVENTS[:100])
    other.close()
    assert ingest(home, store, written(events.lines(EVENTS[100:200]), "more")).code == 0
    assert_whole(home, store, EVENTS[:200])


def test_a_failure_in_the_middle_tells_what_was_stored_before(home, store, started):
    process = started(home, "ingest", "--store", f"sqlite:{store}", "--now", NOW_TEXT)
    process.stdin.write(events.lines(EVENTS[:50]).encode())
    process.stdin.flush()
    wait_for(lambda: stored(store) == 50, "the first events")
    other = sqlite3.connect(store, isolation_level=None)
    wait_for(lambda: other.execute("BEGIN EXCLUSIVE"), "the store's lock")
    out, err = process.communicate(events.lines(EVENTS[50:100]).encode(), timeout=60)
    other.close()
    assert (process.returncode, summary(out.decode())) == (74, (50, 0, 0))
    assert err.count(b"\n") == 1 and b"locked" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_store_that_may_only_be_read(home, store, written):
    file = written(events.lines(EVENTS[:100]))
    ingest(home, store, file)
    store.chmod(0o400)
    assert_one_line(ingest(home, store, file), 77)
    assert events.reported(report(home, store)) == events.counted(EVENTS[:100])


def test_a_full_disk_is_told_and_what_was_stored_stays(home, tmp_path, written):
    disk = tmp_path / "disk"
    disk.mkdir()
    first, rest = written(events.lines(EVENTS[:1000]), "first"), written(events.lines(EVENTS), "rest")
    script = 'mount -t tmpfs -o size=1m tmpfs "$1" || exit 200; shift; "$@"'
    command = [BINARY, "ingest", "--now", NOW_TEXT, "--store", f"sqlite:{disk}/events.db"]
    inside = f"{' '.join(command)} {first} >/dev/null || exit 201; {' '.join(command)} {rest}; code=$?; " \
        f"{BINARY} report --format json --now {NOW_TEXT} --source sqlite:{disk}/events.db > {tmp_path}/report || " \
        "exit 202; exit $code"
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", str(disk), "sh", "-c", inside],
                          env=environment(home), capture_output=True, timeout=60)
    if done.returncode in (1, 200, 127) and b"slotwatch" not in done.stderr:
        pytest.skip("no file system may be mounted here")
    assert done.returncode == 74, done
    assert done.stderr.count(b"\n") == 1 and b"the disk is full" in done.stderr
    with open(tmp_path / "report") as file:
        assert events.reported(json.load(file)) == events.counted(EVENTS[:1000])


@pytest.fixture(scope="module")
def failing_writes(tmp_path_factory):
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    library = tmp_path_factory.mktemp("shim") / "failing_writes.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl"], check=True)
    return library


def test_an_error_at_any_write_is_told_and_made_good_by_a_rerun(home, store, written, failing_writes):
    file, failures = written(events.lines(EVENTS)), 0
    for number in [*range(1, 30), *range(30, 120, 10)]:
        for name in os.listdir(store.parent) if store.parent.exists() else []:
            os.remove(store.parent / name)
        done = ingest(home, store, file, env={"LD_PRELOAD": str(failing_writes), "FAIL_AT": str(number)})
        if done.code:
            failures += 1
            assert_one_line(done, 74)
        assert ingest(home, store, file).code == 0, number
        assert_whole(home, store, EVENTS)
    print(f"{failures} runs met an error")
    assert failures >= 10


def test_killed_at_any_moment_nothing_is_lost_or_counted_twice(home, store, written, started):
    # More than is stored together.
    given = events.disturbed(events.made(20_000, seed=7))
    assert len(given) > 65_536
    file, once = written(events.lines(given)), {event["id"]: event for event in given}
    begun = time.monotonic()
    assert ingest(home, store, file).code == 0
    length = time.monotonic() - begun
    pick, died, partly, count = random.Random(5), 0, 0, 0
    for attempt in range(KILLS):
        if attempt % 5 == 0:
            shutil.rmtree(store.parent)
            count = 0
        process = started(home, "ingest", "--store", f"sqlite:{store}", "--now", NOW_TEXT, file)
        time.sleep(pick.uniform(0, length))
        process.kill()
        died += process.wait() == -signal.SIGKILL
        if store.exists() and store.stat().st_size:
            assert query(store, "PRAGMA quick_check") == [("ok",)]
            # A store whose making was cut short has no tables yet.
            tables = query(store, "SELECT count(*) FROM sqlite_master WHERE name = 'logs'")[0][0]
            kept = query(store, "SELECT event FROM logs") if tables else []
            assert len(kept) >= count
            if len(kept) > count:
                count, partly = len(kept), partly + (len(kept) < len(once))
                there = [once[str(uuid.UUID(bytes=event))] for event, in kept]
                assert events.reported(report(home, store)) == events.counted(there)
        else:
            assert count == 0
        if attempt % 5 == 4:
            assert ingest(home, store, file).code == 0
            assert_whole(home, store, list(once.values()))
    print(f"killed {died} of {KILLS} within {length:.2f} s, {partly} between two batches")
    assert died >= KILLS // 10


# Following. ---------------------------------------------------------------------------------------------------------


def test_follows_a_file_across_rotation_truncation_and_restarts(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    parts = [EVENTS[i:i + 100] for i in range(0, 700, 100)]

    def append(part):
        with open(log, "a") as file:
            file.write(events.lines(part))

    append(parts[0])
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 100, "what was there")
    append(parts[1])
    wait_for(lambda: stored(store) == 200, "what was appended")
    os.rename(log, tmp_path / "events.log.1")
    append(parts[2])
    wait_for(lambda: stored(store) == 300, "what came after a rotation")
    shutil.copy2(log, tmp_path / "events.log.0")
    with open(log, "w") as file:
        file.write(events.lines(parts[3]))
    wait_for(lambda: stored(store) == 400, "what came after a truncation")
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err, summary(out.decode())) == (143, b"", (400, 0, 0))

    # Nobody follows: the file grows, is renamed, and a new one takes its place.
    append(parts[4])
    os.rename(log, tmp_path / "events.log.2")
    append(parts[5])
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 600, "what came meanwhile, also in the renamed file")
    append(parts[6])
    wait_for(lambda: stored(store) == 700, "what was appended after the restart")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    # No duplicate: the stored position was gone on from.
    assert (process.returncode, summary(out.decode())) == (130, (300, 0, 0))
    assert_whole(home, store, EVENTS[:700])


def test_reads_what_is_written_to_a_rotated_file_late(home, store, tmp_path, started):
    log, old = tmp_path / "events.log", tmp_path / "events.log.1"
    parts = [EVENTS[i:i + 50] for i in range(0, 250, 50)]
    log.write_text(events.lines(parts[0]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first file")
    # Whoever writes has the file still open.
    with open(log, "a") as late:
        os.rename(log, old)
        log.write_text(events.lines(parts[1]))
        wait_for(lambda: stored(store) == 100, "the new file")
        half = events.lines(parts[2])
        late.write(half[:-30])
        late.flush()
        wait_for(lambda: stored(store) == 149, "what came late")
        process.terminate()
        assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (149, 0, 0)
        late.write(half[-30:] + events.lines(parts[3]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 200, "what came late while nobody followed")
    with open(log, "a") as file:
        file.write(events.lines(parts[4]))
    wait_for(lambda: stored(store) == 250, "what came to the new file")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (101, 0, 0)


def test_reads_every_file_that_was_rotated_while_nobody_followed(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    (tmp_path / "events.log.4").write_text(events.lines(EVENTS[250:300]))
    log.write_text(events.lines(EVENTS[:50]))
    os.utime(tmp_path / "events.log.4", (1, 1))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first file")
    process.terminate()
    process.communicate(timeout=PATIENCE)
    for number in (3, 2, 1):
        os.rename(log, tmp_path / f"events.log.{number}")
        log.write_text(events.lines(EVENTS[200 - number * 50:][:50]))
        time.sleep(0.01)
    (tmp_path / "events.log.offset").write_text("no events")
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 200, "all files")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (150, 0, 0)
    assert_whole(home, store, EVENTS[:200])


def test_follows_over_kills_without_reading_anything_twice_for_good(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    log.touch()
    pick = random.Random(3)
    for start in range(0, 1000, 100):
        process = following(started, home, store, log)
        with open(log, "a") as file:
            file.write(events.lines(EVENTS[start:start + 100]))
        time.sleep(pick.uniform(0, 0.4))
        process.kill()
        process.wait()
    process = following(started, home, store, log)
    with open(log, "a") as file:
        file.write(events.lines(EVENTS[1000:1100]))
    wait_for(lambda: stored(store) == 1100, "everything")
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 143
    assert_whole(home, store, EVENTS[:1100])


def test_half_a_line_waits_for_its_end(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    text = events.lines(EVENTS[:2])
    log.write_text(text[:-30])
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 1, "the whole line")
    with open(log, "a") as file:
        file.write(text[-30:])
    wait_for(lambda: stored(store) == 2, "the line that was half")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (2, 0, 0)


def test_idle_files_cost_no_commits(home, store, tmp_path, started):
    logs = [tmp_path / name for name in ("a.log", "b.log")]
    for number, log in enumerate(logs):
        log.write_text(events.lines(EVENTS[number * 50:][:50]))
    process = following(started, home, store, *logs)
    wait_for(lambda: stored(store) == 100, "both files")
    wait_for(lambda: query(store, "SELECT count(*) FROM positions WHERE position > 0") == [(2,)], "both positions")
    log = f"{store}-wal"

    def state():
        return os.path.getsize(log), os.stat(log).st_mtime_ns
    before, end = state(), time.monotonic() + 1.5
    while time.monotonic() < end:
        assert state() == before
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 143


def test_follows_a_link_to_the_file_that_it_is_turned_to(home, store, tmp_path, started):
    link, parts = tmp_path / "current.log", [EVENTS[:100], EVENTS[100:150], EVENTS[150:200]]
    for number, part in enumerate(parts[:2]):
        (tmp_path / f"{number}.log").write_text(events.lines(part))
    link.symlink_to("0.log")
    process = following(started, home, store, link)
    wait_for(lambda: stored(store) == 100, "the first file")
    (tmp_path / "new").symlink_to("1.log")
    os.rename(tmp_path / "new", link)
    wait_for(lambda: stored(store) == 150, "the file that the link was turned to")
    with open(tmp_path / "1.log", "a") as file:
        file.write(events.lines(parts[2]))
    wait_for(lambda: stored(store) == 200, "what was appended to it")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (200, 0, 0)


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
def test_following_tells_refused_lines_at_once(home, store, tmp_path, started, pipe):
    log, told = tmp_path / "events.log", tmp_path / "told"
    log.touch()
    name = "standard input" if pipe else str(log)
    with open(told, "wb") as errors:
        process = started(home, "ingest", "--follow", "--store", f"sqlite:{store}", "--now", NOW_TEXT,
                          "-" if pipe else log, stderr=errors)
    target = process.stdin if pipe else open(log, "ab")
    for number in (1, 2):
        target.write(events.lines(EVENTS[number:number + 1]).encode() + b"no event\n")
        target.flush()
        wait_for(lambda: told.read_text().count("\n") == number, "the refused line")
    assert all(line.startswith(f"slotwatch: refused {name}:{number}: ")
               for number, line in zip((2, 4), told.read_text().splitlines()))
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 143
    out = process.stdout.read().decode()
    assert summary(out) == (2, 0, 2) and f"{name}:4: " in out
    target.close()


def test_waits_for_a_file_that_can_be_read_at_its_path(home, store, tmp_path, started):
    log, told = tmp_path / "events.log", tmp_path / "told"
    log.write_text(events.lines(EVENTS[:100]))
    with open(told, "wb") as errors:
        process = started(home, "ingest", "--follow", "--store", f"sqlite:{store}", "--now", NOW_TEXT, log,
                          stderr=errors)
    wait_for(lambda: stored(store) == 100, "the first file")

    def take(place):
        os.rename(log, tmp_path / f"gone{time.monotonic_ns()}")
        place()
    take(log.mkdir)
    wait_for(lambda: "no regular file" in told.read_text(), "a word about the directory")
    take(lambda: os.symlink("events.log", log))
    wait_for(lambda: "symbolic links" in told.read_text(), "a word about the link to itself")
    with open(tmp_path / "zipped", "wb") as file:
        file.write(gzip.compress(events.lines(EVENTS[100:150]).encode()))
    take(lambda: os.rename(tmp_path / "zipped", log))
    wait_for(lambda: "it is gzip" in told.read_text(), "a word about gzip")
    take(lambda: None)
    log.write_text(events.lines(EVENTS[150:200]))
    wait_for(lambda: stored(store) == 150, "the file that can be read")
    process.terminate()
    out, _ = process.communicate(timeout=PATIENCE)
    assert summary(out.decode()) == (150, 0, 0) and told.read_text().count("\n") == 3


def rotating(name):
    """What moves a file of lines away, by the way in which it does."""
    def move(log, number, text):
        os.rename(log, f"{log}.{number}")

    def dated(log, number, text):
        os.rename(log, f"{log}-202611{30 - number:02d}")

    def before_its_ending(log, number, text):
        os.rename(log, str(log).replace(".log", f"-202611{30 - number:02d}.log"))

    def into_a_folder(log, number, text):
        os.makedirs(log.parent / "old", exist_ok=True)
        os.rename(log, log.parent / "old" / f"{log.name}.{number}")

    def packed(log, number, text):
        with gzip.open(f"{log}.{number}.gz", "wb") as file:
            file.write(log.read_bytes())
        os.utime(f"{log}.{number}.gz", ns=(os.stat(log).st_mtime_ns,) * 2)
        os.remove(log)

    def copied(log, number, text):
        shutil.copyfile(log, f"{log}.{number}")
        os.truncate(log, 0)

    def stamped(log, number, text):
        os.rename(log, log.parent / f"@4000000065{30 - number:02d}aabb00000000.s")
    return {"numbers": move, "dates": dated, "a date before its ending": before_its_ending,
            "another folder": into_a_folder, "gzip": packed, "copytruncate": copied, "svlogd": stamped}[name]


WAYS = ["numbers", "dates", "a date before its ending", "another folder", "gzip", "copytruncate", "svlogd"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", ["stopped", "stalled"])
def test_finds_what_was_rotated_while_nobody_looked(home, store, tmp_path, started, way, how):
    log = tmp_path / "logs" / ("current" if way == "svlogd" else "events.log")
    log.parent.mkdir()
    parts = [EVENTS[i:i + 50] for i in range(0, 300, 50)]
    log.write_text(events.lines(parts[0]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first lines")
    if how == "stopped":
        process.terminate()
        process.communicate(timeout=PATIENCE)
    else:
        process.send_signal(signal.SIGSTOP)
    for number, part in zip((3, 2, 1), parts[1:4]):
        with open(log, "a") as file:
            file.write(events.lines(part))
        rotating(way)(log, number, None)
        time.sleep(0.01)
        log.touch()
    with open(log, "a") as file:
        file.write(events.lines(parts[4]))
    if how == "stopped":
        process = following(started, home, store, log)
    else:
        process.send_signal(signal.SIGCONT)
    wait_for(lambda: stored(store) == 250, "what was rotated")
    with open(log, "a") as file:
        file.write(events.lines(parts[5]))
    wait_for(lambda: stored(store) == 300, "what was appended")
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert (summary(out.decode())[1:], err) == ((0, 0), b"")
    assert_whole(home, store, EVENTS[:300])


@pytest.mark.parametrize("how", ["removed", "zstd"])
def test_tells_a_gap_that_it_cannot_fill(home, store, tmp_path, started, how):
    log = tmp_path / "events.log"
    log.write_text(events.lines(EVENTS[:50]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first lines")
    process.terminate()
    process.communicate(timeout=PATIENCE)
    # What comes later is written in another second.
    os.utime(log, (os.stat(log).st_mtime + 2,) * 2)
    if how == "zstd":
        (tmp_path / "events.log.1.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
        os.utime(tmp_path / "events.log.1.zst", (os.stat(log).st_mtime,) * 2)
    os.remove(log)
    log.write_text(events.lines(EVENTS[100:150]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 100, "the new file")
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    gaps = int(re.search(r"^gaps +([12])$", out.decode(), re.M)[1])
    # A store's server counts them too, from the first look on.
    for path, count in ((store, gaps), (tmp_path / "new.db", 0)):
        with Serving(home, store=path) as server:
            assert f"slotwatch_ingest_gaps_total {count}\n" in server.get("/metrics")[2].decode()
    line = err.decode().splitlines()[-1]
    assert line.startswith(f'slotwatch: Gap in "{log}": ') and re.search(r"after 20\d\d-\d\d-\d\dT", line)
    assert ("zstd" in line) == (how == "zstd")


def test_a_file_that_is_being_packed_is_read_once_it_is_whole(home, store, tmp_path, started):
    log, packed = tmp_path / "events.log", tmp_path / "events.log.1.gz"
    log.write_text(events.lines(EVENTS[:50]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first lines")
    content = gzip.compress(events.lines(EVENTS[50:100]).encode())
    for number, size in enumerate((0, 1, 300, len(content) - 1)):
        packed.write_bytes(content[:size])
        with open(log, "a") as file:
            file.write(events.lines(EVENTS[100 + number:][:1]))
        wait_for(lambda: stored(store) == 51 + number, "what was appended")
    packed.write_bytes(content)
    wait_for(lambda: stored(store) == 104, "the packed file")
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert (summary(out.decode()), err) == ((104, 0, 0), b"")


def test_packing_what_was_read_is_no_gap(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    log.write_text(events.lines(EVENTS[:50]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first lines")
    os.rename(log, tmp_path / "events.log.1")
    log.write_text(events.lines(EVENTS[50:100]))
    wait_for(lambda: stored(store) == 100, "the new file")
    for ending, content in ((".gz", gzip.compress(events.lines(EVENTS[:50]).encode())),
                            (".zst", b"\x28\xb5\x2f\xfd" + bytes(100))):
        (tmp_path / "packed").write_bytes(content)
        os.utime(tmp_path / "packed", (int(os.stat(tmp_path / "events.log.1").st_mtime),) * 2)
        os.rename(tmp_path / "packed", tmp_path / f"events.log.1{ending}")
    os.remove(tmp_path / "events.log.1")
    with open(log, "a") as file:
        file.write(events.lines(EVENTS[100:150]))
    wait_for(lambda: stored(store) == 150, "what was appended")
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert (summary(out.decode()), err) == ((150, 0, 0), b"")


@pytest.mark.parametrize("how", ["running", "stopped"])
def test_reads_a_file_again_that_was_written_anew_with_the_same_beginning(home, store, tmp_path, started, how):
    log = tmp_path / "today.ndjson"
    log.write_text(events.lines(EVENTS[:50] + EVENTS[70:100]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 80, "the first export")
    if how == "stopped":
        process.terminate()
        process.communicate(timeout=PATIENCE)
    log.write_text(events.lines(EVENTS[:120]))
    if how == "stopped":
        process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 120, "the second export")
    process.terminate()
    assert process.communicate(timeout=PATIENCE)[1] == b""
    assert_whole(home, store, EVENTS[:120])


def test_a_hole_before_a_line_costs_no_event(home, store, tmp_path, started):
    log = tmp_path / "events.log"
    with open(log, "wb", buffering=0) as file:
        file.write(events.lines(EVENTS[:100]).encode())
        process = following(started, home, store, log)
        wait_for(lambda: stored(store) == 100, "the first lines")
        shutil.copyfile(log, f"{log}.1")
        os.truncate(log, 0)
        # Whoever writes keeps its place.
        file.write(events.lines(EVENTS[100:110]).encode())
        wait_for(lambda: stored(store) == 110, "what came after the truncation")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (110, 0, 0)
    assert summary(ingest(home, store, log).out) == (0, 10, 0)


def test_waits_for_a_file_that_is_not_there_yet(home, store, tmp_path, started):
    log, told = tmp_path / "new" / "events.log", tmp_path / "told"
    with open(told, "wb") as errors:
        process = started(home, "ingest", "--follow", "--store", f"sqlite:{store}", "--now", NOW_TEXT, log,
                          stderr=errors)
    wait_for(lambda: "is not there yet" in told.read_text(), "a word about the missing file")
    log.parent.mkdir()
    log.write_text(events.lines(EVENTS[:50]))
    wait_for(lambda: stored(store) == 50, "its lines")
    process.terminate()
    assert summary(process.communicate(timeout=PATIENCE)[0].decode()) == (50, 0, 0)
    assert told.read_text().count("\n") == 1


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_following_ends_where_its_store_is_gone(home, store, tmp_path, started, written, how):
    log = tmp_path / "events.log"
    log.write_text(events.lines(EVENTS[:50]))
    process = following(started, home, store, log)
    wait_for(lambda: stored(store) == 50, "the first lines")
    # These stand in the log beside the store alone.
    with open(log, "a") as file:
        file.write(events.lines(EVENTS[100:150]))
    wait_for(lambda: stored(store) == 100, "more lines")
    if how == "removed":
        shutil.rmtree(store.parent)
    else:
        assert ingest(home, tmp_path / "other.db", written(events.lines(EVENTS[200:210]), "other")).code == 0
        os.rename(tmp_path / "other.db", store)
    with open(log, "a") as file:
        file.write(events.lines(EVENTS[50:100]))
    out, err = process.communicate(timeout=PATIENCE)
    # The first batch may have been committed, and not acknowledged.
    assert process.returncode == 74 and summary(out.decode())[0] in (50, 100)
    assert err.count(b"\n") == 1 and f"{how} " in err.decode()
    assert store.exists() == (how == "replaced")
    if how == "replaced":
        assert_whole(home, store, EVENTS[200:210])


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
def test_nothing_of_a_store_is_left_beside_what_takes_its_place(home, store, tmp_path, started, written, pipe):
    log = tmp_path / "events.log"
    log.touch()
    process = started(home, "ingest", *(["-"] if pipe else ["--follow", log]), "--store", f"sqlite:{store}", "--now",
                      NOW_TEXT)
    with process.stdin if pipe else open(log, "ab") as target:
        for count in (50, 100):
            target.write(events.lines(EVENTS[count - 50:count]).encode())
            target.flush()
            wait_for(lambda: stored(store) == count, "the lines so far")
        assert ingest(home, tmp_path / "other.db", written(events.lines(EVENTS[200:300]), "other")).code == 0
        os.rename(tmp_path / "other.db", store)
        # Nothing more is given to it.
        assert process.wait(timeout=PATIENCE) == 74
    assert ingest(home, store, written(events.lines(EVENTS[300:400]), "more")).code == 0
    assert_whole(home, store, EVENTS[200:400])


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become somebody else")
def test_a_store_that_nobody_has_open_is_read_by_others(home, tmp_path, written):
    folder = tmp_path / "public"
    folder.mkdir()
    store = folder / "events.db"
    assert ingest(home, store, written(events.lines(EVENTS[:100]))).code == 0
    place = folder
    while place != place.parent:
        place.chmod(place.stat().st_mode | 0o055)
        place = place.parent
    store.chmod(0o644)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", BINARY, "report", "--format", "json", "--now",
         NOW_TEXT, "--source", f"sqlite:{store}"], env=environment(home, HOME="/tmp"), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert events.reported(json.loads(done.stdout)) == events.counted(EVENTS[:100])


# Live. --------------------------------------------------------------------------------------------------------------


def live(number, slot="slot-live"):
    """Two events of a job that has just failed, by the real clock."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    job = f"00000000-0000-4000-8000-{number:012d}"
    return [{"id": f"{kind}0000000-0000-4000-8000-{number:012d}", "job_id": job, "slot_id": slot, "status": status,
             "occurred_at": now} for kind, status in ((1, "received"), (2, "succeeded"))]


def test_a_dashboard_shows_an_event_from_a_pipe_at_once(home, store, program, started):
    process = started(home, "ingest", "--follow", "--store", f"sqlite:{store}", "-")
    process.stdin.write(events.lines(live(0)).encode())
    process.stdin.flush()
    wait_for(lambda: stored(store) == 2, "the first events")
    watch = program("watch", "--source", f"sqlite:{store}", "--interval", "60", size=(120, 40))
    watch.wait_text("LIVE", "slot-live")
    figures = []
    for number in range(1, 11):
        begun = time.monotonic()
        process.stdin.write(events.lines(live(number)).encode())
        process.stdin.flush()
        watch.wait_for(lambda: any(re.search(rf"slot-live .*\b{number + 1}\b", line) for line in watch.lines()),
                       f"{number + 1} runs")
        figures.append((time.monotonic() - begun) * 1000)
        time.sleep(0.12)
    print("pipe to screen, ms:", " ".join(f"{figure:.0f}" for figure in sorted(figures)))
    # What is promised is 250 ms; single figures depend on what else the machine does.
    assert statistics.median(figures) < 250 and max(figures) < 2000
    # Its leader has a copy of the pipe.
    watch.close()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_dashboard_outlives_its_store(home, store, program, tmp_path):
    def put(path, slot):
        done = subprocess.run([BINARY, "ingest", "--store", f"sqlite:{path}"], env=environment(home),
                              input=events.lines(live(1, slot)).encode(), capture_output=True, timeout=60)
        assert done.returncode == 0, done

    watch = program("watch", "--source", f"sqlite:{store}", "--interval", "60", size=(120, 40))
    watch.wait_text("LOST", "there is no such file")
    put(store, "slot-one")
    watch.wait_text("LIVE", "slot-one")
    for name in os.listdir(store.parent):
        os.remove(store.parent / name)
    watch.wait_text("LOST", "slot-one")
    put(tmp_path / "other" / "events.db", "slot-two")
    os.rename(tmp_path / "other" / "events.db", store)
    watch.wait_text("LIVE", "slot-two")
    watch.press("q")
    assert watch.wait_exit() == 0


def test_an_idle_store_costs_nothing(home, store, program):
    subprocess.run([BINARY, "ingest", "--store", f"sqlite:{store}"], env=environment(home),
                   input=events.lines(live(1)).encode(), capture_output=True, timeout=60, check=True)
    watch = program("watch", "--source", f"sqlite:{store}", size=(120, 40))
    watch.wait_text("LIVE", "slot-live")

    def ticks():
        with open(f"/proc/{watch.process}/stat") as stat:
            return sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    end = time.monotonic() + 3
    watch.wait_for(lambda: time.monotonic() > end, "the start to be over")
    before, end = ticks(), time.monotonic() + 6
    watch.wait_for(lambda: time.monotonic() > end, "a while")
    share = (ticks() - before) / os.sysconf("SC_CLK_TCK") / 6 * 100
    print(f"idle CPU {share:.1f} %")
    assert share < 5
