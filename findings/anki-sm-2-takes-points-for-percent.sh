#!/usr/bin/env bash
# anki-sm-2 0.2.0, which describes itself as Anki's scheduler, compared with anki 26.9.3: it changes the ease by a percentage of its value where Anki
# adds or subtracts percentage points. So one "Again" turns 2.5 into 2.0, not 2.3, and the third "Again" reaches the floor of 1.3. From then on, a
# card with an interval of one day that is answered "Good" is due the next day forever, because 1.3 days are rounded down. In Anki, "Hard" is longer
# than the last interval, and each better answer is at least a day longer than the one before it.
# Expected: the same next state, apart from the fuzz.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3 anki-sm-2==0.2.0
cat > "$work/look.py" <<'PY'
import sys
from datetime import UTC, datetime
from pathlib import Path
from anki.collection import Collection
from anki_sm_2 import Card, Rating, Scheduler, State

now = datetime(2026, 3, 1, 9, tzinfo=UTC)
collection = Collection(str(Path(sys.argv[1]) / "collection.anki2"))
for ease, rating in ((2.5, Rating.Again), (2.5, Rating.Hard), (2.5, Rating.Easy), (1.3, Rating.Hard), (1.3, Rating.Good)):
    card, _ = Scheduler().review_card(Card(state=State.Review, ease=ease, due=now, current_interval=1), rating, now)
    note = collection.new_note(collection.models.by_name("Basic"))
    note["Front"] = f"{ease} {rating}"
    collection.add_note(note, collection.decks.id("Default"))
    theirs = note.cards()[0]
    theirs.type = theirs.queue = 2
    theirs.ivl, theirs.factor, theirs.due = 1, round(1000 * ease), collection.sched.today
    collection.update_card(theirs)
    theirs = collection.get_card(theirs.id)
    theirs.start_timer()
    states = collection._backend.get_scheduling_states(theirs.id)
    collection.sched.answer_card(collection.sched.build_answer(card=theirs, states=states, rating=rating - 1))
    theirs.load()
    days = f", then {card.current_interval} day and {'more' if theirs.ivl > 1 else theirs.ivl}" if rating in (Rating.Hard, Rating.Good) else ""
    print(f"a day at {ease}, {rating.name}: ease {card.ease:.2f} and {theirs.factor / 1000:.2f}{days}")
card = Card(state=State.Review, ease=1.3, due=now, current_interval=1)
for _ in range(60):
    card, _ = Scheduler().review_card(card, Rating.Good, card.due)
print(f"after 60 times Good: {card.current_interval} day")
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "a day at 2.5, Again: ease 2.00 and 2.30
a day at 2.5, Hard: ease 2.12 and 2.35, then 1 day and more
a day at 2.5, Easy: ease 2.88 and 2.65
a day at 1.3, Hard: ease 1.30 and 1.30, then 1 day and more
a day at 1.3, Good: ease 1.30 and 1.30, then 1 day and more
after 60 times Good: 1 day" ]
