"""The messages and the picture of progress, for all kinds of members."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.cogs.plans import messages as plans
from bot.cogs.progress import messages, pictures
from bot.cogs.reminders import messages as reminders
from bot.cogs.ui.pictures import LEAST
from bot.services.memory import OwnMemory
from bot.services.plans import Planned
from bot.services.progress import ProgressReport, Shown, Streaks
from bot.services.reminders import Nudge, OpenDaily
from bot.storage.dailies import Daily
from bot.storage.leases import Lease
from bot.storage.reviews import Day
from bot.storage.standings import BoardPlace
from bot.study.badges import Badges
from bot.study.confidence import Calibration, Confidence
from bot.study.dailies import DailyState, Feedback
from bot.study.memory import Fit
from bot.study.plans import Plan, portion, standing
from bot.study.questions import ALL, Section
from bot.study.readiness import Readiness
from bot.study.reviews import Forecast
from bot.study.standings import Tally
from bot.study.streaks import Streak, marks
from tests.cogs.test_limits import AT, BIG, check

WEDNESDAY = date(2026, 11, 25)
MONDAY = WEDNESDAY - timedelta(days=2, weeks=25)


def a_report(pack, **changes):
    """Return the progress of a member after half a year of study."""
    days = [MONDAY + timedelta(days=n) for n in range((WEDNESDAY - MONDAY).days + 1)]
    dailies = [(day, day.day % 7 != 0) for day in days]
    streak = Streak(3, 1, 40, WEDNESDAY, date(2026, 11, 21))
    plan = Plan(WEDNESDAY + timedelta(days=30), MONDAY, 594)
    share = portion(plan, standing(pack.active, {}, WEDNESDAY), pack.weights, WEDNESDAY)
    report = ProgressReport(
        pack=pack,
        today=WEDNESDAY,
        first_day=MONDAY,
        mastery=dict.fromkeys(pack.boards, 0.4),
        met=400,
        known=300,
        days=[Day(day, day.day, day.day // 2) for day in days if day.day % 3],
        readiness=Readiness(672, 590, 750, {domain.id: 0.61 for domain in pack.domains}, 400),
        coming=Forecast(12, 3, 20),
        planned=Planned(pack, WEDNESDAY, plan, share, 12, renewed=False),
        streaks=Streaks(streak, marks(streak, dailies)),
        memory=OwnMemory(99_999, Fit(99_999, 9_999, 0.4, 0.38, None), offered=True),
        calibration=Calibration(dict.fromkeys(Confidence, (99_999, 88_888))),
    )
    return replace(report, **changes)


def a_newcomer(pack):
    nothing = Forecast(0, 0, 0)
    return a_report(
        pack, mastery=dict.fromkeys(pack.boards, 0.0), met=0, known=0, days=[], readiness=None, coming=nothing,
        planned=None, streaks=Streaks(Streak(), {}),
    )  # fmt: skip


@pytest.mark.parametrize("streaks", ["server", "alone"])
@pytest.mark.parametrize("who", [a_report, a_newcomer])
def test_a_picture_is_drawn_for_everybody(pack, who, streaks):
    report = who(pack) if streaks == "server" else replace(who(pack), streaks=None)

    sheet = pictures.draw(report)

    assert Image.open(io.BytesIO(sheet.png())).size == (pictures.WIDTH, pictures.HEIGHT)
    drawn = {line.words for line in sheet.lines}
    assert {"MASTERY", "READINESS", "STREAK" if streaks == "server" else "DUE", *pack.leaves} <= drawn
    assert ("streak" in drawn) is (streaks == "server")
    stays_inside(sheet)


def stays_inside(sheet):
    for line in sheet.lines:
        assert line.x >= 0
        assert line.end <= sheet.width
        assert line.size >= LEAST


def texts(report):
    return {line.words for line in pictures.draw(report).lines}


def test_the_picture_of_a_more_active_member_shows_more(pack):
    assert pictures.draw(a_report(pack)).png() != pictures.draw(a_newcomer(pack)).png()
    assert "After your first answers" in texts(a_newcomer(pack))


def test_the_largest_figures_have_room(pack):
    streak = Streak(99_999, 2, 99_999, WEDNESDAY)
    days = [Day(WEDNESDAY - timedelta(days=n), 99_999, 99_999) for n in range(14)]
    report = a_report(
        pack, met=len(pack.active), mastery=dict.fromkeys(pack.boards, 1.0), days=days,
        coming=Forecast(99_999, 99_999, 99_999), streaks=Streaks(streak, {}),
    )  # fmt: skip

    sheet = pictures.draw(report)

    stays_inside(sheet)
    assert {"99,999 days", "2 freezes left", "This week: 299,997 answers", "as many as last week by Wed"} <= {
        line.words for line in sheet.lines
    }


def test_with_many_sections_the_weakest_are_drawn_in_pack_order(pack):
    sections = {f"{number}.1": Section(f"{number}.1", f"Part {number}") for number in range(1, 31)}
    shares = {section: number / 100 for number, section in enumerate(reversed(sections))}
    report = a_report(replace(pack, sections=sections), mastery=shares | {ALL: 0.1})

    assert list(pictures.sections_of(report)) == [f"{number}.1" for number in range(17, 31)]
    assert {"The weakest sections", "30.1"} <= texts(report)
    stays_inside(pictures.draw(report))


def test_this_week_is_compared_with_the_same_days_of_the_week_before(pack):
    days = [
        Day(WEDNESDAY - timedelta(days=9), 4, 4),  # Monday of last week
        Day(WEDNESDAY - timedelta(days=7), 5, 1),
        Day(WEDNESDAY - timedelta(days=6), 90, 90),  # Thursday, which is still to come this week
        Day(WEDNESDAY - timedelta(days=2), 10, 5),
        Day(WEDNESDAY, 2, 1),
    ]
    report = a_report(pack, days=days)

    assert pictures.this_week(report) == pictures.Week(answered=12, right=6, before=9)
    assert {"This week: 12 answers", "3 more than last week by Wed"} <= texts(report)
    assert "This week: 12 answers, 50% right, 3 more than by the same day last week." in messages.history(report)
    assert "9 fewer than last week by Wed" in texts(a_report(pack, days=days[:3]))


def test_the_next_milestone_is_shown_in_the_picture_and_in_words(pack):
    met = len(pack.active) - 1
    report = a_report(pack, met=met)

    assert {f"Next: {len(pack.active)} questions seen", "1 to go"} <= texts(report)
    assert f"Next milestone: {len(pack.active)} questions seen, 1 to go." in messages.ahead(report)
    done = a_report(pack, met=met + 1, mastery=dict.fromkeys(pack.boards, 0.9), streaks=None)
    assert "Every milestone reached" in texts(done)
    assert "You have reached every milestone." in messages.ahead(done)


def test_the_words_contain_everything_that_the_picture_shows(pack):
    words = pictures.describe(a_report(pack, mastery=dict.fromkeys(pack.boards, 0.4) | {"3.1": 0.75}))

    assert len(words) <= 1024
    assert "Mastery over all sections 40%" in words
    assert "3.1 75%" in words
    assert "A calendar of 26 weeks" in words


def test_a_week_with_few_answers_has_no_share_in_the_picture(pack):
    days = [Day(WEDNESDAY, 2, 2), Day(WEDNESDAY - timedelta(days=7), 4, 1)]

    assert pictures.by_week(a_report(pack, days=days)) == [(24, 0.25, 4)]


@pytest.mark.parametrize("who", [a_report, a_newcomer])
def test_the_words_fit_and_offer_what_comes_next(pack, who):
    message = messages.own(who(pack))

    check(message)
    assert message.buttons[0].main


def test_every_badge_at_once_fits_and_is_named(pack):
    everything = Badges(99_999_999, tuple(pack.leaves), perfect_exam=True, comeback=True)

    message = messages.own(replace(a_report(pack), badges=everything, answered_today=9_999))

    check(message)
    told = next(block.text for block in message.card.blocks if block.name == "Badges")
    assert told.count("🏅") == 4


def test_a_streak_names_the_days_that_were_forgiven(pack):
    streak = Streak(2, 0, 2, WEDNESDAY)
    dailies = [(WEDNESDAY - timedelta(days=2), True), (WEDNESDAY - timedelta(days=1), False), (WEDNESDAY, True)]

    told = messages.streak(Streaks(streak, marks(streak, dailies)))

    assert "since Monday, November 23" in told
    assert "Saved by a freeze: Tuesday, November 24" in told


@pytest.mark.parametrize("name", ["*" * 32, "@everyone", "", "محمد" * 8])
def test_the_progress_of_another_member_fits(pack, name):
    tally = Tally(9_999_999, 99_999, 100_000, AT)
    place = BoardPlace(100_000, BIG, name, tally)

    check(messages.shown(Shown(pack, BIG, "2026-11", place, place, dict.fromkeys(pack.leaves, tally)), name))
    check(messages.shown(Shown(pack, BIG, "2026-11", None, None, {}), name))


def test_a_plan_and_a_reminder_fit_on_the_fullest_day(pack):
    report = a_report(pack)
    planned = replace(report.planned, portion=replace(report.planned.portion, behind=500, beyond=500))
    daily = Daily(
        id=BIG, guild_id=BIG, day=WEDNESDAY, question_id="1.1-001", section="1.1", state=DailyState.POSTED,
        feedback=Feedback.AT_ONCE, channel_id=BIG, message_id=BIG, role_id=None, claimed_at=AT, closes_at=AT,
        closed_at=None, answered=0,
    )  # fmt: skip

    check(plans.planned(planned))
    check(
        reminders.nudge(
            Nudge(
                BIG,
                WEDNESDAY,
                pack,
                99_999,
                OpenDaily(daily, Streak(999, 2, 999)),
                planned,
                BIG,
                Lease((BIG,), AT, 1, AT),
            ),
            "*_" * 50,
        )
    )
    assert set(report.mastery) == set(pack.boards) >= {ALL}
