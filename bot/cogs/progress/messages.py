"""What a member reads about their progress: everything that the picture shows, in words, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.cogs.plans import messages as plans
from bot.cogs.plans.custom_ids import PortionId
from bot.cogs.progress.custom_ids import AskSureId, ProgressId, ProgressView
from bot.cogs.progress.pictures import milestone, milestone_words, percent, this_week, week_in_words
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.reviews.custom_ids import ReviewStartId
from bot.cogs.streaks import partners
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import FIELD, clip, day_name, human_join, plain, plural, safe_name
from bot.services.memory import OwnMemory
from bot.services.progress import WEEKS, ProgressReport, Shown, Streaks
from bot.storage.reviews import Day
from bot.storage.standings import BoardPlace
from bot.study.badges import DAILY_GOAL, FIRST_ANSWERS, SECTION_AT, Badges
from bot.study.confidence import WELL_JUDGED
from bot.study.exams import version_of
from bot.study.memory import FROM, due_at
from bot.study.periods import title_of_season
from bot.study.questions import ALL, Pack
from bot.study.readiness import ENOUGH, Readiness

RECENT = 28
"""Days in the recent period, and in the earlier one that it is compared with."""


MEANING = "Mastery: the average chance that you recall a question today; questions that you missed or have not seen count as 0"


def own(report: ProgressReport, picture: Picture | None = None, *, pages: Sequence[Press] = ()) -> Message:
    """Show the member's own progress: a picture with what counts today, or, without a picture, everything in words.

    `pages`: buttons for the web pages.
    """
    card = Card(title="Your progress", color=BLUE, text=overview(report))
    card.picture = picture
    if picture is not None:
        card.add("Today", "\n".join(filter(None, (goal(report), plan(report)))))
        card.add("Badges", badges(report.badges, report.pack))
        card.footer = "Only you see this"
        return Message(card, [*buttons(report), Press(ProgressId(ProgressView.WORDS), "In words"), *pages])
    card.add("Today", goal(report))
    card.add("Badges", badges(report.badges, report.pack))
    card.add("Mastery by section", mastery(report))
    _add_standing(card, report)
    card.add(f"The last {WEEKS} weeks", history(report))
    _add_judgement(card, report)
    card.add("Next", ahead(report))
    card.footer = f"{MEANING}. Only you see this"
    return Message(card, [*buttons(report), *pages])


def in_words(report: ProgressReport) -> Message:
    """Say what the picture shows, except for the sections and the weeks."""
    card = Card(title="Your progress in words", color=BLUE, text=overview(report))
    _add_standing(card, report)
    card.add("Next", ahead(report))
    return Message(card, _views(ProgressView.WORDS))


def by_section(report: ProgressReport) -> Message:
    card = Card(title="Mastery by section", color=BLUE, text=mastery(report))
    card.footer = MEANING
    return Message(card, _views(ProgressView.SECTIONS))


def by_week(report: ProgressReport) -> Message:
    """Show the member's past weeks, and how well they judge their answers and remember."""
    card = Card(title=f"The last {WEEKS} weeks", color=BLUE, text=history(report))
    _add_judgement(card, report)
    return Message(card, _views(ProgressView.WEEKS))


LABELS = {
    ProgressView.PICTURE: "Back to the picture",
    ProgressView.WORDS: "In words",
    ProgressView.SECTIONS: "Mastery by section",
    ProgressView.WEEKS: "Weeks and memory",
}


def _views(shown: ProgressView) -> list[Press]:
    """Return the buttons that open the other views."""
    return [
        Press(ProgressId(view), label, main=view is ProgressView.PICTURE)
        for view, label in LABELS.items()
        if view is not shown
    ]


def _add_standing(card: Card, report: ProgressReport) -> None:
    card.add("Readiness", readiness(report.readiness, report.pack, report.met))
    if report.streaks is not None:
        card.add("Streak", streak(report.streaks))


def _add_judgement(card: Card, report: ProgressReport) -> None:
    if report.met:
        ask = Press(AskSureId(0), "Stop asking") if report.asks_confidence else Press(AskSureId(1), "Ask me")
        card.add("Sure or guessed", calibration(report), ask)
    if text := memory(report.memory):
        card.add("Your memory", text)


def overview(report: ProgressReport) -> str:
    total = len(report.pack.active)
    if not report.met:
        them = "the one question" if total == 1 else f"any of the {total:,} questions"
        return f"You have not answered {them} yet. Start with a quiz: press the button, or use `/quiz`."
    return (
        f"Mastery **{percent(report.mastery.get(ALL, 0))}**. You have seen **{report.met:,}** of {plural(total, 'question')}, and "
        f"your latest answer was right for {report.known:,} of them."
    )


