"""Mock exams: what they ask, and how they are scored."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.errors import TooFewQuestions
from bot.study.exam_versions import UNSTATED, offered, stale
from bot.study.exams import (
    Length,
    Share,
    apportion,
    blueprint,
    domains_of,
    form_of,
    likely_range,
    right_to_pass,
    scaled,
    select,
    tally,
    trend,
    version_of,
)
from bot.study.questions import Domain, ExamVersion, Kind, Offer
from tests.builders import a_pack, a_question, questions_of
from tests.examples import examples

AWS = ExamVersion(
    "x", "X", "An exam", 50, 15, 130, {Kind.CHOICE: 80, Kind.RESPONSE: 20}, lowest=100, highest=1000, passing=720
)
lengths = st.sampled_from(list(Length))
seeds = st.integers(0, 2**32)
weights = st.dictionaries(st.text(max_size=3), st.integers(1, 100), min_size=1, max_size=8)


def an_exam(pack, length, seed, asked=None):
    return select(pack.active, pack, form_of(version_of(pack), length), asked or {}, Random(seed))


@pytest.fixture(params=["c01", "c02"], scope="module")
def seen(request, pack):
    """Return the bank for each exam version in turn."""
    return pack.seen_for(request.param)


# -- the form


def test_a_full_exam_has_the_form_of_the_real_one(seen):
    full = form_of(version_of(seen), Length.FULL)

    assert (full.questions, full.scored, full.time) == (65, 50, timedelta(minutes=130))


def test_a_short_exam_has_the_proportions_of_a_full_one(seen):
    full, short = (form_of(version_of(seen), length) for length in (Length.FULL, Length.SHORT))

    assert short.questions == 20
    assert short.time / short.questions == full.time / full.questions
    assert short.scored == round(full.scored * short.questions / full.questions)


def test_only_c01_asks_orderings_matchings_and_cases(pack):
    first, second = pack.seen_for("c01"), pack.seen_for("c02")

    assert set(version_of(first).kinds) == set(Kind)
    assert set(version_of(second).kinds) == {Kind.CHOICE, Kind.RESPONSE}
    assert (version_of(first).cases, version_of(second).cases) == (2, 0)
    assert [domain.weight for domain in second.domains] == [28, 24, 24, 24]


def test_a_version_sees_only_the_questions_that_it_asks():
    tags = {"1.1-001": ("old",), "1.1-002": ("new",), "1.1-003": ()}
    questions = [replace(a_question(id), exams=exams) for id, exams in tags.items()]
    old, new = replace(AWS, code="old"), replace(AWS, code="new")
    pack = replace(a_pack(questions), exams={"new": new, "old": old})

    assert [question.id for question in pack.seen_for("old").active] == ["1.1-001", "1.1-003"]
    assert [question.id for question in pack.seen_for("new").active] == ["1.1-002", "1.1-003"]
    assert pack.seen_for("gone").version is pack.seen_for(None).version is new
    assert pack.seen_for("old").seen_for("new").active == pack.seen_for("new").active
    assert len(pack.active) == 3


def test_a_version_is_offered_between_its_dates_and_without_dates_all_are():
    old = replace(AWS, code="old", offers=(Offer(("English",), date(2024, 1, 1), date(2026, 9, 28)),))
    new = replace(AWS, code="new", offers=(Offer(("English",), date(2026, 9, 29)),))

    assert offered([new, old], date(2026, 9, 28)) == (old,)
    assert offered([new, old], date(2026, 9, 29)) == (new,)
    assert offered([new, old], date(2020, 1, 1)) == (new, old)
    assert offered([UNSTATED], date(2020, 1, 1)) == (UNSTATED,)


def test_a_page_looked_up_more_than_60_days_ago_is_stale():
    version = replace(AWS, source="https://example.org/exam", checked=date(2026, 11, 30))

    assert not stale(version, date(2027, 1, 29))
    assert stale(version, date(2027, 1, 30))


# -- distributing questions


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
def test_seats_are_distributed_by_largest_remainder(weights, seats, shares):
    assert tuple(apportion(dict(enumerate(weights)), seats).values()) == shares


@given(weights, st.integers(0, 200))
def test_shares_add_up_and_none_is_off_by_a_whole_seat(weights, seats):
    shares = apportion(weights, seats)

    assert sum(shares.values()) == seats
    total = sum(weights.values())
    assert all(abs(share - weights[key] * seats / total) < 1 for key, share in shares.items())


def test_the_blueprint_fills_every_domain_from_its_own_sections(pack):
    plan = blueprint(pack.seen_for("c01").domains, 65)

    assert {section: count for (domain, section), count in plan.items() if domain == "D1"} == {
        "1.1": 9, "1.2": 5, "2.2": 3, "4.1": 1,
    }  # fmt: skip
    assert sum(plan.values()) == 65


# -- which questions


@given(length=lengths, seed=seeds)
@settings(max_examples=examples(40))
def test_domains_and_sections_and_kinds_come_out_exactly_and_nothing_repeats(seen, length, seed):
    form = form_of(version_of(seen), length)

    exam = an_exam(seen, length, seed)

    assert len({drawn.question.id for drawn in exam}) == len(exam) == form.questions
    assert Counter((drawn.domain, drawn.question.section) for drawn in exam) == +Counter(
        blueprint(seen.domains, form.questions)
    )
    assert {drawn.question.kind for drawn in exam} == set(form.kinds)
    for kind, count in apportion(form.kinds, form.questions).items():
        assert abs(sum(drawn.question.kind is kind for drawn in exam) - count) <= 2
    by_domain = {domain.id: domain.weight for domain in seen.domains}
    assert Counter(drawn.domain for drawn in exam if drawn.scored) == apportion(by_domain, form.scored)


@given(lengths, seeds)
@settings(max_examples=examples(40))
def test_questions_of_one_case_come_together_in_their_order(pack, length, seed):
    pack = pack.seen_for("c01")
    exam = an_exam(pack, length, seed)

    cases = [drawn.question.case for drawn in exam]
    for case in set(cases) - {None}:
        places = [place for place, of in enumerate(cases) if of == case]
        assert len(places) >= 2
        assert places == list(range(places[0], places[0] + len(places)))
        ids = [exam[place].question.id for place in places]
        assert ids == sorted(ids)
    assert len(set(cases) - {None}) == form_of(version_of(pack), length).cases


def test_domains_and_kinds_are_mixed(pack):
    pack = pack.seen_for("c01")
    exams = [an_exam(pack, Length.SHORT, seed) for seed in range(30)]

    assert {exam[0].domain for exam in exams} == {"D1", "D2", "D3", "D4"}
    assert {exam[-1].question.kind for exam in exams} >= {Kind.CHOICE, Kind.RESPONSE}
    assert len({next(place for place, drawn in enumerate(exam) if drawn.question.case) for exam in exams}) > 5


def test_the_same_seed_gives_the_same_exam_whatever_the_order_of_the_bank(pack):
    first = an_exam(pack, Length.FULL, 7)
    again = select(pack.active[::-1], pack, form_of(version_of(pack), Length.FULL), {}, Random(7))

    assert first == again
    assert first != an_exam(pack, Length.FULL, 8)


def test_any_question_can_be_the_one_that_does_not_count(pack):
    rng = Random(20261123)
    short = form_of(version_of(pack), Length.SHORT)

    uncounted = Counter(
        place
        for _ in range(200)
        for place, drawn in enumerate(select(pack.active, pack, short, {}, rng))
        if not drawn.scored
    )

    assert sum(uncounted.values()) == 200 * 5
    assert set(uncounted) == set(range(20))


def test_the_questions_asked_least_often_come_first(pack):
    pack = pack.seen_for("c01")
    asked: Counter[str] = Counter()
    for seed in range(2):
        asked.update(drawn.question.id for drawn in an_exam(pack, Length.FULL, seed, asked))

    alone = [question for question in pack.active if not question.case]
    for question in alone:
        if asked[question.id] > 1:  # only if no similar question was left
            alike = [q for q in alone if (q.section, q.kind) == (question.section, question.kind)]
            assert all(asked[q.id] for q in alike), question.id


def test_retired_questions_are_never_asked(pack):
    retired = {question.id: replace(question, retired=True) for question in pack.active if question.difficulty == 1}
    smaller = replace(pack, questions={**pack.questions, **retired})

    exam = an_exam(smaller, Length.FULL, 1)

    assert not {drawn.question.id for drawn in exam} & retired.keys()


def test_a_section_that_cannot_fill_its_share_is_named():
    pack = a_pack(questions_of({"1.1": 40, "1.2": 7}), {"1.1": 50, "1.2": 50})

    with pytest.raises(TooFewQuestions) as refusal:
        an_exam(pack, Length.SHORT, 1)

    assert (refusal.value.section, refusal.value.missing) == ("1.2", 3)


def test_kinds_that_the_bank_lacks_are_replaced_by_others():
    exam = an_exam(a_pack(questions_of({"1.1": 30})), Length.SHORT, 1)

    assert {drawn.question.kind for drawn in exam} == {Kind.CHOICE}
    assert sum(drawn.scored for drawn in exam) == form_of(UNSTATED, Length.SHORT).scored


def test_a_bank_with_only_rare_kinds_still_fills_an_exam():
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
    assert scaled(right, scored, AWS) == score


@given(st.integers(1, 100), st.data())
def test_one_more_right_always_raises_the_score(scored, data):
    right = data.draw(st.integers(0, scored - 1))

    assert 100 <= scaled(right, scored, AWS) < scaled(right + 1, scored, AWS) <= 1000


@pytest.mark.parametrize(("scored", "right"), [(50, 35), (15, 11)])
def test_how_many_right_pass(scored, right):
    assert right_to_pass(scored, AWS) == right
    assert scaled(right, scored, AWS) >= 720 > scaled(right - 1, scored, AWS)


@pytest.mark.parametrize(
    ("right", "scored", "interval"),
    [(37, 50, (688, 830)), (50, 50, (971, 1000)), (0, 50, (100, 129)), (11, 15, (613, 866)), (0, 0, (100, 1000))],
)
def test_the_score_that_luck_alone_would_reach(right, scored, interval):
    assert likely_range(right, scored, AWS) == interval


@given(st.integers(1, 100), st.data())
def test_the_score_is_within_the_range_of_luck(scored, data):
    right = data.draw(st.integers(0, scored))

    low, high = likely_range(right, scored, AWS)

    assert 100 <= low <= scaled(right, scored, AWS) <= high <= 1000


def test_a_tally_counts_right_and_all_answers_by_key():
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
def test_a_trend_compares_the_latest_exam_with_earlier_ones(scores, expected):
    assert trend(scores) == expected
