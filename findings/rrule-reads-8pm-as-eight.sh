#!/usr/bin/env bash
# rrule 2.8.1 (npm): fromText reads "every sunday at 8pm" as BYHOUR=8 and 12am as 12, and keeps only the 9 of 9:30. It ignores what it does not
# understand after the first words, so "every day except sunday" is every day, and "every weekend" is every week. None of these is rejected, although
# "every other day" is.
# Expected: BYHOUR=20 and 0, BYMINUTE=30, or an error. A quiz planned for the evening would come twelve hours off, at breakfast.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" rrule@2.8.1 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import rrule from 'rrule';

for (const text of ['sunday at 20', 'sunday at 8pm', 'day at 12am', 'day at 9:30', 'day at 9am and 9pm', 'day except sunday', 'weekend', 'other day']) {
  try {
    console.log(`every ${text}: ${rrule.RRule.fromText(`every ${text}`).toString().slice(6)}`);
  } catch (error) {
    console.log(`every ${text}: ${error.message}`);
  }
}
JS
seen=$(node "$work/look.mjs")
echo "$seen"
[ "$seen" = 'every sunday at 20: FREQ=WEEKLY;BYDAY=SU;BYHOUR=20
every sunday at 8pm: FREQ=WEEKLY;BYDAY=SU;BYHOUR=8
every day at 12am: FREQ=DAILY;BYHOUR=12
every day at 9:30: FREQ=DAILY;BYHOUR=9
every day at 9am and 9pm: FREQ=DAILY;BYHOUR=9
every day except sunday: FREQ=DAILY
every weekend: FREQ=WEEKLY
every other day: Unexpected end' ]
