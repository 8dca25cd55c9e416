#!/usr/bin/env bash
# recurrent 0.4.1: "every day except sunday" becomes a daily rule that leaves out a single date, the coming Sunday; the Sunday after that is included
# again.
# Expected: no Sunday at all, as in BYDAY=MO,TU,WE,TH,FR,SA (RFC 5545), or None.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurrent==0.4.1 python-dateutil==4.0.0
cat > "$work/look.py" <<'PY'
from datetime import datetime
from dateutil.rrule import rrulestr
from recurrent import RecurringEvent

start = datetime(2026, 3, 10, 12)
text = RecurringEvent(now_date=start).parse("every day except sunday")
print(*text.split())
days = rrulestr(text, dtstart=start, forceset=True).between(start, datetime(2026, 4, 10))
print("Sundays:", *(f"{day:%d/%m}" for day in days if day.weekday() == 6))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "RRULE:INTERVAL=1;FREQ=DAILY EXDATE:20260315T120000
Sundays: 22/03 29/03 05/04" ]
