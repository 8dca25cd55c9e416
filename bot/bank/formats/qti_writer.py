"""Write QTI 2.1: a package with a manifest, a test with our sections, and an item for each question.

Choices and responses become choice interactions, orderings become order interactions, and matchings become match
interactions. The explanation and the rationales become modal feedback: the explanation is always shown, together with
the rationales of the chosen options or, for orderings and matchings, with all rationales. Fields that QTI has no place
for are written as keywords in the manifest.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Final

from bot.bank.formats.keys import GAP
from bot.bank.formats.moodle import tags_of
from bot.study.code_blocks import has_code, parts
from bot.study.questions import Case, Kind, Pack, Question

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_QTI: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_RIGHT: Final = """\
<responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>
<responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue></responseElse>
</responseCondition>"""
EXPLANATION: Final = "explanation"
"""The identifier of the explanation's feedback; a rationale has the identifier of its choice."""
SCENARIO: Final = "scenario"
"""The HTML class of the scenario within a stem."""


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack) -> bytes:
    """Return a zip without the retired questions."""
    sections: dict[str, list[tuple[str, Question]]] = {}
    kept = (question for question in questions if not question.retired)
    for number, question in enumerate(kept, 1):
        # Number the names: two ids may differ only by case, which some file systems ignore.
        name = f"items/{number:05}-{re.sub(r'[^A-Za-z0-9-]', '-', question.id)}.xml"
        sections.setdefault(question.section, []).append((name, question))
    files = {name: _item(question, cases) for group in sections.values() for name, question in group}
    files = {"imsmanifest.xml": _manifest(sections), "test.xml": _test(sections, pack)} | files
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), (_HEAD + text).encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _manifest(sections: Mapping[str, list[tuple[str, Question]]]) -> str:
    items = [pair for group in sections.values() for pair in group]
    resources = "".join(
        f'<resource identifier="R{number}" type="imsqti_item_xmlv2p1" href="{name}">'
        f'<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>{"".join(map(_keyword, _tags(question)))}</general></lom>'
        f'</metadata><file href="{name}"/></resource>\n'
        for number, (name, question) in enumerate(items, 1)
    )
    test = '<resource identifier="test" type="imsqti_test_xmlv2p1" href="test.xml"><file href="test.xml"/>'
    needs = "".join(f'<dependency identifierref="R{number}"/>' for number in range(1, len(items) + 1))
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="cohort"><metadata>'
        "<schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata><organizations/>\n"
        f"<resources>\n{test}{needs}</resource>\n{resources}</resources></manifest>"
    )


def _tags(question: Question) -> list[str]:
    """Return a question's keywords, which may have any length, unlike Moodle's tags."""
    return [*tags_of(question), *(f"source:{source}" for source in question.sources), f"checked:{question.checked}"]


def _keyword(tag: str) -> str:
    return f"<keyword><string>{_xml(tag)}</string></keyword>"


def _test(sections: Mapping[str, list[tuple[str, Question]]], pack: Pack) -> str:
    parts: list[str] = []
    number = 0
    for place, (section, group) in enumerate(sections.items(), 1):
        title = pack.title_of(section) if section in pack.sections else section
        parts.append(f'<assessmentSection identifier="S{place}" title="{_xml(title)}" visible="true">')
        for name, _ in group:
            number += 1
            parts.append(f'<assessmentItemRef identifier="I{number}" href="{name}"/>')
        parts.append("</assessmentSection>")
    body = "\n".join(parts)
    return (
        f'<assessmentTest xmlns="{_QTI}" identifier="test" title="{_xml(pack.title)}">'
        f'<testPart identifier="P1" navigationMode="nonlinear" submissionMode="simultaneous">\n{body}\n</testPart></assessmentTest>'
    )


def _item(question: Question, cases: Mapping[str, Case]) -> str:
    return "\n".join(
        [
            f'<assessmentItem xmlns="{_QTI}" identifier="{identifier_of(question.id)}" title="{_xml(question.id)}" '
            f'label="{_xml(question.id)}" adaptive="false" timeDependent="false">',
            *_declarations(question),
            "<itemBody>",
            *_scenario(question, cases),
            *_interaction(question),
            "</itemBody>",
            *_processing(question),
            *_feedback(question),
            "</assessmentItem>",
        ]
    )


