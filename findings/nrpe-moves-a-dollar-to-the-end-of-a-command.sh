#!/usr/bin/env bash
# NRPE 4.1.0 (Debian 12: nagios-nrpe-server 4.1.0-1+b1): a `$` in a command of nrpe.cfg is written again at another place.
#
# NRPE cuts each command at its `$`, to find $ARG1$ and so on. What stands between two of them and is no such name gets
# both back. Where the number of `$` is odd, the last piece, up to the end of the line, is taken for such a name too and
# gets a `$` behind it that nobody wrote: `echo $A/x` becomes `echo $A/x$`. A shell that is given this takes it for a part of
# the last word, so that a file has another name, a pattern is anchored, or a script cannot be read. With two variables all
# is well; a third one brings it back. `$$` is one `$`, which the nrpe.cfg of the package does not say, and all of it
# is done where dont_blame_nrpe is 0 and no arguments are taken.
#
# Bitten: whoever writes `sh -c '… $VARIABLE …'`, `awk '{print $1}' FILE`, `grep 'x$' FILE` there, and tries it by hand.
# Write each `$` twice, or put the line into a script.
#
# Seen, the line of nrpe.cfg and the answer:
#   A=a; echo $A/x              a/x$
#   A=a; echo $A/x $A/y         a/x a/y
#   A=a; echo $$A/x             a/x
#   echo 5$ each                5$ each$
#   echo a b | awk '{print $1}' NRPE: Unable to read output
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" || true; rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get download -q nagios-nrpe-server=4.1.0-1+b1 nagios-nrpe-plugin=4.1.0-1+b1 libwrap0=7.6.q-32 >apt 2>&1 ||
  { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find root -name 'libwrap.so.0')")
export LD_LIBRARY_PATH=$work/$LD_LIBRARY_PATH

# The server gives up what root may do.
user=$(id -un)
[ "$user" != root ] || user=nobody
port=$((20000 + RANDOM % 20000))
cat >nrpe.cfg <<CONFIGURATION
server_port=$port
server_address=127.0.0.1
allowed_hosts=127.0.0.1
nrpe_user=$user
nrpe_group=$(id -gn "$user")
pid_file=$work/pid
dont_blame_nrpe=0
CONFIGURATION
lines=('A=a; echo $A/x' 'A=a; echo $A/x $A/y' 'A=a; echo $$A/x' 'echo 5$ each' "echo a b | awk '{print \$1}'")
for number in "${!lines[@]}"; do printf 'command[line-%d]=%s\n' "$number" "${lines[number]}" >>nrpe.cfg; done
root/usr/sbin/nrpe -n -f -c "$work/nrpe.cfg" >log 2>&1 &
server=$!
ask() { root/usr/lib/nagios/plugins/check_nrpe -n -H 127.0.0.1 -p "$port" -c "$1" 2>&1; }
for _ in {1..100}; do
  case $(ask none || true) in *refused*) sleep 0.1 ;; *) break ;; esac
done

for number in "${!lines[@]}"; do printf '%-27s %s\n' "${lines[number]}" "$(ask "line-$number" || true)"; done | tee seen
diff seen - <<'EXPECTED'
A=a; echo $A/x              a/x$
A=a; echo $A/x $A/y         a/x a/y
A=a; echo $$A/x             a/x
echo 5$ each                5$ each$
echo a b | awk '{print $1}' NRPE: Unable to read output
EXPECTED
