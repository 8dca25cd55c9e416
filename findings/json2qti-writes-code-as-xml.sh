#!/usr/bin/env bash
# json2qti 1.3.0: text/html in a mattext of QTI 1.2 is escaped HTML. json2qti escapes its <p>, but writes <code> for backticks as an XML element
# within it, and escapes the author's text once instead of twice. So a reader that takes the element's text stops at the first code, and "Vec<int>" is
# decoded to a tag, which a browser does not show.
# Expected: &lt;code&gt; and Vec&amp;lt;int&amp;gt;.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check json2qti==1.3.0
cd "$work"
printf '%s' '{"Quiz": {"What does `map` give?": ["a Vec<int> of `len` items", "nothing"]}}' > quiz.json
"$work/venv/bin/python" -m json2qti quiz.json > made.txt
cat > look.py <<'PY'
import zipfile
import xml.etree.ElementTree as ET

with zipfile.ZipFile("quiz.zip") as package:
    [name] = [name for name in package.namelist() if not name.endswith("_meta.xml")]
    root = ET.fromstring(package.read(name))
for text in sorted(element.text for element in root.iter() if element.tag.endswith("mattext")):
    print(repr(text))
PY
seen=$("$work/venv/bin/python" look.py)
echo "$seen"
[ "$seen" = "'<p>What does '
'<p>a Vec<int> of '
'<p>nothing</p>'" ]
