#!/usr/bin/env bash
# recurrent 0.4.1: "every day at half past nine" becomes a yearly rule for the ninth day of the year, and "every day at 9 and 21" one for the 21st.
# Expected: a daily rule at 09:30 and one at 9 and 21, or None for what is not understood.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurrent==0.4.1
cat > "$work/look.py" <<'PY'
from datetime import datetime
from recurrent import RecurringEvent

for text in ("every day at half past nine", "every day at 9 and 21"):
    print(f"{text}: {RecurringEvent(now_date=datetime(2026, 3, 10, 12)).parse(text)}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "every day at half past nine: RRULE:BYYEARDAY=9;INTERVAL=1;FREQ=YEARLY
every day at 9 and 21: RRULE:BYYEARDAY=21;BYHOUR=9;BYMINUTE=0;INTERVAL=1;FREQ=YEARLY" ]
