"""What happens to a store while it is written, and how somebody puts it right: a row of the table each."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Callable

import places
import writing


@dataclass(frozen=True)
class Kind:
    """A row of the table."""
    name: str
    # Called with the trial: what is done to its store, and how that is undone.
    harm: Callable
    mend: Callable = lambda trial: None
    # What is needed for it is made before the writer begins, or while it writes.
    prepare: Callable = lambda trial: None
    # Where the events are that were acknowledged before: in the file that was taken away, in the one that stands there
    # at the end, or in none, since somebody has written over them.
    before: str = "here"
    # Whether no file has the store's path until it is put right: then nothing may be acknowledged.
    isGone: bool = False
    # Whether it is put right while a server is running, which must go on by itself.
    isMendedAlive: bool = True
    # Whether a writer may not notice it, as nothing may be wrong.
    isQuiet: bool = False
    # Whether what was in the store before the writer began is in the one that stands there at the end.
    hasStock: bool = True
    needsMount: bool = False
    # Whether the system itself takes the last write for synced that it has lost: then only what was acknowledged before
    # is looked for.
    isUnsure: bool = False


def some(trial, files):
    """The store's own file alone, or all three: SQLite's log and index stay behind where only one is named."""
    return files[:1] if trial.pick.random() < 0.5 else files


def remove(trial):
    trial.place.keep()
    for file in some(trial, trial.place.files()):
        if os.path.exists(file):
            os.remove(file)


def rename(trial):
    for file in some(trial, trial.place.files()):
        if os.path.exists(file):
            os.rename(file, trial.place.files(trial.place.away)[trial.place.files().index(file)])


def rename_back(trial):
    """The store's own file last: whoever finds it finds its log."""
    pairs = list(zip(trial.place.files(trial.place.away), trial.place.files()))
    for away, file in reversed(pairs):
        if os.path.exists(away):
            os.rename(away, file)


def move(trial):
    """With an empty folder in its place, or none."""
    os.rename(trial.place.home, trial.place.away)
    if trial.pick.random() < 0.5:
        trial.place.home.mkdir()


def move_back(trial):
    """What was made there meanwhile would be in the way."""
    if trial.place.home.exists():
        trial.place.home.rmdir()
    os.rename(trial.place.away, trial.place.home)


def back_up(copy):
    """A backup while the store is written."""
    def make(trial):
        trial.place.backedUp = time.monotonic()
        with closing(sqlite3.connect(trial.place.store, timeout=10)) as store:
            copy(store, trial.place.backup)
        trial.wait(0.05, 0.3)
    return make


def copied(store, backup):
    """Page by page, as `.backup` of SQLite's shell does."""
    with closing(sqlite3.connect(backup)) as database:
        store.backup(database)


def packed(store, backup):
    store.execute("VACUUM INTO ?", (str(backup),))


def restore(trial):
    trial.place.keep()
    os.rename(trial.place.backup, trial.place.store)


def write_over(trial):
    """As `cp BACKUP STORE` does."""
    shutil.copyfile(trial.place.backup, trial.place.store)


def fill(trial):
    """Until nothing more fits, or next to nothing."""
    with open(trial.place.home / "filler", "wb", buffering=0) as filler:
        size = 1 << 20
        while size >= 512:
            try:
                # Less than what was asked for may be written.
                if filler.write(bytes(size)) < size:
                    raise OSError
            except OSError:
                size //= 2
        filler.truncate(max(0, filler.tell() - trial.pick.choice((0, 0, 4096, 16_384, 65_536))))


def free(trial):
    os.remove(trial.place.home / "filler")


def see(trial):
    """What a reader has seen until now is stored, though the writer has not told it."""
    if not isinstance(trial.writer, writing.Queue):
        trial.seen = writing.seen(trial.place.store) - trial.stock.keys()
    trial.place.began = time.monotonic()


def abort(trial):
    """What the system does after an error of the disk: open files cannot be written any more either."""
    see(trial)
    places.run("mount", "-o", "remount,abort", trial.place.home)


def repair(trial):
    """By stopping what uses it, as `umount` wants it."""
    trial.writer.stop()
    trial.place.unmount()
    places.run("e2fsck", "-fy", trial.place.image)
    trial.place.mount()


def kill(trial):
    see(trial)
    trial.writer.kill()


KINDS = [
    Kind("removed", remove, before="kept", isGone=True, isMendedAlive=False, hasStock=False),
    Kind("renamed, and back", rename, rename_back, isGone=True),
    Kind("its folder moved, and back", move, move_back, isGone=True),
    Kind("replaced by an older backup", restore, prepare=back_up(copied), before="kept"),
    Kind("written over by an older backup", write_over, prepare=back_up(copied), before="none", isQuiet=True),
    Kind("written over by VACUUM INTO", write_over, prepare=back_up(packed), before="none", isQuiet=True),
    Kind("replaced by another store", restore, prepare=lambda trial: trial.make_other(), before="kept", hasStock=False),
    Kind("disk full, and freed", fill, free, needsMount=True),
    Kind("read-only, and repaired", abort, repair, isMendedAlive=False, needsMount=True, isUnsure=True),
    Kind("kill -9", kill, isMendedAlive=False),
]
