"""Importing a trivia list again updates the corrected questions in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.faults import Level
from bot.bank.formats import Batch, Intake, parse
from bot.bank.formats.corrections import EXPLANATION, respelt
from bot.study.questions import Question
from tests.bank.builders import CHECKED, PACK
from tests.examples import examples

LIST = {
    "What is the capital of France?": ["Paris"],
    "Who wrote Emma?": ["Jane Austen"],
    "Which planet is the largest?": ["Jupiter"],
    "What is the symbol of gold?": ["Au"],
    "Which metal is liquid?": ["Mercury", "Quicksilver"],
    "Who painted Guernica?": ["Picasso"],
}


def of(entries: dict[str, list[str]]) -> bytes:
    return "".join(f"'{stem}': [{', '.join(answers)}]\n" for stem, answers in entries.items()).encode()


def read(entries: dict[str, list[str]], here: Iterable[Question] = (), *, correctable: bool = True) -> Batch:
    taken = {question.id: question for question in here}
    intake = Intake(
        on=CHECKED, pack=PACK, section="1.1", taken=taken, correctable=taken.keys() if correctable else frozenset()
    )
    return parse(of(entries), "list.yaml", intake)


def after(here: Iterable[Question], batch: Batch) -> list[Question]:
    """Return the bank after an import of the batch."""
    return list({question.id: question for question in [*here, *batch.questions]}.values())


def asking(stem: str, questions: Iterable[Question]) -> Question:
    (found,) = (question for question in questions if question.stem == stem)
    return found


def key(question: Question) -> str:
    return question.options[question.correct[0]].text


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return len(batch.questions) - len(batch.corrected), len(batch.corrected), batch.already_here, batch.left_out


FIRST = read(LIST).questions


def test_a_corrected_answer_changes_only_that_question_and_keeps_its_wrong_options() -> None:
    before = asking("What is the symbol of gold?", FIRST)

    batch = read(LIST | {"What is the symbol of gold?": ["Aurum"]}, FIRST)

    assert counts(batch) == (0, 1, 5, 0)
    (question,) = batch.questions
    assert (question.id, question.stem, question.correct) == (before.id, before.stem, before.correct)
    assert key(question) == "Aurum"
    assert [option for option in question.options if option.text != "Aurum"] == [
        option for option in before.options if option.text != "Au"
    ]


def test_a_correction_says_what_it_replaced() -> None:
    batch = read(LIST | {"What is the symbol of gold?": ["Aurum"]}, FIRST)

    (told,) = (fault for fault in batch.faults if fault.level is Level.CHANGE)
    name = asking("What is the symbol of gold?", FIRST).id
    assert told.problem == f'corrects "{name}", which was already here: the answer was "Au"'


def test_a_corrected_list_that_is_imported_again_changes_nothing() -> None:
    mended = LIST | {"What is the symbol of gold?": ["Aurum"], "Who wrote Emma?": ["Austen", "Jane Austen"]}
    here = after(FIRST, read(mended, FIRST))

    assert counts(read(mended, here)) == (0, 0, 6, 0)


def test_the_letter_case_of_an_answer_is_corrected_too() -> None:
    batch = read(LIST | {"Who painted Guernica?": ["picasso"]}, FIRST)

    assert [key(question) for question in batch.questions] == ["picasso"]


def test_a_wrong_option_that_is_now_the_answer_becomes_the_key_in_its_place() -> None:
    before = asking("What is the symbol of gold?", FIRST)
    wrong = next(option.text for option in before.options if option.text != "Au")

    batch = read(LIST | {"What is the symbol of gold?": [wrong]}, FIRST)

    (question,) = (question for question in batch.questions if question.id == before.id)
    assert key(question) == wrong
    assert question.correct[0] == [option.text for option in before.options].index(wrong)
    assert len({option.text for option in question.options}) == 4
    assert "Au" not in {option.text for option in question.options}


def test_a_wrong_option_that_is_now_accepted_is_no_longer_offered() -> None:
    before = asking("What is the symbol of gold?", FIRST)
    wrong = next(option.text for option in before.options if option.text != "Au")

    batch = read(LIST | {"What is the symbol of gold?": ["Au", wrong]}, FIRST)

    question = next(question for question in batch.questions if question.id == before.id)
    assert key(question) == "Au"
    assert wrong not in {option.text for option in question.options}
    assert len({option.text for option in question.options}) == 4


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("What is the capital of France?", "What is the capitol of France?"),
        ("What is the capital of France?", "What is capital of France"),
    ],
)
def test_a_respelled_stem_changes_only_that_question(before: str, now: str) -> None:
    batch = read({now if stem == before else stem: answers for stem, answers in LIST.items()}, FIRST)

    assert counts(batch) == (0, 1, 5, 0)
    assert [(question.id, question.stem) for question in batch.questions] == [(asking(before, FIRST).id, now)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who wrote Emma?", "Who wrote Persuasion?"),
        ("Which planet has the most moons?", "Which planet has the most rings?"),
        ("Which is a metal?", "Which is not a metal?"),
        ("Who ruled in 1914?", "Who ruled in 1915?"),
        ("最大的河", "最长的河"),
    ],
)
def test_a_question_with_another_word_is_another_question(one: str, other: str) -> None:
    here = read({one: ["Saturn"], **LIST}).questions

    batch = read({other: ["Saturn"], **LIST}, here)

    assert not respelt(one, other)
    assert counts(batch) == (1, 0, 6, 0)


def test_an_ambiguous_stem_corrects_neither_question() -> None:
    here = read({"Who wrote Emmma?": ["Austen"], "Who wrote Emmaa?": ["Austen"], **LIST}).questions

    batch = read({"Who wrote Ema?": ["Austen"], **LIST}, here)

    assert counts(batch) == (1, 0, 6, 0)


def test_a_stem_that_the_list_still_has_is_not_corrected_by_a_similar_one() -> None:
    batch = read({**LIST, "What is the capitol of France?": ["Paris"]}, FIRST)

    assert counts(batch) == (1, 0, 6, 0)


def test_a_file_that_is_not_read_to_its_end_corrects_no_spelling() -> None:
    entries = {"What is the capitol of France?": ["Paris"], **LIST}
    intake = Intake(on=CHECKED, pack=PACK, section="1.1", taken={q.id: q for q in FIRST}, correctable={FIRST[0].id})

    batch = parse(of(entries), "list.yaml", intake, most_questions=5)

    assert not batch.corrected


@pytest.mark.parametrize("by_hand", ["explanation", "not imported"])
def test_questions_written_by_hand_are_never_corrected(by_hand: str) -> None:
    here = [
        replace(question, explanation="Gold is Au, of aurum.") if by_hand == "explanation" else question
        for question in FIRST
    ]
    mended = LIST | {"What is the symbol of gold?": ["Aurum"]}

    batch = read(mended, here, correctable=by_hand == "explanation")

    assert not batch.corrected
    added = asking("What is the symbol of gold?", batch.questions)
    assert added.id not in {question.id for question in here}
    name = asking("What is the symbol of gold?", here).id
    assert any(fault.remedy == f"If this corrects it, retire {name}" for fault in batch.faults)
    assert counts(read(mended, after(here, batch), correctable=False)) == (0, 0, 6, 0)


def test_a_question_that_got_an_explanation_is_still_recognized() -> None:
    here = [replace(question, explanation="Because it is so.") for question in FIRST]

    assert counts(read(LIST, here)) == (0, 0, 6, 0)


def test_a_retired_question_is_corrected_and_stays_retired() -> None:
    here = [replace(question, retired=True) for question in FIRST]

    batch = read(LIST | {"What is the symbol of gold?": ["Aurum"]}, here)

    assert [(key(question), question.retired) for question in batch.questions] == [("Aurum", True)]


def test_additions_of_an_author_to_a_question_are_kept() -> None:
    here = [replace(question, section="1.2", difficulty=3, sources=("A book",)) for question in FIRST]

    (question,) = read(LIST | {"What is the symbol of gold?": ["Aurum"]}, here).questions

    assert (question.section, question.difficulty, question.sources) == ("1.2", 3, ("A book",))


def test_a_list_known_under_an_older_id_is_still_recognized() -> None:
    here = [replace(question, id=f"q-{number:010x}") for number, question in enumerate(FIRST)]

    assert counts(read(LIST, here)) == (0, 0, 6, 0)


def test_two_stems_that_look_the_same_are_one_question_in_each_import() -> None:
    twice = {**LIST, "what is the capital of FRANCE?": ["Lyon"]}

    first = read(twice)
    again = read(twice, first.questions)

    assert counts(first) == (6, 0, 0, 1)
    assert counts(again) == (0, 0, 6, 1)


answers = st.lists(
    st.sampled_from([f"answer {letter}" for letter in "abcdefghij"]), min_size=1, max_size=3, unique=True
)
lists = st.lists(answers, min_size=5, max_size=10)


@settings(max_examples=examples(60), deadline=None)
@given(before=lists, now=lists)
def test_whatever_changes_in_a_list_no_question_is_duplicated(before: list[list[str]], now: list[list[str]]) -> None:
    old = {f"Question {'x' * number}?": each for number, each in enumerate(before)}
    new = {f"Question {'x' * number}?": each for number, each in enumerate(now)}
    here = list(read(old).questions)

    batch = read(new, here)
    bank = after(here, batch)

    assert batch.held == len(new)
    assert len({question.stem for question in bank}) == len(bank)
    assert {question.id for question in here} <= {question.id for question in bank}
    for question in batch.questions:
        right = {answer for accepted in new.values() if key(question) in accepted for answer in accepted}
        offered = [option.text for option in question.options]
        assert key(question) == new[question.stem][0]
        assert len(set(offered)) == len(offered) == 4
        assert set(offered) & right == {key(question)}
        assert question.explanation.startswith(EXPLANATION)
    assert read(new, bank).questions == ()


def test_stems_of_one_answer_are_compared_only_while_they_are_few() -> None:
    def asked(word: str, count: int) -> dict[str, list[str]]:
        return LIST | {f"Is the {word} of town {'x' * number} open on Sundays?": ["yes"] for number in range(count)}

    few, many = (read(asked("musem", count)).questions for count in (1, 60))

    assert counts(read(asked("museum", 1), few)) == (0, 1, 6, 0)
    assert counts(read(asked("museum", 60), many)) == (60, 0, 6, 0)
