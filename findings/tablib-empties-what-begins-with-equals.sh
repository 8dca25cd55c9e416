#!/usr/bin/env bash
# tablib 3.10.0 with openpyxl 3.1.5: a text such as "=b" (an option of a quiz about programming) is exported to xlsx as a formula without a result,
# and tablib's own import of that file returns None.
# Expected: a dataset comes back as it went in, as with CSV, JSON and YAML. `escape=True` on export does not keep the text either: it removes the
# equals sign.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "tablib[xlsx]==3.10.0" openpyxl==3.1.5
cat > "$work/look.py" <<'PY'
import tablib

def again(form, **options):
    rows = tablib.Dataset(["Which compares?", "=="], ["Which sets?", "=b"], headers=["stem", "answer"])
    return [answer for _, answer in tablib.Dataset().load(rows.export(form, **options), format=form)]

print("csv:", again("csv"))
print("xlsx:", again("xlsx"))
print("xlsx, escaped:", again("xlsx", escape=True))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "csv: ['==', '=b']
xlsx: [None, None]
xlsx, escaped: ['=', 'b']" ]
