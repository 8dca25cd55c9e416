#!/usr/bin/env bash
# cron-converter 2.0.2: "0 9 13 * 5" is due only on Friday the 13th. For croniter 7.0.0 it is due on every Friday and on every 13th, and
# cron-descriptor 2.2.1 describes it that way.
# Expected: if both days are restricted, either is enough (crontab(5)). A line that one library describes and the other runs is due once or twice a
# year instead of five times a month.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cron-converter==2.0.2 croniter==7.0.0 cron-descriptor==2.2.1
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime
from cron_converter import Cron
from cron_descriptor import get_description
from croniter import croniter

line, start = "0 9 13 * 5", datetime(2026, 3, 14, tzinfo=UTC)
print("cron-converter", Cron(line).schedule(start).next().date())
print("croniter", croniter(line, start).get_next(datetime).date())
print("cron-descriptor", get_description(line))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "cron-converter 2026-11-13
croniter 2026-03-20
cron-descriptor At 09:00 AM, on day 13 of the month, or on Friday" ]
