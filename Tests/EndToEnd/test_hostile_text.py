"""Names that try to break the screen: none of it reaches the output, and columns stay where they are."""

import re
import unicodedata

import pytest

import snapshots
from conftest import screen
from frames import Table, cells, strip_escapes
from harness import run

POISON = {
    "controls": "".join(map(chr, range(1, 32))) + "\x7f",
    "C1": "".join(map(chr, range(0x80, 0xa0))),
    "escapes": "\x1b[2J\x1b[31m\x1b]0;title\x07\x1bc\x9b5A",
    "bidi": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "zero width": "\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e",
    "annotations": "\ufff9\ufffa\ufffb\u206a\u206f",
    "tags": "".join(map(chr, range(0xE0020, 0xE0080))) + "\U000e0001",
    "blanks that are no spaces": "\u2800\u3164\u115f\u1160\uffa0\u303f\ufffc\U00013441\U00013442\U0001d159",
    "line ends": "\u2028\u2029\x85\r\n\t\v\f",
}
NAMES = {
    "plain": "Plain name", "empty": "", "long": "long " * 60, "cyrillic": "Фотозона «Новый год»", "wide": "日本語の名前",
    "wide at the cut": "x" + "漢" * 80, "wide at another cut": "漢" * 80, "hangul": "한국어 이름", "fullwidth": "ＡＢＣＤ",
    "combining": "e\u0301" * 60, "many marks": "a" + "\u0301\u0327\u0323" * 30, "leading mark": "\u0301name",
    "arabic": "اسم", "hebrew": "שם", "thai": "ชื่อ", "devanagari": "नाम", "emoji": "🎉 party", "blanks": "   ",
    "not assigned": "a\u0378b", "private": "a\ue000b", "not a character": "a\uffffb", "quotes": "\"'`<>&|\\%s%n$(x)",
} | {f"poison {name}": f"a{text}b" for name, text in POISON.items()} | {
    f"long poison {name}": text * 5 + "end" for name, text in POISON.items()}


def document(names=NAMES):
    days = [snapshots.counters(60, timeouts=20, errors=20)] + [snapshots.healthy()] * 13
    made = snapshots.snapshot({f"slot-{i:03d}": days for i in range(len(names))})
    for slot, name in zip(made["slots"], names.values()):
        slot["name"] = name
        slot["provider_id"] = name[:40] or None
    return made


INVISIBLE = {c for text in POISON.values() for c in text if not (c.isascii() and c.isprintable())}


def assert_clean(text, allowed="\n"):
    for character in set(text) - set(allowed):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs") and character not in INVISIBLE, \
            f"U+{ord(character):04X} reached the output"


@pytest.fixture
def path(place):
    return place(document())


@pytest.mark.parametrize("size", ["40x80", "79x80", "80x80", "90x80", "120x80", "200x80"])
@pytest.mark.parametrize("more", [[], ["--ascii"]], ids=["unicode", "ascii"])
def test_columns_stay_aligned(size, more, home, path):
    lines = screen(home, path, size, more=more)
    assert_clean("\n".join(lines))
    table = Table(lines)
    right = table.ends["fail%"] - 5
    provider = table.ends.get("provider")
    rows = [table.row(f"slot-{i:03d}") for i in range(len(NAMES))]
    assert all(rows), "every slot has a row"
    for row, name in zip(rows, NAMES):
        assert row[right - 1] == " ", f"{name}: the name reaches the numbers"
        panel = table.bars_at + 15 if table.bars_at else None
        assert row[right:panel] == rows[0][right:panel], f"{name}:\n{''.join(row)}\n{''.join(rows[0])}"
        if provider:
            assert row[provider - 9] == " ", f"{name}: the name reaches the provider"


@pytest.mark.parametrize("size", ["80x24", "120x40"])
def test_the_slot_screen_is_clean(size, home, path):
    for steps in range(0, len(NAMES), 3):
        lines = screen(home, path, size, " ".join(["j"] * steps + ["Enter"]))
        assert_clean("\n".join(lines))
        assert len(lines) == int(size.split("x")[1])
        assert all(len(cells(line)) <= int(size.split("x")[0]) for line in lines)


def test_coloured_frames_hold_no_escape_of_a_name(home, path):
    lines = screen(home, path, "120x70", more=["--format", "ansi"])
    text = "\n".join(lines)
    assert_clean(strip_escapes(text))
    assert set(re.findall(r"\x1b\[[0-9;:]*([A-Za-z])|\x1b(.)", text)) <= {("m", "")}, "only attributes are set"


def test_pictures_hold_no_control(home, path):
    from xml.etree import ElementTree
    picture = "\n".join(screen(home, path, "120x70", more=["--format", "svg"]))
    ElementTree.fromstring(picture)
    assert_clean(picture)


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_reports_are_clean(form, home, path):
    done = run(home, "report", "--format", form, "--source", path, "--now", snapshots.iso(snapshots.NOW))
    assert done.code == 0
    assert_clean(done.out, "\r\n")


def test_a_check_is_one_clean_line(home, path):
    done = run(home, "check", "--source", path, "--now", snapshots.iso(snapshots.NOW))
    assert done.code == 2 and done.out.count("\n") == 1 and done.out.count("|") == 1
    assert_clean(done.out)


def test_ids_may_be_hostile_too(home, place):
    ids = {f"{i}{text[:60]}": [snapshots.counters(50, errors=50)] for i, text in enumerate(POISON.values())}
    path = place(snapshots.snapshot(ids))
    for keys in (None, "Enter", "j Enter"):
        assert_clean("\n".join(screen(home, path, "80x24", keys)))
    done = run(home, "check", "--source", path, "--now", snapshots.iso(snapshots.NOW))
    assert done.code == 2 and done.out.count("\n") == 1
    assert_clean(done.out)


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_errors_are_clean(poison, home, place, tmp_path):
    name = poison.replace("/", "")[:40]
    for arguments in (["report", "--source", f"{tmp_path}/{name}.json"], ["report", "--window", name],
                      ["screen", "--keys", f"j text {name.split()[0] if name.split() else 'x'}zz"]):
        done = run(home, *arguments)
        assert done.code in (64, 66, 78), done
        assert done.err.count("\n") == 1
        assert_clean(done.err)
    text = place('{"schema":"%s","generated_at":"2026-11-19T14:32:05Z","windows":{}}'
                 % "".join(f"\\u{ord(c):04x}" for c in poison if ord(c) < 0x10000))
    done = run(home, "report", "--source", text)
    assert done.code == 65 and done.err.count("\n") == 1
    assert_clean(done.err)
