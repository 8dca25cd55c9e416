"""QTI: packages and items shaped like those of other programs, and hostile ones."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from bot.bank.faults import Level, errors
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.study.questions import Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.test_archives import a_zip

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
V2 = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def item(body: str, cardinality: str, values: str, base: str = "identifier", name: str = "i1", after: str = "") -> str:
    return (
        f'<?xml version="1.0"?>\n<assessmentItem {V2} identifier="{name}" title="T" adaptive="false">'
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}"><correctResponse>'
        f"{''.join(f'<value>{value}</value>' for value in values.split(','))}</correctResponse></responseDeclaration>\n"
        f"<itemBody>{body}</itemBody>{after}</assessmentItem>"
    )


def choice(inner: str = "", most: int = 1, before: str = "<p>Which?</p>") -> str:
    inner = inner or "".join(f'<simpleChoice identifier="{name}">Text {name}</simpleChoice>' for name in "abc")
    return f'{before}<choiceInteraction responseIdentifier="R" maxChoices="{most}">{inner}</choiceInteraction>'


def read(data: str | bytes, file: str = "f.xml") -> Batch:
    return parse(data.encode() if isinstance(data, str) else data, file, INTAKE)


def one(data: str) -> Question:
    batch = read(data)
    assert not errors(batch.faults), batch.faults
    (question,) = batch.questions
    return question


def key(question: Question) -> list[str]:
    return [question.options[place].text for place in question.correct]


def package(items: dict[str, str], order: list[str] | None = None, **more: bytes) -> bytes:
    resources = "".join(
        f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}"><file href="{name}"/></resource>'
        for name in order or items
    )
    manifest = f"<manifest><resources>{resources}</resources></manifest>"
    files = {name: text.encode() for name, text in items.items()}
    return a_zip({"imsmanifest.xml": manifest.encode(), **files, **more})


def test_a_choice_with_its_feedback() -> None:
    feedback = (
        '<modalFeedback outcomeIdentifier="F" identifier="b" showHide="show"><p>It does.</p></modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="all" showHide="show">Plants grow.</modalFeedback>'
    )
    inner = (
        '<prompt>What grows by 10<sup>3</sup> &lt; 2?</prompt><simpleChoice identifier="a">Stone'
        '<feedbackInline outcomeIdentifier="F" identifier="a" showHide="show">It lies.</feedbackInline></simpleChoice>'
        '<simpleChoice identifier="b"><code>Vec&lt;int&gt;</code></simpleChoice>'
    )
    question = one(item(choice(inner, before=""), "single", "b", after=feedback))

    assert (question.id, question.stem, key(question)) == ("i1", "What grows by 10³ < 2?", ["Vec<int>"])
    assert [(option.text, option.rationale) for option in question.options] == [
        ("Stone", "It lies."),
        ("Vec<int>", "It does."),
    ]
    assert question.explanation == "Plants grow."


def test_the_order_in_the_file_is_not_the_right_order() -> None:
    body = "".join(f'<simpleChoice identifier="{name}">{name}</simpleChoice>' for name in "cab")
    asked = f'<orderInteraction responseIdentifier="R" shuffle="true"><prompt>Sort.</prompt>{body}</orderInteraction>'
    question = one(item(asked, "ordered", "a,b,c"))

    assert (question.kind, [option.text for option in question.options]) == (Kind.ORDERING, ["c", "a", "b"])
    assert key(question) == ["a", "b", "c"]
    assert [option.text for option in one(item(asked, "ordered", "c,a,b")).options] != ["c", "a", "b"]


def test_a_repeated_stem_is_imported_once() -> None:
    inner = "<prompt>Which?</prompt>" + "".join(
        f'<simpleChoice identifier="{name}">Text {name}</simpleChoice>' for name in "ab"
    )
    assert one(item(choice(inner, before="<div> Which? </div>"), "single", "a")).stem == "Which?"


def test_version_3_is_read_like_version_2() -> None:
    question = one(
        """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" time-dependent="false">
<qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier"><qti-correct-response>
<qti-value>x</qti-value><qti-value>y</qti-value></qti-correct-response></qti-response-declaration>
<qti-item-body><qti-choice-interaction response-identifier="R" max-choices="0"><qti-prompt>Which?</qti-prompt>
<qti-simple-choice identifier="x">X</qti-simple-choice><qti-simple-choice identifier="y">Y</qti-simple-choice>
<qti-simple-choice identifier="z">Z</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>"""
    )

    assert (question.kind, key(question), question.stem) == (Kind.RESPONSE, ["X", "Y"], "Which? (Select TWO.)")


def test_unused_parts_of_pairs_become_distractors() -> None:
    def choices(names: str) -> str:
        found = names.split()
        return "".join(
            f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}!</simpleAssociableChoice>' for n in found
        )

    body = (
        '<matchInteraction responseIdentifier="R"><prompt>Match.</prompt>'
        f"<simpleMatchSet>{choices('p1 p2 p3')}</simpleMatchSet><simpleMatchSet>{choices('c1 c2 c3 c4')}</simpleMatchSet>"
        "</matchInteraction>"
    )
    question = one(item(body, "multiple", "p1 c2,p2 c1,p3 c3", "directedPair"))

    assert (question.prompts, key(question)) == (("p1!", "p2!", "p3!"), ["c2!", "c1!", "c3!"])
    assert len(question.options) == 4

    solved = one(item(body, "multiple", "p1 c1,p2 c2,p3 c3", "directedPair"))
    assert (key(solved), solved.correct != (0, 1, 2)) == (["c1!", "c2!", "c3!"], True)


def test_points_define_the_key_if_none_is_named() -> None:
    mapping = '<mapping defaultValue="0"><mapEntry mapKey="b" mappedValue="1"/><mapEntry mapKey="a" mappedValue="-1"/></mapping>'
    data = item(choice(), "single", "a").replace("<correctResponse><value>a</value></correctResponse>", mapping)

    assert key(one(data)) == ["Text b"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (item("<p>Only text.</p>", "single", "a"), "has no interaction, so it asks nothing"),
        (
            item(choice().replace("choiceInteraction", "textEntryInteraction"), "single", "a"),
            "has a textEntryInteraction",
        ),
        (item(choice() + choice(), "single", "a"), "asks 2 questions in one item"),
        (item(choice(), "single", "x"), 'names "x" as right, which is not one of its choices'),
        (item(choice(), "single", "a").replace("correctResponse", "other"), "does not say which response is right"),
        (item(choice(), "multiple", "a,b"), "has several right choices, any one of which is enough"),
        (
            item(choice(before='<p>See <img src="g.png" alt="a curve"/></p>'), "single", "a"),
            'other media ("a curve")',
        ),
        (item(choice(before='<object data="m.mp4" type="video/mp4"/>'), "single", "a"), "needs a picture"),
        (item(choice(before="<m:math xmlns:m='m'><m:mi>x</m:mi></m:math>"), "single", "a"), "a formula in MathML"),
        (item(choice(before="<printedVariable identifier='X'/>"), "single", "a"), "computes what it shows"),
        ("<questestinterop><assessment><item/></assessment></questestinterop>", "is QTI 1.2, which is not supported"),
        (item(choice(), "single", "a")[:-30], "is not XML here"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + item(choice(), "single", "a")[22:], "declares a document type"),
    ],
)
def test_unsupported_parts_are_reported_by_file_and_left_out(data: str, said: str) -> None:
    good = item(choice(), "single", "a")
    batch = read(package({"a.xml": good, "b.xml": data, "c.xml": item(choice(), "single", "b", name="i2")}), "f.zip")

    assert len(batch.questions) == 2
    assert (batch.left_out, batch.held) == (1, 3)
    assert any(said in str(fault) and str(fault).startswith("f.zip/b.xml") for fault in errors(batch.faults))


def test_an_unused_part_of_an_ordering_is_reported() -> None:
    body = "".join(f'<simpleChoice identifier="{name}">{name}</simpleChoice>' for name in "abcd")
    batch = read(item(f'<orderInteraction responseIdentifier="R">{body}</orderInteraction>', "ordered", "a,b,c"))

    assert "orders only 3 of its 4 choices" in str(batch.faults[0])


def test_instructions_are_dropped_and_reported() -> None:
    batch = read(item(choice(before="<rubricBlock view='scorer'>Be kind.</rubricBlock><p>Which?</p>"), "single", "a"))

    assert batch.questions[0].stem == "Which?"
    assert [fault.level for fault in batch.faults if "rubricBlock" in fault.problem] == [Level.CHANGE]


def test_a_test_gives_order_and_sections() -> None:
    items = {f"items/{name}.xml": item(choice(), "single", "a", name=name).replace("Which?", name) for name in "abc"}
    test = (
        '<assessmentTest><testPart><assessmentSection title="1.2 Second"><assessmentItemRef href="../items/c.xml"/>'
        '</assessmentSection><assessmentSection title="Other"><assessmentItemRef href="../items/a.xml"/>'
        "</assessmentSection></testPart></assessmentTest>"
    )
    batch = read(package(items, **{"tests/t.xml": test.encode()}), "f.zip")

    assert [(question.id, question.section) for question in batch.questions] == [
        ("c", "1.2"),
        ("a", "1.1"),
        ("b", "1.1"),
    ]


def test_items_without_a_manifest_and_in_folders_are_found_and_other_files_are_not_taken() -> None:
    inner = a_zip({"x.xml": item(choice(), "single", "a").encode()})
    data = a_zip(
        {
            "deep/er/a.xml": item(choice(), "single", "a").encode(),
            "g.png": b"\x89PNG",
            "more.zip": inner,
            "bad.xml": b"no",
        }
    )
    batch = read(data, "f.zip")

    assert (len(batch.questions), batch.left_out, batch.held) == (1, 2, 3)
    assert any("f.zip/more.zip:1: error: question 1: is an archive within the archive" in str(f) for f in batch.faults)
    assert any("f.zip/bad.xml:1: error:" in str(fault) for fault in batch.faults)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (a_zip({"../evil.xml": b"<assessmentItem/>"}), "a file with an unsafe path"),
        (a_zip({"bomb.xml": bytes(70_000_000)}), "unpacks to more than 67,108,864 bytes"),
        (a_zip({"a.txt": b"hello"}), "is an archive without questions in it"),
        (b"PK\x03\x04 and no more", "is a damaged archive"),
    ],
)
def test_a_hostile_archive_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    batch = read(data, "f.zip")

    assert batch.questions == ()
    assert said in str(batch.faults[0])


def test_questions_beyond_the_limit_are_counted() -> None:
    items = {f"{number}.xml": item(choice(), "single", "a", name=f"i{number}") for number in range(7)}
    batch = parse(package(items), "f.zip", INTAKE, most_questions=5)

    assert (len(batch.questions), batch.unread, batch.held) == (5, 2, 7)


def test_our_files_are_complete_and_well_formed() -> None:
    questions = [
        a_question(id="a", stem="Is a < b & so?"),
        a_question(id="A", kind=Kind.ORDERING, correct=(2, 0, 3, 1)),
        a_question(id="c", kind=Kind.MATCHING, prompts=("One", "Two", "Three"), correct=(1, 0, 1)),
    ]
    with zipfile.ZipFile(BytesIO(write(questions, {}, Format.QTI, PACK))) as archive:
        files = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}

    manifest = files["imsmanifest.xml"]
    named = {part.get("href") for part in manifest.iter() if part.tag.endswith("}file")}
    assert named == files.keys() - {"imsmanifest.xml"}
    assert len({name.casefold() for name in files}) == 5
    for root in files.values():
        names = [part.get("identifier") for part in root.iter() if part.get("identifier")]
        declared = {name for name in names if name}
        assert all(
            value.text in declared or set((value.text or "").split()) <= declared
            for value in root.iter()
            if value.tag.endswith("}value")
        )
