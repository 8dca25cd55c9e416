from __future__ import annotations

from time import process_time

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.study.questions import Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question


def read(text: str) -> Batch:
    return parse(text.encode(), "f.gift", Intake(on=CHECKED, pack=PACK, section="1.1"))


def one(text: str) -> Question:
    (question,) = read(text).questions
    return question


def texts(question: Question) -> list[str]:
    return [option.text for option in question.options]


def test_a_choice_with_feedback() -> None:
    question = one(
        "// a comment\n::Title:: What grows?{\n ~Stone #It lies.\n =Grass #It does.\n ~Iron\n####Plants grow.}"
    )

    assert (question.stem, question.kind, question.correct) == ("What grows?", Kind.CHOICE, (1,))
    assert [(option.text, option.rationale) for option in question.options] == [
        ("Stone", "It lies."),
        ("Grass", "It does."),
        ("Iron", ""),
    ]
    assert question.explanation == "Plants grow."


def test_several_answers_by_weight_say_how_many_to_choose() -> None:
    question = one("Which grow?{~%50%Grass ~%-100%Stone ~%50%Trees ~%0%Iron}")

    assert (question.kind, question.correct, question.stem) == (Kind.RESPONSE, (0, 2), "Which grow? (Select TWO.)")


def test_a_full_answer_has_priority_over_partial_ones() -> None:
    assert one("Where?{~%25%Here =There ~%50%Near}").correct == (1,)


def test_true_or_false_is_a_choice_of_two() -> None:
    question = one("The sun rises.{TRUE#Look out.#It does.}")

    assert (texts(question), question.correct) == (["True", "False"], (0,))
    assert [option.rationale for option in question.options] == ["It does.", "Look out."]


def test_a_missing_word_leaves_a_gap() -> None:
    assert one("Grass is {=green ~red ~blue} in spring.").stem == "Grass is _____ in spring."


def test_the_options_of_a_matching_question_are_shuffled() -> None:
    question = one("Match.{=cat -> meows =dog -> barks =cow -> moos = -> neighs}")

    assert question.prompts == ("cat", "dog", "cow")
    assert [texts(question)[place] for place in question.correct] == ["meows", "barks", "moos"]
    assert texts(question) != ["meows", "barks", "moos", "neighs"]
    assert sorted(texts(question)) == ["barks", "meows", "moos", "neighs"]


def test_the_ordering_plugins_lines_are_the_right_order() -> None:
    question = one("Sort.{>3 ALL VERTICAL ALL_OR_NOTHING\nFirst: one\nSecond\nThird\n}")

    assert [texts(question)[place] for place in question.correct] == ["First: one", "Second", "Third"]
    assert question.correct != (0, 1, 2)


def test_escapes_and_markup_become_plain_text() -> None:
    question = one("[html]<p>Is 1 \\= 1 &amp; \\{x\\}\\: <b>so</b>?</p>{=yes \\~ \\#1 ~a \\\\ b}")

    assert question.stem == "Is 1 = 1 & {x}: so?"
    assert texts(question) == ["yes ~ #1", "a \\ b"]


def test_plain_text_keeps_its_angle_brackets() -> None:
    assert one("[plain]Is <p> a tag &amp; so?{=yes ~no}").stem == "Is <p> a tag &amp; so?"


def test_a_category_that_ends_with_a_section_sets_the_section() -> None:
    batch = read("$CATEGORY: $course$/top/Bank/1.2 Second\n\nA?{=a ~b}\n\n$CATEGORY: Other\n\nB?{=a ~b}")

    assert [question.section for question in batch.questions] == ["1.2", "1.1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Write.{}", "is an essay question"),
        ("How many?{#5:1}", "is a numerical question"),
        ("Who?{=me =I}", "is a short-answer question"),
        ("Only text.", "has no answers in braces"),
        ("Open {=a ~b", "has an unmatched brace"),
        ("Which?{=a =b ~c}", "has several right answers, any one of which is enough"),
        ("Match.{=a -> b =c}", "has a match without ->"),
        ("Match.{=a -> b =c -> d}", "prompts: has 2 entries; at least 3 are needed"),
        (f"Long?{{={'x' * 101} ~b}}", "option 1, text: has 101 characters"),
    ],
)
def test_unsupported_parts_are_reported_by_line_and_left_out(text: str, said: str) -> None:
    batch = read(f"A?{{=a ~b}}\n\n{text}\n\nB?{{=a ~b}}")

    assert [question.stem for question in batch.questions] == ["A?", "B?"]
    assert batch.left_out == 1
    assert str(batch.faults[0]).startswith("f.gift:3: error:")
    assert said in str(batch.faults[0])


