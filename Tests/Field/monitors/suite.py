"""Lets real monitors run `slotwatch check` in every case of the table, and prints what each of them stored."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import cases
import judging
import material
import program
import wrapping
from icinga import Icinga
from nagios import Nagios
from nrpe import NRPE

PACKAGES = ("nagios4-core", "icinga2-bin", "nagios-nrpe-server", "nagios-nrpe-plugin", "monitoring-plugins-basic")
HEADINGS = ("case", "state", "bytes", "nagios4", "icinga2", "NRPE 4", "NRPE 2", "result")


def versions():
    rows = []
    for package in PACKAGES:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${Version}", package], capture_output=True, text=True)
        rows.append(done.stdout or f"{package} (no package)")
    return rows


def run(case, folder, account):
    """The case without any monitor."""
    begin = time.monotonic()
    done = subprocess.run(
        case.command, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=program.environment(folder),
        **account.streams())
    return judging.Printed(
        done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="surrogateescape"),
        time.monotonic() - begin)


def monitored(table, work, account):
    """What each monitor stored of every case, by its name; and all that is known besides."""
    monitors = [kind(work / kind.name, account, table) for kind in (Nagios, Icinga, NRPE)]
    try:
        for monitor in monitors:
            monitor.begin()
        nagios, icinga, nrpe = monitors
        with ThreadPoolExecutor(3) as pool:
            stored = list(pool.map(lambda monitor: monitor.collect(), monitors))
        old = nrpe.collect("-2")
    finally:
        for monitor in reversed(monitors):
            monitor.close()
    # What is written for others is there when they have ended.
    return judging.Stored(
        nagios=stored[0], icinga=stored[1], nrpe=stored[2], old=old, nagios_file=nagios.parsed(),
        icinga_file=icinga.parsed(), graphite=icinga.sent(), warnings=icinga.warnings())


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="cases with this in their name")
    options.add_argument("--lines", action="store_true", help="print each line, too")
    options.add_argument("--keep", type=Path, help="an empty folder for everything, which stays there")
    settings = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    account = program.Account.found()
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary:
        work = settings.keep or Path(temporary)
        work.chmod(0o755)
        program.install(work / "bin")
        version = subprocess.run([program.BINARY, "--version"], capture_output=True, text=True, check=True).stdout
        heading = [f"slotwatch {version.strip()}", *versions(), f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
                   "as an account of their own" if account.is_root else "as the account that runs the suite"]
        stuff = material.Material(work, account)
        try:
            table = [case for case in cases.table(stuff) if settings.only in case.name]
            with ThreadPoolExecutor(2) as pool:
                printed = list(pool.map(lambda case: run(case, work, account), table))
            stored = monitored(table, work, account)
            rows = judging.rows(table, printed, stored)
            wrapped = wrapping.rows(stuff, lambda case: run(case, work, account))
        finally:
            stuff.close()
    print("; ".join(heading) + ".\n")
    print("| " + " | ".join(HEADINGS) + " |\n| --- | --- | ---: | --- | --- | --- | --- | --- |")
    for row in rows:
        print(row.text())
    print("\n| through | state | result |\n| --- | --- | --- |")
    for row in wrapped:
        print(row.text())
    warnings = stored.warnings
    print(f"\nicinga2 logged {len(warnings)} warnings." + "".join(f"\n\n    {line}" for line in warnings))
    if settings.lines:
        for case, line in zip(table, printed):
            print(f"\n{case.name} ({line.code}, {line.seconds:.2f} s)\n    {line.out!r} {line.err!r}")
    bad = sum(row.fault != "" for row in rows + wrapped)
    print(f"\n{len(rows) + len(wrapped)} cases, {bad} not good.")
    return bad > 0 or len(warnings) > 0


if __name__ == "__main__":
    sys.exit(main())
