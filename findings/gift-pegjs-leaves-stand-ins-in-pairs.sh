#!/usr/bin/env bash
# gift-pegjs 1.0.2: on the right side of a matching pair, an escaped character comes out as the parser's own placeholder: "C\#" becomes "C&&035;". The
# same is true of \= \: \~ \{ \} and \n. The left side of the same pair is decoded correctly.
# Expected, as in Moodle and everywhere else in this parser: the character.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" gift-pegjs@1.0.2 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import { parse } from 'gift-pegjs';

const [question] = parse('Match. {\n=C\\# -> .NET\n=.NET -> C\\#\n=x\\=1 -> y\\=2\n}\n');
for (const pair of question.matchPairs) console.log(`${pair.subquestion.text} -> ${pair.subanswer}`);
JS
seen=$(node "$work/look.mjs")
echo "$seen"
[ "$seen" = 'C# -> .NET
.NET -> C&&035;
x=1 -> y&&061;2' ]
