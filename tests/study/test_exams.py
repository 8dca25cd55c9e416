"""Mock exams: what they ask, and what their score is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.errors import TooFewQuestions
from bot.study.exams import (
    FORMS,
    HIGHEST,
    KIND_MIX,
    LOWEST,
    PASS,
    Length,
    Share,
    apportion,
    blueprint,
    domains_of,
    likely_range,
    right_to_pass,
    scaled,
    select,
    tally,
    trend,
)
from bot.study.questions import Domain, Kind
from tests.builders import a_pack, a_question, questions_of

FULL, SHORT = FORMS[Length.FULL], FORMS[Length.SHORT]
lengths = st.sampled_from(list(Length))
seeds = st.integers(0, 2**32)
weights = st.dictionaries(st.text(max_size=3), st.integers(1, 100), min_size=1, max_size=8)


def an_exam(pack, length, seed, asked=None):
    return select(pack.active, domains_of(pack), FORMS[length], asked or {}, Random(seed))


# -- the form


def test_a_full_exam_has_the_form_of_the_real_one():
    assert (FULL.questions, FULL.scored, FULL.time) == (65, 50, timedelta(minutes=130))


def test_a_short_exam_is_a_full_one_in_proportion():
    assert SHORT.questions == 20
    assert SHORT.time / SHORT.questions == FULL.time / FULL.questions
    assert SHORT.scored == round(FULL.scored * SHORT.questions / FULL.questions)


# -- sharing out


@pytest.mark.parametrize(
    ("weights", "seats", "shares"),
    [
        ((28, 26, 22, 24), 65, (18, 17, 14, 16)),
        ((28, 26, 22, 24), 50, (14, 13, 11, 12)),
        ((28, 26, 22, 24), 20, (6, 5, 4, 5)),
        ((28, 26, 22, 24), 15, (4, 4, 3, 4)),
        ((1, 1, 1), 2, (1, 1, 0)),
        ((1, 1, 1), 0, (0, 0, 0)),
        ((5,), 7, (7,)),
    ],
)
def test_shares_by_largest_remainder(weights, seats, shares):
    assert tuple(apportion(dict(enumerate(weights)), seats).values()) == shares


@given(weights, st.integers(0, 200))
def test_shares_add_up_and_no_one_is_a_whole_seat_off(weights, seats):
    shares = apportion(weights, seats)

    assert sum(shares.values()) == seats
    total = sum(weights.values())
    assert all(abs(share - weights[key] * seats / total) < 1 for key, share in shares.items())


def test_the_blueprint_fills_every_domain_from_its_own_sections(pack):
    plan = blueprint(pack.domains, 65)

    assert {section: count for (domain, section), count in plan.items() if domain == "D1"} == {
        "1.1": 9, "1.2": 5, "2.2": 3, "4.1": 1,
    }  # fmt: skip
    assert sum(plan.values()) == 65


# -- which questions


@given(lengths, seeds)
@settings(max_examples=40)
def test_domains_sections_and_kinds_come_up_exactly_and_nothing_twice(pack, length, seed):
    form = FORMS[length]

    exam = an_exam(pack, length, seed)

    assert len({drawn.question.id for drawn in exam}) == len(exam) == form.questions
    assert Counter((drawn.domain, drawn.question.section) for drawn in exam) == +Counter(
        blueprint(pack.domains, form.questions)
    )
    assert Counter(drawn.question.kind for drawn in exam) == apportion(KIND_MIX, form.questions)
    by_domain = {domain.id: domain.weight for domain in pack.domains}
    assert Counter(drawn.domain for drawn in exam if drawn.scored) == apportion(by_domain, form.scored)


@given(lengths, seeds)
@settings(max_examples=40)
def test_questions_of_one_case_stand_together_in_their_order(pack, length, seed):
    exam = an_exam(pack, length, seed)

    cases = [drawn.question.case for drawn in exam]
    for case in set(cases) - {None}:
        places = [place for place, of in enumerate(cases) if of == case]
        assert len(places) >= 2
        assert places == list(range(places[0], places[0] + len(places)))
        ids = [exam[place].question.id for place in places]
        assert ids == sorted(ids)
    assert len(set(cases) - {None}) == FORMS[length].cases


def test_domains_and_kinds_come_mixed(pack):
    exams = [an_exam(pack, Length.SHORT, seed) for seed in range(30)]

    assert {exam[0].domain for exam in exams} == {"D1", "D2", "D3", "D4"}
    assert {exam[-1].question.kind for exam in exams} >= {Kind.CHOICE, Kind.RESPONSE}
    assert len({next(place for place, drawn in enumerate(exam) if drawn.question.case) for exam in exams}) > 5


def test_the_same_dice_give_the_same_exam_whatever_the_order_of_the_bank(pack):
    first = an_exam(pack, Length.FULL, 7)
    again = select(pack.active[::-1], domains_of(pack), FULL, {}, Random(7))

    assert first == again
    assert first != an_exam(pack, Length.FULL, 8)


def test_any_question_may_be_the_one_that_does_not_count(pack):
    rng = Random(20261123)

    uncounted = Counter(
        place
        for _ in range(200)
        for place, drawn in enumerate(select(pack.active, pack.domains, SHORT, {}, rng))
        if not drawn.scored
    )

    assert sum(uncounted.values()) == 200 * 5
    assert set(uncounted) == set(range(20))


def test_what_was_asked_least_often_comes_first(pack):
    asked: Counter[str] = Counter()
    for seed in range(3):
        asked.update(drawn.question.id for drawn in an_exam(pack, Length.FULL, seed, asked))

    # The bank holds four exams of any section, and more.
    assert max(asked[question.id] for question in pack.active if not question.case) == 1


def test_retired_questions_never_come(pack):
    retired = {question.id: replace(question, retired=True) for question in pack.active if question.difficulty == 1}
    smaller = replace(pack, questions={**pack.questions, **retired})

    exam = an_exam(smaller, Length.FULL, 1)

    assert not {drawn.question.id for drawn in exam} & retired.keys()


def test_a_section_that_cannot_fill_its_share_is_named():
    pack = a_pack(questions_of({"1.1": 40, "1.2": 7}), {"1.1": 50, "1.2": 50})

    with pytest.raises(TooFewQuestions) as refusal:
        an_exam(pack, Length.SHORT, 1)

    assert (refusal.value.section, refusal.value.missing) == ("1.2", 3)


def test_kinds_that_the_bank_lacks_give_way_to_others():
    exam = an_exam(a_pack(questions_of({"1.1": 30})), Length.SHORT, 1)

    assert {drawn.question.kind for drawn in exam} == {Kind.CHOICE}
    assert sum(drawn.scored for drawn in exam) == SHORT.scored


def test_a_bank_of_rare_kinds_alone_still_fills_an_exam():
    questions = [a_question(f"1.1-{n:03}", kind=Kind.ORDERING, correct=(0, 1, 2, 3)) for n in range(20)]

    assert len(an_exam(a_pack(questions), Length.SHORT, 1)) == 20


def test_a_pack_without_domains_is_one_domain():
    pack = a_pack(questions_of({"1.1": 30, "2.1": 30}), {"1.1": 75, "2.1": 25})

    exam = an_exam(pack, Length.SHORT, 1)

    assert domains_of(pack) == (Domain("all", "A pack", 100, {"1.1": 75, "2.1": 25}),)
    assert Counter(drawn.question.section for drawn in exam) == {"1.1": 15, "2.1": 5}


# -- the score


@pytest.mark.parametrize(
    ("right", "scored", "score"),
    [
        (0, 50, 100),
        (50, 50, 1000),
        (34, 50, 712),
        (35, 50, 730),
        (37, 50, 766),
        (10, 15, 700),
        (11, 15, 760),
        (0, 0, 100),
    ],
)
def test_the_scale(right, scored, score):
    assert scaled(right, scored) == score


@given(st.integers(1, 100), st.data())
def test_one_more_right_always_raises_the_score(scored, data):
    right = data.draw(st.integers(0, scored - 1))

    assert LOWEST <= scaled(right, scored) < scaled(right + 1, scored) <= HIGHEST


@pytest.mark.parametrize(("scored", "right"), [(50, 35), (15, 11)])
def test_how_many_right_pass(scored, right):
    assert right_to_pass(scored) == right
    assert scaled(right, scored) >= PASS > scaled(right - 1, scored)


@pytest.mark.parametrize(
    ("right", "scored", "interval"),
    [(37, 50, (688, 830)), (50, 50, (971, 1000)), (0, 50, (100, 129)), (11, 15, (613, 866)), (0, 0, (100, 1000))],
)
def test_what_luck_alone_would_do(right, scored, interval):
    assert likely_range(right, scored) == interval


@given(st.integers(1, 100), st.data())
def test_the_score_lies_within_what_luck_would_do(scored, data):
    right = data.draw(st.integers(0, scored))

    low, high = likely_range(right, scored)

    assert LOWEST <= low <= scaled(right, scored) <= high <= HIGHEST


def test_a_tally_counts_right_and_all_by_key():
    marks = [("D2", True), ("D1", False), ("D2", False)]

    assert list(tally(marks).items()) == [("D2", Share(1, 2)), ("D1", Share(0, 1))]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], None),
        ([700], None),
        ([700, 745], 45),
        ([700, 600, 745], 145),
        ([600, 620, 700, 740], 110),
        ([100, 600, 610, 620, 700, 720, 740], 110),
    ],
)
def test_a_trend_sets_the_latest_against_those_before(scores, expected):
    assert trend(scores) == expected
