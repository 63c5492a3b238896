#!/usr/bin/env bash
# GNU screen 4.9.0 (Debian 12: screen 4.9.0-4): the question for the background and the one for the attributes, sent
# together, are answered in the other order.
#
# Who wants to know a terminal's background asks `OSC 11 ; ?` and then `CSI c`, which every terminal answers: once that
# answer is there, a terminal that has not told its colour will not tell it, since answers come in the order of the
# questions. In screen they do not: it passes the first question on to the terminal around it, and answers the second by
# itself, at once. The colour comes a moment later, over a slow line a good while later.
#
# Bitten: programs that stop listening at the attributes. They take screen for a terminal that does not know its
# background, and draw for the wrong one; the late answer is then a key to them or, where they have ended, typed text for
# the shell. Wait for the colour on its own clock, not for the attributes.
#
# Seen:
#   plain   colour, attributes
#   screen  attributes, colour
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q screen=4.9.0-4 libutempter0=1.2.1-3 >apt 2>&1 || { cat apt >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
cat >asking.py <<'PYTHON'
"""What runs in the terminal: asks both, and writes to a file in which order the answers came."""
import os, select, sys, termios, time, tty

tty.setraw(0, termios.TCSANOW)
os.write(1, b"\x1b]11;?\x1b\\\x1b[c")
answers, end = b"", time.monotonic() + 2
while (left := end - time.monotonic()) > 0 and select.select([0], [], [], left)[0]:
    answers += os.read(0, 4096)
places = {"colour": answers.find(b"]11;rgb:"), "attributes": answers.find(b"[?")}
with open(sys.argv[1], "w") as file:
    file.write(", ".join(name for name in sorted(places, key=places.get) if places[name] >= 0))
PYTHON
cat >terminal.py <<'PYTHON'
"""A terminal around a command: answers both questions at once, in the order in which they come."""
import os, pty, re, sys

child, master = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
output = b""
while True:
    try:
        output += os.read(master, 4096)
    except OSError:
        break
    for question in re.findall(rb"\x1b\]11;\?(?:\x07|\x1b\\)|\x1b\[0?c", output):
        os.write(master, b"\x1b[?64;22c" if question.endswith(b"c") else b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
        output = output[output.index(question) + len(question):]
os.waitpid(child, 0)
PYTHON
mkdir -m 700 screens
export SCREENDIR=$work/screens TERM=xterm-256color LC_ALL=C.UTF-8
libraries=$(dirname "$(find root -name libutempter.so.0)")
python3 terminal.py python3 asking.py plain
printf 'startup_message off\n' >screenrc
# With a time limit inside: screen ends with what runs in it.
LD_LIBRARY_PATH=$libraries python3 terminal.py root/usr/bin/screen -c screenrc timeout 20 python3 asking.py screen
printf 'plain   %s\nscreen  %s\n' "$(cat plain)" "$(cat screen)" | tee seen
diff seen - <<'EXPECTED'
plain   colour, attributes
screen  attributes, colour
EXPECTED
