#!/usr/bin/env bash
# logrotate 3.21.0 (Debian 12: logrotate 3.21.0-1, strace 6.1-0.1) with copytruncate: the time in which lines are lost is
# that of an fsync, and not "a very small time slice between copying the file and truncating it", as its manual says.
#
# It copies the log, calls fsync on the copy, and truncates the log only then. What is written during the fsync is in no
# file. So the loss grows with the log (its whole copy goes to the disk) and with what else the disk has to do: nothing
# on tmpfs, where tests run; milliseconds on an idle SSD; seconds on a busy or a remote disk, and just then most is
# logged. The status is 0 and nothing is said. Nothing the writer or a reader of the log does can help: the lines were
# in the log, and a follower that is quick reads them, but no file has them afterwards.
#
# Bitten: who counts events from logs or bills by them, and containers, whose logs are rotated so because nobody can tell
# the process to reopen them. Let the writer reopen its log (create, and a signal in postrotate), or write to a logger.
#
# Below the fsync is made to last a second by strace, beside a writer of 1,000 lines a second. Seen:
#   order: fsync of the copy, ftruncate of the log
#   status 0, said ""
#   lost: as many lines as come in a second
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q logrotate=3.21.0-1 strace=6.1-0.1 libpopt0=1.19+dfsg-1 libunwind8=1.6.2-3 >apt 2>&1 ||
  { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libpopt.so.0')"):$(dirname "$(find "$work/root" -name 'libunwind.so.8')")

mkdir logs
printf '%s/logs/app.log {\n copytruncate\n rotate 3\n}\n' "$work" >settings
chmod 600 settings
python3 - logs/app.log 3000 <<'PY' &
import os
import sys
import time

log, begin = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), time.monotonic()
for number in range(int(sys.argv[2])):
    os.write(log, b"line %d\n" % number)
    time.sleep(max(0, begin + number / 1000 - time.monotonic()))
PY
writer=$!
sleep 1
status=0
# The first fsync is that of the copy; the one of the list of logs comes later, and is delayed as well.
root/usr/bin/strace -f -qq -o calls -e trace=fsync,ftruncate -e inject=fsync:delay_enter=1000000 \
  root/usr/sbin/logrotate -f -s "$work/state" settings >said 2>&1 || status=$?
wait "$writer"
lost=$((3000 - $(cat logs/* | wc -l)))
echo "lost $lost of 3000 lines"
{
  # 4 is the log and 5 the copy.
  grep -m 2 -oE 'fsync\(5\)|ftruncate\(4, 0\)' calls |
    sed 's/fsync(5)/fsync of the copy/; s/ftruncate(4, 0)/ftruncate of the log/' | paste -sd, | sed 's/,/, /; s/^/order: /'
  echo "status $status, said \"$(cat said)\""
  if [ "$lost" -ge 900 ] && [ "$lost" -le 1200 ]; then echo "lost: as many lines as come in a second"; fi
} | tee seen
diff seen - <<'EXPECTED'
order: fsync of the copy, ftruncate of the log
status 0, said ""
lost: as many lines as come in a second
EXPECTED
