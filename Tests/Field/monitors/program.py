"""`slotwatch` as it is installed for the monitors, and the account that they run as."""

import grp
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

GIVEN = Path(os.environ["SLOTWATCH_BIN"]).resolve()
BINARY = ""


def install(folder):
    """Copies the program and the one beside it to where every account may run them."""
    global BINARY
    folder.mkdir()
    for name in ("slotwatch", "slotwatch-serve"):
        shutil.copy(GIVEN.with_name(name), folder / name)
    BINARY = str(folder / "slotwatch")


def environment(home):
    """What a service has: no settings of whoever runs the suite."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C"}


def end(process, seconds=30):
    """Ends a process that this suite started, and waits for it."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Account:
    """Monitors run as an account of their own where root starts them, else as whoever starts them."""
    name: str
    is_root: bool

    @staticmethod
    def found():
        is_root = os.geteuid() == 0
        return Account("nagios" if is_root else pwd.getpwuid(os.geteuid()).pw_name, is_root)

    @property
    def group(self):
        return grp.getgrgid(pwd.getpwnam(self.name).pw_gid).gr_name

    def take(self, folder):
        """Gives it a folder with what is in there."""
        for path in (folder, *folder.rglob("*")):
            if self.is_root:
                shutil.chown(path, self.name, self.group)

    def streams(self):
        """What `subprocess` needs to run something as this account."""
        return {"user": self.name, "group": self.group, "extra_groups": []} if self.is_root else {}
