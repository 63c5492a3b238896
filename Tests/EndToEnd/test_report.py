"""`report` and its like: sources that are piped, files of another kind."""

import gzip
import json
import os
import sqlite3
import subprocess

import pytest

import snapshots
from harness import BINARY, environment, run

NOW = ["--now", snapshots.iso(snapshots.NOW)]


def shell(home, script, **variables):
    """A script of bash in which `$SW` is the program."""
    done = subprocess.run(["bash", "-c", script], env=environment(home, SW=BINARY, **variables), timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done


# Pipes --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("script", [
    'cat "$FILE" | "$SW" report - $NOW', 'cat "$FILE" | "$SW" report --source - $NOW', '"$SW" report - $NOW < "$FILE"',
    'cat "$FILE" | "$SW" report --source /dev/stdin $NOW', '"$SW" report <(cat "$FILE") $NOW',
    'cat "$FILE" | "$SW" - $NOW', 'cat "$FILE" | SLOTWATCH_CA_FILE=/x "$SW" report - $NOW',
    'mkfifo "$HOME/p"; cat "$FILE" > "$HOME/p" & "$SW" report "$HOME/p" $NOW'])
def test_a_pipe_is_a_source(script, home, place):
    path = place(snapshots.fleet(3))
    done = shell(home, script, FILE=path, NOW=" ".join(NOW))
    assert (done.returncode, done.stderr) == (0, "")
    wanted = run(home, "report", "--source", path, *NOW).out.splitlines()
    assert done.stdout.splitlines()[1:] == wanted[1:]


def test_a_pipe_is_drawn_and_judged(home, place):
    path = place(snapshots.fleet(3))
    done = shell(home, 'cat "$FILE" | "$SW" screen --size 80x24 --keys "w j Enter Esc d" - $NOW',
                 FILE=path, NOW=" ".join(NOW))
    assert (done.returncode, done.stderr) == (0, "") and "slot-002" in done.stdout
    done = shell(home, 'cat "$FILE" | "$SW" check --source - $NOW', FILE=path, NOW=" ".join(NOW))
    assert done.stderr == "" and done.stdout.startswith("SLOTWATCH ") and done.returncode in (0, 1, 2)


def test_a_pipe_that_never_speaks_has_a_time_limit(home):
    done = shell(home, 'mkfifo "$HOME/p"; "$SW" check "$HOME/p" --timeout 1')
    assert (done.returncode, done.stderr) == (3, "") and "nothing came within 1 s" in done.stdout


def test_a_file_called_dash_has_its_folder(home, place, tmp_path):
    place(snapshots.fleet(3), "-")
    done = run(home, "report", "--source", "./-", *NOW, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("source", ["-", "/dev/stdin", "FIFO"])
def test_a_dashboard_watches_no_pipe(source, program, home):
    if source == "FIFO":
        source = str(home / "fifo")
        os.mkfifo(source)
    one = program("watch", source)
    assert one.wait_exit() == 64
    said = one.output.decode()
    assert f'Cannot watch "{source}"' in said and "give a file" in said


# Files of another kind ----------------------------------------------------------------------------------------------

def test_a_file_of_another_kind_is_named(home, tmp_path):
    text = json.dumps(snapshots.fleet(2))
    sqlite3.connect(tmp_path / "a.db").executescript("CREATE TABLE t (x)")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "c.json").write_bytes(text.encode("utf-16"))
    for name, words in {"a.db": "use sqlite:FILE", "b.json.gz": "gzip -dc FILE", "c.json": "iconv -f UTF-16"}.items():
        done = run(home, "report", "--source", tmp_path / name)
        assert done.code == 65 and words in done.err and done.err.count("\n") == 1, done
