"""`check` as monitoring systems run it: one line, four exit codes, nothing on standard error."""

import os
import resource
import subprocess

import pytest

import snapshots
from harness import BINARY, environment, run

NOW = ["--now", snapshots.iso(snapshots.NOW)]


@pytest.fixture
def sick(place):
    """A fleet of which a slot is critical."""
    return place(snapshots.fleet(3, sick={0}))


def test_a_closed_pipe_keeps_the_status(home, sick):
    for arguments in ([sick, *NOW], ["--source", f"file:{sick}", "--connect-timeout", "2", *NOW]):
        reading, writing = os.pipe()
        os.close(reading)
        done = run(home, "check", *arguments, stdout=writing)
        os.close(writing)
        assert (done.code, done.err) == (2, ""), "the front program, then the other one"


def test_a_full_disk_is_unknown(home, sick):
    with open("/dev/full", "wb") as full:
        assert run(home, "check", sick, *NOW, stdout=full).code == 3


@pytest.mark.parametrize("files", range(4, 9))
@pytest.mark.parametrize("options", [[], ["--connect-timeout", "2"]], ids=["front", "other"])
def test_too_few_files_are_unknown(files, options, home, sick):
    done = run(home, "check", sick, *NOW, *options,
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
    assert done.code in (2, 3) and done.err == ""
    assert done.out.startswith(f"SLOTWATCH {'CRITICAL' if done.code == 2 else 'UNKNOWN'} - ") and done.out.count("\n") == 1


def test_what_cannot_end_is_unknown_in_time(home):
    # Somebody holds the other end of the pipe, and writes nothing.
    reading, writing = os.pipe()
    done = run(home, "check", "-t", "1", *NOW, "-", stdin=reading)
    os.close(reading)
    os.close(writing)
    assert (done.code, done.err) == (3, "") and done.out.startswith("SLOTWATCH UNKNOWN - ")


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--slot="], ["--warning", ""], ["one", "two"], ["--ignore", "["]])
def test_usage_errors_are_unknown(arguments, home, sick):
    done = run(home, "check", "--source", sick, *arguments)
    assert (done.code, done.err) == (3, "") and done.out.startswith("SLOTWATCH UNKNOWN - ") and done.out.count("\n") == 1
    assert ";" not in done.out


def test_letters_are_taken_as_monitoring_plugins_take_them(home, sick):
    usual = run(home, "check", sick, *NOW, "--warning", "70%", "--critical", "80%", "--timeout", "3")
    assert usual.code in (0, 1) and run(home, "check", sick, *NOW).code == 2
    for letters in (["-w", "70", "-c", "80", "-t", "3"], ["-w70", "-c80", "-t3"], ["-w70%", "-c80%", "-v", "-vv"]):
        done = run(home, "check", sick, *NOW, *letters)
        assert (done.code, done.out, done.err) == (usual.code, usual.out, ""), letters
    version = run(home, "check", "-V")
    assert (version.code, version.err) == (3, "") and version.out.startswith("slotwatch ")


def test_slots_are_left_out(home, sick):
    assert run(home, "check", sick, *NOW).code == 2
    for more in (["--ignore", "slot-001"], ["--connect-timeout", "2", "--ignore", "slot-00[1]"]):
        done = run(home, "check", sick, *NOW, *more)
        assert "1 ignored" in done.out and "slot-001" not in done.out, done.out
    assert "1 ignored" in run(home, "check", sick, *NOW, env={"SLOTWATCH_IGNORE": "slot-001"}).out


def test_brief_is_short(home, sick):
    slots = [word for number in (1, 2, 3) for word in ("--slot", f"slot-00{number}")]
    for more in ([], slots):
        done = run(home, "check", sick, "--brief", *NOW, *more)
        assert done.code == 2 and len(done.out.encode()) <= 1023 and done.out.count("\n") == 1


def test_lost_arguments_are_unknown(home, tmp_path):
    """Without /proc and with arguments that nobody can tell there is one line and 3; here they can be told."""
    shim = tmp_path / "moved.so"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "moving_environment.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source], check=True)
    done = subprocess.run([BINARY, "check", "--nonsense"], env=environment(home, LD_PRELOAD=str(shim)), timeout=60,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "") and "SLOTWATCH UNKNOWN" in done.stdout


def test_what_was_left_out_is_named(home, place):
    document = snapshots.fleet(2)
    rows = document["windows"]["day"]["slots"]["slot-001"]
    rows.append({**rows[-1], "period_start": "2031-01-01", "period_end": "2031-01-01"})
    path = place(document)
    words = "1 bucket begins after the data, 2031-01-01"
    assert f", left out: {words}" in run(home, "check", path, *NOW).out
    for form in ("text", "json", "markdown"):
        done = run(home, "report", "--format", form, path, *NOW)
        assert (done.code, done.err) == (0, "") and "bucket begins after the data" in done.out
    done = run(home, "report", "--format", "csv", path, *NOW)
    assert done.code == 0 and words in done.err and "2031" not in done.out
