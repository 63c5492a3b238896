"""A dashboard behind each proxy while the server comes and goes, and everything else once; prints the README's tables."""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import authority
import proxying
import serving
import trying
import watching

INTERVAL = 5
# How long the server is away, in turn, in seconds.
ABSENCES = (10, 40)
MOST_DELAY = 0.1    # a change is on the screen, by the median
MOST_RETURN = 5     # the word LIVE is there again after the server is
DIRECT = "no proxy"


@dataclass
class Outage:
    """The server was killed, and was there again."""
    killed: float
    absence: int
    there: float = 0.0


def say(text):
    print(f"{datetime.now(timezone.utc):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def number(value, unit="", digits=1):
    return "never" if value is None else f"{value:,.{digits}f}{unit}"


def table(headings, alignments, rows):
    print("\n| " + " | ".join(headings) + " |\n| " + " | ".join(alignments) + " |")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def result(faults):
    return "**" + "; ".join(faults) + "**" if faults else "good"


class Suite:
    def __init__(self, settings, folder):
        self.settings, self.folder = settings, folder
        self.proxies, self.dashboards, self.server, self.writer = [], [], None, None
        self.port = proxying.free_port()
        self.areBad = False

    def close(self):
        for dashboard in self.dashboards:
            dashboard.terminal.end()
        if self.writer:
            self.writer.end()
        for proxy in self.proxies:
            proxy.stop()
        if self.server:
            self.server.stop()

    def begin(self, store):
        self.server = serving.Server(self.folder, self.folder / store, self.port)
        self.server.start()
        self.server.wait()

    def proxy(self, name):
        return next((proxy for proxy in self.proxies if proxy.kind.name == name), None)

    # The parts.

    def start_proxies(self):
        authority.make(self.folder)
        for kind in proxying.KINDS:
            if self.settings.only.lower() in kind.name.lower():
                self.proxies.append(proxying.Proxy(kind, self.folder, self.port))
                self.proxies[-1].wait()
        self.ways = [proxy.way(door) for proxy in self.proxies for door in ("plain", "encrypted") if door in proxy.doors]
        self.direct = proxying.Way(DIRECT, proxying.PLAIN, f"http://127.0.0.1:{self.port}")
        if not self.settings.only:
            self.ways.insert(0, self.direct)

    def posts(self):
        """Before there is anything else in a store: each event that was told is counted."""
        nginx = self.proxy("nginx")
        if not nginx:
            return
        self.begin("posts.db")
        text, faults = trying.simulate(nginx.way("ten requests"), self.folder, self.server, 100, 15)
        self.lines.append(("Posts through nginx, HTTP/2, ten requests for a connection", text, faults))
        text, faults = trying.another_name(nginx.way("another name"), self.folder, self.server)
        self.server.stop()
        self.lines.append(("Another name, through nginx, HTTP/2", text, faults))

    def short(self):
        """One way after the other, with nothing else going on."""
        rows, slots = [], self.settings.slots
        for way in self.ways:
            good, slowest, faults = trying.readings(
                way, self.folder, slots, self.writer.base + len(self.writer.durable), self.settings.times)
            kept, whole, seen, more = trying.snapshot(way, self.folder, self.server, self.writer)
            faults += more
            rows.append((way.name, way.protocol, f"{good['report']} of {self.settings.times}",
                         f"{good['check']} of {self.settings.times}", number(slowest), f"{kept}, {whole}", number(seen),
                         result(list(dict.fromkeys(faults))[:4])))
            self.areBad |= bool(faults)
            say(" | ".join(rows[-1]))
        return rows

    def streams(self):
        nginx = self.proxy("nginx")
        if not nginx:
            return
        text, faults = trying.new_streams(
            nginx.way("ten seconds"), self.folder, self.server, self.writer, min(60, self.settings.minutes * 30))
        self.lines.append(("A stream that is cut after ten seconds, nginx, HTTP/2", text, faults))

    def long(self):
        """All dashboards at once, for minutes, while the server comes and goes."""
        settings = self.settings
        ways = self.ways + [proxy.way("maintenance") for proxy in self.proxies if "maintenance" in proxy.doors]
        for way in ways:
            self.dashboards.append(watching.Dashboard(way, self.folder, self.writer, INTERVAL))
        watching.wait(self.dashboards, lambda: all(one.is_right() for one in self.dashboards), 120, "all dashboards")
        watching.pump(self.dashboards, 10)
        self.writer.start()
        start, load = time.monotonic(), self.load()
        length = settings.minutes * 60
        count = max(1, int(settings.minutes // 5))
        watching.pump(self.dashboards, start + length / (count + 1) / 2 - time.monotonic())
        reload = time.monotonic()
        for proxy in self.proxies:
            if proxy.kind.reloads:
                proxy.process.send_signal(proxy.kind.reloads)
        outages = []
        for turn in range(count):
            watching.pump(self.dashboards, start + length * (turn + 1) / (count + 1) - time.monotonic())
            outage = Outage(time.monotonic(), ABSENCES[turn % len(ABSENCES)])
            self.server.kill()
            outages.append(outage)
            say(f"killed for {outage.absence} s")
            watching.pump(self.dashboards, outage.killed + outage.absence - time.monotonic())
            self.server.start()
            watching.wait(self.dashboards, lambda: self.server.there, 30, "the server")
            outage.there = self.server.there
        watching.pump(self.dashboards, start + length - time.monotonic())
        load = [after - before for before, after in zip(load, self.load())]
        self.writer.end()
        end = time.monotonic()
        self.tell_load(load)
        try:
            watching.wait(self.dashboards, lambda: all(one.is_right() for one in self.dashboards), 60, "the last event")
        except RuntimeError as failure:
            self.lines.append(("At the end", "not every dashboard shows the last event", [str(failure).splitlines()[0]]))
        if settings.keep:
            self.keep(outages, start)
        return [self.judged(one, outages, reload, start, end) for one in self.dashboards]

    def keep(self, outages, start):
        """Leaves every instant, for whoever wants to know more than the table says: in seconds from the start."""
        after = lambda pairs: [(round(at - start, 3), what) for at, what in pairs]
        (self.folder / "instants.json").write_text(json.dumps({
            "outages": [(round(one.killed - start, 3), round(one.there - start, 3)) for one in outages],
            "dashboards": [{
                "way": f"{one.way.name} {one.way.protocol}", "words": after(one.words),
                "delays": [(round(at - start, 3), round(delay, 3)) for at, delay in one.delays(start, time.monotonic())],
                "causes": after((at, cause) for cause, at in one.causes.items())} for one in self.dashboards]}))

    def judged(self, one, outages, reload, start, end):
        """A row of the table."""
        ends = [*[outage.killed for outage in outages[1:]], end]
        gone = [one.gone_after(outage) for outage in outages]
        again = [one.live_again(outage, until) for outage, until in zip(outages, ends)]
        pushed = [one.pushed_again(outage, until) for outage, until in zip(outages, ends)]
        delays = one.steady_delays(outages, start, end)
        faults = list(dict.fromkeys(one.wrong))[:2]
        if one.hasEnded:
            faults.append("it ended")
        if (words := one.words_between(reload, min(reload + 3 * INTERVAL, outages[0].killed))) != {"LIVE"}:
            faults.append(f"{' '.join(sorted(words - {'LIVE'}))} at a reload")
        if any(seconds is None and outage.absence > one.allowed for outage, seconds in zip(outages, gone)):
            faults.append("LIVE without a server")
        if one.backwards:
            faults.append(f"{one.backwards} times back to an older figure")
        late = [outage.absence for outage, seconds in zip(outages, again) if seconds is None or seconds > MOST_RETURN]
        if late:
            faults.append(f"LIVE again after more than {MOST_RETURN} s: {len(late)} of {len(outages)}")
        if None in pushed:
            faults.append("no pushes any more")
        middle = watching.median(delays)
        if middle is None or middle > MOST_DELAY:
            faults.append(f"changes take {number(middle and middle * 1000, ' ms', 0)}")
        unfit = [cause for cause in one.causes if watching.UNFIT.search(cause)]
        faults += [f"says {cause}" for cause in unfit]
        spoken = one.way.proxy.protocols(one.way.door) if one.way.proxy else None
        if spoken and spoken != {one.way.protocol}:
            faults.append(f"speaks {' and '.join(sorted(spoken))}")
        self.areBad |= bool(faults)
        seconds = lambda values: " ".join(number(value) for value in values)
        return (one.way.name, one.way.protocol + ("" if spoken else " ¹"), f"{len(one.reached):,}", number(one.oldest),
                seconds(gone), seconds(again), seconds(pushed), number(middle and middle * 1000, "", 0),
                number(max(delays, default=0) * 1000, "", 0), result(faults))

    # What it costs.

    def load(self):
        with open("/proc/stat") as stat:
            fields = list(map(int, stat.readline().split()[1:9]))
        ticks = os.sysconf("SC_CLK_TCK")
        requests = sum(self.server.count().values())
        return [time.monotonic(), requests, (sum(fields) - fields[3] - fields[4]) / ticks, self.server.total_seconds(),
                sum(serving.processor_seconds(one.terminal.process) for one in self.dashboards),
                time.process_time(),
                *[serving.processor_seconds(proxy.process.pid) for proxy in self.proxies]]

    def tell_load(self, load):
        length, requests, busy, *parts = load
        names = ["the server", f"{len(self.dashboards)} dashboards", "this suite", *[one.kind.name for one in self.proxies]]
        shares = ", ".join(f"{name} {part / length * 100:.0f} %" for name, part in zip(names, parts))
        self.lines.append((
            "Load", f"{requests / length:.0f} requests/s at the server; of one processor: {shares}; all programs of the "
            f"machine {busy / length * 100:.0f} % of {os.cpu_count() * 100} %", []))

    def run(self):
        settings, self.lines = self.settings, []
        began = datetime.now(timezone.utc)
        if (began + timedelta(minutes=settings.minutes + 20)).date() != began.date():
            raise SystemExit("It is about to be midnight (UTC), when all figures of the day begin at zero: begin later.")
        self.start_proxies()
        say("posts")
        self.posts()
        say("a store")
        base = serving.fill(self.folder, self.folder / "events.db", settings.slots, settings.seed)
        self.begin("events.db")
        self.writer = serving.Writer(self.server, settings.slots, base, settings.pace, settings.seed)
        short = self.short() if settings.times else []
        say("new streams")
        self.streams()
        say("all dashboards at once")
        long = self.long() if settings.minutes else []
        version = serving.run(self.folder, "--version").stdout.strip()
        print(f"slotwatch {version}; {proxying.versions()}; {began:%Y-%m-%d %H:%M} UTC; {settings.slots:,} slots, an event "
              f"each {settings.pace:g} s, dashboards for {settings.minutes:g} minutes, seed {settings.seed}.")
        table(("way", "spoken", "figures", "oldest under LIVE, s", "LIVE gone, s", "LIVE again, s", "pushes again, s",
               "on the screen, ms", "at most", "result"), ["---"] * 2 + ["---:"] * 7 + ["---"], long)
        table(("way", "asked by", "`report`", "`check`", "slowest, s", "304, 200", "change seen, s", "result"),
              ["---"] * 2 + ["---:"] * 5 + ["---"], short)
        print()
        for what, text, faults in self.lines:
            self.areBad |= bool(faults)
            print(f"- **{what}**: {text}: {result(faults)}.")
        causes = {}
        for one in self.dashboards:
            for cause in one.causes:
                causes.setdefault(cause, []).append(f"{one.way.name} {one.way.protocol}")
        print("\nCauses that were shown under LOST:\n")
        for cause, names in sorted(causes.items()):
            print(f"    {cause}    ({', '.join(names)})")
        for fault in dict.fromkeys(self.writer.faults):
            self.areBad = True
            print(f"\n**The writer**: {fault}")
        return self.areBad


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=30, help="how long the dashboards stand behind the proxies")
    options.add_argument("--slots", type=int, default=1_500)
    options.add_argument("--only", default="", help="proxies with this in their name")
    options.add_argument("--times", type=int, default=20, help="reports and checks on each way")
    options.add_argument("--pace", type=float, default=1, help="seconds between two events")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="an empty folder for settings, logs and stores, which stay there")
    settings = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="slotwatch-field-") as temporary:
        suite = Suite(settings, (settings.keep or Path(temporary)).absolute())
        try:
            return suite.run()
        finally:
            suite.close()


if __name__ == "__main__":
    sys.exit(main())
