"""What any snapshot must be judged to be: the rules, written a second time and without looking at the program.

Everything is exact (whole numbers and fractions) but the interval. Where a series sits so close to a threshold that
rounding could decide, `close_call` is set and a comparison of its state means nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor, sqrt

from snapshots import COUNTERS, FAILURES, MOST_JUDGED, SHOWN, UTC, WIDTH, bucket_start

MOST = 2**63 - 1
Z = 1.959963984540054
MARKED = ("critical", "warning", "stalled", "quiet")
MARKS = {"critical": "!!", "warning": " !", "stalled": " !", "quiet": " !", "over": " *", "few": " ?", "idle": " ·",
         "missing": " –", "off": " ×", "ok": "  "}


def instant(text):
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Counters(dict):
    """Six counters; missing ones are 0, sums stop at 2^63-1."""

    def __init__(self, row=()):
        super().__init__({key: int(dict(row).get(key, 0)) for key in COUNTERS})

    def __add__(self, other):
        return Counters({key: min(self[key] + other[key], MOST) for key in COUNTERS})

    @property
    def runs(self):
        return min(self["success"] + sum(self[key] for key in FAILURES), MOST)

    @property
    def failed(self):
        return max(self.runs - self["success"], 0)

    @property
    def ratio(self):
        return Fraction(self.failed, self.runs) if self.runs else None

    @property
    def open(self):
        return max(self["ingest_count"] - self.runs, 0)


def total(rows):
    result = Counters()
    for row in rows:
        result = result + row
    return result


def wilson(failed, runs):
    """Low and high end of the 95 % interval of failed/runs."""
    if not runs:
        return None, None
    p, zz = failed / runs, Z * Z
    centre, spread = p + zz / (2 * runs), Z * sqrt((p * (1 - p) + zz / (4 * runs)) / runs)
    low, high = (centre - spread) / (1 + zz / runs), (centre + spread) / (1 + zz / runs)
    return (0.0 if failed == 0 else low), (1.0 if failed == runs else high)


@dataclass
class Rules:
    window: str = "day"
    warning: Fraction = Fraction(5, 100)
    critical: Fraction = Fraction(10, 100)
    min_runs: int = 20

    def arguments(self):
        percent = [f"{float(value * 100):g}%" for value in (self.warning, self.critical)]
        return ["--window", self.window, "--warning", percent[0], "--critical", percent[1],
                "--min-runs", str(self.min_runs)]

    def too_few(self, sample):
        return sample.runs < self.min_runs and sample.failed < 5


@dataclass
class View:
    """One series with all that follows from it."""
    metrics: dict                # start -> Counters, the shown and reported buckets
    summary: Counters
    current: Counters | None
    judged: Counters
    judged_buckets: int
    usual: Fraction | None
    low: float | None
    high: float | None
    state: str
    close_call: bool
    own_state: str = ""
    recent: "Recent | None" = None

    @property
    def trend(self):
        if self.usual is None or self.low is None:
            return ""
        return "↑" if self.low > self.usual else "↓" if self.high < self.usual else ""


@dataclass
class Verdict:
    generated_at: datetime
    starts: list                 # of the shown buckets; the last is the current one
    overall: View
    slots: dict                  # id -> View
    listed: dict                 # id -> what `slots` says of it
    order: list = field(default_factory=list)   # ids, worst first


@dataclass
class Recent:
    """The last hour of a series."""
    sample: Counters
    minutes: int
    state: str
    cooling: bool
    usual: Fraction | None
    low: float | None
    high: float | None
    close_call: bool


def gravity(state):
    return MARKED.index(state) if state in MARKED else len(MARKED)


def recent(minutes, hours, generated, rules):
    """The last minutes of a series, judged: now, and at each whole minute of the last ten."""
    now = bucket_start("minute", generated)
    step = timedelta(minutes=1)

    def between(first, last):
        return total(row for start, row in minutes.items() if first <= start <= last)

    def mean(first, last):
        """The mean of the runs in these minutes on the 13 days before, each a sixtieth of its hour."""
        runs, start = Fraction(0), first
        while start <= last:
            hour = bucket_start("hour", start)
            days = [hours[at] for at in (hour - timedelta(days=n) for n in range(1, 14)) if at in hours]
            if not days:
                return None
            runs += Fraction(sum(day.runs for day in days), 60 * len(days))
            start += step
        return runs

    def look(end, finished):
        span = 60
        while rules.too_few(sample := between(end - step * (span - 1), end)) and span < 360:
            span += 15
        low, high = wilson(sample.failed, sample.runs)
        sure, state = not rules.too_few(sample), None
        if sure and low is not None:
            state = "critical" if low >= rules.critical else "warning" if low >= rules.warning else None
        if state is None and sample.open >= 20 and 2 * sample.open > sample["ingest_count"]:
            state = "stalled"
        first = finished - step * 19
        if state is None:
            came = between(first, end)
            usual = mean(first, finished)
            if came.runs == 0 and came["ingest_count"] >= 10 and usual is not None and usual >= 5:
                state = "stalled"
        close = low is not None and any(abs(low - float(edge)) < 1e-9 for edge in (rules.warning, rules.critical))
        return state or ("idle" if sample.runs == 0 else "ok" if sure else "few"), sample, span, close

    state, sample, span, close = look(now, now - step)
    worst = state
    for back in range(1, 11):
        before, _, _, was_close = look(now - step * back, now - step * back)
        close = close or was_close
        worst = before if gravity(before) < gravity(worst) else worst
    first, usual = bucket_start("hour", now - step * (span - 1)), Counters()
    while first <= now:
        usual = total([usual] + [hours[at] for at in (first - timedelta(days=n) for n in range(1, 14)) if at in hours])
        first += timedelta(hours=1)
    low, high = wilson(sample.failed, sample.runs)
    return Recent(sample, span, worst, worst != state, usual.ratio if usual.runs >= 20 else None, low, high, close)


def with_recent(view, last_hour, rules):
    """What the last hour makes of a view."""
    view.own_state, view.recent = view.state, last_hour
    if last_hour is None or view.state in ("off", "missing"):
        return view
    view.close_call = view.close_call or last_hour.close_call
    if gravity(last_hour.state) < gravity(view.state):
        view.state = last_hour.state
    elif view.state in MARKED and rules.window in ("day", "week") and last_hour.state not in MARKED \
            and not rules.too_few(last_hour.sample):
        if last_hour.high is not None and view.judged.runs \
                and (view.state == "stalled" or last_hour.high < view.judged.ratio):
            view.state = "over"
    return view


def judge(rows, starts, active, rules):
    shown = {start: rows[start] for start in starts if start in rows}
    current, judged, used = shown.get(starts[-1]), shown.get(starts[-1], Counters()), 1
    most = MOST_JUDGED[rules.window]
    while used < most and rules.too_few(judged):
        used += 1
        judged = judged + shown.get(starts[-used], Counters())
    rest = total(row for start, row in shown.items() if start in starts[:-used])
    low, high = wilson(judged.failed, judged.runs)
    sure = not rules.too_few(judged)
    if not active:
        state = "off"
    elif shown and not any(start in shown for start in starts[-most:]):
        state = "missing"
    elif sure and low is not None and low >= rules.critical:
        state = "critical"
    elif sure and low is not None and low >= rules.warning:
        state = "warning"
    elif judged.open >= 20 and 2 * judged.open > judged["ingest_count"]:
        state = "stalled"
    elif judged.runs == 0:
        state = "idle"
    else:
        state = "ok" if sure else "few"
    close = low is not None and any(abs(low - float(edge)) < 1e-9 for edge in (rules.warning, rules.critical))
    return View(shown, total(shown.values()), current, judged, used, rest.ratio if rest.runs >= 20 else None, low, high,
                state, close)


def fold(days, earliest):
    weeks = {}
    for start, row in days.items():
        monday = bucket_start("week", start)
        if monday >= earliest:
            weeks[monday] = weeks.get(monday, Counters()) + row
    return weeks


def add_up(many):
    result = {}
    for rows in many:
        for start, row in rows.items():
            result[start] = result.get(start, Counters()) + row
    return result


def all_series(document):
    """By window: every slot's rows and those of all slots together, given, folded or added up."""
    read = lambda rows: {instant(row["period_start"]): Counters(row) for row in rows}
    given = {name: ({i: read(rows) for i, rows in body.get("slots", {}).items()},
                    read(body["global"]) if "global" in body else None)
             for name, body in document["windows"].items() if name in WIDTH}
    ids = [slot["id"] for slot in document.get("slots", [])]
    ids += [i for slots, _ in given.values() for i in slots if i not in ids]
    ids = list(dict.fromkeys(ids))
    days, day_global = given.get("day", ({}, None))
    weeks, week_global = given.get("week", ({}, None))
    every_day = [start for rows in [*days.values(), day_global or {}] for start in rows]
    earliest = min(every_day, default=datetime.max.replace(tzinfo=UTC))
    weeks = {i: weeks[i] if i in weeks else fold(days.get(i, {}), earliest) for i in ids}
    if week_global is None:
        week_global = fold(day_global, earliest) if day_global is not None else add_up(weeks.values())
    if day_global is None:
        day_global = add_up(days.values())
    within = {}
    for name in ("minute", "hour"):
        slots, overall = given.get(name, ({}, None))
        within[name] = ({i: slots.get(i, {}) for i in ids}, add_up(slots.values()) if overall is None else overall)
    return {**within, "day": ({i: days.get(i, {}) for i in ids}, day_global), "week": (weeks, week_global)}


