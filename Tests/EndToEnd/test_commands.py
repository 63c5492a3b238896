"""Commands, options and exit codes, one by one."""

import csv
import io
import json
import os
import re
import subprocess

import pytest

import harness
import snapshots
from conftest import screen
from harness import run

NOW = ["--now", snapshots.iso(snapshots.NOW)]


def assert_refused(done, codes, value=None):
    """One line on standard error that quotes the value, nothing on standard output."""
    codes = codes if isinstance(codes, tuple) else (codes,)
    assert done.code in codes, f"exit {done.code}, not {codes}: {done.err!r}"
    assert done.out == "", done.out
    assert re.fullmatch(r"[^\n]*\S[^\n]*\n", done.err), f"not one line: {done.err!r}"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.err), f"a control in {done.err!r}"
    if value is not None:
        assert f'"{value}"' in done.err, f'"{value}" is not named: {done.err!r}'


# 0 ------------------------------------------------------------------------------------------------------------------

def test_version_and_help(home):
    done = run(home, "--version")
    assert done.code == 0 and re.fullmatch(r"(slotwatch )?\d+\.\d+(\.\d+)?\n", done.out), done.out
    for arguments in (["--help"], ["help"], ["watch", "--help"], ["report", "--help"], ["screen", "--help"], ["check", "--help"]):
        done = run(home, *arguments)
        assert (done.code, done.err) == (0, "") and "USAGE" in done.out, arguments
    for command in ("watch", "report", "screen", "check"):
        assert command in run(home, "--help").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions(shell, home):
    done = run(home, "--generate-completion-script", shell)
    assert done.code == 0 and "slotwatch" in done.out


