#!/usr/bin/env bash
# frictionless 5.21.0: if nine of ten cells agree, they determine the type of a column, and `extract` returns None for the tenth without an error: of
# the answers "0" to "8" and "many", the last is lost. With one number fewer, all are texts.
# Expected: a type that fits every row that is read, or a failure. `validate` does report the cell. A Detector with field_confidence=1 keeps it, but
# only within the first 100 rows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0
cat > "$work/look.py" <<'PY'
import os, sys
from frictionless import Detector, extract, validate

os.chdir(sys.argv[1])

def last(numbers, **options):
    with open("quiz.csv", "w") as file:
        file.write("stem,answer\n" + "".join(f"Question {number}?,{number}\n" for number in range(numbers)) + "Last?,many\n")
    return extract("quiz.csv", **options)["quiz"][-1]["answer"]

sure = Detector(field_confidence=1)
print("8 numbers and a word:", last(8))
print("9 numbers and a word:", last(9), "valid:", validate("quiz.csv").valid)
print("with field_confidence=1:", last(9, detector=sure))
print("word in row 101, with field_confidence=1:", last(100, detector=sure))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "8 numbers and a word: many
9 numbers and a word: None valid: False
with field_confidence=1: many
word in row 101, with field_confidence=1: None" ]
