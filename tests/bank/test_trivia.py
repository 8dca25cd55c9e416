from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.formats import Batch, Intake, parse
from tests.bank.builders import CHECKED, PACK

LIST = """\
AUTHOR: Somebody
CONFIG:
  max_score: 10
What is the capital of France?:
- Paris
- Paname
What is the capital of Italy?: [Rome]
When did the war end?: [1945]
When did it begin?:
- 1939
- "39"
When did the other one begin?: [1914]
When did the other one end?: [1918]
Is water wet?: [yes]
Where is the tower?: [paris]
What is the capital of Spain?: [Madrid]
"""


def read(text: str) -> Batch:
    return parse(text.encode(), "capitals.yaml", Intake(on=CHECKED, pack=PACK, section="1.1"))


def options_of(stem: str) -> tuple[str, set[str]]:
    (question,) = (question for question in read(LIST).questions if question.stem == stem)
    texts = [option.text for option in question.options]
    key = texts[question.correct[0]]
    return key, set(texts) - {key}


def test_the_first_answer_is_the_key_among_answers_of_its_sort() -> None:
    assert options_of("When did it begin?") == ("1939", {"1945", "1914", "1918"})


def test_another_accepted_answer_is_not_a_distractor() -> None:
    assert options_of("What is the capital of France?") == ("Paris", {"Rome", "yes", "Madrid"})


def test_unquoted_words_stay_words() -> None:
    assert options_of("Is water wet?")[0] == "yes"


def test_the_same_list_gives_the_same_questions() -> None:
    assert read(LIST).questions == read(LIST).questions


def test_the_position_of_the_key_varies() -> None:
    assert len({question.correct for question in read(LIST).questions}) > 1


def test_the_explanation_says_where_it_comes_from() -> None:
    explanations = {question.stem: question.explanation for question in read(LIST).questions}

    assert explanations["What is the capital of Italy?"] == "Imported from a trivia list, which gives no explanation."
    assert explanations["What is the capital of France?"].endswith("It also accepts: Paname.")


def test_a_list_with_too_few_answers_says_so_by_line() -> None:
    batch = read("One?: [a]\nTwo?: [b]\nThree?: text\nFour?: []\n")

    assert [(fault.line, fault.problem.split(" in ")[0]) for fault in batch.faults] == [
        (1, "needs 3 other answers"),
        (2, "needs 3 other answers"),
        (3, "has no list of answers"),
        (4, "has no list of answers"),
    ]


def numbered(*numbers: int) -> str:
    return "".join(f"'What is thing number {number}?': [thing{number}]\n" for number in numbers)


def test_a_list_with_one_more_question_imports_one() -> None:
    first = read(numbered(*range(30)))
    here = {question.id: question for question in first.questions}
    grown = numbered(*range(30)) + "What is new?: [newthing]\n"

    again = parse(grown.encode(), "f.yaml", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here))

    assert [question.stem for question in again.questions] == ["What is new?"]
    assert (again.already_here, again.left_out) == (30, 0)


def test_a_list_in_another_order_imports_nothing() -> None:
    here = {question.id: question for question in read(numbered(*range(30))).questions}

    again = parse(
        numbered(*reversed(range(30))).encode(), "f.yaml", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here)
    )

    assert (again.questions, again.already_here) == ((), 30)


def test_another_name_of_the_key_is_not_a_distractor() -> None:
    text = "Who?: [Albert Einstein, Einstein]\nWhose formula?: [Einstein]\nA?: [Bohr]\nB?: [Curie]\nC?: [Planck]\n"

    offered = {question.stem: {option.text for option in question.options} for question in read(text).questions}

    assert offered["Who?"] == {"Albert Einstein", "Bohr", "Curie", "Planck"}
    assert offered["Whose formula?"] == {"Einstein", "Bohr", "Curie", "Planck"}


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=3), min_size=4, max_size=12))
def test_no_two_options_ever_share_a_question_of_the_list(answers: list[list[str]]) -> None:
    text = "".join(f"Q{number}?: [{', '.join(accepted)}]\n" for number, accepted in enumerate(answers))

    for question in read(text).questions:
        offered = {option.text for option in question.options}
        assert all(len(offered & set(accepted)) <= 1 for accepted in answers)


def test_a_link_to_a_picture_is_not_a_question() -> None:
    batch = read(
        LIST + "https://i.example.org/flag.png: [Peru]\n'Whose flag? https://i.example.org/f.JPG?x=1': [Chad]\n"
    )

    assert {question.stem for question in batch.questions} == {question.stem for question in read(LIST).questions}
    assert batch.left_out == 2
    assert all(fault.problem.startswith("links to a picture") for fault in batch.faults[:2])


def test_the_schema_of_an_editor_is_not_a_question() -> None:
    batch = read("$schema: https://example.org/trivia.json\n" + LIST)

    assert (batch.questions, batch.left_out) == (read(LIST).questions, 0)


@pytest.mark.parametrize("stray", ["}", "]", "- "])
def test_a_stray_character_before_a_question_affects_only_that_question(stray: str) -> None:
    text = "".join(f"What is thing {n}?: [thing{n}]\n" for n in range(6)).replace(
        "What is thing 3", f"{stray}What is thing 3"
    )

    batch = read(text)

    assert batch.held == 6
    assert {q.stem for q in batch.questions} >= {f"What is thing {n}?" for n in (0, 1, 2, 4, 5)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1,000", "1000", True),
        ("Ten", "10", True),
        ("U.S.A.", "USA", True),
        ("e-mail", "Email", True),
        ("1.5", "15", False),
        ("1,5", "15", False),
        ("-5", "5", False),
        ("C", "C++", False),
    ],
)
def test_another_spelling_of_the_key_is_not_a_distractor(one: str, other: str, *, same: bool) -> None:
    text = f'First?: ["{one}"]\nSecond?: ["{other}"]\nThird?: [Anna]\nFourth?: [Berta]\nFifth?: [Carla]\n'

    [offered] = [{option.text for option in found.options} for found in read(text).questions if found.stem == "First?"]

    assert not (same and other in offered)
    assert same or {one, other} <= {option.text for found in read(text).questions for option in found.options}
