#!/usr/bin/env bash
# glicko2 2.1.0, compared with glicko2-lite 5.0.0 (npm): where the published formula for a new volatility has the player's deviation, it has the
# rating, on the internal scale whose zero is 1500. The same results therefore make a player at 1500 more volatile and leave a player at 2500 at 0.06.
# The example in the paper, at 1500 with one period, hides this.
# Expected: only differences of ratings matter, as in Glickman's step 5 and in glicko2-lite.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check glicko2==2.1.0
npm install --silent --no-audit --no-fund --prefix "$work" glicko2-lite@5.0.0 > "$work/install.txt" 2>&1
cat > "$work/look.py" <<'PY'
from glicko2 import Player

for rating in (1500, 1700, 2500):
    player = Player(rating, 60, 0.06)
    for period in range(12):
        player.update_player([rating] * 10, [60] * 10, [period % 2] * 10)
    print(f"glicko2, {rating}: {player.vol:.4f}")
PY
cat > "$work/look.mjs" <<'JS'
import glicko from 'glicko2-lite';

for (const start of [1500, 1700, 2500]) {
  let [rating, rd, vol] = [start, 60, 0.06];
  for (let period = 0; period < 12; period++) ({ rating, rd, vol } = glicko(rating, rd, vol, Array(10).fill([start, 60, period % 2]), { tau: 0.5 }));
  console.log(`glicko2-lite, ${start}: ${vol.toFixed(4)}`);
}
JS
seen=$("$work/venv/bin/python" "$work/look.py"; node "$work/look.mjs")
echo "$seen"
[ "$seen" = "glicko2, 1500: 0.0637
glicko2, 1700: 0.0603
glicko2, 2500: 0.0600
glicko2-lite, 1500: 0.0633
glicko2-lite, 1700: 0.0633
glicko2-lite, 2500: 0.0633" ]
