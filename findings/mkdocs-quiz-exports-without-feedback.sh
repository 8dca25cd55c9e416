#!/usr/bin/env bash
# mkdocs-quiz 1.7.1: it reads the feedback that its Markdown allows under each answer (a line that begins with ">"), but its export to QTI 1.2 and 2.1
# silently drops it; the explanation below the answers is exported.
# Expected: itemfeedback and feedbackInline, which the two versions have for this.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check mkdocs-quiz==1.7.1
cat > "$work/quiz.md" <<'MD'
<quiz>
Which is even?
- [x] 2
> Two halves.
- [ ] 3
> One is left over.

Even means divisible by two.
</quiz>
MD
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path

from mkdocs_quiz.qti import QuizCollection, extract_quizzes_from_file
from mkdocs_quiz.qti.qti12 import QTI12Exporter
from mkdocs_quiz.qti.qti21 import QTI21Exporter

collection = QuizCollection(title="Quiz")
for quiz in extract_quizzes_from_file(Path(sys.argv[1])):
    print("read:", [answer.feedback for answer in quiz.answers])
    collection.add_quiz(quiz)
for exporter in (QTI12Exporter, QTI21Exporter):
    text = "".join(exporter(collection).generate_items().values())
    print(exporter.__name__, "feedback:", "halves" in text or "left over" in text, "explanation:", "divisible" in text)
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.md")
echo "$seen"
[ "$seen" = "read: ['Two halves.', 'One is left over.']
QTI12Exporter feedback: False explanation: True
QTI21Exporter feedback: False explanation: True" ]
