#!/usr/bin/env bash
# python-calamine 0.9.1: in a cell of an OpenDocument sheet, it reads paragraphs and runs of spaces, but drops <text:line-break/> and <text:tab/>, so
# "One<text:line-break/>two" becomes "Onetwo".
# Expected: a line feed and a tab, for which ODF has these elements; pyexcel-ods3 0.6.1 reads them this way.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 pyexcel==0.7.6 pyexcel-ods3==0.6.1
cat > "$work/look.py" <<'PY'
import sys, zipfile
from pathlib import Path
import pyexcel, python_calamine

KIND = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

def look(inner):
    path = str(Path(sys.argv[1], "quiz.ods"))
    cell = f'<table:table-cell office:value-type="string"><text:p>{inner}</text:p></table:table-cell>'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", KIND)
        file.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{MANIFEST}" m:version="1.2"><m:file-entry m:full-path="/" m:media-type="{KIND}"/>'
                      '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>')
        file.writestr("content.xml", f'<office:document-content {SPACES} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="S">'
                      f"<table:table-row>{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>")
    calamine = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0][0]
    print(f"{inner}: calamine {calamine!r}, pyexcel {pyexcel.get_array(file_name=path)[0][0]!r}")

look("One<text:line-break/>two")
look("One<text:tab/>two")
look('One<text:s text:c="2"/>two')
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = 'One<text:line-break/>two: calamine '\''Onetwo'\'', pyexcel '\''One\ntwo'\''
One<text:tab/>two: calamine '\''Onetwo'\'', pyexcel '\''One\ttwo'\''
One<text:s text:c="2"/>two: calamine '\''One  two'\'', pyexcel '\''One  two'\''' ]
