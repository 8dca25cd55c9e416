#!/usr/bin/env bash
# rrule-temporal 1.5.3 (npm), which is fully compliant with RFC 5545 according to its README, and node-ical 0.26.1, which uses it for expansion: a
# monthly rule that begins on 31 August is permanently on the 30th from September on, one that begins on 30 December permanently on the 28th from
# February on, and a yearly rule from 29 February behaves the same way.
# Expected: according to section 3.3.10 of RFC 5545, recurrences on invalid dates are ignored and not counted, as in rrule 2.8.1. With BYMONTHDAY=31,
# this library does so, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" rrule-temporal@1.5.3 rrule@2.8.1 node-ical@0.26.1 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import { RRuleTemporal } from 'rrule-temporal';
import rrule from 'rrule';
import ical from 'node-ical';

for (const [start, rule] of [['20260831', 'MONTHLY'], ['20261230', 'MONTHLY'], ['20240229', 'YEARLY'], ['20260831', 'MONTHLY;BYMONTHDAY=31']]) {
  const text = [`DTSTART:${start}T183000Z`, `RRULE:FREQ=${rule};COUNT=4`];
  const event = ['BEGIN:VEVENT', 'UID:quiz', 'DTSTAMP:20260101T000000Z', ...text, 'END:VEVENT'];
  const calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//quiz//EN', ...event, 'END:VCALENDAR', ''];
  const dates = ical.expandRecurringEvent(ical.sync.parseICS(calendar.join('\r\n')).quiz, { from: new Date('2024-01-01'), to: new Date('2042-01-01') });
  console.log(`${start} ${rule}`);
  console.log(' rrule-temporal', ...new RRuleTemporal({ rruleString: text.join('\n') }).all().map((date) => String(date).slice(0, 10)));
  console.log(' node-ical', ...dates.map((date) => date.start.toISOString().slice(0, 10)));
  console.log(' rrule', ...rrule.rrulestr(text.join('\n')).all().map((date) => date.toISOString().slice(0, 10)));
}
JS
seen=$(TZ=UTC node "$work/look.mjs")
echo "$seen"
[ "$seen" = "20260831 MONTHLY
 rrule-temporal 2026-08-31 2026-09-30 2026-10-30 2026-11-30
 node-ical 2026-08-31 2026-09-30 2026-10-30 2026-11-30
 rrule 2026-08-31 2026-10-31 2026-12-31 2027-01-31
20261230 MONTHLY
 rrule-temporal 2026-12-30 2027-01-30 2027-02-28 2027-03-28
 node-ical 2026-12-30 2027-01-30 2027-02-28 2027-03-28
 rrule 2026-12-30 2027-01-30 2027-03-30 2027-04-30
20240229 YEARLY
 rrule-temporal 2024-02-29 2025-02-28 2026-02-28 2027-02-28
 node-ical 2024-02-29 2025-02-28 2026-02-28 2027-02-28
 rrule 2024-02-29 2028-02-29 2032-02-29 2036-02-29
20260831 MONTHLY;BYMONTHDAY=31
 rrule-temporal 2026-08-31 2026-10-31 2026-12-31 2027-01-31
 node-ical 2026-08-31 2026-10-31 2026-12-31 2027-01-31
 rrule 2026-08-31 2026-10-31 2026-12-31 2027-01-31" ]
