#!/usr/bin/env bash
# quizpy 0.0.4: the shuffle parameter of a matching question, which its documentation describes, is not written to the Moodle XML, so shuffle=False is
# silently lost; a multiple choice question does write its own.
# Expected: <shuffleanswers>false</shuffleanswers> in both, as Moodle has it for both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check quizpy==0.0.4
cat > "$work/look.py" <<'PY'
import re
import sys

from quizpy import Matching, MultipleChoice, Quiz

choice = MultipleChoice("Choice", "Which?", 1.0, shuffle=False)
choice.add_choice("this", 100)
matching = Matching("Matching", "Match.", 1.0, shuffle=False)
matching.add_pair("one", "1")
matching.add_pair("two", "2")
quiz = Quiz()
quiz.add_category("All").questions.extend([choice, matching])
quiz.export(sys.argv[1])
with open(sys.argv[1]) as file:
    for kind, text in re.findall(r'<question type="(multichoice|matching)">(.*?)</question>', file.read(), re.DOTALL):
        print(kind, re.findall(r"<shuffleanswers>.*?</shuffleanswers>", text))
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.xml")
echo "$seen"
[ "$seen" = "multichoice ['<shuffleanswers>false</shuffleanswers>']
matching []" ]
