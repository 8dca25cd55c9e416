#!/usr/bin/env bash
# trueskill 0.4.5: new players who share first place in one game end with different ratings, and the later in the list, the higher: with ties declared
# common (draw_probability 0.9), nine players who beat a tenth get ratings from 25.03 to 29.11. This is not a rounding error: a min_delta of 1e-9
# gives the same.
# Expected: the same result from the same rating gives the same rating, as it does where all ten tie; the order of the list is not a result.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check trueskill==0.4.5
cat > "$work/look.py" <<'PY'
import trueskill

env = trueskill.TrueSkill(draw_probability=0.9)
for ranks in ([0] * 10, [0] * 9 + [1]):
    rated = env.rate([(env.create_rating(),) for _ in range(10)], ranks=ranks, min_delta=1e-9)
    print(*(f"{rating.mu:.2f}" for (rating,) in rated))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "25.00 25.00 25.00 25.00 25.00 25.00 25.00 25.00 25.00 25.00
25.03 25.05 25.08 25.16 25.30 25.59 26.14 27.19 29.11 16.34" ]