def expect(document, rules):
    """The verdict on `document` by `rules`."""
    generated = instant(document["generated_at"])
    width, newest = WIDTH[rules.window], bucket_start(rules.window, generated)
    starts = [newest - width * age for age in reversed(range(SHOWN[rules.window]))]
    series = all_series(document)
    slots, overall = series[rules.window]
    has_minutes = "minute" in document["windows"]
    (minutes, all_minutes), (hours, all_hours) = series["minute"], series["hour"]
    listed = {slot["id"]: slot for slot in document.get("slots", [])}
    views = {i: judge(rows, starts, listed.get(i, {}).get("active", True), rules) for i, rows in slots.items()}
    verdict = Verdict(generated, starts, judge(overall, starts, True, rules), views, listed)
    for i, view in [(None, verdict.overall), *views.items()]:
        mine, clock = (all_minutes, all_hours) if i is None else (minutes[i], hours[i])
        with_recent(view, recent(mine, clock, generated, rules) if has_minutes else None, rules)
    verdict.order = sorted(views, key=lambda i: standing(i, views[i]))
    return verdict


def standing(slot, view):
    """Judged ones by ratio, then runs, then id; after them few, missing, idle, off."""
    group = {"few": 1, "missing": 2, "idle": 3, "off": 4}.get(view.state, 0)
    if group:
        return group, 0, 0, slot
    sample = view.recent.sample if view.state != view.own_state else view.judged
    ratio = sample.ratio
    return 0, -(ratio if ratio is not None else -1), -sample.runs, slot


