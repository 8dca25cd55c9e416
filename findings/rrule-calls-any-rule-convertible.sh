#!/usr/bin/env bash
# rrule 2.8.1 (npm): isFullyConvertibleToText returns true for rules whose text leaves half of them out: the text is "every day at 21" for 21:30,
# "every month on Monday" for the second Monday and "every month on weekdays" for the last working day, and monthly rules and rules at midnight lose
# their hour. fromText turns that text into a different rule.
# Expected: false for these, because the function exists to say whether the text contains the whole rule.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" rrule@2.8.1 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import rrule from 'rrule';

for (const text of ['FREQ=DAILY;BYHOUR=21;BYMINUTE=30', 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=0', 'FREQ=MONTHLY;BYDAY=2FR;BYHOUR=20',
  'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1']) {
  const rule = rrule.RRule.fromString(text);
  console.log(`${text}: ${rule.isFullyConvertibleToText()}, ${rule.toText()}`);
}
JS
seen=$(node "$work/look.mjs")
echo "$seen"
[ "$seen" = 'FREQ=DAILY;BYHOUR=21;BYMINUTE=30: true, every day at 21
FREQ=WEEKLY;BYDAY=SU;BYHOUR=0: true, every week on Sunday
FREQ=MONTHLY;BYDAY=2FR;BYHOUR=20: true, every month on the 2nd Friday
FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2: true, every month on Monday
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: true, every month on weekdays' ]
