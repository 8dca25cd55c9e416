#!/usr/bin/env bash
# fsrs 6.3.2: the days between two reviews are whole spans of 24 hours, not calendar days. For a learner who answers every evening, one minute earlier
# than the evening before, every review counts as a review on the same day: after 60 evenings of "Good", the interval is still the first one;
# answering at exactly the same minute gives 226 days.
# Expected: a review on another day counts as a day later, as days do in Anki. Round the times that are given to it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fsrs==6.3.2
cat > "$work/look.py" <<'PY'
from datetime import UTC, datetime, timedelta
from fsrs import Card, Rating, Scheduler

scheduler = Scheduler(enable_fuzzing=False)

def after(gap):
    at = datetime(2026, 1, 1, 20, tzinfo=UTC)
    card, _ = scheduler.review_card(Card(card_id=1), Rating.Easy, at)
    dates = {at.date()}
    for _ in range(60):
        at += gap
        dates.add(at.date())
        card, _ = scheduler.review_card(card, Rating.Good, at)
    return f"{len(dates)} dates, next in {(card.due - card.last_review).days} days"

print("every 24:00:", after(timedelta(hours=24)))
print("every 23:59:", after(timedelta(hours=23, minutes=59)))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "every 24:00: 61 dates, next in 226 days
every 23:59: 61 dates, next in 8 days" ]
