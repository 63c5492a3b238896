#!/usr/bin/env bash
# icinga2 2.13.6 (Debian 12: icinga2-bin 2.13.6-2+deb12u2): a `::` in one label of performance data renames all that follow.
#
# Plugins that run others (check_multi) write `check::plugin::label=1 other=2`, and icinga2 gives `other` the part before
# the last `::`, too, until a label comes that has its own. It does so with the output of every plugin. A label that is
# a name of code, of a queue or an IPv6 address (`App::Worker`, `eu::web`, `fe80::1`) puts its beginning before every
# value behind it: they are drawn as others, and their own series end, depending on the order in which a plugin lists
# them. Quotes are no help, and a label in quotes with `=` before a blank is cut into two values, of which the first is
# made up. The API, Graphite and files show the same. Nothing is logged, the state is right, and nagios keeps the text
# as it is.
#
# Bitten: whoever draws or alerts on values by their names. Plugins do well to write neither `::` nor `=` in a label.
#
# Seen, what a plugin says and what icinga2 keeps:
#   eu::web=1 cpu=2 load=3              eu::web=1 eu::cpu=2 eu::load=3
#   cpu=2 load=3 eu::web=1              cpu=2 load=3 eu::web=1
#   App::Job::run=1 queue=2 X::y=3 z=4  App::Job::run=1 App::Job::queue=2 X::y=3 X::z=4
#   'fe80::1 in'=1 'out 2'=2            'fe80::1 in'=1 'fe80::out 2'=2
#   'x y=1 b'=5                         ''x y'=1 b'=5
set -euo pipefail
work=$(mktemp -d)
daemon=
# Its two processes end with the first one.
trap '[ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" || true; }; rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get download -q icinga2-bin=2.13.6-2+deb12u2 icinga2-common=2.13.6-2+deb12u2 libedit2 libicu72 \
  libboost-{coroutine,filesystem,iostreams,program-options,context,regex,thread}1.74.0=1.74.0+ds1-21 >apt 2>&1 ||
  { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu

mkdir -p data log run cache spool/perfdata spool/tmp
cases=(
  "eu::web=1 cpu=2 load=3" "cpu=2 load=3 eu::web=1" "App::Job::run=1 queue=2 X::y=3 z=4"
  "'fe80::1 in'=1 'out 2'=2" "'x y=1 b'=5")
{
  cat <<'CONFIGURATION'
const NodeName = "here"
include <itl>
object CheckerComponent "checker" { }
object PerfdataWriter "perfdata" {
  service_perfdata_path = SpoolDir + "/perfdata/services"
  service_temp_path = SpoolDir + "/tmp/services"
  rotation_interval = 1s
  service_format_template = "$service.name$	$service.perfdata$"
}
object Host "here" { check_command = "dummy" }
CONFIGURATION
  for number in "${!cases[@]}"; do
    cat <<CONFIGURATION
object CheckCommand "say-$number" { command = [ "/bin/echo", "OK | ${cases[number]}" ] }
object Service "$number" {
  host_name = "here"
  check_command = "say-$number"
  check_interval = 1s
}
CONFIGURATION
  done
} >icinga2.conf
# It gives up what root may do.
user=$(id -un)
[ "$user" != root ] || user=nobody
[ "$user" != nobody ] || chown -R nobody data log run cache spool
root/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2 daemon -c icinga2.conf "-DDataDir=$work/data" "-DLogDir=$work/log" \
  "-DInitRunDir=$work/run" "-DCacheDir=$work/cache" "-DSpoolDir=$work/spool" "-DRunAsUser=$user" \
  "-DRunAsGroup=$(id -gn "$user")" "-DIncludeConfDir=$work/root/usr/share/icinga2/include" >said 2>&1 &
daemon=$!

for _ in {1..250}; do
  cat spool/perfdata/* 2>/dev/null >all || true
  [ "$(cut -f1 all | sort -u | wc -l)" -lt ${#cases[@]} ] || break
  kill -0 "$daemon" 2>/dev/null || { cat said >&2; exit 1; }
  sleep 0.1
done
for number in "${!cases[@]}"; do
  printf '%-35s %s\n' "${cases[number]}" "$(awk -F '\t' -v name="$number" '$1 == name { print $2; exit }' all)"
done | tee seen
diff seen - <<'EXPECTED'
eu::web=1 cpu=2 load=3              eu::web=1 eu::cpu=2 eu::load=3
cpu=2 load=3 eu::web=1              cpu=2 load=3 eu::web=1
App::Job::run=1 queue=2 X::y=3 z=4  App::Job::run=1 App::Job::queue=2 X::y=3 X::z=4
'fe80::1 in'=1 'out 2'=2            'fe80::1 in'=1 'fe80::out 2'=2
'x y=1 b'=5                         ''x y'=1 b'=5
EXPECTED
