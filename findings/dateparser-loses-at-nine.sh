#!/usr/bin/env bash
# dateparser 1.5.0: "tomorrow at 9" is tomorrow at the current time of day, and the 9 is ignored; "friday at 9" is the tenth of September, and "monday
# at 20" is the twentieth of the month, a Friday. With minutes ("tomorrow at 9:00"), the hour is read.
# Expected: nine o'clock, as "at" says, or None: a date that ignores half the phrase looks like an answer.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
cat > "$work/look.py" <<'PY'
from datetime import datetime
import dateparser

settings = {"RELATIVE_BASE": datetime(2026, 3, 10, 12, 34), "PREFER_DATES_FROM": "future"}
for text in ("tomorrow at 9:00", "tomorrow at 9", "morgen um 9", "in 2 days at 9", "friday at 9", "monday at 20"):
    print(f"{text}: {dateparser.parse(text, settings=settings):%a %d %b %H:%M}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "tomorrow at 9:00: Wed 11 Mar 09:00
tomorrow at 9: Wed 11 Mar 12:34
morgen um 9: Wed 11 Mar 12:34
in 2 days at 9: Thu 12 Mar 12:34
friday at 9: Thu 10 Sep 00:00
monday at 20: Fri 20 Mar 00:00" ]
