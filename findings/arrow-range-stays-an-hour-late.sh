#!/usr/bin/env bash
# arrow 1.4.0: Arrow.range by days from 02:30 in Berlin gives 03:30 for the day without a 02:30, and also 03:30 for every day after it. If the range
# begins a day later, all of these days have 02:30.
# Expected: the time of day of the start wherever it exists, as start.shift(days=n) gives it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check arrow==1.4.0 tzdata==2026.6
cat > "$work/look.py" <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo
import arrow

start = arrow.get(datetime(2026, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")))
print("range", *(day.format("DD/HH:mm") for day in arrow.Arrow.range("day", start, limit=5)))
print("shift", *(start.shift(days=number).format("DD/HH:mm") for number in range(5)))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "range 28/02:30 29/03:30 30/03:30 31/03:30 01/03:30
shift 28/02:30 29/03:30 30/02:30 31/02:30 01/02:30" ]
