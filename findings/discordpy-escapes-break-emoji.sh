#!/usr/bin/env bash
# discord.py 2.7.1: escape_markdown puts a backslash before the underscore in the name of a custom emoji or a command mention, so Discord no longer
# recognizes the token, and discord.py's own PartialEmoji.from_str no longer finds the id. Links are left unchanged by default.
# Expected: the text in <:name:id> or </name:id> is not markdown (Discord's reference on message formatting), so it is left unchanged.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check discord.py==2.7.1
cat > "$work/look.py" <<'PY'
import discord

for text in ("<:gold_medal:41771983429993937>", "<a:gold_medal:41771983429993937>"):
    escaped = discord.utils.escape_markdown(text)
    print(escaped, discord.PartialEmoji.from_str(text).id, discord.PartialEmoji.from_str(escaped).id)
print(discord.utils.escape_markdown("</next_question:41771983429993937>"))
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py")
echo "$seen"
[ "$seen" = "<:gold\_medal:41771983429993937> 41771983429993937 None
<a:gold\_medal:41771983429993937> 41771983429993937 None
</next\_question:41771983429993937>" ]
