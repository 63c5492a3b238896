"""How the two programs start: which one answers, with which arguments, and what the one that starts fast is made of."""

import os
import re
import shutil
import subprocess

import pytest

import harness
import snapshots
from harness import run

HERE = os.path.dirname(os.path.abspath(__file__))
SERVE = os.path.join(os.path.dirname(os.path.realpath(harness.BINARY)), "slotwatch-serve")
NOW = ["--now", snapshots.iso(snapshots.NOW)]


@pytest.fixture(scope="session")
def preload(tmp_path_factory):
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    library = tmp_path_factory.mktemp("preload") / "moving.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, os.path.join(HERE, "moving_environment.c")], check=True)
    return {"LD_PRELOAD": str(library)}


def same(home, arguments, **options):
    """Both programs' answers to the same arguments; they are equal."""
    front = run(home, *arguments, **options)
    done = subprocess.run([SERVE, *map(str, arguments)], env=harness.environment(home, **options.get("env", {})),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, start_new_session=True)
    assert (front.code, front.out, front.err) == (done.returncode, done.stdout.decode(), done.stderr.decode())
    return front


@pytest.mark.parametrize("arguments", [
    ["--version"], ["report"], ["check"], ["report", "demo:x"], ["report", "--interval", "0"], ["report", "--nonsense"],
    ["check", "--nonsense"], ["help", "check"], ["report", "/nonexistent.json"], ["check", "/nonexistent.json"],
    ["report", "sample:", "--format", "csv", *NOW], ["screen", "sample:", "--size", "80x24", *NOW],
    ["check", "sample:", *NOW], ["check", "sample:", "--slot", "none", *NOW], ["screen", "--keys", "Foo", "sample:"],
    ["report", "sample:", "--warning=20%", *NOW], ["watch", "sample:"], ["serve", "--listen", "x"], ["misspelt"],
    ["check", "-w", "5", "-c", "90%", "-t", "7", "sample:", *NOW], ["check", "-w", "x", "sample:"],
    ["check", "--slot", "slot-003", "--slot", "slot-011", "sample:", *NOW], ["check", "-V"], ["check", "-v", "sample:", *NOW],
    ["report", "--slot", "slot-003", "sample:", *NOW], ["report", "--slot", "none", "sample:"],
    ["report", "--source=", "sample:"], ["report", "--window", "--ascii", "sample:"],
])
def test_both_programs_give_the_same_answer(home, arguments):
    same(home, arguments)


@pytest.mark.parametrize("variable", ["INTERVAL=0", "WINDOW=week", "FORMAT=csv", "CONNECT_TIMEOUT=x", "ASCII=maybe",
                                      "SOURCE=demo:x", "CONFIG=/nonexistent.toml", "NOW=yesterday", "MIN_RUNS=3"])
def test_both_programs_read_the_environment_alike(home, variable):
    name, value = variable.split("=")
    environment = {"SLOTWATCH_NOW": NOW[1], f"SLOTWATCH_{name}": value}
    for command in ("report", "check", "screen"):
        same(home, [command, *(["sample:"] if name != "SOURCE" else [])], env=environment)


def test_a_configuration_file_counts_for_the_fast_commands(home):
    folder = home / "config" / "slotwatch"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('window = "week"\n[slots."slot-001"]\nwarning = "1%"\n')
    assert "week" in same(home, ["report", "sample:", *NOW]).out
    (folder / "config.toml").write_text('windw = "week"\n')
    assert same(home, ["report", "sample:", *NOW]).code == 78


def test_arguments_survive_a_library_that_moves_the_environment(home, preload):
    assert run(home, "--version", env=preload).out == run(home, "--version").out
    check = run(home, "check", "--source", "sample:", *NOW, env=preload)
    assert check.out == run(home, "check", "--source", "sample:", *NOW).out and check.out.startswith("SLOTWATCH ")
    config = run(home, "config", "--interval", "7", env=preload)
    assert config.code == 0 and re.search(r"interval +7 +flag", config.out), config.out + config.err
    # The heavier program by itself, too.
    done = subprocess.run([SERVE, "check", "--source", "sample:", *NOW], env=harness.environment(home, **preload),
                          capture_output=True, timeout=60)
    assert done.stdout.decode() == check.out


def test_the_other_program_is_found_behind_a_link(home, tmp_path):
    link = tmp_path / "slotwatch"
    link.symlink_to(harness.BINARY)
    done = subprocess.run([link, "config"], env=harness.environment(home), capture_output=True, timeout=60)
    assert done.returncode == 0 and b"interval" in done.stdout


def test_a_missing_program_is_told_in_one_line(home, tmp_path):
    alone = tmp_path / "bin" / "slotwatch"
    alone.parent.mkdir()
    shutil.copy(os.path.realpath(harness.BINARY), alone)

    def start(*arguments):
        return subprocess.run([alone, *arguments], env=harness.environment(home), capture_output=True, timeout=60)
    missing = f'Cannot start "{alone}-serve": it is missing; install it beside slotwatch (swift build makes both).'
    done = start("config")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (78, b"", f"slotwatch: {missing}\n")
    done = start("check")
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout.decode().startswith("SLOTWATCH UNKNOWN - Cannot start") and done.stdout.count(b"\n") == 1
    assert start("--version").returncode == 0
    assert start("check", "sample:", *NOW).stdout.startswith(b"SLOTWATCH ")


def test_the_other_program_gets_its_arguments_as_they_are(home, tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff.toml"
    with open(name, "w") as file:
        file.write("interval = 9\n")
    done = subprocess.run([harness.BINARY, b"config", b"--config", name], env=harness.environment(home),
                          capture_output=True, timeout=60)
    shown = subprocess.run([SERVE, b"config", b"--config", name], env=harness.environment(home),
                           capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (shown.returncode, shown.stdout, shown.stderr)


def test_the_process_stays_the_same(home):
    process = subprocess.Popen([harness.BINARY, "serve", "--listen", "127.0.0.1:0", "--store", f"sqlite:{home}/e.db"],
                               env=harness.environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert b"listening" in process.stderr.readline()
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            assert os.path.basename(file.read().split(b"\0")[0]) == b"slotwatch"
        assert os.path.basename(os.readlink(f"/proc/{process.pid}/exe")) == "slotwatch-serve"
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize("name", [b"NIOCore", b"AsyncHTTPClient", b"Hummingbird", b"GRDB", b"sqlite3_", b"TOMLKit",
                                  b"ArgumentParser"])
def test_the_program_that_starts_fast_is_made_without(name):
    with open(harness.BINARY, "rb") as file:
        assert name not in file.read()


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not here")
def test_the_program_that_starts_fast_needs_no_heavy_library():
    text = subprocess.run(["readelf", "-d", harness.BINARY], capture_output=True, check=True, text=True).stdout
    needed = re.findall(r"Shared library: \[([^\]]+)\]", text)
    heavy = [name for name in needed if re.match(r"libstdc\+\+|libFoundation\.|libz\.|libsqlite3|libFoundationNet", name)]
    assert heavy == [], needed
