#!/usr/bin/env bash
# parsedatetime 2.6: "day after tomorrow" is tomorrow, "day before yesterday" is yesterday, "in half an hour" is in an hour, and "tomorrow at 21h" is
# nine in the morning of the day after. Each is reported as understood (a status other than 0).
# Expected: what the words say, or status 0, which the documentation promises for text that cannot be parsed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check parsedatetime==2.6
cat > "$work/look.py" <<'PY'
from datetime import datetime
import parsedatetime

calendar, base = parsedatetime.Calendar(), datetime(2026, 3, 10, 12, 34)
for text in ("tomorrow", "day after tomorrow", "day before yesterday", "in half an hour", "tomorrow at 21h"):
    at, status = calendar.parseDT(text, sourceTime=base)
    print(f"{text}: {at:%d %H:%M}, understood: {status != 0}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "tomorrow: 11 09:00, understood: True
day after tomorrow: 11 09:00, understood: True
day before yesterday: 09 09:00, understood: True
in half an hour: 10 13:34, understood: True
tomorrow at 21h: 12 09:00, understood: True" ]
