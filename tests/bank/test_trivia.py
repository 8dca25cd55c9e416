from __future__ import annotations

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


def test_what_else_is_accepted_is_no_distractor() -> None:
    assert options_of("What is the capital of France?") == ("Paris", {"Rome", "yes", "Madrid"})


def test_unquoted_words_stay_words() -> None:
    assert options_of("Is water wet?")[0] == "yes"


def test_the_same_list_gives_the_same_questions() -> None:
    assert read(LIST).questions == read(LIST).questions


def test_places_of_the_key_vary() -> None:
    assert len({question.correct for question in read(LIST).questions}) > 1


def test_the_explanation_says_where_it_comes_from() -> None:
    explanations = {question.stem: question.explanation for question in read(LIST).questions}

    assert explanations["What is the capital of Italy?"] == "Imported from a trivia list, which gives no explanation."
    assert explanations["What is the capital of France?"].endswith("It also accepts: Paname.")


def test_a_list_with_too_few_answers_says_so_by_line() -> None:
    batch = read("One?: [a]\nTwo?: [b]\nThree?: text\nFour?: []\n")

    assert [(fault.line, fault.problem.split(" in ")[0]) for fault in batch.faults] == [
        (3, "has no list of answers"),
        (4, "has no list of answers"),
        (1, "finds fewer than 3 other answers"),
        (2, "finds fewer than 3 other answers"),
    ]
