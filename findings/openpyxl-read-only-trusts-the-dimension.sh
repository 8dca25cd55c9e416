#!/usr/bin/env bash
# openpyxl 3.1.5: in read_only mode, a sheet whose <dimension> says "A1", as some programs write it, has only one cell, and all other rows and columns
# are silently left out; the normal mode reads them. Calling `reset_dimensions()` before the first row makes read_only mode read everything.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5
cat > "$work/look.py" <<'PY'
import sys, zipfile
from pathlib import Path
from openpyxl import Workbook, load_workbook

folder = Path(sys.argv[1])
book = Workbook()
for row in (("stem", "a", "b"), ("What?", "this", "that"), ("Which?", "one", "two")):
    book.active.append(row)
book.save(folder / "good.xlsx")
with zipfile.ZipFile(folder / "good.xlsx") as old, zipfile.ZipFile(folder / "hint.xlsx", "w") as new:
    for name in old.namelist():
        data = old.read(name)
        if name == "xl/worksheets/sheet1.xml":
            data = data.replace(b'<dimension ref="A1:C3"', b'<dimension ref="A1"')
            assert b'ref="A1"' in data
        new.writestr(name, data)

def size(reset=False, **options):
    book = load_workbook(folder / "hint.xlsx", **options)
    if reset:
        book.active.reset_dimensions()
    return sum(cell is not None for row in book.active.iter_rows(values_only=True) for cell in row)

print(f"ordinary: {size()} cells; read_only: {size(read_only=True)}; read_only after reset: {size(reset=True, read_only=True)}")
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "ordinary: 9 cells; read_only: 1; read_only after reset: 9" ]
