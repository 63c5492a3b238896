#!/usr/bin/env bash
# rotatelogs 2.4.71 (Debian 12: apache2-utils 2.4.71-1~deb12u1) with -L: it removes a log that has the name of the link,
# and ends where the link cannot be made.
#
# `-L app.log` gives the current log a second name, and that is a hard link. Whatever file had the name is unlinked
# first: a log that was written under it until now, as it is when a service is put behind rotatelogs and the old name is
# kept for those who follow it, is gone at the first line. Status 0, nothing said. And since it is a hard link, it cannot
# lead to another file system (a volume of its own for logs, another mount of a container): rotatelogs then ends with
# status 2 at the first line, the new log stays empty, and neither that line nor what follows is in any file.
#
# Bitten: who adds -L to a running service, and who moves logs or the link to another mount. Move the old log away first;
# keep the link in the folder of the logs. Followers must look at the inode: there is no link to be read.
#
# Seen:
#   old log     status 0, app.log holds: new                        "old" is in no file
#   other mount status 2, Invalid cross-device link, the log holds: nothing
set -euo pipefail
work=$(mktemp -d)
other=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work" "$other"' EXIT
cd "$work"
[ "$(stat -c %d "$other")" != "$(stat -c %d "$work")" ] || { echo "/dev/shm is no other file system here" >&2; exit 1; }
apt-get download -q apache2-utils=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 >apt 2>&1 || { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(dirname "$(find root -name libapr-1.so.0)")

rotate() { # LINK LINE…
  local link=$1 status=0
  shift
  for line; do
    echo "$line" 2>/dev/null || break
    sleep 0.3
  done | LD_LIBRARY_PATH=$libraries root/usr/bin/rotatelogs -L "$link" dated.%Y.log 86400 2>said || status=${PIPESTATUS[1]}
  echo "$status"
}

mkdir logs
echo old >app.log
{
  printf 'old log     status %s, ' "$(rotate app.log new)"
  echo "app.log holds: $(paste -sd, app.log)"
  [ -z "$(grep -l old -- *.log || true)" ] || echo "the old log is there"
  rm -f -- *.log
  printf 'other mount status %s, ' "$(rotate "$other/app.log" first second third)"
  echo "$(grep -o 'Invalid cross-device link' said), the log holds: $(paste -sd, dated.*.log | grep . || echo nothing)"
} | tee seen
diff seen - <<'EXPECTED'
old log     status 0, app.log holds: new
other mount status 2, Invalid cross-device link, the log holds: nothing
EXPECTED
