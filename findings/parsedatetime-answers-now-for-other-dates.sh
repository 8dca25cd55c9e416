#!/usr/bin/env bash
# parsedatetime 2.6: if a date is invalid (13/04/2026 read month first, 31 april 2026), the returned time is that of the machine's clock and not the
# sourceTime that was passed; for text without meaning, it is the sourceTime. Both have status 0.
# Expected: sourceTime in both cases, because its documentation calls it the base of every result; as it is, a test with a fixed base, or a member in
# another zone, gets the machine's time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check parsedatetime==2.6
cat > "$work/look.py" <<'PY'
from datetime import datetime
import parsedatetime

calendar, base = parsedatetime.Calendar(), datetime(2001, 3, 10, 12, 34)
for text in ("nothing at all here", "13/04/2026", "13.04.2026", "31 april 2026"):
    at, status = calendar.parseDT(text, sourceTime=base)
    print(f"{text}: status {status}, {'sourceTime' if at == base else 'clock' if abs((at - datetime.now()).total_seconds()) < 60 else at}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "nothing at all here: status 0, sourceTime
13/04/2026: status 0, clock
13.04.2026: status 0, clock
31 april 2026: status 0, clock" ]
