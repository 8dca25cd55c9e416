#!/usr/bin/env bash
# gift-pegjs 1.0.2: in a true/false question with two feedbacks, the first is called trueFeedback and the second falseFeedback, whatever the key. In
# GIFT, the first belongs to the wrong answer and the second to the right one, and Moodle reads it this way; so if the key is True, the names are the
# wrong way round.
# Expected: trueFeedback is shown to those who answer True, or the names say right and wrong.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" gift-pegjs@1.0.2 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import { parse } from 'gift-pegjs';

for (const key of ['T', 'F']) {
  const [question] = parse(`Is it so? {${key}#That was wrong.#That was right.}`);
  console.log(`key ${key}, True is told: ${question.trueFeedback.text} False is told: ${question.falseFeedback.text}`);
}
JS
seen=$(node "$work/look.mjs")
echo "$seen"
[ "$seen" = 'key T, True is told: That was wrong. False is told: That was right.
key F, True is told: That was wrong. False is told: That was right.' ]
