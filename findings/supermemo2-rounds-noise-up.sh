#!/usr/bin/env bash
# supermemo2 3.0.1: it rounds interval times easiness up, and the easiness contains rounding errors of the binary sums that produced it, so a product
# that is a whole number comes out a day longer. After qualities 5 5 4 4 5, an item has interval 125 and easiness 2.8; 125 * 2.8 is 350, but the
# library returns 351.
# Expected: 350, as with exact decimals, or with its own two inputs rounded to two places. A port that computes in decimals does not agree with it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check supermemo2==3.0.1
cat > "$work/look.py" <<'PY'
from supermemo2 import review

state = {"easiness": 2.5, "interval": 0, "repetitions": 0}
for quality in (5, 5, 4, 4, 5):
    state = review(quality, state["easiness"], state["interval"], state["repetitions"], "2026-01-01")
print(state["interval"], state["easiness"])
print("next:", review(3, state["easiness"], state["interval"], state["repetitions"], "2026-01-01")["interval"])
print("rounded:", review(3, round(state["easiness"], 2), state["interval"], state["repetitions"], "2026-01-01")["interval"])
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "125 2.8000000000000003
next: 351
rounded: 350" ]
