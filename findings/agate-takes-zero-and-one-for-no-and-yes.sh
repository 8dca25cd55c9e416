#!/usr/bin/env bash
# agate 1.14.2, and so csvkit 2.2.0: a column in which only "0" and "1" occur, such as the index of the right option, is read as booleans, and as numbers as
# soon as one row has a 2, so the kind of a file's values depends on its content. A column of "1m" and "2h" is durations, of "Monday" and "Friday"
# days of the year 1. Expected: numbers for digits, texts for words. Types given by name (agate.Text()) keep them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check agate==1.14.2 csvkit==2.2.0
cat > "$work/look.py" <<'PY'
import agate

for cells in (["0", "1", "1"], ["0", "1", "2"], ["1m", "2h"], ["Monday", "Friday"]):
    column = agate.Table([[cell] for cell in cells], ["answer"]).columns["answer"]
    print(cells, type(column.data_type).__name__, [str(value) for value in column])
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "['0', '1', '1'] Boolean ['False', 'True', 'True']
['0', '1', '2'] Number ['0', '1', '2']
['1m', '2h'] TimeDelta ['0:01:00', '2:00:00']
['Monday', 'Friday'] Date ['0001-01-08', '0001-01-05']" ]