def goal(report: ProgressReport) -> str:
    """Show progress towards today's goal: the plan's, or one quiz."""
    portion = report.planned.portion if report.planned is not None else None
    if portion is not None:
        return f"{portion.done} of {plural(portion.goal, 'question')} in your plan."
    if report.answered_today >= DAILY_GOAL:
        return f"Daily goal reached: {plural(report.answered_today, 'answer')} today."
    return f"{report.answered_today} of {plural(DAILY_GOAL, 'answer')} today: {DAILY_GOAL - report.answered_today} more to reach your daily goal."


def badges(found: Badges, pack: Pack) -> str:
    """List the earned badges, and how many answers are still needed for the first one."""
    lines = []
    if found.first_answers:
        lines.append(f"🏅 Your first {FIRST_ANSWERS} answers ({found.answers:,} so far)")
    if found.sections:
        named = human_join([plain(pack.title_of(section)) for section in found.sections])
        lines.append(f"🏅 Mastery of {percent(SECTION_AT)} or more: {named}")
    if found.perfect_exam:
        lines.append("🏅 A mock exam without a mistake")
    if found.comeback:
        lines.append("🏅 Comeback: back after a long pause")
    if not found.first_answers:
        lines.append(
            f"{plural(FIRST_ANSWERS - found.answers, 'more answer')} until you get the badge for your first {FIRST_ANSWERS}."
        )
    return clip("\n".join(lines), FIELD)


def mastery(report: ProgressReport) -> str:
    lines = [
        f"{percent(report.mastery.get(section, 0))} {plain(report.pack.title_of(section))}"
        for section in report.pack.leaves
    ]
    return clip("\n".join(lines), FIELD)


def readiness(ready: Readiness | None, pack: Pack, met: int) -> str:
    if ready is None:
        if not pack.domains:
            return "This pack names no exam domains, so there is no score to estimate."
        return f"Too early to say: answer {plural(max(1, ENOUGH - met), 'more question')}, and an estimate will appear here."
    titles = {domain.id: domain.title for domain in pack.domains}
    domains = "\n".join(f"{percent(share)} {plain(titles[id])}" for id, share in ready.domains.items())
    return clip(
        f"**{ready.score}** if you took the exam today, with a four-in-five chance of being between **{ready.low}** and **{ready.high}**. "
        f"The passing score is {version_of(pack).passing}. This is an estimate, from {plural(ready.met, 'question')} that you have seen; the guide leaves out parts of "
        f"the exam.\nExpected right answers by domain:\n{domains}",
        FIELD,
    )


def calibration(report: ProgressReport) -> str:
    """Say how often the member was right, by how sure they said they were."""
    found = report.calibration
    if not found.said:
        if not report.asks_confidence:
            return "You are not asked how sure you were of an answer."
        return "When you see the result of an answer, say how sure you were. I will then show how often you were right."
    lines = []
    for confidence, label in questions.CONFIDENCES.items():
        answers, right = found.of(confidence)
        if answers:
            lines.append(
                f"{label}: {right:,} of {plural(answers, 'answer')} right, which is **{percent(right / answers)}**."
            )
    if found.share_sure is not None:
        good = found.share_sure >= WELL_JUDGED
        lines.append(
            "When you are sure, you can rely on it."
            if good
            else "You are sure more often than you are right. Before you answer, look for a reason against your choice."
        )
    return "\n".join(lines)


def memory(own: OwnMemory) -> str:
    """Say whether review dates follow the member's own memory, and how much more accurate such dates are; empty if the
    bot does not offer them."""
    fit = own.fit
    if fit is None:
        if not own.offered:
            return ""
        if own.reviews < FROM:
            return f"After {FROM} answers, your review dates can follow your own memory. You have given {own.reviews:,} so far."
        return (
            "Your review dates will follow your own memory, if that proves more accurate. I am still working that out."
        )
    tested = f"your {plural(fit.tested, 'newest review')}, which were held back to test it"
    if fit.parameters is not None:
        return (
            f"Your review dates follow your own memory, learned from {plural(fit.reviews, 'answer')}. On {tested}, your own forecast was "
            f"**{percent(fit.gain)}** better than the general one: a log loss of {fit.own_loss:.3f} instead of {fit.general_loss:.3f}."
        )
    again = f" I will try again once you have given {due_at(fit):,} answers." if own.offered else ""
    return (
        f"Your review dates follow the general forecast, because it is more accurate for you. On {tested}, the general log loss was "
        f"{fit.general_loss:.3f}, your own {fit.own_loss:.3f}.{again}"
    )


def asks_confidence(*, asks: bool) -> Message:
    """Confirm whether the member will be asked how sure they were."""
    title = "You will be asked how sure you were" if asks else "You will not be asked how sure you were"
    text = "This applies only to you, in every server and in direct messages. A button in `/progress` changes it."
    return Message(Card(title=title, text=text, color=BLUE))


