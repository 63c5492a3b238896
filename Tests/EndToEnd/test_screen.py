"""Single frames: sizes, ASCII, colours, formats of numbers, and what the statements about the dashboard say."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

import oracle
import snapshots
from conftest import screen
from frames import ASCII_OF, BARS, Table, cells, lines_of, strip_escapes, width
from harness import run
from oracle import Rules

SIZES = ["1x1", "2x2", "3x1", "1x60", "20x5", "40x10", "60x20", "79x24", "80x23", "80x24", "81x25", "100x30", "119x39",
         "120x40", "121x41", "160x50", "199x60", "200x60", "220x70", "300x20", "300x100", "500x200"]
KEYS = ["", "Enter", "?", "/", "w", "w Enter", "v", "Space", "G", "!", "/ text:zzz Enter"]


@pytest.fixture
def path(place):
    return place(snapshots.random_document(2))


@pytest.fixture
def fleet(place):
    return place(snapshots.fleet(30, sick=(3, 7, 25)))


@pytest.mark.parametrize("size", SIZES)
def test_every_size_gives_a_frame_of_exactly_that_size(size, home, path):
    columns, rows = map(int, size.split("x"))
    for keys in KEYS if size in ("1x1", "20x5", "80x24", "120x40", "500x200") else KEYS[:3]:
        for more in ([], ["--ascii"]):
            lines = screen(home, path, size, keys, more=more, now=now_of(2))
            assert len(lines) == rows, f"{keys!r}: {len(lines)} rows"
            assert max(map(width, lines)) <= columns, f"{keys!r}: {max(map(width, lines))} columns"


def now_of(seed):
    return oracle.instant(snapshots.random_document(seed)["generated_at"])


@pytest.mark.parametrize("size", ["20x5", "30x8", "40x10", "60x20", "79x24", "80x24", "120x40"])
def test_the_trust_word_and_the_worst_slot_stay_at_every_size(size, home, fleet):
    lines = screen(home, fleet, size)
    assert "LIVE" in lines[0], "\n".join(lines)
    worst = oracle.expect(snapshots.fleet(30, sick=(3, 7, 25)), Rules()).order[0]
    row = next((line for line in lines if line[2:3] == "›"), None)
    assert row and re.search(r"\s54\.0↑? .*\b100\b", row), "\n".join(lines)
    # The mark, an id of eight columns, the ratio and its sample need more than 20.
    assert worst in row or size == "20x5", "\n".join(lines)


def test_narrower_screens_lose_columns_in_order(home, fleet):
    losing = [("canc",), ("err",), ("usual",), ("ratio",), ("prov",), ("tmout",)]
    lost_at = []
    for columns in range(80, 29, -1):
        lines = screen(home, fleet, f"{columns}x24")
        heading = next((line for line in lines if "fail%" in line and "runs" in line), None)
        assert heading, f"at {columns} columns fail% and runs are gone:\n" + "\n".join(lines)
        lost_at.append([name not in heading for (name,) in losing])
    for gone in lost_at:
        assert gone == sorted(gone, reverse=True), f"lost out of order: {dict(zip(losing, gone))}"
    assert lost_at[0] == [False] * 6, "at 80 columns all are there"


@pytest.mark.parametrize("size", ["80x24", "120x40", "200x60", "50x12"])
@pytest.mark.parametrize("keys", ["", "Enter", "?", "w", "v j j", "/ text:slot-02", "Space", "s"])
def test_ascii_has_every_word_and_number_in_the_same_cells(size, keys, home, fleet):
    unicode_lines = screen(home, fleet, size, keys)
    ascii_lines = screen(home, fleet, size, keys, more=["--ascii"])
    assert all(line.isascii() for line in ascii_lines)
    for left, right in zip(unicode_lines, ascii_lines):
        left, right = cells(left.rstrip()), cells(right.rstrip())
        assert len(left) == len(right), f"{''.join(left)}\n{''.join(right)}"
        for wanted, got in zip(left, right):
            if wanted.isascii():
                assert got == wanted or not wanted, f"{''.join(left)}\n{''.join(right)}"
            else:
                assert got == ASCII_OF.get(wanted, got) and got != " ", f"{wanted} became {got!r}"


def test_a_locale_without_unicode_means_ascii(home, fleet):
    assert screen(home, fleet, env={"LC_ALL": "C", "LANG": "C"}) == screen(home, fleet, more=["--ascii"])


@pytest.mark.parametrize("keys", ["", "Enter", "?", "w", "j j j", "Space", "!"])
@pytest.mark.parametrize("theme", ["auto", "dark", "light", "mono"])
def test_without_colour_nothing_is_lost(keys, theme, home, fleet):
    text = [line.rstrip() for line in screen(home, fleet, "120x40", keys)]
    ansi = screen(home, fleet, "120x40", keys, more=["--format", "ansi", "--theme", theme])
    assert [strip_escapes(line).rstrip() for line in ansi] == text
    for env, more in (({"NO_COLOR": "1"}, []), ({}, ["--no-color"])):
        plain = screen(home, fleet, "120x40", keys, env=env, more=["--format", "ansi", "--theme", theme, *more])
        assert [strip_escapes(line).rstrip() for line in plain] == text
        assert not colours("\n".join(plain)), "colours although none are wanted"


def colours(ansi):
    numbers = [n for m in re.finditer(r"\x1b\[([\d;:]*)m", ansi) for n in re.split("[;:]", m[1]) if n]
    return {n for n in numbers if re.fullmatch(r"[34]\d|9[0-7]|10[0-7]", n) and n not in ("39", "49")}


def test_marked_slots_are_coloured_and_a_quiet_night_is_not(home, place):
    loud = "\n".join(screen(home, place(snapshots.fleet(8, sick=(2,))), "120x40", more=["--format", "ansi", "--theme", "dark"]))
    assert colours(loud), "nothing is coloured"
    red_or_yellow = lambda ansi: re.search(r"\x1b\[(?:[\d;]*;)?(31|33|91|93)(?:;[\d;]*)?m", ansi) \
        or re.search(r"38;5;(1|3|9|11|130|160|196|202|208|214)m", ansi)
    assert red_or_yellow(loud), "a critical slot has no hue"
    quiet = "\n".join(screen(home, place(snapshots.fleet(8)), "120x40", more=["--format", "ansi", "--theme", "dark"]))
    assert not red_or_yellow(quiet), "a quiet night has a hue of alarm"


@pytest.mark.parametrize("keys", ["", "Enter", "?"])
def test_svg_is_a_picture_of_the_same_text(keys, home, fleet):
    picture = "\n".join(screen(home, fleet, "120x40", keys, more=["--format", "svg"]))
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    drawn = re.sub(r"\s+", "", "".join(root.itertext()))
    for line in screen(home, fleet, "120x40", keys):
        for word in re.findall(r"[A-Za-z0-9.,%-]{3,}", line):
            assert word in drawn, f"{word} is missing from the picture"


@pytest.mark.parametrize("where", ["", "j j j j", "w", "v G", "s s", "I", "/ text:slot-02 Enter", "! j"])
def test_enter_and_back_gives_the_same_frame(where, home, fleet):
    for size in ("80x24", "120x40", "200x60"):
        before = screen(home, fleet, size, where or None)
        inside = screen(home, fleet, size, f"{where} Enter".strip())
        assert inside != before, f"Enter does nothing after {where!r} at {size}"
        assert screen(home, fleet, size, f"{where} Enter Esc".strip()) == before
        assert screen(home, fleet, size, f"{where} Enter q".strip()) == before


def test_the_chart_stands_in_the_same_cells_on_both_screens(home, fleet):
    overview, slot = screen(home, fleet, "120x40"), screen(home, fleet, "120x40", "Enter")
    for word in ("failure ratio by day", "critical 10", "warning  5", "timeouts", "provider errors", "worker errors", "cancelled"):
        places = [[(y, line.index(word)) for y, line in enumerate(lines) if y > 2 and word in line][:1]
                  for lines in (overview, slot)]
        assert places[0] and places[0] == places[1], f"{word}: {places}"


@pytest.mark.parametrize("keys, shown", [("?", "Esc or ? closes"), ("Enter", "‹ slot-026"), ("w d", "today"),
                                         ("Space", "PAUSED"), ("? ?", "slot-004"), ("? Esc", "slot-004")])
def test_keys_answer(keys, shown, home, fleet):
    assert shown in "\n".join(screen(home, fleet, "80x24", keys))


def test_weeks_are_not_days(home, fleet):
    days, weeks = screen(home, fleet, "120x40"), screen(home, fleet, "120x40", "w")
    assert "today" in days[1] and "by day" in "".join(days)
    assert "today" not in "".join(weeks) and "week" in weeks[1] and "by week" in "".join(weeks)
    assert screen(home, fleet, "120x40", "w d") == days
    assert screen(home, fleet, "120x40", more=["--window", "week"]) == weeks


def test_enter_opens_the_slot_under_the_cursor(home, fleet):
    order = oracle.expect(snapshots.fleet(30, sick=(3, 7, 25)), Rules()).order
    for keys, index in (("", 0), ("j", 1), ("Down Down j", 3), ("G", 29), ("End", 29), ("G k Up", 27), ("G g", 0),
                        ("j j j Home", 0), ("j Enter Right Right Esc", 3), ("j j Enter Left Esc", 1)):
        lines = screen(home, fleet, "80x24", f"{keys} Enter".strip())
        assert order[index] in lines[1], f"{keys!r} should be on {order[index]}: {lines[1]}"
        cursor = [line for line in screen(home, fleet, "80x24", keys or None) if line[2:3] == "›"]
        assert len(cursor) == 1 and order[index] in cursor[0], f"{keys!r}: {cursor}"


@pytest.mark.parametrize("keys", ["s", "S", "I", "/ text:slot-0", "w", "v"])
def test_the_cursor_is_on_a_slot_not_on_a_row(keys, home, fleet):
    on = lambda k: next(line for line in screen(home, fleet, "80x24", k) if line[2:3] == "›")[3:11]
    assert on(f"j j j {keys}") == on("j j j")


@pytest.mark.parametrize("keys, words", [
    ("/ text:slot-02 Enter", r"\bcritical filtered out"), ("G", r"\bcritical (above|hidden|out of sight)"), ("s s G g", None)])
def test_hidden_trouble_is_announced(keys, words, home, fleet):
    text = "\n".join(screen(home, fleet, "80x24", keys))
    assert words is None or re.search(words, text), text


def test_marked_rows_below_are_announced(home, place):
    path = place(snapshots.fleet(40, sick=range(40)))
    lines = screen(home, path, "80x24")
    shown = len(Table(lines).ids(r"slot-\d\d\d"))
    text = "\n".join(lines)
    assert f"{40 - shown} critical below" in text, text
    assert "critical below" not in "\n".join(screen(home, path, "80x80"))


NUMBERS = [(0, 50, "0.0"), (50, 50, "100"), (1, 100_000, "<0.1"), (99_999, 100_000, ">99.9"), (49, 100_000, "<0.1"),
           (51, 100_000, "0.1"), (99_949, 100_000, "99.9"), (1, 3_000_000_000, "<0.1"), (7, 56, "12.5"), (3, 2000, "0.2")]


@pytest.mark.parametrize("failed, runs, shown", NUMBERS)
def test_ratios_do_not_lie(failed, runs, shown, home, place):
    path = place(snapshots.snapshot({"slot-001": [snapshots.counters(runs - failed, errors=failed)]}))
    table = Table(screen(home, path))
    assert table.value(table.row("slot-001"), "fail%") == shown


@pytest.mark.parametrize("runs, shown", [(99_999, "99,999"), (100_000, "100k"), (123_999, "123k"), (1_239_999, "1.23M"),
                                         (99_999_999, "99.9M"), (10**12, "1.00T"), (2**63 - 1, "9.22E")])
def test_large_counts_are_cut_never_rounded_up(runs, shown, home, place):
    path = place(snapshots.snapshot({"slot-001": [snapshots.counters(runs)]}))
    table = Table(screen(home, path))
    assert table.value(table.row("slot-001"), "runs") == shown


def test_no_runs_are_no_percentage(home, place):
    path = place(snapshots.snapshot({"zero": [snapshots.counters()] * 14, "never": [], "once": [None] * 5 + [snapshots.healthy()]}))
    lines = screen(home, path)
    table = Table(lines)
    for slot, mark in (("zero", " ·"), ("never", " ·"), ("once", " –")):
        row = table.row(slot)
        assert "".join(row[:2]) == mark and "0.0" not in "".join(row) and "–" in "".join(row[3:]), "".join(row)
    assert bars_of(table, "zero") == "·" * 13 + "┆·"
    assert bars_of(table, "never").strip() == "┆"
    assert bars_of(table, "once")[8] in BARS


def bars_of(table, slot):
    return "".join(table.row(slot)[table.bars_at:table.bars_at + 15])


def test_bars_have_one_fixed_scale(home, place):
    """A step is the warning threshold: 0, under 5 %, exactly 5, 10, 15 …, 35 and 100 %."""
    percents = [0, 4, 5, 10, 15, 20, 25, 30, 35, 36, 60, 99, 100]
    days = [snapshots.healthy()] + [snapshots.counters(100 - p, timeouts=p) for p in reversed(percents)]
    table = Table(screen(home, place(snapshots.snapshot({"slot-001": days}))))
    assert bars_of(table, "slot-001")[:13] == "▁▁▂▃▄▅▆▇█████"


def test_the_range_scope_shows_the_whole_range(home, fleet):
    document = snapshots.fleet(30, sick=(3, 7, 25))
    verdict = oracle.expect(document, Rules())
    table = Table(screen(home, fleet, "200x60", "v"))
    for slot in table.ids(r"slot-\d\d\d"):
        row, whole = table.row(slot), verdict.slots[slot].summary
        assert table.value(row, "fail%") in oracle.percents(whole)
        assert table.value(row, "runs") == f"{whole.runs:,}"


@pytest.mark.parametrize("text, keys", [("Name 007", "/ text:007 Enter"), ("gemini", "/ text:gemini Enter"),
                                        ("slot-01", "/ text:slot-01 Enter"), ("NAME 01", "/ text:NAME Space text:01 Enter")])
def test_the_filter_finds_ids_names_and_providers(text, keys, home, fleet):
    document = snapshots.fleet(30, sick=(3, 7, 25))
    wanted = [s["id"] for s in document["slots"] if any(text.lower() in s[k].lower() for k in ("id", "name", "provider_id"))]
    shown = Table(screen(home, fleet, "120x70", keys)).ids(r"slot-\d\d\d")
    assert sorted(shown) == sorted(wanted)
    assert sorted(Table(screen(home, fleet, "120x70", keys + " Esc")).ids(r"slot-\d\d\d")) == sorted(
        s["id"] for s in document["slots"]), "Esc clears the filter"


def test_labels_in_local_time(home, fleet):
    text = "\n".join(screen(home, fleet, "120x40", "u", env={"TZ": "Asia/Tokyo"}))
    assert "23:32" in text.splitlines()[0] and "UTC" not in text.splitlines()[0]
    assert "14:32 UTC" in screen(home, fleet, "120x40", env={"TZ": "Asia/Tokyo"})[0]


@pytest.mark.parametrize("content, code", [("{", 0), (None, 0)])
def test_a_frame_of_a_source_that_fails_says_lost(content, code, home, tmp_path, place):
    path = place(content) if content else str(tmp_path / "none.json")
    done = run(home, "screen", "--source", path, "--size", "80x24")
    if done.code == 0:
        lines = lines_of(done.out)
        assert len(lines) == 24 and "LOST" in lines[0]
    else:
        assert done.code in (65, 66) and done.err.count("\n") == 1
