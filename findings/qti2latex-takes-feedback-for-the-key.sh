#!/usr/bin/env bash
# qti2latex 0.1.6 with a quiz of text2qti 0.8.0, which its summary says it is designed to work with: as soon as the options have feedback of their
# own, every one of them counts as right. Like Canvas, text2qti writes one condition per option that only shows its feedback; qti2latex takes any
# condition that names an option for its key.
# Expected: the right option is the one that sets the score; in the same quiz without feedback, the key is correct.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check text2qti==0.8.0 qti2latex==0.1.6
cat > "$work/bare.txt" <<'TXT'
1.  Which is largest?
a)  one
*b) three
c)  two
TXT
cat > "$work/told.txt" <<'TXT'
1.  Which is largest?
a)  one
... Too small.
*b) three
... Yes.
c)  two
... Not quite.
TXT
cat > "$work/look.py" <<'PY'
import sys
import zipfile
import xml.etree.ElementTree as ET

import qti2latex

for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                for item in qti2latex.findall_anyns(ET.fromstring(package.read(name)), "item"):
                    right = qti2latex.get_correct_idents(item)
                    print(" ".join(text for ident, text in qti2latex.get_choices(item) if ident in right))
PY
cd "$work"
for quiz in bare told; do "$work/venv/bin/text2qti" "$quiz.txt" > "$quiz.log" 2>&1; done
seen=$("$work/venv/bin/python" look.py bare.zip told.zip)
echo "$seen"
[ "$seen" = "<p>three</p>
<p>one</p> <p>three</p> <p>two</p>" ]
