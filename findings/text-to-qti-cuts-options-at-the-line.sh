#!/usr/bin/env bash
# text-to-qti 0.1.1: text that continues an option on a line of its own, and every paragraph of feedback after the first, is silently left out of the
# quiz, although other lines that do not fit are errors.
# Expected: the option continues, as in Markdown, which the format claims to be.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check text-to-qti==0.1.1
cat > "$work/quiz.md" <<'MD'
## Question 1
[Type: multiple_choice]

Which plan is safe?

*a) Back up first,
and then migrate.
b) Back up first,
and then delete the backup.

Feedback: A backup is for the way back.

Keep it until the migration is checked.
MD
cat > "$work/look.py" <<'PY'
import sys

from text_to_qti.parser.markdown_parser import MarkdownParser

[question] = MarkdownParser().parse_file(sys.argv[1]).questions
print([choice.text for choice in question.choices], question.feedback)
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work/quiz.md")
echo "$seen"
[ "$seen" = "['Back up first,', 'Back up first,'] A backup is for the way back." ]
