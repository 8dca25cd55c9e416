#!/usr/bin/env bash
# qti-package-maker 26.7.14: it writes questions in text2qti's format directly below each other, as text2qti 0.8.0 reads them, but its own reader
# requires a blank line between them: it reads the file that it has just written as one question, and the others become part of the last option's
# text.
# Expected: it reads what it writes, or reports an error; text2qti finds all three questions in the same file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check qti-package-maker==26.7.14 text2qti==0.8.0
cat > "$work/look.py" <<'PY'
import contextlib
import io

from qti_package_maker.package_interface import QTIPackageInterface
from text2qti.config import Config
from text2qti.quiz import Quiz

def questions():
    return QTIPackageInterface("quiz", allow_mixed=True)

with contextlib.redirect_stdout(io.StringIO()):
    written, read = questions(), questions()
    written.add_item("MC", ("Which is first?", ["one", "two"], "one"))
    written.add_item("MC", ("Which is last?", ["three", "four"], "four"))
    written.add_item("MC", ("Which is least?", ["five", "six"], "five"))
    path = written.save_package("text2qti")
    read.read_package(path, "text2qti")
with open(path) as file:
    peer = Quiz(file.read(), config=Config(), source_name=path)
print("text2qti:", len(peer.questions_and_delims))
for item in read.item_bank:
    print("itself:", item.question_text, item.get_tuple()[0])
PY
seen=$(cd "$work" && "$work/venv/bin/python" look.py)
echo "$seen"
[ "$seen" = "text2qti: 3
itself: Which is first? ['one', 'two 2. Which is last?', 'three', 'four 3. Which is least?', 'five', 'six']" ]
