#!/usr/bin/env bash
# text-to-qti 0.1.1: points_per_question at the head of a quiz, which its description lists with a default of 1, is read and then never used: each
# question without a [Points: ...] of its own is worth 1.
# Expected: 5 points for each question here.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check text-to-qti==0.1.1
cat > "$work/quiz.md" <<'MD'
---
title: Quiz
points_per_question: 5
---
## Question 1
[Type: true_false]

Is water wet?

*a) True
b) False

## Question 2
[Type: true_false]
[Points: 3]

Is fire cold?

a) True
*b) False
MD
"$work/venv/bin/text-to-qti" convert "$work/quiz.md" -o "$work/quiz.zip" > "$work/log.txt" 2>&1
cat > "$work/look.py" <<'PY'
import re
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as package:
    texts = [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]
print(sorted(point for text in texts for point in re.findall(r"points_possible</fieldlabel>\s*<fieldentry>([^<]*)", text)))
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.zip")
echo "$seen"
[ "$seen" = "['1.0', '3.0']" ]
