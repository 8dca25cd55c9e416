#!/usr/bin/env bash
# pygiftparserrgmf 0.0.5: the two feedbacks of a true/false question, {T#wrong#right} in GIFT, come back as one text that contains the "#" and belongs
# to the right answer, so learners who are right also read what is meant for the others. In the same way, the general feedback after #### becomes part
# of the last option.
# Expected, as Moodle reads it: the first is for the wrong answer, the second for the right one, and the text after #### is for everybody.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pygiftparserrgmf==0.0.5
cat > "$work/look.py" <<'PY'
from pygiftparser import parser

for text in ("::A:: Is it so? {T#Look again.#Well done.}\n", "::B:: Which? {\n=one#Yes.\n~two#No.\n####See page 3.\n}\n"):
    for question in parser.parse(text).questions:
        print([(option.text, option.feedback) for option in question.answer.options])
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" 2>/dev/null)
echo "$seen"
[ "$seen" = "[('True', 'Look again.#Well done.')]
[('one', 'Yes.'), ('two', 'No. ####See page 3.')]" ]
