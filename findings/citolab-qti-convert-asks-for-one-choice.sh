#!/usr/bin/env bash
# citolab-qti-convert 0.2.0: converting to QTI 3.0 sets min-choices="1" on each choice that has none, and converting back to 2.1 leaves
# minChoices="1". In QTI 2.1, a missing minChoices means 0: choosing nothing is a valid response, and can be the right one where several options may
# be chosen. The description mentions this change for packages.
# Expected: a conversion keeps the question, and two conversions give what went in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check citolab-qti-convert==0.2.0
cat > "$work/item.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="item" title="Item" adaptive="false" timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">
    <correctResponse><value>a</value></correctResponse>
  </responseDeclaration>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
  <itemBody>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="0">
      <prompt>Tick what holds, if any.</prompt>
      <simpleChoice identifier="a">Ice floats.</simpleChoice>
      <simpleChoice identifier="b">Oil sinks.</simpleChoice>
    </choiceInteraction>
  </itemBody>
  <responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
</assessmentItem>
XML
cd "$work"
venv/bin/qti-convert upgrade item.xml up.xml > log.txt 2>&1
venv/bin/qti-convert downgrade up.xml back.xml >> log.txt 2>&1
seen=$(for file in item.xml up.xml back.xml; do echo "$file $(grep -oiE 'min-?choices="[^"]*"' "$file" || echo none)"; done)
echo "$seen"
[ "$seen" = 'item.xml none
up.xml min-choices="1"
back.xml minChoices="1"' ]
