#!/usr/bin/env bash
# gift-pegjs 1.0.2: an ordering question as Moodle exports it (core since 4.4, a plugin before) becomes a short answer whose one accepted reply is
# the header and all steps in a row, so nobody can ever answer it. Expected: an ordering, or an error that says the kind is not known.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" gift-pegjs@1.0.2 > "$work/install.txt" 2>&1
cat > "$work/look.mjs" <<'JS'
import { parse } from 'gift-pegjs';

const [question] = parse('Sort them. {>3 ALL VERTICAL ABSOLUTE_POSITION SHOW abc\nfirst\nsecond\nthird\n}\n');
console.log(`${question.type}: ${question.choices.map((choice) => choice.text.text).join(' | ')}`);
JS
seen=$(node "$work/look.mjs")
echo "$seen"
[ "$seen" = 'Short: >3 ALL VERTICAL ABSOLUTE_POSITION SHOW abc first second third' ]
