#!/usr/bin/env bash
# disnake 2.12.2 and py-cord 2.8.1: escape_markdown does not escape headings, lists and small print, so a name or answer that begins with "# " is
# shown in large type; both libraries do escape quotes.
# Expected: the function escapes all of Discord's markdown, which includes these (Discord's reference on markdown text).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check disnake==2.12.2 py-cord==2.8.1
cat > "$work/look.py" <<'PY'
import discord
import disnake

for name, escape in (("disnake", disnake.utils.escape_markdown), ("py-cord", discord.utils.escape_markdown)):
    print(name, *(f"{text}: {'escaped' if escape(text) != text else 'left'}" for text in ("> quote", "# large", "- item", "-# small")), sep="; ")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "disnake; > quote: escaped; # large: left; - item: left; -# small: left
py-cord; > quote: escaped; # large: left; - item: left; -# small: left" ]
