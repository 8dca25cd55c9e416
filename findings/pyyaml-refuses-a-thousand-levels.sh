#!/usr/bin/env bash
# PyYAML 6.0.4: its C parser has a limit of its own. A thousand open brackets raise a ScannerError "exceeded maximum nesting depth" before the first
# event; 6.0.3 produces events however deep the text goes, and the code that builds the tree must count. So the message that a user gets changes with
# the version.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/look.py" <<'PY'
import itertools, yaml
try:
    deep = sum(1 for _ in itertools.islice(yaml.parse("[" * 20_000, Loader=yaml.CSafeLoader), 5_000))
    print(f"{yaml.__version__}: {deep} events")
except yaml.YAMLError as error:
    print(f"{yaml.__version__}: {type(error).__name__}, {error.problem}")
PY
seen=
for pinned in pyyaml==6.0.3 pyyaml==6.0.4; do
    python3 -m venv "$work/$pinned"
    "$work/$pinned/bin/pip" install --quiet --disable-pip-version-check "$pinned"
    seen+="$("$work/$pinned/bin/python" "$work/look.py")"$'\n'
done
echo "$seen"
[ "$seen" = $'6.0.3: 5000 events\n6.0.4: ScannerError, exceeded maximum nesting depth\n' ]
