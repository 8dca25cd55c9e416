"""Moodle XML: samples like those of Moodle and other tools, and hostile ones."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.bank.faults import Level, errors
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.bank.loader import load_library
from bot.study.questions import Case, Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question


def read(inner: str, most: int = 500) -> Batch:
    data = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{inner}\n</quiz>'.encode()
    return parse(data, "f.xml", Intake(on=CHECKED, pack=PACK, section="1.1"), most_questions=most)


def a(kind: str, inner: str, stem: str = "Q?") -> str:
    return (
        f'<question type="{kind}"><name><text>N</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text>'
        f"</questiontext>{inner}</question>"
    )


def answer(text: str, fraction: object = 0, more: str = "", shape: str = ' format="html"') -> str:
    return f'<answer fraction="{fraction}"{shape}><text><![CDATA[{text}]]></text>{more}</answer>'


def one(inner: str) -> Question:
    batch = read(inner)
    assert not errors(batch.faults), batch.faults
    (question,) = batch.questions
    return question


def texts(question: Question) -> list[str]:
    return [option.text for option in question.options]


def key(question: Question) -> list[str]:
    return [question.options[place].text for place in question.correct]


def changes(batch: Batch) -> list[str]:
    return [fault.problem for fault in batch.faults if fault.level is Level.CHANGE]


def test_a_choice_as_moodle_exports_it() -> None:
    question = one(
        """
