#!/usr/bin/env bash
# @sapphire/cron 1.2.1 (npm), for Discord bots: a range whose end is below its start is reversed, so "0 22-2 * * *" runs every hour from 2 to 22, and
# a job for Friday to Monday (fri-mon) runs from Monday to Friday. croniter 7.0.0 reads such ranges across midnight and across the weekend, and croner
# 11.0.1 rejects them.
# Expected: one or the other. The job runs at almost all of the times that the line excludes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check croniter==7.0.0
npm install --silent --no-audit --no-fund --prefix "$work" @sapphire/cron@1.2.1 croner@11.0.1 > "$work/install.txt" 2>&1
cat > "$work/look.cjs" <<'JS'
const { Cron } = require('@sapphire/cron');
const croner = require('croner');

for (const [line, cut] of [['0 22-2 * * *', (date) => date.getUTCHours()], ['0 9 * * fri-mon', (date) => date.toUTCString().slice(0, 3)]]) {
  const [cron, seen] = [new Cron(line), []];
  for (let date = new Date('2026-03-13T15:00:00Z'); seen.length < 8; seen.push(cut(date))) date = cron.next(date);
  console.log(`${line}: ${seen.join(' ')}`);
  try {
    console.log(new croner.Cron(line, { timezone: 'UTC' }).nextRuns(8).map(cut).join(' '));
  } catch (error) {
    console.log(error.message);
  }
}
JS
cat > "$work/look.py" <<'PY'
from datetime import datetime
from croniter import croniter

for line, form in (("0 22-2 * * *", "%-H"), ("0 9 * * fri-mon", "%a")):
    due = croniter(line, datetime(2026, 3, 13, 15))
    print("croniter:", *(due.get_next(datetime).strftime(form) for _ in range(8)))
PY
seen=$(node "$work/look.cjs"; "$work/venv/bin/python" "$work/look.py")
echo "$seen"
[ "$seen" = "0 22-2 * * *: 16 17 18 19 20 21 22 2
CronPattern: From value is larger than to value: '22-2'
0 9 * * fri-mon: Mon Tue Wed Thu Fri Mon Tue Wed
CronPattern: From value is larger than to value: '5-1'
croniter: 22 23 0 1 2 22 23 0
croniter: Sat Sun Mon Fri Sat Sun Mon Fri" ]
