#!/usr/bin/env bash
# supermemo2 3.0.1: a review of quality below 3 lowers the easiness, by up to 0.8 at a time. In SM-2, as its author published it, step 6 says that
# after such a review repetitions start again "without changing the E-Factor". Two blackouts in a row reduce the easiness of a new card to the floor
# of 1.3, and eight perfect answers then raise it only to 2.1; by the published steps, it would have been 2.5 at every point before them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supermemo2==3.0.1
cat > "$work/look.py" <<'PY'
from supermemo2 import review

def easiness(*qualities):
    state = {"easiness": 2.5, "interval": 0, "repetitions": 0}
    for quality in qualities:
        state = review(quality, state["easiness"], state["interval"], state["repetitions"], "2026-01-01")
    return round(state["easiness"], 2)

print("after quality 2:", easiness(2))
print("after quality 0:", easiness(0))
print("after two of 0:", easiness(0, 0))
print("and eight of 5:", easiness(0, 0, *[5] * 8))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "after quality 2: 2.18
after quality 0: 1.7
after two of 0: 1.3
and eight of 5: 2.1" ]
