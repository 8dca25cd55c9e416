#!/usr/bin/env bash
# dateparser 1.5.0: an ISO 8601 week date such as 2026-W11-1 (Monday, 9 March 2026) is read as 1 November, 2026-W11 as November, and 2026W111 as a day
# in 2065.
# Expected: the Monday that the standard means (date.fromisoformat reads all of these except the week without a day), or None.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
cat > "$work/look.py" <<'PY'
from datetime import date, datetime
import dateparser

settings = {"RELATIVE_BASE": datetime(2026, 3, 10, 12, 34), "PREFER_DATES_FROM": "future"}
print("2026-W11", dateparser.parse("2026-W11", settings=settings).date())
for text in ("2026-W11-1", "2026W111"):
    print(text, dateparser.parse(text, settings=settings).date(), "and ISO", date.fromisocalendar(2026, 11, 1))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "2026-W11 2026-11-10
2026-W11-1 2026-11-01 and ISO 2026-03-09
2026W111 2065-01-06 and ISO 2026-03-09" ]
