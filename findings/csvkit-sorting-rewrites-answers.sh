#!/usr/bin/env bash
# csvkit 2.2.0 with agate 1.14.2: `csvsort` rewrites columns that it was not asked to sort by. The answers "1,5" and "2,75" become 15 and 275, "may"
# and "march" become days in the year 1, "1/2" a day in 2001, "5%" and "$7" become 5 and 7, and a column of "none" and "n/a" becomes empty.
# Expected: sorting only moves rows. `--no-inference` keeps the cells, but sorts everything as text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
cat > "$work/look.py" <<'PY'
import subprocess, sys
from pathlib import Path

def answers(cells, *options):
    path = Path(sys.argv[1], "quiz.csv")
    path.write_text("stem,answer\n" + "".join(f'{number},"{cell}"\n' for number, cell in enumerate(cells)))
    command = [str(Path(sys.executable).with_name("csvsort")), "-c", "1", *options, str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split(",", 1)[1] for line in lines[1:]]

for cells in (["1,5", "2,75"], ["may", "march"], ["1/2", "3/4"], ["5%", "$7"], ["none", "n/a"]):
    print(cells, answers(cells))
print(answers(["may", "march"], "--no-inference"))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = '['\''1,5'\'', '\''2,75'\''] ['\''15'\'', '\''275'\'']
['\''may'\'', '\''march'\''] ['\''0001-05-01'\'', '\''0001-03-01'\'']
['\''1/2'\'', '\''3/4'\''] ['\''2001-01-02'\'', '\''2001-03-04'\'']
['\''5%'\'', '\''$7'\''] ['\''5'\'', '\''7'\'']
['\''none'\'', '\''n/a'\''] ['\'''\'', '\'''\'']
['\''may'\'', '\''march'\'']' ]
