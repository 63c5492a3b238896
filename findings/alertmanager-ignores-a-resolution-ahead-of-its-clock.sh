#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian 12: prometheus-alertmanager 0.25.0-1+b4): what becomes of an alert's end that is sent to
# POST /api/v2/alerts depends on whether it is past by Alertmanager's own clock, and the answer is 200 in any case.
#
# An alert that fires is sent with an end some minutes ahead, so that it ends by itself where its sender has died. Of
# ends that lie ahead the latest one stays. A resolution whose end is ahead of Alertmanager's clock, by a second,
# is such an end too, an earlier one: it is thrown away, and the alert goes on firing up to the end
# that was sent before, though the sender has long said that it is over. A clock that is slightly fast at the sender
# is enough. For the same reason an end cannot be brought forward. And one alert that ends before it starts, as after
# a clock was set back, has the whole request answered with 400, although the other alerts in it are taken.
#
# Bitten: senders that send a resolution once. Prometheus sends it again and again for 15 minutes, which is why this
# is not seen there. Send a resolution with an end that is not ahead of the own clock, and again for a few minutes.
#
# Seen: what was sent last, the answer, and what fires two seconds later, with the minutes to its end
#   an end in 5 min          200  a:5
#   an end in 1 s            200  a:5
#   an end in 1 min          200  a:5
#   an end 1 s ago           200
#   b ends before it starts  400  c:5
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q prometheus-alertmanager=0.25.0-1+b4 >apt 2>&1 || { cat apt >&2; exit 1; }
dpkg-deb -x prometheus-alertmanager_*.deb root
printf '%s\n' 'route: {receiver: none}' 'receivers: [{name: none}]' >config.yml
port=$((20000 + RANDOM % 20000))
root/usr/bin/prometheus-alertmanager --config.file=config.yml --storage.path=data \
  --web.listen-address="127.0.0.1:$port" --cluster.listen-address= >log 2>&1 &
server=$!

cat >asking.py <<'PYTHON'
import datetime, json, sys, time, urllib.error, urllib.request

API = f"http://127.0.0.1:{sys.argv[1]}/api/v2/alerts"


def ask(body=None):
    request = urllib.request.Request(API, body and json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def instant(seconds):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(seconds=seconds)).isoformat()


def alert(name, start, end):
    return {"labels": {"alertname": name}, "startsAt": instant(start), "endsAt": instant(end)}


def firing():
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = {a["labels"]["alertname"]: datetime.datetime.fromisoformat(a["endsAt"].replace("Z", "+00:00"))
            for a in json.loads(ask()[1])}
    return " ".join(f"{name}:{(ends[name] - now).total_seconds() / 60:.0f}" for name in sorted(ends))


for _ in range(100):
    try:
        ask()
        break
    except OSError:
        time.sleep(0.1)
for words, alerts in [
    ("an end in 5 min", [("a", -60, 300)]), ("an end in 1 s", [("a", -60, 1)]), ("an end in 1 min", [("a", -60, 60)]),
    ("an end 1 s ago", [("a", -60, -1)]), ("b ends before it starts", [("b", 0, -60), ("c", -60, 300)]),
]:
    status, _ = ask([alert(*one) for one in alerts])
    time.sleep(2)
    print(f"{words:24} {status}  {firing()}".rstrip())
PYTHON
python3 asking.py "$port" | tee seen
diff seen - <<'EXPECTED'
an end in 5 min          200  a:5
an end in 1 s            200  a:5
an end in 1 min          200  a:5
an end 1 s ago           200
b ends before it starts  400  c:5
EXPECTED
