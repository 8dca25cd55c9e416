#!/usr/bin/env bash
# openpyxl 3.1.5, compared with XlsxWriter 3.3.1 and python-calamine 0.9.1: in ECMA-376 (ST_Xstring), a character that XML cannot represent is written
# as _xHHHH_, and a literal "_x0041_" as "_x005F_x0041_". The other two follow this; openpyxl does neither. So if XlsxWriter writes a stem whose lines
# end in CR LF, openpyxl reads the seven characters "_x000D_" at the end of each line, and if openpyxl writes the text "_x0041_", everybody else reads
# "A".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 xlsxwriter==3.3.1 python-calamine==0.9.1
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
import openpyxl, python_calamine, xlsxwriter

def both(name, write, text):
    path = str(Path(sys.argv[1], name))
    write(path, text)
    by_openpyxl = openpyxl.load_workbook(path).active["A1"].value
    by_calamine = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0][0]
    print(f"{name}: {text!r} is {by_openpyxl!r} to openpyxl, {by_calamine!r} to calamine")

def xlsxwriter_writes(path, text):
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_string(0, 0, text)

def openpyxl_writes(path, text):
    book = openpyxl.Workbook()
    book.active["A1"] = text
    book.save(path)

both("xlsxwriter.xlsx", xlsxwriter_writes, "One\r\ntwo")
both("xlsxwriter.xlsx", xlsxwriter_writes, "_x0041_")
both("openpyxl.xlsx", openpyxl_writes, "_x0041_")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = 'xlsxwriter.xlsx: '\''One\r\ntwo'\'' is '\''One_x000D_\ntwo'\'' to openpyxl, '\''One\r\ntwo'\'' to calamine
xlsxwriter.xlsx: '\''_x0041_'\'' is '\''_x0041_'\'' to openpyxl, '\''_x0041_'\'' to calamine
openpyxl.xlsx: '\''_x0041_'\'' is '\''_x0041_'\'' to openpyxl, '\''A'\'' to calamine' ]
