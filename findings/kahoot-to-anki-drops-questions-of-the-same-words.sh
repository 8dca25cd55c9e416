#!/usr/bin/env bash
# kahoot-to-anki 1.2.1: if several questions have the same wording, as is common in quizzes ("Which of these is true?"), only the first becomes a
# card. The others are dropped because of their wording, although their answers differ, and the log counts them as read.
# Expected: one card for each question.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check kahoot-to-anki==1.2.1
cat > "$work/look.py" <<'PY'
import sys

import pandas
from kahoot_to_anki.processing import get_questions

heads = ["Question Number", "Question", *(f"Answer {number}" for number in range(1, 7)), "Correct Answers"]
rows = [
    ["1", "Which is true?", "Ice floats", "Ice sinks", "", "", "", "", "Ice floats"],
    ["2", "Which is true?", "Oil sinks", "Oil floats", "", "", "", "", "Oil floats"],
    ["3", "Which is metal?", "Iron", "Coal", "", "", "", "", "Iron"],
]
path = sys.argv[1] + "/report.xlsx"
pandas.DataFrame(rows, columns=heads).to_excel(path, sheet_name="RawReportData Data", index=False)
print(list(get_questions(path, "RawReportData Data")["Correct Answers"]))
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work" 2>/dev/null)
echo "$seen"
[ "$seen" = "['Ice floats', 'Iron']" ]
