#!/usr/bin/env bash
# openskill 6.2.0: with the Full models, a single large game removes all uncertainty about a new player. ThurstoneMostellerFull reduces sigma from
# 8.33 to 0.08 for five players who tie; BradleyTerryFull does the same for thirty players in order, with the winner at 101 points on a scale centered
# on 25. The Part models and PlackettLuce do not.
# Expected: uncertainty narrows with the number of games; here, sigma drops to the floor that kappa sets, and later games hardly change the rating.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openskill==6.2.0
cat > "$work/look.py" <<'PY'
from openskill.models import BradleyTerryFull, BradleyTerryPart, PlackettLuce, ThurstoneMostellerFull, ThurstoneMostellerPart

def play(model, players, tied):
    ranks = [1] * players if tied else list(range(players))
    return model.rate([[model.rating()] for _ in range(players)], ranks=ranks)[0][0]

for kind in (PlackettLuce, BradleyTerryPart, BradleyTerryFull, ThurstoneMostellerPart, ThurstoneMostellerFull):
    five, thirty = play(kind(), 5, True), play(kind(), 30, False)
    print(f"{kind.__name__}: five tie, sigma {five.sigma:.2f}; first of thirty, {thirty.mu:.0f} and {thirty.sigma:.2f}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "PlackettLuce: five tie, sigma 8.29; first of thirty, 26 and 8.33
BradleyTerryPart: five tie, sigma 8.07; first of thirty, 28 and 8.07
BradleyTerryFull: five tie, sigma 7.20; first of thirty, 101 and 0.08
ThurstoneMostellerPart: five tie, sigma 8.20; first of thirty, 27 and 8.25
ThurstoneMostellerFull: five tie, sigma 0.08; first of thirty, 148 and 0.08" ]
