#!/usr/bin/env bash
# VictoriaMetrics 1.79.5 (Debian 12: victoria-metrics 1.79.5+ds1-2+b5) beside Prometheus 2.42.0 (2.42.0+ds-5+deb12u1),
# the same samples in both, one each 15 s. Two ways in which one subquery text means different things.
#
# Points: VictoriaMetrics works a subquery out once, for the whole range of a range query. Its steps between start and
# end, not those of one window, count against the 30,000 points that a series may have. So `sum_over_time(c[1d:15s])`
# at step=1d, which returns six points, is refused from six days on (28,800 steps between the first point and the last,
# 5,760 more for the first window), and one day at a step of 1 s can never be asked. As instant queries, a day each, the
# same days are answered. Prometheus answers all of them.
#
# Edges: Prometheus 2 takes both edges of a window where steps fall on them, 5 steps in `[60s:15s]`; VictoriaMetrics leaves
# out the left one, 4. A millisecond less than a multiple of the step gives 4 in both, a millisecond more 5.
#
# Bitten: whoever counts restarts or differences by a subquery for dashboards of both servers: right over five days, an
# error over six, and off by one step in each window. Split the range; keep windows off the multiples of the step.
#
# Seen: the query, Prometheus, VictoriaMetrics
#   5 days, step=1d               200  200
#   6 days, step=1d               200  422
#   the first of the 6, instant   200  200
#   steps in [60s:15s]            5    4
#   steps in [59999ms:15s]        4    4
#   steps in [60001ms:15s]        5    5
set -euo pipefail
work=$(mktemp -d)
servers=()
trap 'for one in "${servers[@]}"; do kill "$one" || true; done; wait; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q prometheus=2.42.0+ds-5+deb12u1 victoria-metrics=1.79.5+ds1-2+b5 >apt 2>&1 || { cat apt >&2; exit 1; }
for package in ./*.deb; do dpkg-deb -x "$package" root; done

cat >samples.py <<'PYTHON'
import json

END, STEP, DAYS = 1795564800, 15, 8     # 2026-11-25T00:00:00Z
times = range(END - DAYS * 86400, END + 1, STEP)
with open("samples.txt", "w") as file:
    file.write("# TYPE jobs counter\n")
    file.writelines(f"jobs_total {place} {at}\n" for place, at in enumerate(times))
    file.write("# EOF\n")
with open("samples.json", "w") as file:
    json.dump({"metric": {"__name__": "jobs_total"}, "values": list(range(len(times))),
               "timestamps": [at * 1000 for at in times]}, file)
PYTHON
python3 samples.py
root/usr/bin/promtool tsdb create-blocks-from openmetrics samples.txt data >blocks 2>&1

port=$((20000 + RANDOM % 20000))
: >config.yml
root/usr/bin/prometheus --config.file=config.yml --storage.tsdb.path=data --storage.tsdb.retention.time=10y \
  --web.listen-address="127.0.0.1:$port" >prometheus.log 2>&1 &
servers+=($!)
root/usr/bin/victoria-metrics -storageDataPath=victoria -retentionPeriod=100y \
  -httpListenAddr="127.0.0.1:$((port + 1))" >victoria.log 2>&1 &
servers+=($!)

cat >asking.py <<'PYTHON'
import json, sys, time, urllib.error, urllib.parse, urllib.request

END, DAY = 1795564800, 86400
SERVERS = [f"http://127.0.0.1:{int(sys.argv[1]) + place}" for place in (0, 1)]
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def ask(server, path, **fields):
    body = urllib.parse.urlencode({**fields, "nocache": 1}).encode()
    try:
        with open_url(f"{server}/api/v1/{path}", body, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


def wait(server, path):
    for _ in range(100):
        try:
            return open_url(server + path, timeout=5).read()
        except OSError:
            time.sleep(0.1)


def show(words, *answers):
    print(f"{words:28}  {answers[0]!s:3}  {answers[1]!s}")


for server, path in zip(SERVERS, ("/-/ready", "/health")):
    wait(server, path)
with open("samples.json", "rb") as file:
    open_url(SERVERS[1] + "/api/v1/import", file.read(), timeout=30).read()
wait(SERVERS[1], "/internal/force_flush")
SUM = "sum_over_time(jobs_total[1d:15s])"
for days in (5, 6):
    show(f"{days} days, step=1d", *(
        ask(one, "query_range", query=SUM, start=END - (days - 1) * DAY, end=END, step=DAY)[0] for one in SERVERS))
show("the first of the 6, instant", *(ask(one, "query", query=SUM, time=END - 5 * DAY)[0] for one in SERVERS))
for window in ("60s", "59999ms", "60001ms"):
    query = f"count_over_time(jobs_total[{window}:15s])"
    answers = [ask(one, "query", query=query, time=END - DAY)[1] for one in SERVERS]
    show(f"steps in [{window}:15s]", *(one["data"]["result"][0]["value"][1] for one in answers))
PYTHON
python3 asking.py "$port" | tee seen
diff seen - <<'EXPECTED'
5 days, step=1d               200  200
6 days, step=1d               200  422
the first of the 6, instant   200  200
steps in [60s:15s]            5    4
steps in [59999ms:15s]        4    4
steps in [60001ms:15s]        5    5
EXPECTED