def test_our_gift_reads_as_moodle_writes_it() -> None:
    text = write([a_question()], {}, Format.GIFT, PACK).decode()

    assert text.startswith(
        "$CATEGORY: $course$/top/Sample/1.1 First\n\n// [id:1.1-001] [tag:difficulty:2] [tag:fact:1.1-queue]\n::1.1-001::[plain]A bakery"
    )
    assert "\n\t=Simple Queue Service#It keeps" in text
    assert text.count("\n\t~") == 3


def test_weights_of_a_response_add_up() -> None:
    question = a_question(kind=Kind.RESPONSE, correct=(0, 1, 2), options=("a", "b", "c", "d", "e"))

    assert "~%33.33333%a" in write([question], {}, Format.GIFT, PACK).decode()


def test_a_question_on_the_next_line_is_one_of_its_own() -> None:
    batch = read("Q one?{=a ~b ~c}\nQ two?{=d ~e ~f}\nQ {three}?{=g ~h}")

    assert [question.stem for question in batch.questions] == ["Q one?", "Q two?"]
    assert batch.left_out == 1
    assert str(batch.faults[0]).startswith("f.gift:3: error: question 3: has more braces after its answers")


def test_no_key_of_a_second_question_reaches_members() -> None:
    batch = read("Q one?{=a ~b ~c} Q two?{=d ~e ~f}")

    assert batch.questions == ()
    assert "Put an empty line between two questions" in str(batch.faults[0])


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("[html]<p>How much is 10<sup>3</sup>?</p>{=1000 ~30 ~103}", "How much is 10³?"),
        ("[html]Is H<sub>2</sub>O wet?{=yes ~no}", "Is H₂O wet?"),
        ("[html]e<sup>x+1</sup> or x<sub>max</sub>?{=yes ~no}", "e^(x+1) or x_max?"),
        ("[html]Which is <b>right</b>?{=a ~b}", "Which is right?"),
        ("Is list<int> or a < b or a<b a type?{=a ~b}", "Is list<int> or a < b or a<b a type?"),
        ("[html]<p>One.</p><p>Two?</p>{=a ~b}", "One. Two?"),
        ("[html]<table><tr><td>a</td><td>b</td></tr></table>Sum?{=a ~b}", "a | b Sum?"),
        (
            "[html]<table><thead><tr><th>k</th><th>SSE</th></tr></thead><tr><td>1</td><td><p>100</p></td></tr></table>Sum?{=a ~b}",
            "```\nk | SSE\n1 | 100\n```\nSum?",
        ),
        (
            "[html]<table><tr><td>Long prose.</td></tr><tr><td>More of it.</td></tr></table>Sum?{=a ~b}",
            "Long prose. More of it. Sum?",
        ),
        ("[html]<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d{=a ~b}", "```\na | b\nc | d\n```"),
        ("[html]What does <code>Vec&lt;int&gt;</code> do?{=a ~b}", "What does Vec<int> do?"),
    ],
)
def test_markup_that_carries_meaning_keeps_it(text: str, stem: str) -> None:
    assert one(text).stem == stem


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("[html]<pre>def f():\n    return 1</pre> What?{=a ~b}", "```\ndef f():\n    return 1\n```\nWhat?"),
        ("[html]<p>Which?</p><ol><li>x</li><li>y</li></ol>{=1 only ~2 only}", "Which? 1. x 2. y"),
        ('[html]Which?<ol type\\="I" start\\="4"><li>x</li><li>y</li></ol>{=IV ~V}', "Which? IV. x V. y"),
        ('[html]Which?<ol type\\="a"><li>x</li><li>y</li></ol>{=a ~b}', "Which? a. x b. y"),
        ("[html]Which?<ul><li>x</li><li>y</li></ul>{=both ~none}", "Which? • x • y"),
        ("[html]<ol><li>x<ul><li>in</li></ul></li><li>y</li></ol>Which?{=a ~b}", "1. x • in 2. y Which?"),
    ],
)
def test_lines_of_code_and_numbers_of_lists_are_kept(text: str, stem: str) -> None:
    assert one(text).stem == stem