def percents(sample):
    """How a ratio, or that of a sample, may be spelled: it never lies. Exactly between two tenths both are right."""
    ratio = sample.ratio if isinstance(sample, Counters) else sample
    if ratio in (None, 0, 1):
        return {None: {"–"}, 0: {"0.0"}, 1: {"100"}}[ratio]
    tenths = ratio * 1000
    spelled = lambda n: "<0.1" if n < 1 else ">99.9" if n > 999 else f"{n // 10}.{n % 10}"
    return {spelled(ceil(tenths - Fraction(1, 2))), spelled(floor(tenths + Fraction(1, 2)))}


def is_stale(document, now, stale_after=None):
    if stale_after is None:
        stale_after = 2 * document["refresh_seconds"] if "refresh_seconds" in document else 300
    age = now - instant(document["generated_at"])
    return age > timedelta(seconds=stale_after) or age < timedelta(seconds=-60)


def worst_exit(verdict, slot=None):
    """The exit code of a check, for data that is to be trusted."""
    views = [verdict.slots[slot]] if slot else [verdict.overall, *verdict.slots.values()]
    states = {view.state for view in views}
    if "critical" in states:
        return 2
    if states & {"warning", "stalled", "quiet"}:
        return 1
    # Absence is never OK; all slots together are missing only where each of them is.
    return 3 if not verdict.slots or "missing" in {view.state for view in views[not slot:]} else 0