COMPLETE = """
source ./script
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_slotwatch "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def completions(home, *words):
    """What bash offers for the last of the words."""
    done = subprocess.run(["bash", "--norc", "-c", COMPLETE, "bash", harness.BINARY, *words], cwd=home, text=True,
                          env=harness.environment(home), stdout=subprocess.PIPE, timeout=60)
    return done.stdout.split("\n")


def test_completions_know_configured_sources(home):
    (home / "config" / "slotwatch").mkdir(parents=True)
    (home / "config" / "slotwatch" / "config.toml").write_text(
        '[sources.production]\naddress = "panel+https://panel.example"\n[sources.stage]\naddress = "sqlite:s.db"\n')
    (home / "prod.json").write_text("{}")
    (home / "script").write_text(run(home, "--generate-completion-script", "bash").out)
    assert completions(home, "check", "--theme", "d") == ["dark", ""]
    assert "production" in completions(home, "report", "--source", "")
    assert completions(home, "watch", "--source", "st") == ["stage", ""]
    assert sorted(completions(home, "check", "pro")) == ["", "prod.json", "production"]
    (home / "config" / "slotwatch" / "config.toml").write_text("[[[")
    assert completions(home, "check", "pro") == ["prod.json", ""]


def test_help_names_what_a_command_takes_and_no_more(home):
    simulate, report = (run(home, "help", command).out for command in ("simulate", "report"))
    for option in ("--source", "--theme", "--window", "--min-runs", "[<file>]"):
        assert option not in simulate, option
    for option in ("--to", "--rate", "--seed", "--duration", "--token-file", "--ca-file", "--allow-plain-http"):
        assert option in simulate, option
    for source in ("panel+https:", "sqlite:", "demo:", "sample:"):
        assert source in " ".join(report.split()), source
    done = run(home, "simulate", "--to", f"sqlite:{home}/x.db", "--theme", "dark")
    assert done.code == 64 and "--theme" in done.err and not (home / "x.db").exists()


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_report_forms(form, home, place):
    done = run(home, "report", "--source", place(snapshots.fleet(3)), "--format", form, *NOW)
    assert (done.code, done.err) == (0, "") and "slot-002" in done.out


@pytest.mark.parametrize("spelling", ["{}", "file:{}"])
def test_a_source_is_a_path(spelling, home, place):
    done = run(home, "report", "--format", "json", "--source", spelling.format(place(snapshots.fleet(3))), *NOW)
    assert done.code == 0 and len(json.loads(done.out)["slots"]) == 3


def test_without_a_terminal_it_reports(home, place):
    path = place(snapshots.fleet(3))
    for arguments in ([path], ["--source", path]):
        done = run(home, *arguments, *NOW)
        assert (done.code, done.err) == (0, ""), arguments
        assert done.out == run(home, "report", "--source", path, *NOW).out


def test_watch_itself_needs_a_terminal(home, place):
    done = run(home, "watch", "--source", place(snapshots.fleet(3)), *NOW)
    assert_refused(done, (64, 69, 74, 78))


def test_the_sample_says_that_it_is_one(home):
    for arguments in ([], ["--source", "sample:"]):
        done = run(home, "screen", "--size", "80x24", *arguments, *NOW)
        assert done.code == 0 and re.search("(SAMPLE|DEMO) DATA", done.out.splitlines()[0])
    for now in ("2026-11-19T14:32:05Z", "2027-03-01T00:00:01Z", "2031-12-31T23:59:59Z"):
        done = run(home, "report", "--source", "sample:", "--format", "json", "--now", now)
        got = json.loads(done.out)
        assert got["trust"] == "live" and got["global"]["current"] is not None, now
        assert got["to"][:10] > now[:10] >= got["from"][:10]
        assert "SAMPLE DATA" in run(home, "screen", "--source", "sample:", "--size", "80x24", "--now", now).out
    assert run(home, "check", "--source", "sample:", *NOW).code in (0, 1, 2)


# 64 -----------------------------------------------------------------------------------------------------------------

USAGE = [
    (["report", "--window", "month"], "month"), (["report", "--format", "xml"], "xml"), (["report", "--nonsense"], None),
    (["report", "--warning", "lots"], "lots"), (["report", "--warning", "20%", "--critical", "10%"], None),
    (["report", "--critical", "101%"], None), (["report", "--warning", "0"], None), (["report", "--warning", "-5%"], None),
    (["report", "--min-runs", "-1"], "-1"), (["report", "--min-runs", "few"], "few"),
    (["report", "--now", "yesterday"], "yesterday"), (["report", "--now", "2026-13-01T00:00:00Z"], "2026-13-01T00:00:00Z"),
    (["report", "--scope", "all"], "all"), (["report", "--stale-after", "soon"], "soon"),
    (["screen", "--size", "80"], "80"), (["screen", "--size", "0x24"], "0x24"), (["screen", "--size", "80x-1"], "80x-1"),
    (["screen", "--size", "wide"], "wide"), (["screen", "--keys", "j Hop k"], "Hop"), (["screen", "--format", "png"], "png"),
    (["screen", "--theme", "pink"], "pink"), (["watch", "--interval", "0"], "0"), (["watch", "--interval", "301"], "301"),
    (["watch", "--interval", "often"], "often"), (["report", "one", "two", "three"], None),
]


@pytest.mark.parametrize("arguments, value", USAGE, ids=lambda v: " ".join(v) if isinstance(v, list) else str(v))
def test_usage_errors(arguments, value, home, place):
    done = run(home, arguments[0], "--source", place(snapshots.fleet(1)), *arguments[1:])
    assert_refused(done, 64, value)


# 65, 66, 74, 77, 78 -------------------------------------------------------------------------------------------------

def test_a_missing_file_and_a_directory(home, tmp_path):
    for source in (tmp_path / "none.json", tmp_path):
        for command in ("report", "screen"):
            done = run(home, command, "--source", source)
            if command == "report":
                assert_refused(done, 66, source)
    assert_refused(run(home, str(tmp_path / "none.json")), 66, tmp_path / "none.json")


def test_a_file_without_permission(home, tmp_path, place):
    path = place(snapshots.fleet(1))
    os.chmod(path, 0)
    options = {}
    if os.geteuid() == 0:
        options = {"user": 65534, "group": 65534, "extra_groups": []}
        for folder in [tmp_path, *tmp_path.parents]:
            if folder.stat().st_uid == 0 and len(folder.parts) > 2:
                folder.chmod(folder.stat().st_mode | 0o055)
        try:
            if run(home, "--version", **options).code != 0:
                pytest.skip("nobody may run the program here")
        except PermissionError:
            pytest.skip("nobody may run the program here")
    assert_refused(run(home, "report", "--source", path, cwd="/", **options), 77, path)


def test_a_file_past_the_limit(home, tmp_path):
    path = tmp_path / "huge.json"
    with open(path, "wb") as file:
        file.truncate(256 * 2**20 + 1)
    done = run(home, "report", "--source", path)
    assert_refused(done, 65, path)
    assert "256" in done.err or "268435456" in done.err.replace(",", ""), "the limit is not named"


def test_output_that_cannot_be_written(home, place):
    path = place(snapshots.fleet(3))
    with open("/dev/full", "wb") as full:
        for form in ("text", "json", "csv", "markdown"):
            done = run(home, "report", "--source", path, "--format", form, *NOW, stdout=full)
            assert_refused(done, 74)


def test_a_closed_pipe_ends_quietly(home, place):
    path = place(snapshots.fleet(400))
    reading, writing = os.pipe()
    os.close(reading)
    done = run(home, "report", "--source", path, "--format", "json", *NOW, stdout=writing)
    os.close(writing)
    assert done.err == "" and done.code in (0, 141, -13), done


def test_no_source_is_no_invented_data(home):
    assert_refused(run(home, "report"), 78)
    done = run(home, "check")
    assert done.code == 3 and "SLOTWATCH UNKNOWN" in done.out + done.err


@pytest.mark.parametrize("arguments", [
    ["--source", "/nowhere/stats.json"], ["--nonsense"], ["--window", "month"], ["--warning", "20%", "--critical", "10%"],
    ["--source", "GARBAGE"], ["--source", "GOOD", "--slot", "no such slot"]])
def test_a_check_that_cannot_judge_is_unknown(arguments, home, place, tmp_path):
    snapshots.write(str(tmp_path / "GARBAGE"), "not json")
    snapshots.write(str(tmp_path / "GOOD"), snapshots.fleet(2))
    done = run(home, "check", *arguments, *NOW, cwd=tmp_path)
    assert done.code == 3, done
    lines = (done.out + done.err).splitlines()
    assert lines and len(lines) <= 2 and "Traceback" not in done.err


def test_an_unknown_terminal(program, home, place):
    path = place(snapshots.fleet(3))
    for term in ("no-such-terminal", ""):
        one = program("watch", "--source", path, term=term)
        assert one.wait_exit() == 78
        assert one.left_behind() == []
        said = one.output.decode()
        assert said.count("\n") == 1 and (f'"{term}"' in said or not term), said


# Options from the environment ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, value, option, key, found", [
    ("WINDOW", "week", ["--window", "day"], "window", ("week", "day")),
    ("SCOPE", "range", ["--scope", "current"], "scope", ("range", "current")),
    ("NOW", "2026-11-19T15:00:00Z", ["--now", "2026-11-19T14:32:10Z"], "trust", ("stale", "live"))])
def test_options_have_environment_names(name, value, option, key, found, home, place):
    env = {f"SLOTWATCH_{name}": value}
    base = ["report", "--format", "json", "--source", place(snapshots.fleet(2))]
    more = [] if name == "NOW" else NOW
    assert json.loads(run(home, *base, *more, env=env).out)[key] == found[0]
    assert json.loads(run(home, *base, *more, *option, env=env).out)[key] == found[1], "an option wins"


def test_the_source_and_thresholds_come_from_the_environment(home, place):
    env = {"SLOTWATCH_SOURCE": place(snapshots.fleet(2)), "SLOTWATCH_WARNING": "7%", "SLOTWATCH_CRITICAL": "0.2",
           "SLOTWATCH_MIN_RUNS": "33"}
    got = json.loads(run(home, "report", "--format", "json", *NOW, env=env).out)
    assert got["thresholds"] == {"warning": pytest.approx(0.07), "critical": pytest.approx(0.2), "min_runs": 33}
    done = run(home, "report", env={"SLOTWATCH_SOURCE": env["SLOTWATCH_SOURCE"], "SLOTWATCH_WINDOW": "month"})
    assert_refused(done, (64, 78), "month")


# Text in reports ----------------------------------------------------------------------------------------------------

HOSTILE = "a\x1b[31m\x07\u202eb\u200b|c\n\u2066d\U000e0041"


def test_json_keeps_text_and_escapes_controls(home, place):
    done = run(home, "report", "--format", "json", "--source",
               place(snapshots.snapshot({"s": [snapshots.healthy()]}, names={"s": HOSTILE})), *NOW)
    assert json.loads(done.out)["slots"][0]["name"] == HOSTILE
    assert "\x1b" not in done.out and "\x07" not in done.out


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_other_forms_neutralise_text(form, home, place):
    document = snapshots.snapshot({"s": [snapshots.healthy()], "t": [snapshots.healthy()]}, names={"s": HOSTILE})
    done = run(home, "report", "--format", form, "--source", place(document), *NOW)
    assert done.code == 0
    for character in set(HOSTILE) - set("a[31mbcd|\n"):
        assert character not in done.out, f"{character!r} in {done.out!r}"
    if form == "markdown":
        tables = [line for line in done.out.splitlines() if line.startswith("|")]
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in tables if "s" in line}
        assert tables and len(cells) <= 2, "a name broke a table"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@x"])
def test_csv_cells_are_no_formulas(name, home, place):
    document = snapshots.snapshot({name: [snapshots.healthy()]}, names={name: name})
    done = run(home, "report", "--format", "csv", "--source", place(document), *NOW)
    row = list(csv.reader(io.StringIO(done.out, newline="")))[1]
    assert row[1:3] == ["'" + name] * 2


@pytest.mark.parametrize("name", ['quoted "name"', "comma, name", "Ünïcödé 漢字", "x" * 400])
def test_csv_keeps_ordinary_text(name, home, place):
    document = snapshots.snapshot({"s": [snapshots.healthy()]}, names={"s": name})
    done = run(home, "report", "--format", "csv", "--source", place(document), *NOW)
    assert list(csv.reader(io.StringIO(done.out, newline="")))[1][2] == name
