#!/usr/bin/env bash
# mkdocs-quiz 1.7.1: [[...]] marks a blank to fill in, even inside code and in a question that has answers to choose from. So a choice question about
# `array([[1, 2]])` becomes a text box whose right answer is "1, 2", and its answers, including the ticked one, become part of the question's text.
# Expected: a question with ticked answers is a choice question, and code is code, as in Markdown.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check mkdocs-quiz==1.7.1
cat > "$work/quiz.md" <<'MD'
<quiz>
What shape has `array([[1, 2]])`?
- [ ] (2,)
- [x] (1, 2)
</quiz>

<quiz>
What shape has `array([1, 2])`?
- [x] (2,)
- [ ] (1, 2)
</quiz>
MD
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path

from mkdocs_quiz.qti import extract_quizzes_from_file

for quiz in extract_quizzes_from_file(Path(sys.argv[1])):
    print([answer.text for answer in quiz.answers], [blank.correct_answer for blank in quiz.blanks], "[x]" in quiz.question)
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.md")
echo "$seen"
[ "$seen" = "[] ['1, 2'] True
['(2,)', '(1, 2)'] [] False" ]
