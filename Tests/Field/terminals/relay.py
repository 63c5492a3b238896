"""Stands between a terminal and what runs in it, as a line does: can be slow towards the program, and keeps what went by.

    relay.py SECONDS FOLDER COMMAND…    FOLDER/sent and FOLDER/received are what the program sent and received
"""

import collections
import fcntl
import os
import pty
import select
import signal
import sys
import termios
import time
import tty


def main(seconds, folder, *command):
    delay, sent, received = float(seconds), open(f"{folder}/sent", "ab", 0), open(f"{folder}/received", "ab", 0)
    master, slave = pty.openpty()

    def take_size(*_):
        fcntl.ioctl(master, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))

    # Before anything runs in it: some ask but once.
    take_size()
    if os.fork() == 0:
        os.close(master)
        os.login_tty(slave)
        os.execvp(command[0], command)
    os.close(slave)
    signal.signal(signal.SIGWINCH, take_size)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    # What the terminal sent, and when it may arrive.
    waiting = collections.deque()
    try:
        while True:
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                data = waiting.popleft()[1]
                received.write(data)
                os.write(master, data)
            ready, _, _ = select.select([0, master], [], [], waiting[0][0] - now if waiting else None)
            if master in ready:
                data = os.read(master, 65536)
                sent.write(data)
                while data:
                    data = data[os.write(1, data):]
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    break
                waiting.append((time.monotonic() + delay, data))
    except OSError:
        pass    # One side is gone.
    finally:
        os.close(master)
        termios.tcsetattr(0, termios.TCSANOW, before)


if __name__ == "__main__":
    main(*sys.argv[1:])
