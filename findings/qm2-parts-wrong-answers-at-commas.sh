#!/usr/bin/env bash
# qm2 1.1.0: its conversion from JSON to CSV joins wrong answers with commas and quotes none of them, and its conversion from CSV to JSON splits them
# at each comma. So after a round trip through its own two converters, "6,000" becomes two options, "6" and "000", and a question with two wrong
# answers has three.
# Expected: the JSON that went in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps qm2==1.1.0
"$work/venv/bin/pip" install --quiet --disable-pip-version-check questionary==2.1.1 requests==2.34.2 rich==15.0.0
cat > "$work/look.py" <<'PY'
import json
import sys
from pathlib import Path

from qm2.core.import_export import csv_to_json, json_to_csv

source, table, back = (Path(sys.argv[1], name) for name in ("quiz.json", "quiz.csv", "back.json"))
question = {"type": "multiple", "question": "Seconds in an hour?", "correct": "3,600", "wrong_answers": ["360", "6,000"]}
source.write_text(json.dumps([question]))
json_to_csv(source, table)
csv_to_json(table, back)
[found] = json.loads(back.read_text())
print(found["correct"], found["wrong_answers"])
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "3,600 ['360', '6', '000']" ]
