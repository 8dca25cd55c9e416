#!/usr/bin/env bash
# @breejs/later 4.2.0 (npm), the scheduler under Bree: "0 9 * * 7" is due on Saturdays, and "0 9 * * 5-7" only on Fridays and Saturdays. With 0 or sun
# for Sunday, the first is correct.
# Expected: 7 is Sunday as well as 0 (crontab(5)), as croner 11.0.1 and cron-parser 5.10.6 read it, or an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @breejs/later@4.2.0 croner@11.0.1 cron-parser@5.10.6 > "$work/install.txt" 2>&1
cat > "$work/look.cjs" <<'JS'
const later = require('@breejs/later');
const { Cron } = require('croner');
const { CronExpressionParser } = require('cron-parser');

const from = new Date('2026-03-10T15:00:00Z');
const days = (dates) => dates.map((date) => date.toUTCString().slice(0, 7).replace(',', '')).join(' ');
later.date.UTC();
for (const line of ['0 9 * * 0', '0 9 * * 7', '0 9 * * 5-7']) {
  const third = CronExpressionParser.parse(line, { currentDate: from, tz: 'UTC' });
  console.log(`${line}: later ${days(later.schedule(later.parse.cron(line)).next(3, from))}`);
  console.log(`croner ${days(new Cron(line, { timezone: 'UTC' }).nextRuns(3, from))}, cron-parser ${days(third.take(3).map((date) => date.toDate()))}`);
}
JS
seen=$(node "$work/look.cjs")
echo "$seen"
[ "$seen" = '0 9 * * 0: later Sun 15 Sun 22 Sun 29
croner Sun 15 Sun 22 Sun 29, cron-parser Sun 15 Sun 22 Sun 29
0 9 * * 7: later Sat 14 Sat 21 Sat 28
croner Sun 15 Sun 22 Sun 29, cron-parser Sun 15 Sun 22 Sun 29
0 9 * * 5-7: later Fri 13 Sat 14 Fri 20
croner Fri 13 Sat 14 Sun 15, cron-parser Fri 13 Sat 14 Sun 15' ]
