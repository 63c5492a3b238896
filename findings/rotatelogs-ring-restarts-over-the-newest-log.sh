#!/usr/bin/env bash
# rotatelogs 2.4.71 (Debian 12: apache2-utils 2.4.71-1~deb12u1) with -n: a restart overwrites the newest log.
#
# `rotatelogs -n 3 app.log` makes a ring of app.log, app.log.1 and app.log.2. app.log.1 is newer than app.log there, the
# opposite of what logrotate and Python's handlers mean by that name. Where the ring stands is kept nowhere: each start
# (a restart of Apache, of a container, of a service) begins at app.log again and appends to it, and the next rotation
# truncates app.log.1, which may be the newest log, while older ones stay. By size, app.log is full at the start, so
# that every restart truncates app.log.1 with its first line. By time, app.log grows with each restart. Nothing is said,
# and the status is 0.
#
# Bitten: who counts on "the last N logs", who looks for the newest one by its number, and whoever follows app.log. Names
# with a time in them and a job that removes old files have none of this; followers read the link that -L makes.
#
# Seen, one letter for a line; by size there is room for two, by time each rotation comes after one:
#   size  start a b c d  app.log=a,b app.log.1=c,d app.log.2=-
#   size  start e        app.log=a,b app.log.1=e app.log.2=-          c and d, the newest, are gone
#   size  start f g h    app.log=a,b app.log.1=f,g app.log.2=h        and e
#   time  start a b c    app.log=a app.log.1=b app.log.2=c
#   time  start d e      app.log=a,d app.log.1=e app.log.2=c          a is still there, c is older than d
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q apache2-utils=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 >apt 2>&1 || { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(dirname "$(find root -name libapr-1.so.0)")

start() { # LIMIT PAUSE LINE…
  local limit=$1 pause=$2
  shift 2
  for line; do
    echo "$line"
    sleep "$pause"
  done | LD_LIBRARY_PATH=$libraries root/usr/bin/rotatelogs -n 3 app.log "$limit" 2>&1
  case $limit in *B) printf size ;; *) printf time ;; esac
  printf '  %-15s' "start $*"
  for log in app.log app.log.1 app.log.2; do
    printf '%s=%s ' "$log" "$(if [ -e "$log" ]; then paste -sd, "$log"; else echo -; fi)"
  done | sed 's/ $/\n/'
}

{
  start 2B 0.2 a b c d
  start 2B 0.2 e
  start 2B 0.2 f g h
  rm app.log*
  start 1 1.1 a b c
  start 1 1.1 d e
} | tee seen
diff seen - <<'EXPECTED'
size  start a b c d  app.log=a,b app.log.1=c,d app.log.2=-
size  start e        app.log=a,b app.log.1=e app.log.2=-
size  start f g h    app.log=a,b app.log.1=f,g app.log.2=h
time  start a b c    app.log=a app.log.1=b app.log.2=c
time  start d e      app.log=a,d app.log.1=e app.log.2=c
EXPECTED
