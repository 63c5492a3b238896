"""Dashboards in terminals, and what each of them shows: read at every frame, and held against what the writer knows."""

import re
import select
import statistics
import time

import serving
import terminal

WORD = re.compile(r"\b(WAIT|LIVE|LATE|STALE|LOST|SILENT)\b(.*)")
FAILURE = re.compile(r"(\S.*), showing \d\d:\d\d:\d\d")
# What no person should have to read: the name of a type, a call, a tag.
UNFIT = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*|\w+\(\)|</?[a-zA-Z!]|Optional|nil\b")
# How often the figures are looked at where nothing is drawn, in seconds.
TICK = 0.25
# What a reading may take besides, until a figure counts as old.
DELAY = 2
PUSHED = 1.0    # seconds within which a change came by itself, and not by the next reading


class Dashboard:
    """`slotwatch watch` on one way to the server."""

    def __init__(self, way, folder, writer, interval, source=None):
        self.way, self.writer, self.interval = way, writer, interval
        self.terminal = terminal.Terminal(
            [serving.BINARY, "watch", "--source", source or way.panel, "--interval", interval,
             "--ca-file", folder / "ca.pem"], serving.environment(folder))
        self.word = self.figure = None
        # Instants of words; of figures, when each number was first reached.
        self.words, self.reached, self.causes = [], {}, {}
        self.oldest, self.wrong, self.backwards, self.hasEnded = 0.0, [], 0, False

    @property
    def allowed(self):
        return 2 * self.interval + DELAY

    def read(self):
        data = self.terminal.read()
        self.hasEnded = self.hasEnded or data is None
        return data

    def take(self, data, now):
        self.terminal.take(data)
        if self.terminal.screen.isWhole:
            self.look(now)
            self.judge(now)

    def look(self, now):
        screen = self.terminal.screen
        found = WORD.search(screen.line(0))
        if found and found[1] != self.word:
            self.word = found[1]
            self.words.append((now, self.word))
        if self.word == "LOST":
            for number in range(terminal.ROWS):
                if failure := FAILURE.search(screen.line(number)):
                    words = re.sub(r"\b\d+\b(?! from)", "0", re.sub(r"127\.0\.0\.1:\d+|localhost:\d+", "HOST", failure[1]))
                    self.causes.setdefault(words, now)
        if (figure := self.runs_today()) is None or figure == self.figure:
            return
        self.backwards += self.figure is not None and figure < self.figure
        for number in range(max(self.reached, default=figure - 1) + 1, figure + 1):
            self.reached[number] = now
        self.figure = figure

    def runs_today(self):
        """The number below the heading "runs", in the row of all slots."""
        screen, end = self.terminal.screen, None
        for number in range(terminal.ROWS):
            line = screen.line(number)
            if line.startswith("   day, today") and " runs" in line:
                end = line.index(" runs") + len(" runs")
            elif end and "all slots, today" in line:
                cell = line[:end].split()[-1].replace(",", "")
                return int(cell) if cell.isdecimal() else None
        return None

    def judge(self, now):
        """Under the word LIVE a figure is right, or not older than allowed."""
        if self.word != "LIVE" or self.figure is None:
            return
        age = self.writer.age(self.figure, now)
        if age is None:
            self.wrong.append(f"{self.figure} was never true")
        else:
            self.oldest = max(self.oldest, age)
            if age > self.allowed and len(self.wrong) < 1_000:
                self.wrong.append(f"{self.figure} is {age:.1f} s old")

    def is_right(self):
        return self.word == "LIVE" and self.figure == self.writer.base + len(self.writer.durable)

    # What came of it.

    def gone_after(self, outage):
        """How long after the kill the word LIVE went, while the server was away; `None` where it did not."""
        return next((at - outage.killed for at, word in self.words
                     if outage.killed < at < outage.there and word != "LIVE"), None)

    def words_between(self, start, end):
        """The words that came, and the one that was there."""
        return {word for at, word in self.words if start < at < end} | {
            word for _, word in [one for one in self.words if one[0] <= start][-1:]}

    def live_again(self, outage, end):
        """How long after the server's return the word LIVE came; zero where it was there, `None` where it never came."""
        before = [word for at, word in self.words if at < outage.there]
        if before and before[-1] == "LIVE":
            return 0.0
        return next((at - outage.there for at, word in self.words if outage.there <= at < end and word == "LIVE"), None)

    def delays(self, start, end):
        """When events were sent between two instants, and how long each was on the way to the screen."""
        found = []
        for number, at in enumerate(self.writer.sent, self.writer.base + 1):
            if start <= at < end and number in self.reached:
                found.append((at, self.reached[number] - at))
        return found

    def pushed_again(self, outage, end):
        """How long after the server's return changes came by themselves again: three in a row."""
        delays = self.delays(outage.there, end)
        return next((delays[index][0] - outage.there for index in range(len(delays) - 2)
                     if all(delay < PUSHED for _, delay in delays[index:index + 3])), None)

    def steady_delays(self, outages, start, end):
        """The delays while nothing was the matter."""
        found, since = [], start
        for outage, until in zip(outages, [*[one.killed for one in outages[1:]], end]):
            found += [delay for _, delay in self.delays(since, outage.killed - self.interval - 1)]
            again = self.pushed_again(outage, until)
            since = until if again is None else outage.there + again
        return found + [delay for _, delay in self.delays(since, end)]


def pump(dashboards, seconds):
    """Reads what comes for so long: first everything with its instant, then it is drawn."""
    end = time.monotonic() + seconds
    while True:
        running = {one.terminal.master: one for one in dashboards if not one.hasEnded}
        left = end - time.monotonic()
        ready, _, _ = select.select(list(running), [], [], max(0, min(left, TICK)))
        came = []
        for master in ready:
            data = running[master].read()
            if data:
                came.append((running[master], data, time.monotonic()))
        for one, data, at in came:
            one.take(data, at)
        if not ready:
            now = time.monotonic()
            for one in dashboards:
                one.judge(now)
        if left <= 0:
            return


def wait(dashboards, condition, seconds, what):
    """Reads until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            screens = "\n".join(line for one in dashboards for line in map(one.terminal.screen.line, range(12)))
            raise RuntimeError(f"never came: {what}\n{screens}")
        pump(dashboards, 0.1)


def median(numbers):
    return statistics.median(numbers) if numbers else None
