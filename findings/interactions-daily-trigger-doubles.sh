#!/usr/bin/env bash
# discord-py-interactions 5.16.0: TimeTrigger(hour=9) means 09:00 UTC. On a machine in Berlin, on the day when clocks go forward, the run comes at
# 08:00 UTC, and a second one at 09:00; on the day when they go back, it comes at 10:00 UTC. A day is added to the local wall clock after the
# conversion from UTC.
# Expected: 09:00 UTC once every day: utc=True says so, and UTC has no clock changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check discord-py-interactions==5.16.0 tzdata==2026.6
cat > "$work/look.py" <<'PY'
import os, time
os.environ["TZ"] = "Europe/Berlin"
time.tzset()
from datetime import datetime, timezone
from interactions.models.internal.tasks import triggers

class Clock(datetime):
    at = 0.0

    @classmethod
    def now(cls, tz=None):
        return datetime.fromtimestamp(cls.at, tz)

triggers.datetime = Clock
for name, start in (("forward", datetime(2026, 3, 27, 12, tzinfo=timezone.utc)), ("back", datetime(2026, 10, 23, 12, tzinfo=timezone.utc))):
    Clock.at = start.timestamp()
    trigger, runs = triggers.TimeTrigger(hour=9), []
    for _ in range(4):
        Clock.at = trigger.next_fire().timestamp()
        trigger.set_last_call_time(datetime.fromtimestamp(Clock.at))
        runs.append(f"{datetime.fromtimestamp(Clock.at, timezone.utc):%d/%H:%M}")
    print(name, *runs)
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "forward 28/09:00 29/08:00 29/09:00 30/09:00
back 24/09:00 25/10:00 26/09:00 27/09:00" ]