def streak(found: Streaks) -> str:
    standing = found.streak
    lines: list[str] = []
    if standing.days:
        since = f", since {day_name(found.since)}" if found.since else ""
        lines.append(f"**{plural(standing.days, 'day')}**{since}, with {plural(standing.freezes, 'freeze')} left.")
        if found.paused:
            lines.append(f"Planned pauses cover {plural(found.paused, 'day')} of the last {WEEKS} weeks.")
        if found.forgiven:
            days = human_join([day_name(day) for day in found.forgiven])
            lines.append(f"Saved by a freeze: {days}.")
    else:
        none = "None right now." if standing.best else "None yet."
        lines.append(f"{none} To start one, answer a question of the day, right or wrong.")
    if found.partner is not None:
        lines.append(partners.line(found.partner))
    if standing.broken_on is not None:
        lines.append(
            f"Your last streak ended on {day_name(standing.broken_on)}: you missed that day's question, and "
            f"had no freeze left."
        )
    if standing.best > standing.days:
        lines.append(f"Your longest: {plural(standing.best, 'day')}.")
    return "\n".join(lines)


def history(report: ProgressReport) -> str:
    if not report.days:
        return "No answers yet."
    answers, _ = _totals(report.days)
    lines = [f"{plural(answers, 'answer')} on {plural(len(report.days), 'day')}.", week_in_words(this_week(report))]
    lately = [day for day in report.days if (report.today - day.day).days < RECENT]
    before = [day for day in report.days if RECENT <= (report.today - day.day).days < 2 * RECENT]
    shares = [
        f"**{percent(right / answered)}** right {words} ({plural(answered, 'answer')})"
        for days, words in ((lately, "in the last four weeks"), (before, "in the four weeks before"))
        for answered, right in [_totals(days)]
        if answered
    ]
    if shares:
        lines.append(f"{', '.join(shares)}.")
    return "\n".join(lines)


def _totals(days: Iterable[Day]) -> tuple[int, int]:
    counted = list(days)
    return sum(day.answered for day in counted), sum(day.right for day in counted)


def ahead(report: ProgressReport) -> str:
    coming = report.coming
    lines = [
        f"To review: **{coming.today:,}** today, {coming.tomorrow:,} tomorrow, {coming.week:,} in the next seven days.",
        milestone_words(milestone(report)),
    ]
    return "\n".join([*lines, plan(report)])


def plan(report: ProgressReport) -> str:
    """Describe what is left of the member's plan, or say how to make one."""
    planned = report.planned
    if planned is None:
        return "A plan spreads what is left over the days until your exam: `/plan` makes one."
    if (line := plans.line(planned)) is not None:
        return line
    if planned.plan.exam_on == report.today:
        return "Your exam is today. Good luck."
    return "Your exam is over. `/plan` plans for another one."


def buttons(report: ProgressReport) -> list[Press]:
    wanted: list[tuple[ReviewStartId | PortionId | QuizStartId, str]] = []
    if report.coming.today:
        wanted.append((ReviewStartId(ALL), f"Review {report.coming.today:,}"))
    planned = report.planned
    if planned is not None and planned.portion is not None and not planned.portion.finished:
        wanted.append((PortionId(), "Study today's plan"))
    weakest = min(report.pack.leaves, key=lambda section: report.mastery.get(section, 1.0))
    wanted.append((QuizStartId(weakest), f"Quiz me on {weakest}"))
    return [Press(id, label, main=place == 0) for place, (id, label) in enumerate(wanted)]


# -- another member's progress


def shown(shown: Shown, name: str) -> Message:
    """Show what the leaderboards show of another member, without a picture, which would add nothing."""
    card = Card(title=f"{safe_name(name)} on the leaderboards", color=BLUE)
    if shown.ever is None:
        card.color = GREY
        card.text = (
            "Nothing to show: this member has no answers that count on this server's leaderboards, or is hidden."
        )
        return Message(card)
    if shown.season is not None:
        card.add(title_of_season(shown.season_name), _place(shown.season))
    card.add("All time", _place(shown.ever))
    lines = [
        f"{plain(shown.pack.title_of(section))}: {plural(tally.points, 'point')}, {tally.correct:,} of {tally.answered:,} right"
        for section in shown.pack.leaves
        if (tally := shown.sections.get(section)) is not None
    ]
    if lines:
        card.add("By section, all time", clip("\n".join(lines), FIELD))
    card.footer = "The same figures as on the leaderboards. A member's answers and mastery stay private"
    return Message(card)


def _place(place: BoardPlace) -> str:
    tally = place.tally
    return (
        f"**#{place.rank:,}** with **{plural(tally.points, 'point')}**, {tally.correct:,} of {tally.answered:,} right"
    )
