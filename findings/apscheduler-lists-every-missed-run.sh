#!/usr/bin/env bash
# APScheduler 3.11.3: with coalesce=True, an interval job runs only once after the wall clock has jumped ahead, yet the scheduler first lists every
# missed run, with one call of the trigger each, in the event loop's thread: 259,200 datetimes for a one-second job and 72 hours.
# Expected: coalescing asks the trigger for the next time after now. A trigger that computes its answer from `now` avoids the list.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apscheduler==3.11.3
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime, timedelta
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

asked = 0

class Counting(IntervalTrigger):
    def get_next_fire_time(self, previous, now):
        global asked
        asked += 1
        return super().get_next_fire_time(previous, now)

at = datetime(2026, 1, 1, tzinfo=UTC)
scheduler = BackgroundScheduler(timezone=UTC)
scheduler.start(paused=True)
job = scheduler.add_job(print, Counting(seconds=1, start_date=at, timezone=UTC), coalesce=True, next_run_time=at)
asked = 0
missed = job._get_run_times(at + timedelta(hours=72))
print(f"runs listed: {len(missed)}, trigger asked: {asked} times")
scheduler.shutdown(wait=False)
PY
seen=$("$work/venv/bin/python" "$work/look.py")
echo "$seen"
[ "$seen" = "runs listed: 259201, trigger asked: 259201 times" ]
