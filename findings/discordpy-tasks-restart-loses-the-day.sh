#!/usr/bin/env bash
# discord.py 2.7.1: a daily tasks.loop(time=02:30 in Berlin) runs at the second 02:30 (01:30 UTC) when clocks go back, and at 03:30 (01:30 UTC) when
# they go forward. If it is started in the hour before that run, it compares only wall clocks and waits for the next day: that day has no run.
# Expected: the next run depends only on the current time, so a bot that starts shortly before the run still does it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check discord.py==2.7.1 tzdata==2026.6
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo
from discord.ext import tasks

@tasks.loop(time=time(2, 30, tzinfo=ZoneInfo("Europe/Berlin")))
async def daily():
    pass

for name, day in (("back", (2026, 10, 25)), ("forward", (2026, 3, 29))):
    for hour, minute in ((0, 0), (0, 45) if name == "back" else (1, 15)):
        due = daily._get_next_sleep_time(datetime(*day, hour, minute, tzinfo=UTC)).astimezone(UTC)
        print(f"{name}, started {hour:02}:{minute:02} UTC: next run {due:%d %B %H:%M} UTC")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "back, started 00:00 UTC: next run 25 October 01:30 UTC
back, started 00:45 UTC: next run 26 October 01:30 UTC
forward, started 00:00 UTC: next run 29 March 01:30 UTC
forward, started 01:15 UTC: next run 30 March 00:30 UTC" ]
