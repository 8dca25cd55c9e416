#!/usr/bin/env bash
# pygiftparser 1.1: characters that GIFT escapes with a backslash (= ~ # { } :) keep the backslash in what the parser returns, so an export that
# contains "a\=b" shows learners "a\=b".
# Expected, as Moodle reads it: "a=b".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pygiftparser==1.1
cat > "$work/look.py" <<'PY'
import io
from pygiftparser import parser

[question] = parser.parseFile(io.StringIO("::T:: Which holds? {\n=a\\=b\n~c\\~d\n}\n"))
print(" | ".join(answer.answer for answer in question.answers.answers))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" 2>/dev/null | tail -n 1)
echo "$seen"
[ "$seen" = 'a\=b | c\~d' ]
