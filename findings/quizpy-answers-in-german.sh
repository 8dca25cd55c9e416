#!/usr/bin/env bash
# quizpy 0.0.4: a multiple choice question that sets no feedback is exported with feedback in German, whatever the language of the quiz, so learners
# who take an English quiz are told "Die Antwort ist richtig." The documentation names the parameters, but not these values.
# Expected: no feedback unless the author sets it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check quizpy==0.0.4
cat > "$work/look.py" <<'PY'
import sys
import xml.etree.ElementTree as ET

from quizpy import MultipleChoice, Quiz

choice = MultipleChoice("Choice", "Which is even?", 1.0)
choice.add_choice("2", 100)
choice.add_choice("3", 0)
quiz = Quiz()
quiz.add_category("All").questions.append(choice)
quiz.export(sys.argv[1])
for kind in ("correctfeedback", "incorrectfeedback"):
    print(kind, ET.parse(sys.argv[1]).findtext(f".//{kind}/text"))
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.xml")
echo "$seen"
[ "$seen" = "correctfeedback Die Antwort ist richtig.
incorrectfeedback Die Antwort ist falsch." ]