@pytest.mark.parametrize(
    ("text", "stem", "tag"),
    [
        ("[html]<math><mi>x</mi><mo>\\=</mo><mn>1</mn></math> what?{=a ~b}", "x=1 what?", "math"),
        (
            "[html]<math><semantics><mi>x</mi><annotation>bold x</annotation></semantics></math> what?{=a ~b}",
            "x what?",
            "math",
        ),
        ('[html]Type <input type\\="text"> which?{=a ~b}', "Type which?", "input"),
        ("[html]Is it <script>alert(1)</script>so?{=a ~b}", "Is it so?", "script"),
        ('[html]Is it <o\\:p class\\="x">so</o\\:p>?{=a ~b}', "Is it so?", "o:p"),
    ],
)
def test_an_unknown_tag_leaves_its_text_and_is_reported(text: str, stem: str, tag: str) -> None:
    batch = read(text)

    assert [question.stem for question in batch.questions] == [stem]
    said = [fault for fault in batch.faults if fault.level is Level.CHANGE]
    kept = "which was left out with its content" if tag == "script" else "of which only the text was kept"
    assert f"has the tag <{tag}>, {kept}" in [fault.problem for fault in said]
    assert [fault.key for fault in said if "has the tag" in fault.problem] == ["question 1, stem"]


def test_a_formula_whose_layout_would_be_lost_is_refused() -> None:
    batch = read("[html]<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of what?{=a ~b}")

    assert (batch.questions, batch.left_out) == ((), 1)
    assert '("a formula in MathML")' in str(batch.faults[0])


@pytest.mark.parametrize(
    "text",
    [
        '[html]See the graph. <img src\\="@@PLUGINFILE@@/g.png" alt\\="a falling curve"> What does it show?{=a ~b ~c}',
        'See?{=[html]<img src\\="g.png" alt\\="a falling curve"> ~b}',
    ],
)
def test_a_question_that_needs_a_picture_is_left_out_and_reported(text: str) -> None:
    batch = read(text)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert 'needs a picture or other media ("a falling curve")' in str(batch.faults[0])


@pytest.mark.parametrize(
    "header",
    [
        "3 ALL VERTICAL ABSOLUTE_POSITION SHOW 123",
        "3 ALL VERTICAL LONGEST_ORDERED_SUBSET SHOW abc",
        "3 RANDOM HORI RELATIVE_ALL_PREVIOUS_AND_NEXT HIDE IIII",
        "3",
        "",
    ],
)
def test_an_ordering_as_moodle_writes_it_has_plain_steps(header: str) -> None:
    question = one(
        f"::M::[html]<p>Put in order.</p>{{>{header}\n<p>100 GB are copied</p>\n<p>Two {{x}}</p>\n<p>Three</p>\n####So.\n}}"
    )

    assert question.kind is Kind.ORDERING
    assert [texts(question)[place] for place in question.correct] == ["100 GB are copied", "Two {x}", "Three"]
    assert (question.stem, question.explanation) == ("Put in order.", "So.")


def test_our_ordering_has_the_whole_header_and_its_explanation() -> None:
    options = ("Stop", "100 GB are copied", "Start")
    question = a_question(kind=Kind.ORDERING, options=options, correct=(1, 2, 0), explanation="So it is: done.")

    text = write([question], {}, Format.GIFT, PACK).decode()

    assert "{>3 ALL VERTICAL ALL_OR_NOTHING SHOW none\n100 GB are copied\n" in text
    assert one(text).explanation == "So it is: done."


def test_an_id_of_moodle_becomes_a_unique_id_of_ours() -> None:
    first, second = (one(f"// [id:{name}] [id:x]\nA?{{=a ~b}}").id for name in ("ML/1.1", "ML 1.1"))

    assert first.startswith("ML-1.1-")
    assert second.startswith("ML-1.1-")
    assert first != second


