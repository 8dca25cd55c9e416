"""The group's figures: none for fewer than five members, none for an open question, and how they are computed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.groups import (
    LEAST,
    MISSED,
    GroupCounts,
    Mirror,
    WeekTally,
    leaning,
    mirror,
    moved_post,
    next_post,
    week_key,
    weeks_before,
)
from bot.study.questions import ALL
from tests.builders import a_pack, questions_of

PACK = a_pack(questions_of({"1.1": 3, "2.1": 2}))
TODAY = date(2026, 11, 25)
MONDAYS = weeks_before(TODAY)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def counted(known, sections, weeks=None):
    return GroupCounts(known, sections, weeks or {})


@st.composite
def counts(draw):
    """Generate counts of what some members know about some questions."""
    members = draw(st.integers(0, 12))
    known, sections = {}, {number: set() for number in range(members)}
    for question in PACK.active:
        theirs = draw(st.sets(st.integers(0, members - 1))) if members else set()
        right = draw(st.integers(0, len(theirs)))
        if theirs:
            known[question.id] = len(theirs), right
        for member in theirs:
            sections[member].add(question.section)
    sections = {member: within for member, within in sections.items() if within}
    weeks = {
        week_key(monday): WeekTally(people, answered, draw(st.integers(0, answered)))
        for monday in MONDAYS
        for people, answered in [draw(st.tuples(st.integers(0, 8), st.integers(0, 40)))]
    }
    return counted(known, sections, weeks)


@given(counts())
def test_no_figure_comes_from_fewer_than_five_members(found):
    shown = mirror(PACK, found, (), MONDAYS)

    for section in PACK.leaves:
        if section in shown.mastery:
            assert sum(section in theirs for theirs in found.sections.values()) >= LEAST
    assert shown.enough == (len(found.sections) >= LEAST)
    assert all(found.known[one.question_id][0] >= LEAST for one in shown.missed)
    for monday, share in shown.weeks:
        assert share is None or found.weeks[week_key(monday)].members >= LEAST


@given(counts())
def test_figures_are_shares_and_the_most_missed_come_first(found):
    shown = mirror(PACK, found, (), MONDAYS)

    assert all(0 <= share <= 1 for share in shown.mastery.values())
    assert [one.wrong for one in shown.missed] == sorted((one.wrong for one in shown.missed), reverse=True)
    assert len(shown.missed) <= MISSED
    assert all(0 < one.wrong <= 1 for one in shown.missed)


@given(counts(), st.sets(st.sampled_from([question.id for question in PACK.active])))
def test_an_open_question_changes_no_mastery_figure_whatever_was_answered(found, open_):
    others = {name: (answered, 0 if name in open_ else right) for name, (answered, right) in found.known.items()}

    one, other = (
        mirror(PACK, GroupCounts(known, found.sections, found.weeks), open_, MONDAYS) for known in (found.known, others)
    )

    assert one == other
    assert not open_ & {missed.question_id for missed in one.missed}


def test_mastery_is_an_average_over_members_in_which_unanswered_questions_count_zero():
    sections = {number: {"1.1"} if number else {"1.1", "2.1"} for number in range(5)}
    known = {"1.1-001": (5, 4), "1.1-002": (5, 2), "2.1-001": (1, 1)}

    shown = mirror(PACK, counted(known, sections), (), MONDAYS)

    assert shown.mastery == {"1.1": pytest.approx(6 / 15), ALL: pytest.approx(7 / 25)}
    assert [one.question_id for one in shown.missed] == ["1.1-002", "1.1-001"]
    assert shown.weakest(PACK.leaves) == "1.1"
    assert not shown.is_weak("2.1")
    assert not shown.is_weak("1.1")


def test_the_weeks_are_the_eight_that_were_over():
    assert MONDAYS[-1] == date(2026, 11, 16)
    assert MONDAYS[0] == date(2026, 9, 28)
    assert weeks_before(date(2026, 11, 23))[-1] == date(2026, 11, 16)


@given(
    st.integers(0, 730 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns", "Africa/Casablanca"]),
)
def test_the_weekly_post_is_due_on_the_next_monday_at_noon_by_the_servers_clock(at, zone):
    due = next_post(at, zone)
    local = due.astimezone(ZoneInfo(zone))

    assert at < due <= at + timedelta(days=7, hours=2)
    assert (local.weekday(), local.hour) == (0, 12)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca"])


@given(st.datetimes(NEW_YEAR.replace(tzinfo=None), timezones=st.just(UTC)), ZONES, ZONES)
def test_after_a_change_of_zone_the_weekly_post_is_due_at_noon_of_the_same_monday(at, before, zone):
    due = next_post(at, before)

    moved = moved_post(due, before, zone)

    local, old = moved.astimezone(ZoneInfo(zone)), due.astimezone(ZoneInfo(before))
    assert (local.date(), local.hour) == (old.date(), 12)


def test_a_weekly_post_that_waits_for_an_open_daily_continues_to_wait_after_a_change_of_zone():
    waits = next_post(NEW_YEAR, "UTC") + timedelta(minutes=90)

    assert moved_post(waits, "UTC", "Asia/Tokyo") == waits


@given(st.dictionaries(st.sampled_from(["1.1", "2.1", ALL]), st.floats(0, 1)))
def test_weighting_by_the_group_keeps_the_order_of_the_exam_between_equally_known_sections(mastery):
    found = Mirror(9, mastery, (), ())
    weights = leaning({"1.1": 30, "2.1": 10}, found, ["1.1", "2.1"])

    assert all(weight >= 1 for weight in weights.values())
    known = [mastery.get(section, mastery.get(ALL, 0.0)) for section in ("1.1", "2.1")]
    if known[0] <= known[1]:
        assert weights["1.1"] >= weights["2.1"]
