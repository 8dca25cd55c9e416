#!/usr/bin/env bash
# word2number 1.1: "minus five" is 5, "one one two" is 3, "nineteen eighty four" is 1524, "two and a half" is 2 and "twenty-first" is 20; none of them
# is rejected.
# Expected: -5, 112, 1984, 2.5, or the ValueError that it raises for other words that it does not read as one number.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check word2number==1.1
cat > "$work/look.py" <<'PY'
from word2number import w2n

for text in ("one hundred and five", "minus five", "one one two", "nineteen eighty four", "two and a half", "twenty-first"):
    print(f"{text}: {w2n.word_to_num(text)}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "one hundred and five: 105
minus five: 5
one one two: 3
nineteen eighty four: 1524
two and a half: 2
twenty-first: 20" ]
