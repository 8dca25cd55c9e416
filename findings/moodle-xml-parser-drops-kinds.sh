#!/usr/bin/env bash
# moodle-xml-parser 0.3.1: of a Moodle XML quiz, it returns only multiple choice and cloze questions; true/false and matching questions are neither
# returned nor mentioned, so three valid questions become one.
# Expected: the questions, or an error that names what is not read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check moodle-xml-parser==0.3.1
cat > "$work/look.py" <<'PY'
from moodle_xml_parser.parser import parse_string

def question(kind, name, rest):
    return f"""<question type="{kind}"><name><text>{name}</text></name>
        <questiontext format="html"><text>{name}?</text></questiontext>{rest}</question>"""

def answer(fraction, text):
    return f'<answer fraction="{fraction}"><text>{text}</text></answer>'

def pair(left, right):
    return f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'

quiz = "".join([
    question("multichoice", "First", "<single>true</single>" + answer(100, "yes") + answer(0, "no")),
    question("truefalse", "Second", answer(100, "true") + answer(0, "false")),
    question("matching", "Third", pair("1", "one") + pair("2", "two")),
])
found = parse_string(f"<quiz>{quiz}</quiz>")
print("3 questions in, " + ", ".join(f"{len(group)} {kind}" for kind, group in sorted(found.items())) + " out")
PY
seen=$("$work/venv/bin/python" "$work/look.py" 2>&1)
echo "$seen"
[ "$seen" = "3 questions in, 0 cloze, 1 multichoice out" ]