HEADERS = [
    f">{count} {select} {layout} {grading} {shown} {numbers}"
    for count, select, layout, grading, shown, numbers in (
        ("3", "ALL", "VERTICAL", "LONGEST_ORDERED_SUBSET", "SHOW", "abc"),
        ("0", "EXACT", "HORIZONTAL", "LONGEST_CONTIGUOUS_SUBSET", "HIDE", "IIII"),
        ("6", "ALL", "VERT", "RELATIVE_TO_CORRECT", "YES", "none"),
        ("3", "CONTIG", "V", "ABS", "1", "123"),
        ("3", "REL", "H", "RELATIVE_NEXT_EXCLUDE_LAST", "0", "iii"),
    )
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_with_all_five_words_leaves_no_word_in_the_first_step(header: str) -> None:
    question = one(f"::O:: Sort.{{{header}\none\ntwo\nthree\n}}")

    assert [texts(question)[place] for place in question.correct] == ["one", "two", "three"]


def test_an_ordering_as_moodle_writes_it_has_no_escapes() -> None:
    question = one("::A: {b}::[html]<p>Sort {these}: now.</p>{>3 ALL VERTICAL ALL_OR_NOTHING SHOW none\na {x}\nb\nc\n}")

    assert question.stem == "Sort {these}: now."
    assert [texts(question)[place] for place in question.correct] == ["a {x}", "b", "c"]


def test_differences_from_moodle_are_reported() -> None:
    some = read("Sort.{>2 RANDOM VERTICAL ABSOLUTE_POSITION SHOW none\none\ntwo\nthree\n}")
    partly = read("Where?{=There ~%50%Near ~Far}")

    assert any("asks 2 of its 3 steps; here it asks all of them" in str(fault) for fault in some.faults)
    assert any("gives partial credit for some options" in str(fault) for fault in partly.faults)
    assert (len(some.changed), len(partly.changed)) == (1, 1)


def test_a_weight_that_moodle_does_not_read_never_reaches_members() -> None:
    batch = read("Which?{~%33,3%a ~%33,3%b ~c}")

    assert batch.questions == ()
    assert 'has the weight "%33,3%", which Moodle would not accept. Write it like this: %33.33333%.' in str(
        batch.faults[0]
    )
    assert one("Which?{=%PATH% ~%TEMP%}").options[0].text == "%PATH%"


def test_a_double_slash_is_one_in_the_name_of_a_category() -> None:
    batch = read("$CATEGORY: top/1.2 Input//Output\n\nA?{=a ~b}\n\n$CATEGORY: top/Second\n\nB?{=a ~b}")

    assert [question.section for question in batch.questions] == ["1.2", "1.2"]


def test_comments_give_the_first_id_and_all_tags() -> None:
    question = one("// [id:ML\\]1] [tag:s3] [tag:difficulty:3]\n// [id:other] [tag:skill:1.2.3]\nA?{=a ~b}")

    assert (question.difficulty, question.skills) == (3, ("1.2.3",))
    assert question.id.startswith("ML-1-")


def test_lines_may_end_as_on_an_old_mac() -> None:
    assert [question.stem for question in read("A?{=a ~b}\r\rB?{=a ~b}").questions] == ["A?", "B?"]


PICTURE = '[html]See it. <img src\\="@@PLUGINFILE@@/g.png" alt\\="a falling curve"> What does it show?{=a ~b ~c}'


def test_a_question_is_kept_without_its_picture_if_asked() -> None:
    batch = parse(PICTURE.encode(), "f.gift", Intake(on=CHECKED, pack=PACK, section="1.1", without_pictures=True))

    (question,) = batch.questions
    assert question.stem == "See it. [picture: a falling curve] What does it show?"
    assert batch.changed == {question.id}


def test_only_the_picture_is_removed_from_an_explanation() -> None:
    batch = parse(
        b'[html]Which?{=a ~b ####<p>So.<img src\\="x.png"></p>}', "f.gift", Intake(on=CHECKED, pack=PACK, section="1.1")
    )

    (question,) = batch.questions
    assert question.explanation == "So."
    assert batch.changed == {question.id}


def test_empty_lines_within_braces_are_removed_and_reported() -> None:
    batch = read("A?{\n\n=a\n\n~b\n\n}\n\nB?{=a ~b}")

    assert [(question.stem, texts(question)) for question in batch.questions] == [
        ("A?", ["a", "b"]),
        ("B?", ["a", "b"]),
    ]
    assert (batch.held, len(batch.changed)) == (2, 1)
    assert any("f.gift:1: changed: " in str(fault) and "had empty lines" in str(fault) for fault in batch.faults)


def test_a_brace_that_is_never_closed_affects_only_its_own_question() -> None:
    batch = read("A?{=a ~b\n\nSome words.\n\nB?{=a ~b}\n\n$CATEGORY: top\n\nC?{=a\n\n$CATEGORY: x\n\n~b}")

    assert [question.stem for question in batch.questions] == ["B?"]
    assert (batch.left_out, batch.held) == (4, 5)


def test_an_ordering_on_the_next_line_does_not_include_the_question_before_it() -> None:
    batch = read("Q one?{=a ~b}\nSort {these}.{>3 ALL VERTICAL ALL_OR_NOTHING SHOW none\na\nb\nc\n}")

    assert [question.stem for question in batch.questions] == ["Q one?", "Sort {these}."]


@pytest.mark.parametrize(
    "text",
    [
        "Q{=a ~b}\n" * 20_000,
        "Q{x}\n" * 40_000,
        "Q{>3 ALL a}\n" * 20_000,
        "{\n\n" * 70_000,
        "Q{=a ~%" + "1" * 200_000 + "}",
        "Q{=a ~%" + "-" * 200_000 + "}",
    ],
)
def test_a_file_made_to_be_slow_is_read_quickly(text: str) -> None:
    begins = process_time()

    assert read(text).held

    assert process_time() - begins < 4
