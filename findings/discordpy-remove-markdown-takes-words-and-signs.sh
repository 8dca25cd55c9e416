#!/usr/bin/env bash
# discord.py 2.7.1: remove_markdown deletes a link together with the words that it shows, turns "f[0](x)" into "f", and removes the minus sign from
# "-5" at the start of a line, which Discord shows unchanged (a list needs a space after the dash). "-# small" becomes "# small", a heading.
# Expected: it removes the marks and keeps the words; its note warns only about marks (10 * 5).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check discord.py==2.7.1
cat > "$work/look.py" <<'PY'
from discord.utils import remove_markdown

for text in ("see [Paris](https://example.org) now", "f[0](x)", "-5", "-# small"):
    print(f"{text} => {remove_markdown(text)}")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "see [Paris](https://example.org) now => see  now
f[0](x) => f
-5 => 5
-# small => # small" ]
