#!/usr/bin/env bash
# pygiftparserrgmf 0.0.5: the two feedbacks of a true/false question, {T#wrong#right} in GIFT, come back as one text with the "#" in it, kept at the
# right reply, so somebody who is right reads what is meant for the others too; the general feedback after #### sticks to the last option likewise.
# Expected, as Moodle reads it: the first is for the wrong reply, the second for the right one, and #### is for all.
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
