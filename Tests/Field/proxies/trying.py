"""What takes a minute or less on each way: whole reports, checks, snapshots; posts; and what a new stream costs."""

import json
import re
import sqlite3
import subprocess
import time

import serving
import watching

SNAPSHOT_INTERVAL = 2


def readings(way, folder, slots, runs, times):
    """So many reports and checks, one after another. Returns how many of each were good, the slowest, and what failed."""
    good, slowest, faults = {"report": 0, "check": 0}, 0.0, []
    more = ["--source", way.panel, "--ca-file", folder / "ca.pem"]
    for _ in range(times):
        for command, options in (("report", ["--format", "json"]), ("check", [])):
            began = time.monotonic()
            done = serving.run(folder, command, *options, *more)
            slowest = max(slowest, time.monotonic() - began)
            if command == "report":
                fault = wrong_report(done, slots, runs)
            else:
                fault = None if done.returncode == 0 and " OK " in done.stdout else done.stdout.strip()
            good[command] += fault is None
            if fault is not None:
                faults.append(f"{command}: status {done.returncode}: {fault}")
    return good, slowest, faults


def wrong_report(done, slots, runs):
    if done.returncode:
        return done.stderr.strip()
    report = json.loads(done.stdout)
    seen = (len(report["slots"]), report["global"]["current"]["total_runs"])
    return None if seen == (slots, runs) else f"{seen[0]} slots and {seen[1]} runs, not {slots} and {runs}"


def snapshot(way, folder, server, writer):
    """A snapshot that is watched: unchanged it costs 304, and a change is seen. Returns both numbers and the faults."""
    faults = []
    dashboard = watching.Dashboard(way, folder, writer, SNAPSHOT_INTERVAL, source=f"{way.base}/api/snapshot")
    try:
        watching.wait([dashboard], dashboard.is_right, 30, "a snapshot")
        before = server.count()
        watching.pump([dashboard], 4 * SNAPSHOT_INTERVAL)
        unchanged = {status: number - before.get(("/api/snapshot", status), 0)
                     for (route, status), number in server.count().items() if route == "/api/snapshot"}
        writer.once()
        at = time.monotonic()
        try:
            watching.wait([dashboard], dashboard.is_right, dashboard.allowed, "a change")
            seen = time.monotonic() - at
        except RuntimeError:
            seen = None
            faults.append(f"snapshot: a change is not seen within {dashboard.allowed:g} s")
    finally:
        dashboard.terminal.end()
    if unchanged.get("304", 0) < 2 and not (way.proxy and way.proxy.kind.asksWhole):
        faults.append(f"snapshot: the server answered with {unchanged}")
    status, tag = asked(way, folder)
    again, _ = asked(way, folder, "-H", f"If-None-Match: {tag}")
    if (status, again) != ("200", "304"):
        faults.append(f"snapshot: curl is answered with {status}, and then with {again}")
    faults += [f"snapshot: {fault}" for fault in dashboard.wrong[:1]]
    return unchanged.get("304", 0), unchanged.get("200", 0), seen, faults


def asked(way, folder, *options):
    """The status and the tag that another client gets for a snapshot."""
    done = subprocess.run(
        ["curl", "-s", "--cacert", folder / "ca.pem", "-o", "/dev/null", "-w", "%{http_code} %header{etag}", *options,
         f"{way.base}/api/snapshot"], capture_output=True, text=True)
    return done.stdout.split(" ", 1)


def simulate(way, folder, server, rate, seconds):
    """Posts over connections that end after ten requests: what was told must be stored, each event once."""
    done = serving.run(folder, "simulate", "--to", way.base, "--rate", rate, "--duration", seconds,
                       "--ca-file", folder / "ca.pem")
    posts = {status: number for (route, status), number in server.count().items() if route == "/api/events" and number}
    with sqlite3.connect(f"file:{server.store}?mode=ro", uri=True) as store:
        stored, = store.execute("SELECT count(*) FROM logs").fetchone()
    said = done.stdout.strip() or done.stderr.strip()
    told = re.search(r"^(\d+) events.*: (\d+) accepted, (\d+) duplicate, (\d+) refused, (\d+) dropped$", said)
    faults = []
    if not told:
        faults.append(f"simulate: status {done.returncode}: {said}")
    else:
        events, accepted, duplicate, refused, dropped = map(int, told.groups())
        if (refused, dropped) != (0, 0) or stored != events or accepted + duplicate != events:
            faults.append(f"simulate: {stored} stored; {said}")
    if sum(posts.values()) <= 20:
        faults.append(f"simulate: only {posts} posts")
    return f"`{said}`; {stored} stored, by {sum(posts.values())} posts", faults


def another_name(way, folder, server):
    """A server that is reached by a name which is not of this machine: without tokens it says so, with them it answers."""
    more = ["--source", way.panel, "--ca-file", folder / "ca.pem"]
    without = serving.run(folder, "report", *more)
    server.stop()
    tokens = folder / "tokens"
    tokens.touch(mode=0o600)
    tokens.write_text("write:0123456789abcdef0123456789abcdef\nread:abcdef0123456789abcdef0123456789\n")
    server.start("--token-file", tokens)
    server.wait()
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text("abcdef0123456789abcdef0123456789\n")
    within = serving.run(folder, "report", *more, "--token-file", token)
    faults = []
    if without.returncode != 77 or "give it tokens" not in without.stderr:
        faults.append(f"another name: status {without.returncode}: {without.stderr.strip()}")
    if within.returncode:
        faults.append(f"another name: status {within.returncode} with a token: {within.stderr.strip()}")
    return f"without tokens: `{without.stderr.strip()}`; with one: status {within.returncode}", faults


def new_streams(way, folder, server, writer, seconds):
    """A stream that the proxy cuts after ten seconds, again and again, beside a dashboard that has nothing else to do."""
    dashboard = watching.Dashboard(way, folder, writer, 300)
    try:
        watching.wait([dashboard], dashboard.is_right, 60, "a dashboard")
        before = None
        while before != (now := kinds(server)):
            before = now
            watching.pump([dashboard], 3)
        watching.pump([dashboard], seconds)
        after = kinds(server)
        # The stream is still there for whoever listens: the next event must come by it.
        writer.once()
        watching.wait([dashboard], dashboard.is_right, 20, "a push after new streams")
        delay = dashboard.reached[dashboard.figure] - writer.sent[-1]
    finally:
        dashboard.terminal.end()
    streams, total, slots, lists = (after[kind] - before[kind] for kind in after)
    faults = []
    if streams < 2:
        faults.append(f"new streams: only {streams} in {seconds} s")
    if slots or lists or total > streams:
        faults.append(f"new streams: {streams} of them cost {total} requests for all slots together, {slots} for slots")
    words = {word for _, word in dashboard.words} - {"WAIT", "LIVE"}
    if words:
        faults.append(f"new streams: {words}")
    return (f"{streams} new streams in {seconds} s: {total} requests for all slots together, {slots} for single slots, "
            f"{lists} for the list; the next event was on the screen after {delay * 1000:.0f} ms"), faults


def kinds(server):
    counted = server.count()
    return {kind: sum(number for (route, _), number in counted.items() if route == kind)
            for kind in ("/api/stream", "/api/stats/global", "/api/stats/{slot_id}", "/api/slots")}
