#!/usr/bin/env bash
# openpyxl 3.1.5 with python-calamine 0.9.1: a text such as "#N/A" or "#DIV/0!", which may be the answer to a question about spreadsheets, is silently
# written as an error cell, and calamine, the fast engine of pandas, reads error cells as empty.
# Expected: a str remains a text, as "#N/A?" does. Setting `cell.data_type = "s"` after the value keeps it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
import openpyxl, python_calamine

book = openpyxl.Workbook()
for row, text in enumerate(["#N/A", "#DIV/0!", "#N/A?", "#N/A"], 1):
    book.active.cell(row, 1, text)
book.active["A4"].data_type = "s"
path = str(Path(sys.argv[1], "quiz.xlsx"))
book.save(path)
print("kinds:", *[cell.data_type for cell in openpyxl.load_workbook(path).active["A"]])
print("calamine:", python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "kinds: e e s s
calamine: [[''], [''], ['#N/A?'], ['#N/A']]" ]
