#!/usr/bin/env bash
# thefuzz 0.22.1 with rapidfuzz 3.14.6: WRatio, the default of `process`, first replaces every character that is neither a letter nor a digit by a
# space. "C++" and "C#" then have a similarity of 100, as do "-5" and "5" or "x < 5" and "x > 5", and extractOne returns the first of them, not the
# exact text that was asked for.
# Expected: 100 only for the same text; rapidfuzz, on which thefuzz is built, has 60 for the first pair under the same name. `full_process=False`
# keeps these characters.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check thefuzz==0.22.1 rapidfuzz==3.14.6
cat > "$work/look.py" <<'PY'
import rapidfuzz.fuzz, rapidfuzz.process
from thefuzz import fuzz, process

for one, other in (("C++", "C#"), ("-5", "5"), ("x < 5", "x > 5"), ("3.14", "3/14"), ("a != b", "a == b")):
    print(f"{one} and {other}: thefuzz {fuzz.WRatio(one, other)}, rapidfuzz {rapidfuzz.fuzz.WRatio(one, other):.0f}")
for asked, options in (("C#", ["C", "C++", "C#"]), ("-5", ["5", "-5"])):
    print(f"{asked} of {options}: thefuzz {process.extractOne(asked, options)[0]}, rapidfuzz {rapidfuzz.process.extractOne(asked, options)[0]}")
PY
seen=$("$work/venv/bin/python" "$work/look.py")
echo "$seen"
[ "$seen" = "C++ and C#: thefuzz 100, rapidfuzz 60
-5 and 5: thefuzz 100, rapidfuzz 90
x < 5 and x > 5: thefuzz 100, rapidfuzz 80
3.14 and 3/14: thefuzz 100, rapidfuzz 75
a != b and a == b: thefuzz 100, rapidfuzz 83
C# of ['C', 'C++', 'C#']: thefuzz C, rapidfuzz C#
-5 of ['5', '-5']: thefuzz 5, rapidfuzz -5" ]
