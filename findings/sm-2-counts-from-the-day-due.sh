#!/usr/bin/env bash
# sm-2 0.3.0 and spacedreppy 0.5.0: the next time is the day on which a card was due plus the interval, whenever the card was answered. A card that
# was due on 8 March and answered on 9 June remains overdue, and three answers within three minutes raise its interval from 6 days to 151. spacedreppy
# also accepts early answers: a card that is due in a month and forgotten today comes back in a month and a day.
# Expected: the interval counts from the answer, because SM-2 counts from one repetition to the next; supermemo2 3.0.1 does this.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sm-2==0.3.0 spacedreppy==0.5.0 supermemo2==3.0.1
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime, timedelta
from sm_2 import Card, Scheduler
from spacedreppy import SM2Scheduler
from supermemo2 import first_review, review

start = datetime(2026, 3, 1, 9, tzinfo=UTC)
card, other, third = Card(due=start), SM2Scheduler(), None
for when in (start, start + timedelta(days=1), *(start + timedelta(days=100, minutes=minute) for minute in range(3))):
    card, _ = Scheduler.review_card(card, 5, when)
    due, _ = other.compute_next_due_interval(when, 5)
    third = review(5, third["easiness"], third["interval"], third["repetitions"], when) if third else first_review(5, when)
    print(f"answered {when:%m-%d}: interval {card.I}, sm-2 {card.due:%m-%d}, spacedreppy {due:%m-%d}, supermemo2 {third['review_datetime'][:10]}")
early = SM2Scheduler(interval=30, repetitions=3)
early.due_timestamp = start + timedelta(days=30)
due, _ = early.compute_next_due_interval(start, 0)
print(f"due {start + timedelta(days=30):%m-%d}, forgotten {start:%m-%d}: spacedreppy {due:%m-%d}")
PY
seen=$("$work/venv/bin/python" "$work/look.py")
echo "$seen"
[ "$seen" = "answered 03-01: interval 1, sm-2 03-02, spacedreppy 03-02, supermemo2 2026-03-02
answered 03-02: interval 6, sm-2 03-08, spacedreppy 03-08, supermemo2 2026-03-08
answered 06-09: interval 17, sm-2 03-25, spacedreppy 03-24, supermemo2 2026-06-26
answered 06-09: interval 50, sm-2 05-14, spacedreppy 05-08, supermemo2 2026-07-27
answered 06-09: interval 151, sm-2 10-12, spacedreppy 09-16, supermemo2 2026-10-27
due 03-31, forgotten 03-01: spacedreppy 04-01" ]
