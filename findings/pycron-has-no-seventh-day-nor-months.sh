#!/usr/bin/env bash
# pycron 3.3.0: "0 9 * * 7" and "0 9 * * 5-7" are never due on a Sunday, and "0 9 * jan *" is never due in January; none of them is rejected. "0" and
# "sun" are due on Sundays.
# Expected: 7 is also Sunday, and months have names (crontab(5)), or an error: such a job silently never runs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycron==3.3.0
cat > "$work/look.py" <<'PY'
from datetime import datetime
import pycron

sunday = datetime(2026, 1, 4, 9)
for line in ("0 9 * * 0", "0 9 * * sun", "0 9 * * 7", "0 9 * * 5-7", "0 9 * 1 *", "0 9 * jan *"):
    print(line, pycron.is_now(line, sunday))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "0 9 * * 0 True
0 9 * * sun True
0 9 * * 7 False
0 9 * * 5-7 False
0 9 * 1 * True
0 9 * jan * False" ]
