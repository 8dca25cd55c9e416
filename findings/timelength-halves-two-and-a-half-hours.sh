#!/usr/bin/env bash
# timelength 3.0.4: "two and a half hours" is half an hour, "1 hour and a half" is one hour, and "1h30" is one hour, each with success True; "1h 30m"
# is read correctly.
# Expected: 9000 and 5400 seconds, or success False, as for "1,5h".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check timelength==3.0.4
cat > "$work/look.py" <<'PY'
from timelength import TimeLength

for text in ("1h 30m", "half an hour", "two and a half hours", "1 hour and a half", "1h30", "1,5h"):
    result = TimeLength(text).result
    print(f"{text}: {result.seconds:.0f} {result.success}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "1h 30m: 5400 True
half an hour: 1800 True
two and a half hours: 1800 True
1 hour and a half: 3600 True
1h30: 3600 True
1,5h: 0 False" ]
