"""Plugins that run another one: `negate` turns its state round, `urlize` makes a link of its text."""

import judging
from cases import CRITICAL, OK, UNKNOWN, WARNING, WORDS, Case, check

NEGATE, URLIZE = "/usr/lib/nagios/plugins/negate", "/usr/lib/nagios/plugins/urlize"
TURNED = {OK: CRITICAL, WARNING: WARNING, CRITICAL: OK, UNKNOWN: UNKNOWN}


def rows(material, run):
    """A row for each wrapper and state."""
    files = {OK: "ok", WARNING: "warning", CRITICAL: "critical", UNKNOWN: "missing"}
    result = []
    for state, name in files.items():
        command = check(material.others / f"{name}.json")
        plain = run(Case("", state, command))
        for wrapper, arguments, code, wanted in (
            ("negate", (NEGATE, *command), TURNED[state], plain.line),
            ("negate -s", (NEGATE, "-s", *command), TURNED[state],
             plain.line.replace(WORDS[state], WORDS[TURNED[state]], 1)),
            ("urlize", (URLIZE, "https://panel.example", *command), state,
             f'<A href="https://panel.example">{plain.text} </A> |  {plain.data}')):
            done = run(Case("", code, arguments))
            fault = "" if (done.code, done.err, judging.same(done.line)) == (code, "", judging.same(wanted)) else (
                f"{done.code}: {done.out!r} {done.err!r}")
            result.append(judging.Row(f"{wrapper}, {WORDS[state]}", (WORDS[code],), fault))
    return result
