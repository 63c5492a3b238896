"""Counters as scrapes really show them: the situations in which queries count wrongly, with what their samples say.

Each situation is a slot with its series; ``seen`` are the counts that the samples allow: the differences from sample to
sample, and the whole value after a reset and of a new series.
"""

import calendar
import random

DAY = calendar.timegm((2024, 11, 25, 0, 0, 0))       # a Monday
SCRAPE = 15
METRIC = "jobs_done_total"


class Counter:
    """A counter of one instance: `rate` events a second from `born` on, zero at each of `restarts`, at `base` first."""

    def __init__(self, seed, rate, born, base=0, restarts=(), first_event=None):
        self.random, self.value, self.rate = random.Random(seed), base, rate
        self.clock, self.restarts, self.first_event = born, sorted(restarts), first_event

    def at(self, instant):
        while self.restarts and self.restarts[0] <= instant:
            self._run(self.restarts.pop(0))
            self.value = 0
        self._run(instant)
        return self.value

    def _run(self, until):
        mean = self.rate * (until - self.clock)
        # Sums of few events and of many alike, and quickly.
        self.value += max(0, round(self.random.gauss(mean, mean ** 0.5))) if mean > 0 else 0
        self.clock = until


def scrapes(counter, start, end, phase=7.3, without=()):
    """The samples of a counter from `start` to `end`, none in the spans `without`."""
    first = start - start % SCRAPE + phase
    instants = (first + index * SCRAPE for index in range(int((end - start) / SCRAPE) + 1))
    points = [(at, counter.at(at)) for at in instants if at < end]
    return [(at, value) for at, value in points if not any(a <= at < b for a, b in without)]


def hours(number):
    return DAY + number * 3600


def situations(days=3):
    """`{slot: [samples of each series]}` from the day before ``DAY`` on."""
    begin, end = DAY - 86400, DAY + (days - 1) * 86400
    rate = 1 / 12
    made = {}

    def add(name, *series):
        made[name] = [points for points in series if points]

    add("ph7", scrapes(Counter(1, rate, begin), begin, end))
    add("edge", scrapes(Counter(2, rate, begin), begin, end, phase=0))
    add("mid7", scrapes(Counter(3, 1 / 860, hours(1 / 6), base=7), hours(1 / 6), end))
    add("rst", scrapes(Counter(4, rate, begin, restarts=[hours(5.3), hours(17.01)]), begin, end))
    add("gap0", scrapes(Counter(5, rate, begin), begin, end,
                        without=[(hours(-1 / 3), hours(5 / 12)), (hours(23 + 2 / 3), hours(24 + 5 / 12))]))
    add("gap8", scrapes(Counter(6, rate, begin), begin, end, without=[(hours(-4), hours(4))]))
    add("gap30", scrapes(Counter(7, rate, begin), begin, end, without=[(hours(-20), hours(10))]))
    add("away", scrapes(Counter(12, rate, begin, restarts=[hours(7.5), hours(29.2)]), begin, end,
                        without=[(hours(7), hours(7.7)), (hours(29), hours(33))]))
    add("two", scrapes(Counter(8, rate, begin), begin, hours(12)), scrapes(Counter(9, rate, begin), begin, end))
    add("churn", *(scrapes(Counter(20 + hour, rate, hours(hour)), hours(hour) + 20, hours(hour + 1))
                   for hour in range(24)))
    add("rare1", [(hours(9) + 7.3 + SCRAPE * index, 1) for index in range(240)])
    add("late", scrapes(Counter(10, rate, hours(12), base=18083), hours(12), end))
    add("loop", scrapes(Counter(11, rate, begin, restarts=[hours(8) + 120 * n for n in range(40)]), begin, end))
    return made


def samples(made, metric=METRIC):
    """The same as the engines' helpers take them."""
    return [(metric, {"queue": slot, "instance": f"i{index}", "job": "jobs"}, points)
            for slot, series in made.items() for index, points in enumerate(series)]


def seen(made, width, without_first=("late",)):
    """`{slot: {bucket start: count}}` by buckets of `width` seconds; first values of slots in `without_first` are left
    out, as nobody can tell whether they are new."""
    counts = {}
    for slot, series in made.items():
        buckets = counts.setdefault(slot, {})
        for points in series:
            before = points[0][1] if slot in without_first else 0
            for at, value in points:
                start = int(at // width) * width
                buckets[start] = buckets.get(start, 0) + (value - before if value >= before else value)
                before = value
    return counts