<!-- question: 12  -->
  <question type="multichoice">
    <name><text>Growth</text></name>
    <questiontext format="html">
      <text><![CDATA[<p>What grows by 10<sup>3</sup>?<br></p>]]></text>
    </questiontext>
    <generalfeedback format="html"><text>Plants grow.</text></generalfeedback>
    <defaultgrade>1.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>ML/1</idnumber>
    <single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
    <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
    <answer fraction="0" format="html"><text><![CDATA[<p>Stone</p>]]></text>
      <feedback format="html"><text>&lt;p&gt;It lies.&lt;/p&gt;</text></feedback></answer>
    <answer fraction="100" format="html"><text><![CDATA[<code>Vec&lt;int&gt;</code>]]></text>
      <feedback format="html"><text></text></feedback></answer>
    <tags><tag><text>biology</text></tag></tags>
  </question>"""
    )

    assert (question.stem, question.kind, key(question)) == ("What grows by 10³?", Kind.CHOICE, ["Vec<int>"])
    assert [option.rationale for option in question.options] == ["It lies.", ""]
    assert question.explanation == "Plants grow."
    assert question.id.startswith("ML-1-")


def test_all_options_with_positive_fractions_are_right() -> None:
    inner = "<single>false</single>" + answer("a", "33.33333") + answer("b", "33.33333") + answer("c", "-100")
    question = one(a("multichoice", inner + answer("d", "0")))

    assert (question.kind, key(question), question.stem) == (Kind.RESPONSE, ["a", "b"], "Q? (Select TWO.)")


@pytest.mark.parametrize(("kind", "fraction"), [("multichoiceset", 100), ("oumultiresponse", 50)])
def test_plugins_for_several_answers_require_all_of_them(kind: str, fraction: int) -> None:
    question = one(a(kind, answer("a", fraction) + answer("b", 0) + answer("c", fraction)))

    assert (question.kind, key(question)) == (Kind.RESPONSE, ["a", "c"])


@pytest.mark.parametrize(
    ("names", "truth"),
    [
        (("true", "false"), "True"),
        (("false", "true"), "False"),
        (("wahr", "falsch"), "True"),
        (("vrai", "faux"), "True"),
    ],
)
def test_true_or_false_in_any_order_and_language(names: tuple[str, str], truth: str) -> None:
    feedback = "<feedback><text>Since.</text></feedback>"
    question = one(a("truefalse", answer(names[0], 100, feedback) + answer(names[1], 0)))

    assert (texts(question), key(question)) == (["True", "False"], [truth])
    assert question.options[question.correct[0]].rationale == "Since."


def test_matching_has_prompts_of_html_and_plain_matches() -> None:
    pairs = (("&lt;b&gt;cat&lt;/b&gt;", "meows <loudly>"), ("dog", "barks"), ("cow", "moos"), ("", "neighs"))
    inner = "".join(
        f'<subquestion format="html"><text>{prompt}</text><answer><text><![CDATA[{match}]]></text></answer></subquestion>'
        for prompt, match in pairs
    )
    question = one(a("matching", inner))

    assert question.prompts == ("cat", "dog", "cow")
    assert key(question) == ["meows <loudly>", "barks", "moos"]
    assert sorted(texts(question)) == ["barks", "meows <loudly>", "moos", "neighs"]


def test_the_steps_of_the_file_are_in_the_right_order() -> None:
    inner = "".join(answer(f"<p>{name}</p>", rank) for name, rank in (("one", 1), ("two", 2), ("three", 3)))
    assert key(one(a("ordering", inner))) == ["one", "two", "three"]

    crossed = "".join(answer(name, rank) for name, rank in (("one", 2), ("two", 1), ("three", 3)))
    batch = read(a("ordering", crossed))
    assert key(batch.questions[0]) == ["one", "two", "three"]
    assert changes(batch) == ["numbers its steps in an order other than the listed one; the listed order was used"]


def test_differences_from_moodle_are_reported() -> None:
    steps = "".join(answer(name, 1) for name in ("one", "two", "three"))
    some = "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>"
    partly = answer("a", 100) + answer("b", 50) + "<hint><text>Think.</text></hint>"

    assert changes(read(a("ordering", some + steps))) == ["asks 2 of its 3 steps; here it asks all of them"]
    assert changes(read(a("multichoice", partly))) == [
        "gives partial credit for some options, which count as wrong here",
        "has hints, which were left out",
    ]


@pytest.mark.parametrize(
    ("shape", "source", "stem"),
    [
        ("html", "a &lt; b &amp;amp; c", "a < b &amp; c"),
        ("moodle_auto_format", "a &lt; b", "a < b"),
        ("plain_text", "a &lt; <b>", "a &lt; <b>"),
        ("markdown", "a *b* <c>", "a *b* <c>"),
        ("", "a &lt; b", "a < b"),
    ],
)
def test_html_or_plain_is_a_property_of_each_text(shape: str, source: str, stem: str) -> None:
    data = a("multichoice", answer("x", 100) + answer("y"), source)

    assert one(data.replace('questiontext format="html"', f'questiontext format="{shape}"')).stem == stem


def test_a_category_sets_the_section_by_number_title_or_map() -> None:
    def category(path: str) -> str:
        return f'<question type="category"><category><text>{path}</text></category></question>'

    def asked(stem: str) -> str:
        return a("multichoice", answer("x", 100) + answer("y"), stem)

    inner = "".join(
        category(path) + asked(f"{path}?")
        for path in ("$course$/top/Bank/1.2 Second", "top/second", "top/Other", "top/Mine/Easy", "top/9.9 Unknown")
    )
    data = f"<quiz>{inner}</quiz>".encode()
    intake = Intake(on=CHECKED, pack=PACK, section="1.1", categories={"mine": "1.2"})

    sections = [question.section for question in parse(data, "f.xml", intake).questions]
    assert sections == ["1.2", "1.2", "1.1", "1.2", "1.1"]


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (a("essay", ""), "N: is an essay question"),
        (a("shortanswer", answer("x", 100)), "is a short-answer question"),
        (a("numerical", answer("5", 100)), "is a numerical question"),
        (a("cloze", "", "{1:MULTICHOICE:=a~b}"), "has gaps in its text, with their answers"),
        (a("description", ""), "is a description, not a question"),
        (a("ddwtos", ""), 'is of the kind "ddwtos"'),
        (
            a("multichoice", answer("x", 100) + answer("y", 100)),
            "has several right answers, any one of which is enough",
        ),
        (a("multichoice", answer("x", "a lot") + answer("y")), 'has the fraction "a lot"'),
        (a("multichoice", answer("x") + answer("y")), 'Give one answer fraction="100"'),
        (a("truefalse", answer("true", 100)), "has 1 answers instead of true and false"),
        (
            a("multichoice", answer("x", 100) + answer("y"), '<img src="@@PLUGINFILE@@/g.png" alt="a curve">What?'),
            'needs a picture or other media ("a curve")',
        ),
        (
            a("multichoice", answer("x", 100) + answer('<a href="@@PLUGINFILE@@/y.pdf">y</a>')),
            "needs a file, which is not imported",
        ),
        (a("multichoice", "<image>g.gif</image>" + answer("x", 100) + answer("y")), "needs a picture"),
        (a("multichoice", "<answer fraction='100'><text><p>x</p></text></answer>"), "has tags in a text"),
        (a("ordering", answer("a") + answer("b")), "options: has 2 entries; at least 3 are needed"),
    ],
)
def test_unsupported_parts_are_reported_by_line_and_left_out(inner: str, said: str) -> None:
    good = a("multichoice", answer("x", 100) + answer("y"), "First?")
    batch = read(f"{good}\n{inner}\n{good.replace('First?', 'Last?')}")

    assert [question.stem for question in batch.questions] == ["First?", "Last?"]
    assert (batch.left_out, batch.held) == (1, 3)
    assert any(said in str(fault) and str(fault).startswith("f.xml:4: error:") for fault in errors(batch.faults))


def test_a_question_with_a_syntax_error_affects_only_itself() -> None:
    good = a("multichoice", answer("x", 100) + answer("y"))
    data = "\n".join(
        ["<quiz>", good, good.replace("Q?", "B?"), good.replace("<name>", "<nam>"), good.replace("Q?", "L?")]
    )
    batch = parse(data.encode(), "f.xml", Intake(on=CHECKED, pack=PACK, section="1.1"))

    assert [question.stem for question in batch.questions] == ["Q?", "B?", "L?"]
    assert (batch.left_out, batch.held) == (1, 4)
    assert any("f.xml:4: error: is not XML here: mismatched tag" in str(fault) for fault in batch.faults)
    assert any("f.xml:4: error: question 3: contains or follows the error in line 4" in str(f) for f in batch.faults)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused_and_no_question_is_lost_uncounted(head: str) -> None:
    good = a("multichoice", answer("x", 100) + answer("y"), "&a;&b;")
    batch = parse(f"{head}<quiz>{good}{good}</quiz>".encode(), "f.xml", Intake(on=CHECKED, section="1.1"))

    assert (batch.questions, batch.left_out) == ((), 2)
    assert any("declares a document type" in str(fault) for fault in batch.faults)


def test_questions_beyond_the_limit_are_counted() -> None:
    good = a("multichoice", answer("x", 100) + answer("y"))
    batch = read("".join(good.replace("Q?", f"Q{number}?") for number in range(7)), most=5)

    assert (len(batch.questions), batch.unread, batch.held) == (5, 2, 7)


def test_our_files_have_what_moodle_s_reader_looks_for() -> None:
    case = Case("c", "A shop sells <hats> & caps.")
    questions = [
        a_question(id="1.1-001", case="c", stem="Is a < b & so?", options=("<b>", "b")),
        a_question(id="1.1-002", kind=Kind.RESPONSE, correct=(0, 1, 2), options=("a", "b", "c", "d", "e")),
        a_question(id="1.1-003", kind=Kind.ORDERING, correct=(2, 0, 3, 1)),
        a_question(id="1.1-004", kind=Kind.MATCHING, prompts=("One", "Two", "Three"), correct=(1, 0, 1)),
        a_question(id="1.1-005", retired=True),
    ]
    root = ET.fromstring(write(questions, {"c": case}, Format.MOODLE, PACK))

    category, choice, response, ordering, matching = root.findall("question")
    assert category.findtext("category/text") == "$course$/top/Sample/1.1 First"
    assert (
        choice.findtext("questiontext/text")
        == "<p>A shop sells &lt;hats&gt; &amp; caps.</p><p>Is a &lt; b &amp; so?</p>"
    )
    assert [part.get("fraction") for part in response.findall("answer")] == [
        *["33.33333"] * 3,
        *["-33.33333"] * 2,
    ]
    assert [part.findtext("text") for part in ordering.findall("answer")] == [
        questions[2].options[place].text for place in (2, 0, 3, 1)
    ]
    assert ordering.findtext("generalfeedback/text") == questions[2].explanation
    assert [(part.findtext("text"), part.findtext("answer/text")) for part in matching.findall("subquestion")] == [
        *(("One", "Simple Notices"), ("Two", "Simple Queue Service"), ("Three", "Simple Notices")),
        *(("", "Step Functions"), ("", "Event Bridge")),
    ]


@pytest.mark.parametrize("format", [Format.MOODLE, Format.GIFT, Format.QTI])
def test_the_whole_bank_is_read_back(format: Format) -> None:
    for pack in load_library(Path("content")).values():
        data = write(pack.active, pack.cases, format, pack)

        batch = parse(data, f"f.{format}", Intake(on=CHECKED), format=format, most_bytes=1 << 26, most_questions=10_000)

        assert {question.id for question in batch.questions} == {question.id for question in pack.active}
        assert (batch.left_out, batch.changed) == (0, frozenset())
        for question in batch.questions:
            told = pack.questions[question.id]
            assert (question.section, question.stem, question.prompts) == (told.section, told.stem, told.prompts)
            assert key(question) == key(told)
            assert question.explanation == told.explanation


def test_questions_after_a_syntax_error_are_read_one_by_one() -> None:
    def asked(stem: str) -> str:
        answers = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
        return f'<question type="multichoice"><questiontext><text>{stem}</text></questiontext>{answers}</question>\n'

    def category(name: str) -> str:
        return f'<question type="category"><category><text>{name}</text></category></question>\n'

    broken = asked("Two?").replace("</text></questiontext>", "")
    parts = [
        category("1.1 First"),
        asked("One?"),
        broken,
        category("1.2 Second"),
        asked("Three & <b>more?"),
        asked("Four?"),
    ]
    parts += [category("1.1 First").replace("</category>", ""), asked("Five?"), category("1.2 Second"), asked("Six?")]

    batch = parse(f"<quiz>\n{''.join(parts)}</quiz>".encode(), "f.xml", Intake(on=CHECKED, pack=PACK, section="1.1"))

    assert [(question.stem, question.section) for question in batch.questions] == [
        ("One?", "1.1"),
        ("Four?", "1.2"),
        ("Six?", "1.2"),
    ]
    assert (batch.held, batch.left_out) == (6, 3)  # after a broken category, it is unknown where a question belongs
    assert {fault.line for fault in errors(batch.faults)} == {4, 6, 9}


def test_a_file_with_a_document_type_is_not_read() -> None:
    question = (
        '<question type="truefalse"><questiontext><text>Q?</text></questiontext>'
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>'
    )

    batch = parse(f"<!DOCTYPE quiz []><quiz>{question * 2}</quiz>".encode(), "f.xml", Intake(on=CHECKED, section="1.1"))

    assert (batch.questions, batch.left_out) == ((), 2)


def test_a_truncated_tag_does_not_affect_the_next_question() -> None:
    good = a("multichoice", answer("x", 100) + answer("y"))
    data = "\n".join(["<quiz>", good, "<question", good.replace("Q?", "L?"), "</quiz>"])

    batch = parse(data.encode(), "f.xml", Intake(on=CHECKED, pack=PACK, section="1.1"))

    assert [question.stem for question in batch.questions] == ["Q?", "L?"]
