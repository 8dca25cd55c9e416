#!/usr/bin/env bash
# pygiftparserrgmf 0.0.5: a weight with decimals, which Moodle's export writes as soon as three answers are right (%33.33333%), is not read: it
# remains in front of the option's text, and the option weighs 0, so no answer is right, and there is no warning. Whole weights are read.
# Expected: 33.33333 percent each, as in Moodle's list of grades.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pygiftparserrgmf==0.0.5
cat > "$work/look.py" <<'PY'
from pygiftparser import parser

for weight in ("50", "33.33333"):
    gift = parser.parse(f"::Q:: Which hold? {{\n~%{weight}%one\n~%{weight}%two\n~%-100%none\n}}\n")
    for question in gift.questions:
        print(" | ".join(f"{option.text} {option.percentage:g}" for option in question.answer.options))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" 2>/dev/null)
echo "$seen"
[ "$seen" = "one 0.5 | two 0.5 | none -1
%33.33333%one 0 | %33.33333%two 0 | none -1" ]
