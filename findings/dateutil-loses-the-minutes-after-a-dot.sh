#!/usr/bin/env bash
# python-dateutil 4.0.0: its parser reads "9.30 pm", as times are written in Britain, as 21:00 and silently drops the minutes; "9.30" without am or pm
# is the ninth of the month, and "may 5 9.30" is the fifth of May 2009.
# Expected: 21:30 and 09:30, or ParserError: unless told to be fuzzy, the parser rejects whatever it does not use.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==4.0.0
cat > "$work/look.py" <<'PY'
from datetime import datetime
from dateutil.parser import parse

for text in ("9:30 pm", "9.30 pm", "9.30", "may 5 9.30"):
    print(f"{text}: {parse(text, default=datetime(2026, 3, 10, 12)):%Y-%m-%d %H:%M}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "9:30 pm: 2026-03-10 21:30
9.30 pm: 2026-03-10 21:00
9.30: 2026-03-09 12:00
may 5 9.30: 2009-05-05 12:00" ]
