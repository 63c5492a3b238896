"""What monitors are told to run, as a table: a new case is a row."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timezone

import program
from material import COLONS, DAY, EQUALS, LONG, NASTY, iso

OK, WARNING, CRITICAL, UNKNOWN = range(4)
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
# A library that people really load into other programs, from coreutils.
STDBUF = shutil.which("stdbuf") or "stdbuf"


@dataclass(frozen=True)
class Case:
    """A row of the table."""
    name: str
    state: int
    # The whole command, as a list of arguments.
    command: tuple
    # What its line has to say.
    says: tuple = ()
    # How many bytes the line may have, with its end.
    most: int = 4_096
    # In how many seconds it has to answer.
    within: float = 30
    # Whether nothing can be seen of the line, since it was sent to where nobody reads.
    is_silent: bool = False
    # Whether the same cause may be said in other words; what it has to say is there each time.
    varies: bool = False
    # What the line begins with.
    begins: str = "SLOTWATCH {word} - "


def check(*arguments):
    return (program.BINARY, "check", *map(str, arguments))


def shell(text, *command):
    """The command where `"$@"` stands in a line of a shell."""
    return ("/bin/sh", "-c", text, "sh", *command)


def asked(ids):
    return [f"--slot={name}" for name in ids]


def later(days):
    """An instant so many days from now."""
    return iso(datetime.now(timezone.utc) + days * DAY)


def table(material):
    """The cases over this material."""
    own, others = material.own, material.others

    def file(name):
        return others / f"{name}.json"

    def store(folder, name):
        return f"sqlite:{folder / name}.db"

    def panel(address, *path):
        return "/".join([f"panel+{address}", *path])

    return [
        # What there is to say of slots.
        Case("ok", OK, check(file("ok")), ("3 ok", "ratio=1.00%;;;0;100")),
        Case("warning", WARNING, check(file("warning")), ("slot-00000 8.5%",)),
        Case("critical", CRITICAL, check(file("critical")), ("1 critical, 1 warning", "slot-00000 45.0%")),
        Case("stalled", WARNING, check(file("stalled")), ("stalled, 80 of 120 open",)),
        Case("too few runs", OK, check(file("few")), ("too few runs to judge",)),
        Case("an idle slot", OK, check(file("idle")), ("1 idle",)),
        Case("an idle slot, asked for", OK, check(file("idle"), "--slot", "slot-idle"), ("idle", "runs=0")),
        Case("all idle", OK, check(file("all-idle")), ("3 idle",)),
        Case("an inactive slot, asked for", OK, check(file("off"), "--slot", "slot-off"), ("off, not judged",)),
        Case("one slot", CRITICAL, check(file("critical"), "--slot", "slot-00000"), ("slot-00000 45.0%", "runs=400")),
        Case("two slots", CRITICAL, check(file("critical"), "--slot", "slot-00001", "--slot", "slot-00000"),
             ("slot-00000_ratio=45.00%", "slot-00001_ratio=1.00%")),
        Case("two slots, one idle", OK, check(file("idle"), "--slot", "slot-idle", "--slot", "slot-00000"),
             ("slot-00000_ratio=1.00%",)),
        Case("the same slot twice", OK, check(file("critical"), "--slot", "slot-00001", "--slot", "slot-00001"),
             ("slot-00001 1.0%",)),
        Case("by week", OK, check(file("ok"), "--window", "week"), ("week ",)),
        # Absence.
        Case("a missing active slot", UNKNOWN, check(file("missing")), ("1 missing (slot-gone)",)),
        Case("a missing slot, asked for", UNKNOWN, check(file("missing"), "--slot", "slot-gone"), ("missing",)),
        Case("missing and critical", CRITICAL, check(file("missing-critical")), ("1 critical",)),
        Case("missing, ignored", OK, check(file("missing"), "--ignore", "slot-g*"), ("1 ignored",)),
        Case("missing, asked for and ignored", UNKNOWN,
             check(file("missing"), "--slot", "slot-gone", "--ignore", "slot-g*"), ("missing",)),
        Case("critical, ignored", OK,
             check(file("critical"), "--ignore", "slot-0000[0]", "--ignore", "*warn", "-w", "99", "-c", "99"),
             ("2 ignored",)),
        Case("one that never reported", OK, check(file("never")), ("1 idle",)),
        Case("all slots off", OK, check(file("all-off")), ("2 off",)),
        Case("slots without any bucket", OK, check(file("bare")), ("2 idle",)),
        Case("an empty snapshot", UNKNOWN, check(file("empty"))),
        Case("an empty snapshot, --ignore", UNKNOWN, check(file("empty"), "--ignore", "*")),
        Case("no such slot", UNKNOWN, check(file("ok"), "--slot", "nowhere"), ('No slot "nowhere"',)),
        Case("by hour, of which there is nothing", UNKNOWN, check(file("ok"), "--window", "hour")),
        Case("stale", UNKNOWN, check(file("stale")), ("old in",)),
        Case("stale, allowed for", OK, check(file("stale"), "--stale-after", "86400"), ("3 ok",)),
        Case("from the future", UNKNOWN, check(file("future")), ("ahead of the clock",)),
        # Files that cannot be read.
        Case("a missing file", UNKNOWN, check(others / "nowhere.json"), ("there is no such file",)),
        Case("a dangling link", UNKNOWN, check(file("dangling"))),
        Case("a link", OK, check(file("link")), ("3 ok",)),
        Case("a directory", UNKNOWN, check(str(others) + "/"), ("directory",)),
        Case("an unreadable file", UNKNOWN, check(file("secret"))),
        Case("rubbish", UNKNOWN, check(file("rubbish"))),
        Case("an empty file", UNKNOWN, check(file("empty-file"))),
        Case("half a file", UNKNOWN, check(file("half"))),
        Case("a web page", UNKNOWN, check(file("page"))),
        Case("a packed file", UNKNOWN, check(file("packed"))),
        Case("a value with signs of monitors", UNKNOWN, check(file("strange"))),
        Case("a device without end", UNKNOWN, check("file:/dev/zero")),
        Case("a file with blanks, ; and |", OK, check(f"{others}/a b; c|d.json"), ("3 ok",)),
        Case("a file with letters", OK, check(f"{others}/größe 日本.json"), ("3 ok",)),
        Case("a missing file with ; and |", UNKNOWN, check(f"{others}/a;b|c=1.json")),
        Case("from standard input", OK, shell('exec "$@" < ' + str(file("ok")), *check("-")), ("3 ok",)),
        Case("standard input is empty", UNKNOWN, shell('exec "$@" </dev/null', *check("-"))),
        Case("standard input is closed", UNKNOWN, shell('exec "$@" <&-', *check("-"))),
        # How it is asked.
        Case("no source", UNKNOWN, check(), ("No source",)),
        Case("an option that is not there", UNKNOWN, check("--nonsense", file("ok")), ("--nonsense",)),
        Case("a letter that is not there", UNKNOWN, check("-H", "localhost", file("ok")), ("-H",)),
        Case("an option without its value", UNKNOWN, check(file("ok"), "--slot")),
        Case("an empty value", UNKNOWN, check(file("ok"), "--slot=")),
        Case("two files", UNKNOWN, check(file("ok"), file("critical"))),
        Case("a share that is none", UNKNOWN, check(file("ok"), "-w", "a;b|c"), ("a,b¦c",)),
        Case("a range of plugins", UNKNOWN, check(file("ok"), "-w", "@5:10"), ("@5:10",)),
        Case("warning over critical", UNKNOWN, check(file("ok"), "-w", "20", "-c", "10")),
        Case("a pattern that is none", UNKNOWN, check(file("ok"), "--ignore", "[")),
        Case("behind another option", UNKNOWN, (program.BINARY, "--nonsense", "check")),
        Case("-w 5 -c 10 -v -t 10", CRITICAL, check("-v", "-w", "5", "-c", "10", "-t", "10", file("critical")),
             (";5;10;",)),
        Case("-w 0.05", OK, check("-w", "0.05", file("ok")), (";5;10;",)),
        Case("-w 5", OK, check("-w", "5", file("ok")), (";5;10;",)),
        Case("-w 7.5 -c 60%", WARNING, check("-w", "7.5", "-c", "60%", file("critical")), (";7.5;60;",)),
        Case("-V", UNKNOWN, check("-V"), ("slotwatch ",), begins="slotwatch "),
        # Configuration.
        Case("source from configuration", CRITICAL, check("--config", others / "good.toml"), ("1 critical",)),
        Case("source from the environment", CRITICAL, (
            "/usr/bin/env", f"SLOTWATCH_SOURCE={file('critical')}", *check())),
        Case("a configuration of XDG", CRITICAL, (
            "/usr/bin/env", f"XDG_CONFIG_HOME={others}/xdg", *check())),
        Case("configuration is missing", UNKNOWN, check("--config", others / "nowhere.toml", file("ok"))),
        Case("configuration is rubbish", UNKNOWN, check("--config", others / "bad.toml", file("ok"))),
        Case("configuration has an unknown key", UNKNOWN, check("--config", others / "strange.toml", file("ok"))),
        Case("a bad value in the environment", UNKNOWN, (
            "/usr/bin/env", "SLOTWATCH_WARNING=a|b;c", *check(file("ok"))), ("a¦b,c",)),
        # Event stores.
        Case("a store nobody has open", OK, check(store(own, "well")), ("1 ok",)),
        Case("the same, of a sick slot", CRITICAL, check(store(own, "ill"))),
        Case("another account's, readable", OK, check(store(others, "well")), ("1 ok",)),
        Case("another account's, of a sick slot", CRITICAL, check(store(others, "ill"))),
        Case("another account's, unreadable", UNKNOWN, check(store(others, "closed")), ("not permitted",)),
        Case("another account's, of a killed writer", CRITICAL, check(store(others, "killed"))),
        Case("a store behind a link", OK, check(store(others, "own-link")), ("1 ok",)),
        Case("another account's behind a link", OK, check(store(others, "link")), ("1 ok",)),
        Case("an empty store", UNKNOWN, check(store(own, "nothing"))),
        Case("another account's empty store", UNKNOWN, check(store(others, "nothing"))),
        Case("nobody has written for 5 days", UNKNOWN, check(store(others, "killed"), "--now", later(5)),
             ("1 missing",)),
        Case("nobody has written for 20 days", UNKNOWN, check(store(others, "killed"), "--now", later(20))),
        Case("nobody has written for 2 days, by hour", UNKNOWN,
             check(store(others, "killed"), "--now", later(2), "--window", "hour")),
        Case("a missing store", UNKNOWN, check(store(own, "nowhere"))),
        Case("a database of something else", UNKNOWN, check(store(others, "other"))),
        Case("a snapshot as a store", UNKNOWN, check(f"sqlite:{file('ok')}")),
        Case("a store as a snapshot", UNKNOWN, check(own / "well.db")),
        Case("another account's, while a server has it open", CRITICAL, check(store(others, "served"))),
        # Panels.
        Case("a server of events", CRITICAL, check(panel(material.serving)), ("slot-001 66.7%",)),
        Case("a server with a token", OK, check(panel(material.guarded), "--token-file", own / "token"), ("1 ok",)),
        Case("a token that is refused", UNKNOWN, check(panel(material.guarded), "--token-file", own / "wrong-token"),
             ("401",)),
        Case("a server without its token", UNKNOWN, check(panel(material.guarded)), ("401",)),
        Case("an unreadable token", UNKNOWN, check(panel(material.guarded), "--token-file", file("secret"))),
        Case("a dead panel", UNKNOWN, check(panel(material.dead))),
        Case("a panel that never answers", UNKNOWN, check("-t", "1", panel(material.silent)), ("within 1 s",), within=3,
             varies=True),
        Case("a URL that never answers", UNKNOWN, check("-t", "1", f"{material.silent}/stats.json"), ("within 1 s",),
             within=3, varies=True),
        Case("a name that is nowhere", UNKNOWN, check("panel+https://nowhere.invalid"), within=15),
        Case("401 of a panel", UNKNOWN, check(panel(material.answering, "401")), ("401",)),
        Case("503 of a panel", UNKNOWN, check(panel(material.answering, "503"), "-t", "3"), ("503",)),
        Case("a panel's web page", UNKNOWN, check(panel(material.answering, "page")), ("HTML",)),
        Case("half an answer", UNKNOWN, check(panel(material.answering, "cut"))),
        Case("a snapshot that is 404", UNKNOWN, check(f"{material.answering}/nowhere.json"), ("404",)),
        Case("plain HTTP to elsewhere", UNKNOWN, check("panel+http://panel.example")),
        # How it is started.
        Case("env -i", CRITICAL, ("/usr/bin/env", "-i", *check(file("critical")))),
        Case("env -i, a store", CRITICAL, ("/usr/bin/env", "-i", *check(store(own, "ill")))),
        Case("env -i, configuration", CRITICAL, ("/usr/bin/env", "-i", *check("--config", others / "good.toml"))),
        Case("a home that is not there", CRITICAL, ("/usr/bin/env", "HOME=/nowhere", *check(file("critical")))),
        Case("stdbuf -oL (LD_PRELOAD)", CRITICAL, (STDBUF, "-oL", *check(file("critical")))),
        Case("stdbuf -oL, a store", CRITICAL, (STDBUF, "-oL", *check(store(own, "ill")))),
        Case("LD_PRELOAD=libm.so.6", CRITICAL, ("/usr/bin/env", "LD_PRELOAD=libm.so.6", *check(file("critical")))),
        Case("from a folder that is gone", CRITICAL, shell(
            'd=$(mktemp -d) && cd "$d" && rmdir "$d" && exec "$@"', *check(file("critical")))),
        Case("LANG=de_DE.UTF-8, LC_ALL=C", CRITICAL, (
            "/usr/bin/env", "LANG=de_DE.UTF-8", "LC_ALL=C", *check(file("critical")))),
        Case("standard error is closed", CRITICAL, shell('exec "$@" 2>&-', *check(file("critical")))),
        Case("/dev/full", UNKNOWN, shell('exec "$@" >/dev/full', *check(file("critical"))), is_silent=True),
        Case("/dev/full, a store", UNKNOWN, shell('exec "$@" >/dev/full', *check(store(own, "ill"))), is_silent=True),
        Case("standard output is closed", UNKNOWN, shell('exec "$@" >&-', *check(file("critical"))), is_silent=True),
        # The reader is gone before a word is said; the status is handed on through a file of its own.
        Case("a closed pipe", CRITICAL, shell(
            '{ { sleep 0.2; "$@"; echo $? >&3; } | exec true; } 3>&1 | { read -r code; exit "$code"; }',
            *check(file("critical"))), is_silent=True),
        # Ids and names from outside.
        *(Case(f"named: {shown(name)}", CRITICAL, check(file(f"nasty-{index}")), ("1 critical",))
          for index, name in enumerate(NASTY)),
        *(Case(f"--slot: {shown(name)}", CRITICAL, check(file("nasty"), f"--slot={name}"), ("45.0%",))
          for name in NASTY),
        Case("--slot, all of these", CRITICAL, check(file("nasty"), *asked(NASTY)), ("'a b_ratio'=45.00%",)),
        Case("--slot, ids with ::", CRITICAL, check(file("colons"), *asked(COLONS)), ("45.0%",)),
        Case("--slot, ids with = and a blank", CRITICAL, check(file("equals"), *asked(EQUALS)), ("45.0%",)),
        Case("all of these missing", UNKNOWN, check(file("nasty-missing")), (f"{len(NASTY)} missing",)),
        *(Case(f"no such slot: {shown(name)}", UNKNOWN, check(file("ok"), f"--slot={name}"), ("No slot",))
          for name in NASTY),
        # How long a line is.
        Case("ids of 128 letters", CRITICAL, check(file("long"))),
        Case("ids of 128 letters, --brief", CRITICAL, check(file("long"), "--brief"), most=1_023),
        Case("10,000 slots", OK, check(file("many")), ("10000 ok",)),
        Case("10,000 critical slots", CRITICAL, check(file("many-sick")), ("10000 critical",)),
        Case("10,000 critical slots, --brief", CRITICAL, check(file("many-sick"), "--brief"), most=1_023),
        Case("300 slots asked for", CRITICAL, check(file("many-sick"), *asked(f"slot-{n:05d}" for n in range(300))),
             ("slots left out",)),
        Case("300 slots asked for, --brief", CRITICAL,
             check(file("many-sick"), "--brief", *asked(f"slot-{n:05d}" for n in range(300))), ("slots left out",),
             most=1_023),
        Case("50 ids of 128 letters asked for", CRITICAL, check(file("long"), *asked(LONG)), ("slots left out",)),
        Case("the same, --brief", CRITICAL, check(file("long"), "--brief", *asked(LONG)), ("slots left out",),
             most=1_023),
        Case("an id that is too long", UNKNOWN, check(file("too-long"))),
        Case("all ids, --brief", CRITICAL, check(file("nasty"), "--brief", *asked(NASTY)), most=1_023),
        Case("an error, --brief", UNKNOWN, check("--brief", f"{others}/" + "ö" * 900), most=1_023),
        Case("an error with a long name", UNKNOWN, check(f"{others}/" + "a/" * 3_000)),
    ]


def shown(name):
    """An id as the table may show it."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name).replace("|", "\\|").replace("<", "\\<")
