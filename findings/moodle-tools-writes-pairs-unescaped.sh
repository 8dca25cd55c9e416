#!/usr/bin/env bash
# moodle-tools 1.1.0: it writes titles and the two sides of matching pairs into its Moodle XML without escaping them, so a single "&" or "<" makes the
# file invalid XML, and it still reports success. Other texts are in CDATA.
# Expected: escaped everywhere, as XML requires.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check moodle-tools==1.1.0
cat > "$work/quiz.yaml" <<'YAML'
type: matching
title: Pairs
question: Match each & every sign.
general_feedback: See the table.
options:
  - {question: a < b, answer: less}
  - {question: a > b, answer: more}
  - {answer: neither}
YAML
"$work/venv/bin/make-questions" -i "$work/quiz.yaml" -o "$work/quiz.xml" > "$work/log.txt" 2>&1
cat > "$work/look.py" <<'PY'
import sys
import xml.etree.ElementTree as ET

try:
    ET.parse(sys.argv[1])
except ET.ParseError:
    print("made a file that is no XML")
else:
    print("made XML")
PY
seen=$(sed -n 's/.*| \(Generated .*\)/\1/p' "$work/log.txt"; "$work/venv/bin/python" "$work/look.py" "$work/quiz.xml")
echo "$seen"
[ "$seen" = "Generated 1 Moodle XML questions.
made a file that is no XML" ]
