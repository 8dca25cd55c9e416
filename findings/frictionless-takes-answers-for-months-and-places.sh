#!/usr/bin/env bash
# frictionless 5.21.0: a column of answers such as "1-2" is guessed to contain months, so "1-2" becomes February of the year 1, and a column of
# answers such as "1,2" to contain places.
# Expected: texts. Table Schema's yearmonth is that of XML Schema, with a year of four digits and a month of two, so "1-2" is not such a value at all;
# `validate` accepts it under a schema that says yearmonth. A schema that says string for each field keeps the texts.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0
cat > "$work/look.py" <<'PY'
import os, sys
from frictionless import Resource, Schema, validate

os.chdir(sys.argv[1])

def look(answers, **options):
    with open("quiz.csv", "w") as file:
        file.write("stem,answer\n" + "".join(f'Which?,"{answer}"\n' for answer in answers))
    with Resource("quiz.csv", **options) as resource:
        print(answers, resource.schema.get_field("answer").type, [row["answer"] for row in resource.row_stream])

def schema(kind):
    fields = [{"name": "stem", "type": "string"}, {"name": "answer", "type": kind}]
    return Schema.from_descriptor({"fields": fields})

look(["1,2", "3,4"])
look(["1-2", "3-4"])
print("valid as yearmonth:", validate(Resource("quiz.csv", schema=schema("yearmonth"))).valid)
look(["1-2", "3-4"], schema=schema("string"))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "['1,2', '3,4'] geopoint [[1.0, 2.0], [3.0, 4.0]]
['1-2', '3-4'] yearmonth [yearmonth(year=1, month=2), yearmonth(year=3, month=4)]
valid as yearmonth: True
['1-2', '3-4'] string ['1-2', '3-4']" ]
