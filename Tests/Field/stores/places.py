"""The folder of one trial: where its store is, and the file system that the store is on."""

import ctypes
import os
import subprocess
import time

# Of an image of its own, for what must not happen to the machine's disk.
IMAGE_BYTES = 12 << 20
CLONE_NEWNS = 0x20000


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    # e2fsck says with 1 that it has mended something.
    if done.returncode > (1 if command[0] == "e2fsck" else 0):
        raise RuntimeError(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")


def keep_mounts_apart():
    """Whether this process may mount: what it mounts is seen by nobody else from now on, and ends with it."""
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    run("mount", "--make-rprivate", "/")
    return True


class Place:
    """A store, what became of it, and when."""

    def __init__(self, folder, isMounted):
        self.folder, self.home = folder, folder / "place"
        self.store = self.home / "events.db"
        # Another name of the file that is taken away, under which it can be looked at later.
        self.kept = folder / "kept.db"
        self.backup, self.away = folder / "backup.db", folder / "away"
        self.began = self.ended = self.backedUp = float("inf")
        self.image = folder / "image" if isMounted else None
        self.home.mkdir()
        if self.image:
            with open(self.image, "wb") as image:
                image.truncate(IMAGE_BYTES)
            run("mkfs.ext4", "-q", "-E", "nodiscard", self.image)
            self.mount()

    def mount(self):
        run("mount", "-o", "loop", self.image, self.home)

    def unmount(self):
        run("umount", self.home)

    def leave(self):
        """Leaves nothing mounted."""
        if self.image:
            subprocess.run(["umount", "-l", self.home], capture_output=True)

    def files(self, store=None):
        """The store's own file, and those that SQLite keeps beside it."""
        return [f"{store or self.store}{end}" for end in ("", "-shm", "-wal")]

    def keep(self):
        os.link(self.store, self.kept)

    def note(self, harm, trial):
        """Does it, and remembers when."""
        self.began = time.monotonic()
        harm(trial)
        self.ended = time.monotonic()