def identifier_of(name: str) -> str:
    """Turn an id into a QTI identifier, which must begin with a letter; the item's `label` keeps the original id."""
    return f"q_{re.sub(r'[^A-Za-z0-9._-]', '-', name)}"


def _declarations(question: Question) -> Iterator[str]:
    cardinality, base = {
        Kind.CHOICE: ("single", "identifier"),
        Kind.RESPONSE: ("multiple", "identifier"),
        Kind.ORDERING: ("ordered", "identifier"),
        Kind.MATCHING: ("multiple", "directedPair"),
    }[question.kind]
    if question.kind is Kind.MATCHING:
        keys = [f"p{prompt} c{place}" for prompt, place in enumerate(question.correct)]
    else:
        keys = [f"c{place}" for place in question.correct]
    values = "".join(f"<value>{key}</value>" for key in keys)
    yield (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse></responseDeclaration>"
    )
    yield '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    yield '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>'


def _scenario(question: Question, cases: Mapping[str, Case]) -> Iterator[str]:
    if case := cases.get(question.case) if question.case else None:
        yield f'<div class="{SCENARIO}">{_paragraph(case.scenario)}</div>'


def _interaction(question: Question) -> Iterator[str]:
    prompt = f"<prompt>{_shown(question.stem)}</prompt>"
    if has_code(question.stem):  # a prompt must not contain code
        yield f"<div>{_shown(question.stem)}</div>"
        prompt = ""
    match question.kind:
        case Kind.ORDERING:
            yield f'<orderInteraction responseIdentifier="RESPONSE" shuffle="true">{prompt}'
            yield from _choices("simpleChoice", question, range(len(question.options)))
            yield "</orderInteraction>"
        case Kind.MATCHING:
            most = len(question.prompts)
            yield f'<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="{most}">{prompt}'
            yield "<simpleMatchSet>"
            for place, text in enumerate(question.prompts):
                yield f'<simpleAssociableChoice identifier="p{place}" matchMax="1">{_shown(text)}</simpleAssociableChoice>'
            yield "</simpleMatchSet><simpleMatchSet>"
            yield from _choices("simpleAssociableChoice", question, range(len(question.options)), f' matchMax="{most}"')
            yield "</simpleMatchSet></matchInteraction>"
        case _:
            most = 1 if question.kind is Kind.CHOICE else len(question.correct)
            yield f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">{prompt}'
            yield from _choices("simpleChoice", question, range(len(question.options)))
            yield "</choiceInteraction>"


def _choices(name: str, question: Question, places: Iterable[int], attributes: str = "") -> Iterator[str]:
    for place in places:
        yield f'<{name} identifier="c{place}"{attributes}>{_shown(question.options[place].text)}</{name}>'


def _processing(question: Question) -> Iterator[str]:
    shown = [EXPLANATION]
    chosen = '<variable identifier="RESPONSE"/>'
    if question.kind in (Kind.ORDERING, Kind.MATCHING):
        shown += [f"c{place}" for place, option in enumerate(question.options) if option.rationale]
        chosen = ""
    values = "".join(f'<baseValue baseType="identifier">{name}</baseValue>' for name in shown)
    yield f"<responseProcessing>{_RIGHT}"
    yield f'<setOutcomeValue identifier="FEEDBACK"><multiple>{values}{chosen}</multiple></setOutcomeValue>'
    yield "</responseProcessing>"


def _feedback(question: Question) -> Iterator[str]:
    parts = [(EXPLANATION, question.explanation)]
    parts += [(f"c{place}", option.rationale) for place, option in enumerate(question.options)]
    for identifier, text in parts:
        if text:
            yield (
                f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{identifier}" showHide="show">'
                f"{_paragraph(text)}</modalFeedback>"
            )


def _paragraph(text: str) -> str:
    return _shown(text) if has_code(text) else "".join(f"<p>{_shown(part)}</p>" for part in text.split(GAP))


def _shown(text: str) -> str:
    if not has_code(text):
        return _xml(text).replace("\n", "<br/>")
    return "".join(
        f"<pre>{_xml(part.text)}</pre>" if part.code else f"<p>{_xml(part.text)}</p>" for part in parts(text)
    )


def _xml(text: str) -> str:
    return html.escape(_UNWRITABLE.sub("\ufffd", text))
