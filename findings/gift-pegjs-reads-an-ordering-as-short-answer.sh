#!/usr/bin/env bash
# gift-pegjs 1.0.2: an ordering question as Moodle exports it (in core since 4.4, a plugin before) becomes a short answer question whose only accepted
# answer is the header and all steps in one text, so nobody can ever answer it.
# Expected: an ordering, or an error that says that the question type is unknown.
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
