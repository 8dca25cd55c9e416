#!/usr/bin/env bash
# gift-wrapper 1.8.1, read back by gift-pegjs 1.0.2: gift-wrapper escapes GIFT's special characters in formulas and addresses, but not in other text.
# The right answer "C#" loses its "#", because it begins a feedback in GIFT, and the wrong answer "a ~ b" becomes two answers.
# Expected: C\# and a \~ b, as GIFT requires and Moodle's own export writes; the input is YAML, whose authors need not know GIFT.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check gift-wrapper==1.8.1
npm install --silent --no-audit --no-fund --prefix "$work" gift-pegjs@1.0.2 > "$work/install.txt" 2>&1
cat > "$work/write.py" <<'PY'
from gift_wrapper.question import MultipleChoice

print(MultipleChoice("Name", "Which is a language?", {"perfect": "C#", "wrong": ["a ~ b", "neither"]}).gift)
PY
cat > "$work/read.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import { parse } from 'gift-pegjs';

const [question] = parse(readFileSync(process.argv[2], 'utf8'));
console.log(question.choices.map((choice) => `${choice.isCorrect ? '=' : '~'}${choice.text.text}`).join(' | '));
JS
"$work/venv/bin/python" "$work/write.py" > "$work/quiz.gift"
seen=$(node "$work/read.mjs" "$work/quiz.gift")
echo "$seen"
[ "$seen" = '=C | ~a | ~b | ~neither' ]
