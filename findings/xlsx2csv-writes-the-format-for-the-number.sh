#!/usr/bin/env bash
# xlsx2csv 0.8.6: a number format with a unit in quotes is taken for a date as soon as the unit contains a letter that date formats use. For 30 shown
# as "30 min", it writes 0 "01in"; for 30 pts, the format itself, 0 "pts"; and for "Day 3", "02ay" 0. The number is nowhere in the file, and there is
# no warning. "30 Punkte" is correct.
# Expected: 30, as openpyxl 3.1.5 reads it; quoted parts of a format are text (ECMA-376, 18.8.31). `--ignore-formats date` keeps the number, but turns
# dates into numbers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check xlsx2csv==0.8.6 xlsxwriter==3.3.1 openpyxl==3.1.5
cat > "$work/look.py" <<'PY'
import csv, subprocess, sys
from pathlib import Path
import openpyxl, xlsxwriter

bin, book = Path(sys.executable).parent, Path(sys.argv[1]) / "quiz.xlsx"
forms = ((30, "0"), (30, '0 "min"'), (30, '0 "pts"'), (2.5, '0.0 "hours"'), (3, '"Day" 0'), (30, '0 "Punkte"'))
with xlsxwriter.Workbook(book) as workbook:
    sheet = workbook.add_worksheet()
    for row, (number, form) in enumerate(forms):
        sheet.write_number(row, 0, number, workbook.add_format({"num_format": form}))
read = [row[0].value for row in openpyxl.load_workbook(book).active]
runs = (subprocess.run([bin / "xlsx2csv", book, *options], capture_output=True, text=True, check=True) for options in ((), ("--ignore-formats", "date")))
written, bare = ([cell for (cell,) in csv.reader(run.stdout.splitlines())] for run in runs)
for (number, form), one, two, three in zip(forms, written, bare, read):
    print(f"{number} as {form}: {one} | {two} | {three}")
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work")
echo "$seen"
[ "$seen" = '30 as 0: 30 | 30 | 30
30 as 0 "min": 0 "01in" | 30 | 30
30 as 0 "pts": 0 "pts" | 30 | 30
2.5 as 0.0 "hours": 0.0 "12ours" | 2.5 | 2.5
3 as "Day" 0: "02ay" 0 | 3 | 3
30 as 0 "Punkte": 30 | 30 | 30' ]
