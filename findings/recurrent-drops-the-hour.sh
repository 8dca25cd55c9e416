#!/usr/bin/env bash
# recurrent 0.4.1: the rule for "every day at 21:30" has its hour, while those for "every day 9pm", "every day at noon" and "every sunday at midnight"
# have none, and that for "every day at 9am and 9pm" has only the morning. A rule without BYHOUR repeats at whatever time it starts.
# Expected: BYHOUR=21, 12, 0 and 9,21, or None for what is not understood.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurrent==0.4.1
cat > "$work/look.py" <<'PY'
from datetime import datetime
from recurrent import RecurringEvent

for text in ("every day at 21:30", "every day 9pm", "every day at noon", "every sunday at midnight", "every day at 9am and 9pm"):
    rule = RecurringEvent(now_date=datetime(2026, 3, 10, 12)).parse(text)
    print(f"{text}: {[part for part in rule.split(':')[1].split(';') if part.startswith('BYHOUR')]}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "every day at 21:30: ['BYHOUR=21']
every day 9pm: []
every day at noon: []
every sunday at midnight: []
every day at 9am and 9pm: ['BYHOUR=9']" ]
