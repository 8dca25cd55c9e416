#!/usr/bin/env bash
# openskill 6.2.0, and openskill 5.0.1 for JavaScript, where it is the default: under PlackettLuce, players who share first place earn less than a
# player who lost to them. Of ten new players, the two who share first place end at 25.94, and the third at 26.83. If five share it, they end at 25.24
# each, and the sixth at 26.65.
# Expected: from the same rating, a better place never earns less, as in BradleyTerryFull of the same package. Ties are common in quizzes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openskill==6.2.0
npm install --silent --no-audit --no-fund --prefix "$work" openskill@5.0.1 > "$work/install.txt" 2>&1
cat > "$work/look.py" <<'PY'
from openskill.models import BradleyTerryFull, PlackettLuce

for ranks in ([1, 1, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 1, 1, 1, 6, 7, 8, 9, 10]):
    for model in (PlackettLuce(), BradleyTerryFull()):
        rated = model.rate([[model.rating()] for _ in ranks], ranks=ranks)
        print(type(model).__name__, " ".join(f"{team[0].mu:.2f}" for team in rated[:6]))
PY
cat > "$work/look.mjs" <<'JS'
import { rate, rating } from 'openskill';

for (const rank of [[1, 1, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 1, 1, 1, 6, 7, 8, 9, 10]])
  console.log('JavaScript', rate(rank.map(() => [rating()]), { rank }).slice(0, 6).map(([player]) => player.mu.toFixed(2)).join(' '));
JS
seen=$("$work/venv/bin/python" "$work/look.py"; node "$work/look.mjs")
echo "$seen"
[ "$seen" = "PlackettLuce 25.94 25.94 26.83 26.49 26.10 25.63
BradleyTerryFull 46.08 46.08 38.18 32.91 27.64 22.36
PlackettLuce 25.24 25.24 25.24 25.24 25.24 26.65
BradleyTerryFull 38.18 38.18 38.18 38.18 38.18 22.36
JavaScript 25.94 25.94 26.83 26.49 26.10 25.63
JavaScript 25.24 25.24 25.24 25.24 25.24 26.65" ]
