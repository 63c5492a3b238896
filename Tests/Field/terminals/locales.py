"""The locales that the terminals run in: those that the system does not bring are made in a folder."""

import subprocess

MADE = ("ja_JP", "de_DE")
NAMES = ("C", "C.UTF-8", *(f"{name}.UTF-8" for name in MADE))


def make(folder):
    """For LOCPATH."""
    folder.mkdir()
    for name in MADE:
        # It warns of what the sources lack, and says so by its status.
        subprocess.run(["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")], capture_output=True)
        if not (folder / f"{name}.UTF-8" / "LC_CTYPE").exists():
            raise SystemExit(f"localedef cannot make {name}.UTF-8.")
    return folder
