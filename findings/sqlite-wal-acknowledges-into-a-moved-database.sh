#!/usr/bin/env bash
# SQLite 3.46.1 (apsw 3.46.1.0 from PyPI): whether a writer notices that its database was removed, renamed or replaced
# depends on the journal mode.
#
# With a rollback journal each later write is refused: extended code 1032, SQLITE_READONLY_DBMOVED, "attempt to write a
# readonly database". In WAL mode every commit succeeds, integrity_check says "ok" and the writer sees its rows, though
# nobody who opens the path will. The warning "file unlinked while open" comes when the connection is closed, and only
# to the error log callback. Where the database was replaced (a restored backup), the log that lies beside it belongs to
# the old file, and the next one who opens the path gets the old rows recovered into the new file: 4 rows below, where
# the file that was put there has none.
#
# Bitten: services that acknowledge what they have committed, and everyone who restores a backup by renaming it over a
# database that somebody has open. Compare device and inode of the path with those of the open file before a commit
# is acknowledged; remove -wal and -shm before a backup takes the place.
#
# Seen:
#   delete removed    refused (1032) x3   by path: no table
#   delete replaced   refused (1032) x3   by path: 0 rows
#   wal    removed    committed x3        by path: no table
#   wal    replaced   committed x3        by path: 4 rows
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check apsw==3.46.1.0
"$work/venv/bin/python" - "$work" >"$work/seen" <<'PY'
import os
import sys

import apsw


def attempt(connection):
    try:
        connection.execute("INSERT INTO jobs VALUES (2)")
        return "committed"
    except apsw.ReadOnlyError as error:
        return f"refused ({error.extendedresult})"


def rows_by_path(path):
    connection = apsw.Connection(path)
    try:
        return f"{connection.execute('SELECT count(*) FROM jobs').get} rows"
    except apsw.SQLError:
        return "no table"
    finally:
        connection.close()


for mode in ("delete", "wal"):
    for event in ("removed", "replaced"):
        path = os.path.join(sys.argv[1], f"{mode}-{event}.db")
        writer = apsw.Connection(path)
        writer.execute(f"PRAGMA journal_mode={mode}")
        writer.execute("CREATE TABLE jobs (id); INSERT INTO jobs VALUES (1)")
        if event == "removed":
            os.unlink(path)
        else:
            backup = apsw.Connection(path + ".backup")
            backup.execute("CREATE TABLE jobs (id)")
            backup.close()
            os.replace(path + ".backup", path)
        outcomes = [attempt(writer) for _ in range(3)]
        assert len(set(outcomes)) == 1, outcomes
        assert writer.execute("PRAGMA integrity_check").get == "ok"
        print(f"{mode:6} {event:10} {outcomes[0]} x3".ljust(38) + f"by path: {rows_by_path(path)}")
PY
cat "$work/seen"
diff "$work/seen" - <<'EXPECTED'
delete removed    refused (1032) x3   by path: no table
delete replaced   refused (1032) x3   by path: 0 rows
wal    removed    committed x3        by path: no table
wal    replaced   committed x3        by path: 4 rows
EXPECTED
