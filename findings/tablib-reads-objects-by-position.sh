#!/usr/bin/env bash
# tablib 3.10.0: in a JSON list of objects, it takes the column names from the first object, and from all others only the values in their order. So an
# object with the same keys in another order has its values swapped, and one with another key has its value under a name that it never had.
# Expected: values go by their keys, because objects are unordered in JSON, or at least an error for the unknown key.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tablib==3.10.0
cat > "$work/look.py" <<'PY'
import json, tablib

def load(*objects):
    return tablib.Dataset().load(json.dumps(objects), format="json").dict

print(dict(load({"stem": "Capital?", "answer": "Rome"}, {"answer": "Paris", "stem": "And here?"})[1]))
print(dict(load({"stem": "Capital?", "answer": "Rome"}, {"stem": "Odd?", "source": "a book"})[1]))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "{'stem': 'Paris', 'answer': 'And here?'}
{'stem': 'Odd?', 'answer': 'a book'}" ]
