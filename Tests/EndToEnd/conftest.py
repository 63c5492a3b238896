import json
import os
import signal

import pytest
import trustme

import harness
import snapshots


def pytest_report_header():
    return f"program under test: {harness.BINARY}"


def pytest_sessionstart():
    # Whoever started the tests may ignore it, as nohup does; the programs under test would too.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # A shell ignores these two for what it starts in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if not os.access(harness.BINARY, os.X_OK):
        pytest.exit(f'no program at "{harness.BINARY}": build it, or name it in SLOTWATCH_BIN', 4)


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def place(tmp_path):
    """Writes a document to a file of its own and returns the path."""
    def put(document, name="stats.json"):
        return snapshots.write(str(tmp_path / name), document)
    return put


@pytest.fixture
def program(home):
    """Starts the program in a terminal; ends it after the test."""
    started = []

    def start(*arguments, **options):
        started.append(harness.Program(home, *arguments, **options))
        return started[-1]
    yield start
    for one in started:
        one.close()


@pytest.fixture
def frame(home):
    """The lines of one frame of `screen`, as text unless asked otherwise."""
    def draw(path, size="80x24", keys=None, now=snapshots.NOW, **options):
        return screen(home, path, size, keys, now, **options)
    return draw


def screen(home, path, size="80x24", keys=None, now=snapshots.NOW, env=None, more=()):
    from frames import lines_of
    arguments = ["screen", "--source", path, "--size", size, "--now", snapshots.iso(now), *more]
    done = harness.run(home, *arguments, *(["--keys", keys] if keys else []), env=env)
    assert (done.code, done.err) == (0, ""), f"{arguments} {keys!r}: {done.code} {done.err}"
    return lines_of(done.out)
