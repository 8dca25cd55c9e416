#!/usr/bin/env bash
# APScheduler 3.11.3: a daily cron job whose time is in the hour that the clocks skip still runs in New York (02:00), but not in Cairo, Beirut, Havana
# or Santiago, where that hour begins at midnight: there, the day has no run at all.
# Expected: one rule for every zone. The user guide says that such a job does not run at all on that day; where the gap begins after midnight, it
# does.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apscheduler==3.11.3 tzdata==2026.6
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo
from apscheduler.triggers.cron import CronTrigger

for name, hour, day in (("America/New_York", 2, (2026, 3, 8)), ("Europe/Berlin", 2, (2026, 3, 29)), ("Africa/Cairo", 0, (2026, 4, 24)),
                        ("Asia/Beirut", 0, (2026, 3, 29)), ("America/Havana", 0, (2026, 3, 8)), ("America/Santiago", 0, (2026, 9, 6))):
    zone = ZoneInfo(name)
    trigger = CronTrigger(hour=hour, minute=0, timezone=zone)
    due = trigger.get_next_fire_time(None, datetime(*day, 12, tzinfo=zone) - timedelta(hours=16))
    days = due.astimezone(UTC).astimezone(zone).date() - datetime(*day).date()
    print(f"{name} {hour:02}:00: {'runs that day' if days.days == 0 else 'runs a day later'}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "America/New_York 02:00: runs that day
Europe/Berlin 02:00: runs that day
Africa/Cairo 00:00: runs a day later
Asia/Beirut 00:00: runs a day later
America/Havana 00:00: runs a day later
America/Santiago 00:00: runs a day later" ]
