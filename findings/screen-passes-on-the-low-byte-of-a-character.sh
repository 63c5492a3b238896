#!/usr/bin/env bash
# GNU screen 4.9.0 (Debian 12: screen 4.9.0-4, in UTF-8): of each character of a string that it is to pass on to the
# terminal (`ESC P … ESC \`, by which programs inside reach the terminal with OSC 9, 52, 777 and others), the terminal
# gets the lowest eight bits of its number.
#
# ASCII arrives as it is. `ж` (U+0436) arrives as `6`, an en dash (U+2013) as the control character 13, and `Л` (U+041B)
# as ESC, which begins a command of whatever follows: a text without a single control character, such as the name of a
# file or of a chat, sets the clipboard (OSC 52) or the title. Text is neutralised before it is wrapped; this happens
# after it. What tmux passes on is as it was.
#
# Bitten: notifications and titles in other languages through screen, and whoever sends text from outside that way. Send
# nothing but ASCII to screen.
#
# Seen, what stands inside and what reaches the terminal, in hexadecimal:
#   screen  x-y     78 2d 79
#   screen  ж       36
#   screen  –       13
#   screen  Л]x     1b 5d 78
#   tmux    Л]x     d0 9b 5d 78
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q screen=4.9.0-4 libutempter0=1.2.1-3 tmux=3.3a-3 libevent-core-2.1-7=2.1.12-stable-8 >apt 2>&1 ||
  { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
mkdir -m 700 screens
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -exec dirname {} + | sort -u | paste -sd:)
export LD_LIBRARY_PATH SCREENDIR=$work/screens TMUX_TMPDIR=$work LANG=C.UTF-8 TERM=xterm-256color
cat >terminal.py <<'PYTHON'
"""A terminal around a multiplexer in which a text is sent; prints what comes between `9;` and BEL."""
import os, pty, re, select, sys, time

kind, text = sys.argv[1:]
sequence = f"\x1b]9;{text}\x07"
inside = sequence if kind == "screen" else "tmux;" + sequence.replace("\x1b", "\x1b\x1b")
with open("sent", "w") as file:
    file.write(f"\x1bP{inside}\x1b\\")
commands = {
    "screen": ["root/usr/bin/screen", "-U", "-c", "/dev/null", "sh", "-c", "sleep 0.3; cat sent; sleep 0.5"],
    "tmux": ["root/usr/bin/tmux", "-f", "/dev/null", "new-session",
             "root/usr/bin/tmux set -g allow-passthrough on; sleep 0.3; cat sent; sleep 0.5"],
}
child, master = pty.fork()
if child == 0:
    os.execv(commands[kind][0], commands[kind])
output, end = b"", time.monotonic() + 8
while select.select([master], [], [], max(0, end - time.monotonic()))[0]:
    try:
        output += os.read(master, 65536)
    except OSError:
        break
os.waitpid(child, 0)
found = re.search(rb"\x1b\]9;(.*?)\x07", output, re.S)
print(f"{kind:6}  {text:6}  {found[1].hex(' ') if found else 'nothing'}")
PYTHON
for case in 'screen x-y' 'screen ж' 'screen –' 'screen Л]x' 'tmux Л]x'; do
  python3 terminal.py "${case% *}" "${case#* }"
done | tee seen
diff seen - <<'EXPECTED'
screen  x-y     78 2d 79
screen  ж       36
screen  –       13
screen  Л]x     1b 5d 78
tmux    Л]x     d0 9b 5d 78
EXPECTED
