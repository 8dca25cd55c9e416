#!/usr/bin/env bash
# anki 26.9.3: a text file without an `#html` header is read as HTML if something that looks like a tag is among its first rows, and as plain text if
# it comes later. The same 41 rows in two orders give two different collections: in one, "a & b" is stored as it is and Vec<int> as a tag that no card
# shows; in the other, both are escaped.
# Expected: the same reading whatever the order of the rows. The header `#html:false` ensures this.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3
cat > "$work/look.py" <<'PY'
import pathlib, sys
from anki.collection import Collection, ImportCsvRequest

folder = pathlib.Path(sys.argv[1])

def stored(rows, name):
    path = folder / f"{name}.txt"
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
    collection = Collection(str(folder / f"{name}.anki2"))
    metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
    collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata))
    fields = {row.split("\x1f")[0]: row.split("\x1f")[1] for row in collection.db.list("select flds from notes")}
    collection.close()
    return metadata.is_html, fields["Which type?"], fields["Question 0?"]

plain = [(f"Question {number}?", "a & b") for number in range(40)]
tagged = ("Which type?", "Vec<int>")
print("first:", *stored([tagged, *plain], "first"))
print("last:", *stored([*plain, tagged], "last"))
PY
seen=$("$work/venv/bin/python" "$work/look.py" "$work" 2>/dev/null)
echo "$seen"
[ "$seen" = "first: True Vec<int> a & b
last: False Vec&lt;int&gt; a &amp; b" ]
