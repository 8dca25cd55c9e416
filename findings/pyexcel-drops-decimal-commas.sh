#!/usr/bin/env bash
# pyexcel 0.7.6 with pyexcel-io 0.6.8: in a quoted CSV cell that looks like a number with commas, it removes the commas wherever they are, so "3,14"
# becomes 314 and "1,2,3" becomes 123, while "1,5 m" stays.
# Expected: thousands are groups of three digits, and anything grouped differently is a text. `auto_detect_int=False` and `auto_detect_float=False`
# keep the texts.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyexcel==0.7.6 pyexcel-io==0.6.8
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
import pyexcel

path = Path(sys.argv[1], "quiz.csv")
path.write_text('Pi?,"3,14"\nOne and a half?,"1,5"\nCount!,"1,2,3"\nHow long?,"1,5 m"\n')
print("detecting:", *[repr(row[1]) for row in pyexcel.get_array(file_name=str(path))])
kept = pyexcel.get_array(file_name=str(path), auto_detect_int=False, auto_detect_float=False)
print("not detecting:", *[repr(row[1]) for row in kept])
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "detecting: 314 15 123 '1,5 m'
not detecting: '3,14' '1,5' '1,2,3' '1,5 m'" ]
