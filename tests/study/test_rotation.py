"""Rotation: which question comes next, over rounds, sections, and a pool that changes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.errors import NoQuestions
from bot.study.rotation import RotationRound, choose, current_round, pool
from tests.builders import a_pack, a_question, questions_of
from tests.examples import examples

SECTIONS = ("1.1", "1.2", "2.1", "3.1")
WEIGHTS = {"1.1": 40, "1.2": 30, "2.1": 20, "3.1": 10}
EVEN = dict.fromkeys(SECTIONS, 1)
sizes = st.dictionaries(st.sampled_from(SECTIONS), st.integers(1, 6), min_size=1)
seeds = st.integers(0, 2**62)


def play(questions, days, *, weights=WEIGHTS, seed=1, history=()):
    """Return the questions of this many days, one after another."""
    posted, last = list(history), None
    come = []
    for _ in range(days):
        question = choose(questions, weights, posted, seed=seed, last_section=last)
        come.append(question)
        posted.append(question.id)
        last = question.section
    return come


@given(sizes, seeds)
def test_no_question_repeats_until_all_have_been_posted(sizes, seed):
    questions = questions_of(sizes)
    ids = [question.id for question in play(questions, 3 * len(questions), seed=seed)]

    rounds = [ids[start : start + len(questions)] for start in range(0, len(ids), len(questions))]

    assert all(sorted(round_) == sorted(question.id for question in questions) for round_ in rounds)


@given(sizes, seeds)
def test_the_same_seed_and_history_give_the_same_question(sizes, seed):
    questions = questions_of(sizes)
    first = play(questions, 2 * len(questions), seed=seed)

    assert play(list(reversed(questions)), 2 * len(questions), seed=seed) == first


def test_another_seed_gives_another_order():
    questions = questions_of(dict.fromkeys(SECTIONS, 10))

    assert play(questions, 40, seed=1) != play(questions, 40, seed=2)


def test_another_round_has_another_order():
    questions = questions_of({"1.1": 20})
    ids = [question.id for question in play(questions, 40)]

    assert ids[:20] != ids[20:]


@given(sizes, seeds)
def test_sections_alternate_while_another_is_left(sizes, seed):
    questions = questions_of(sizes)
    come = play(questions, len(questions), seed=seed)

    for place, (before, after) in enumerate(pairwise(come)):
        left = {question.section for question in set(questions) - set(come[: place + 1])}
        assert before.section != after.section or left == {after.section}


@given(st.integers(2, 12), seeds)
def test_no_question_is_asked_on_two_days_in_a_row_if_there_is_another(size, seed):
    ids = [question.id for question in play(questions_of({"1.1": size}), 4 * size, seed=seed)]

    assert all(before != after for before, after in pairwise(ids))


def test_a_single_question_comes_every_day():
    assert len(play([a_question()], 3)) == 3


def test_sections_are_asked_according_to_their_weights():
    """Over forty days, with enough questions of each section, the count of each section is always within one of its
    share."""
    questions = questions_of(dict.fromkeys(SECTIONS, 40))
    come = [question.section for question in play(questions, 40)]

    for day in range(1, 41):
        counts = Counter(come[:day])
        assert all(abs(counts[section] - day * weight / 100) <= 1.5 for section, weight in WEIGHTS.items())
    assert Counter(come) == {"1.1": 16, "1.2": 12, "2.1": 8, "3.1": 4}


def test_the_real_bank_follows_the_exam_until_a_section_is_used_up(pack):
    """Until the first section is used up, each section is within one day of its share, and each domain within two
    percentage points."""
    lasting = min(
        int(len(pack.within(section)) * sum(pack.weights.values()) / pack.weights[section]) for section in pack.leaves
    )
    come = Counter(question.section for question in play(pack.active, lasting, weights=pack.weights))

    for section in pack.leaves:
        assert come[section] == pytest.approx(lasting * pack.weights[section] / 100, abs=1), section
    for domain in pack.domains:
        share = sum(come[section] * part / pack.weights[section] for section, part in domain.sections.items())
        assert 100 * share / lasting == pytest.approx(domain.weight, abs=2), domain.title


def test_the_real_bank_is_asked_completely_before_anything_repeats(pack):
    come = play(pack.active, len(pack.active), weights=pack.weights, seed=20261123)

    assert {question.id for question in come} == {question.id for question in pack.active}


def test_a_question_that_is_added_late_is_asked_once_in_the_current_round():
    """However many rounds the others have completed, it is not asked day after day to catch up."""
    old, new = questions_of({"1.1": 2, "1.2": 2}), a_question("2.1-001")
    history = [question.id for question in play(old, 13)]

    ids = [question.id for question in play([*old, new], 5, history=history)]

    assert ids.count(new.id) == 1


def test_a_round_does_not_wait_for_a_removed_question():
    questions = questions_of({"1.1": 3})

    assert current_round(questions[:2], [questions[0].id, questions[1].id]) == RotationRound(1, frozenset())


def test_a_restored_question_is_not_posted_again_in_its_round():
    questions = questions_of({"1.1": 3})
    history = [questions[0].id, questions[1].id, questions[1].id]  # for a day, the first two were the only questions

    assert choose(questions, EVEN, history, seed=1) == questions[2]


def test_a_round_continues_where_it_was_when_questions_are_added():
    questions = questions_of({"1.1": 3, "1.2": 1})
    ids = [question.id for question in questions]

    assert current_round(questions, [*ids[:3], ids[1]]) == RotationRound(1, frozenset({ids[1]}))


@settings(max_examples=examples(50))
@given(st.data(), seeds)
def test_no_question_repeats_before_the_whole_pool_was_asked_whatever_is_added_or_removed(data, seed):
    bank = questions_of(dict.fromkeys(SECTIONS, 3))
    history: list[str] = []
    for _ in range(data.draw(st.integers(1, 5))):
        now = data.draw(st.lists(st.sampled_from(bank), min_size=1, unique=True))
        for _ in range(data.draw(st.integers(1, 8))):
            question = choose(now, WEIGHTS, history, seed=seed)

            repeats = question.id in history
            assert not repeats or {other.id for other in now} <= set(history)
            history.append(question.id)


@given(sizes, seeds, st.integers(0, 20), st.data())
def test_questions_to_avoid_are_asked_only_if_nothing_else_is_left_in_the_round(sizes, seed, days, data):
    questions = questions_of(sizes)
    history = [question.id for question in play(questions, days, seed=seed)]
    left = {question.id for question in questions} - current_round(questions, history).posted - set(history[-1:])
    avoid = data.draw(st.sets(st.sampled_from(sorted(question.id for question in questions))))

    chosen = choose(questions, WEIGHTS, history, seed=seed, avoid=avoid)

    assert chosen.id not in avoid or left <= avoid


def test_without_questions_none_is_chosen():
    with pytest.raises(NoQuestions):
        choose([], WEIGHTS, [], seed=1)


def test_a_section_without_a_weight_takes_part():
    questions = questions_of({"9.9": 2})

    assert len({question.id for question in play(questions, 2, weights={})}) == 2


def test_the_pool_holds_the_sections_that_were_chosen_and_never_a_retired_question():
    questions = [*questions_of({"1.1": 2, "1.2": 1, "2.1": 1}), a_question("1.1-900", retired=True)]
    pack = a_pack(questions)

    assert [question.id for question in pool(pack)] == ["1.1-001", "1.1-002", "1.2-001", "2.1-001"]
    assert [question.id for question in pool(pack, ("1",))] == ["1.1-001", "1.1-002", "1.2-001"]
    assert [question.id for question in pool(pack, ("1.2", "2"))] == ["1.2-001", "2.1-001"]
    assert pool(pack, ("all", "1.2")) == pool(pack)
    assert pool(pack, ("3",)) == ()


def test_questions_of_another_schedule_count_as_posted_but_its_repeats_end_no_round():
    questions = questions_of({"1.1": 2, "1.2": 2})
    ids = [question.id for question in questions]
    history = [ids[2], ids[0], ids[0], ids[0]]

    assert current_round(questions, history, {1, 2, 3}) == RotationRound(0, frozenset({ids[0], ids[2]}))
    assert current_round(questions, history).number == 2
    assert choose(questions, EVEN, history, seed=1, elsewhere={1, 2, 3}).id in {ids[1], ids[3]}


def test_a_pool_of_one_difficulty_holds_no_other():
    questions = [a_question("1.1-001", difficulty=1), a_question("1.1-002", difficulty=3)]
    pack = a_pack(questions, {"1.1": 100})

    assert [question.id for question in pool(pack, difficulty=3)] == ["1.1-002"]
    assert len(pool(pack)) == 2
