#!/usr/bin/env bash
# croniter 7.0.0 and cronsim 2.8, both given the same crontab lines in Berlin. When clocks go back, "30 2 * * *" is due twice for croniter and once
# for cronsim. When they go forward, "0 */2 * * *" is due at 03:00 and again at 04:00 for croniter, but only at 04:00 for cronsim.
# Expected: cron's own rule (its manual, on changes of less than three hours): a job with a fixed time runs once, and one with a wildcard hour follows
# the clock.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check croniter==7.0.0 cronsim==2.8 tzdata==2026.6
cat > "$work/look.py" <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo
from croniter import croniter
from cronsim import CronSim

berlin = ZoneInfo("Europe/Berlin")
for line, start in (("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=berlin)), ("0 */2 * * *", datetime(2026, 3, 29, 0, 30, tzinfo=berlin))):
    one, other = croniter(line, start), CronSim(line, start)
    print(line, "croniter", *(f"{one.get_next(datetime):%d/%H:%M%z}" for _ in range(3)))
    print(line, "cronsim", *(f"{next(other):%d/%H:%M%z}" for _ in range(3)))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "30 2 * * * croniter 25/02:30+0200 25/02:30+0100 26/02:30+0100
30 2 * * * cronsim 25/02:30+0200 26/02:30+0100 27/02:30+0100
0 */2 * * * croniter 29/03:00+0200 29/04:00+0200 29/06:00+0200
0 */2 * * * cronsim 29/04:00+0200 29/06:00+0200 29/08:00+0200" ]
