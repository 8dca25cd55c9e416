#!/usr/bin/env bash
# clevercsv 0.8.5: a plain quiz of two columns is split at a character within its texts if each row contains it equally often: at "|" or ";" in the
# stems, although every row, including the header, has exactly one comma. A list of one column is split at its spaces.
# Expected: the comma, which gives all rows two cells each, including the header; Python's own csv.Sniffer finds it in the first two cases.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check clevercsv==0.8.5
cat > "$work/look.py" <<'PY'
import csv, io
import clevercsv

def look(text):
    found = clevercsv.Sniffer().sniff(text)
    rows = list(clevercsv.reader(io.StringIO(text), found))
    print(repr(found.delimiter), [len(row) for row in rows], rows[0])

bars = "stem,answer\nWhich of a|b|c?,a|b\nWhich of d|e|f?,d|e\n"
semicolons = "stem,answer\nx; y; z?,a; b\nw; v; u?,c; d\n"
look(bars)
look(semicolons)
look("stem\nWhat is it?\nWho is it?\n")
print("csv.Sniffer:", *[repr(csv.Sniffer().sniff(text).delimiter) for text in (bars, semicolons)])
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "'|' [1, 4, 4] ['stem,answer']
';' [1, 4, 4] ['stem,answer']
' ' [1, 3, 3] ['stem']
csv.Sniffer: ',' ','" ]
