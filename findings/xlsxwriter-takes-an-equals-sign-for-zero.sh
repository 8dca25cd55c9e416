#!/usr/bin/env bash
# XlsxWriter 3.3.1: `write` takes the text "=" for an empty formula and stores the number 0 as the cell's result, so python-calamine 0.9.1 and
# openpyxl 3.1.5 with data_only read 0 where the answer was "=". "==" becomes 0, too, and only "medicine" is left of "internal:medicine". openpyxl
# writes a single "=" as a text.
# Expected: a text, because there is no formula. `write_string`, or strings_to_formulas and strings_to_urls set to False, keep these texts.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check xlsxwriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
import openpyxl, python_calamine, xlsxwriter

texts = ["=", "==", "internal:medicine", "+"]

def read(**options):
    path = str(Path(sys.argv[1], "quiz.xlsx"))
    with xlsxwriter.Workbook(path, options) as book:
        book.add_worksheet().write_column(0, 0, texts)
    calamine = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [row[0] for row in calamine], [cell.value for cell in openpyxl.load_workbook(path, data_only=True).active["A"]]

print(*read())
print(*read(strings_to_formulas=False, strings_to_urls=False))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "[0.0, 0.0, 'medicine', '+'] [0, 0, 'medicine', '+']
['=', '==', 'internal:medicine', '+'] ['=', '==', 'internal:medicine', '+']" ]
