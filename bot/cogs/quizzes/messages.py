"""What a member reads during a quiz, a review, or their side of a duel."""

from __future__ import annotations

from bot.cogs.guide.custom_ids import GuideId
from bot.cogs.quizzes.custom_ids import (
    QuizAgainId,
    QuizAnswerId,
    QuizChangeId,
    QuizFormId,
    QuizNextId,
    QuizRetryId,
    QuizSureId,
    QuizWhyId,
)
from bot.cogs.reviews.custom_ids import RateId, ReviewStartId
from bot.cogs.ui import forms, questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREEN, named_section
from bot.cogs.ui.text import FIELD, bold, clip, in_days, plain, plural
from bot.services.quiz_outcomes import Answered, QuizProgress, QuizTurn, Recall, Summary
from bot.study.confidence import Confidence
from bot.study.questions import ALL, LETTERS, Kind, Question
from bot.study.reviews import Forecast, Rating
from bot.study.scoring import Mode

BAR = 10
ROW, READS = 5, 20
"""Buttons per row, and section buttons per message: Discord allows five rows, and other buttons use the first."""

NAMES = {Mode.QUIZ: "Quiz", Mode.REVIEW: "Review", Mode.DUEL: "Duel"}
RATINGS = {Rating.Again: "not recalled", Rating.Hard: "hard", Rating.Good: "good", Rating.Easy: "easy"}


def bar(progress: QuizProgress, *, told: bool = True) -> str:
    """Show progress as a bar. `told`: whether to say how many were right."""
    full = BAR * progress.answered // progress.total
    right = f", {progress.right} right" if told else ""
    return f"`{'█' * full}{'░' * (BAR - full)}` {progress.answered} of {progress.total}{right}"


def turn(turn: QuizTurn) -> Message:
    card = _asked(turn)
    card.footer = questions.how_to(turn.question)
    if turn.first:
        card.add(questions.PRIVATE, questions.PRIVACY)
    if turn.question.kind is Kind.CHOICE:
        return Message(
            card,
            [Press(QuizAnswerId(turn.quiz_id, turn.place, place), LETTERS[place]) for place in range(len(turn.shown))],
        )
    return Message(card, [Press(QuizFormId(turn.quiz_id, turn.place), "Answer", main=True)])


def not_sent(turn: QuizTurn, letters: str, fault: str) -> Message:
    """Show a submitted answer that cannot count, so that it can be changed. Raises UnknownOption."""
    card = _asked(turn)
    told = forms.not_sent(turn.question, turn.shown, letters, fault)
    card.text = f"{card.text}\n\n{told}"
    return Message(card, [Press(QuizChangeId(turn.quiz_id, turn.place, letters.lower()), "Change it", main=True)])


def _asked(turn: QuizTurn) -> Card:
    pack, question = turn.pack, turn.question
    card = Card(
        title=questions.heading(pack, question),
        text=(
            f"{bar(turn.progress, told=turn.mode is not Mode.DUEL)}\n\n"
            f"{questions.body(question, turn.shown, pack.scenario_of(question))}"
        ),
        color=BLUE,
    )
    card.above = f"{NAMES[turn.mode]} · question {turn.progress.answered + 1} of {turn.progress.total}"
    return card


def set_aside(after: Message) -> Message:
    """Say, above the next message, that a question was left out of the quiz."""
    why = (
        "The previous question was left out, and your answer to it was not counted: the question has been changed, or "
        "is now open as the question of the day, in one of your duels or in an exam evening."
    )
    after.card.text = f"{why}\n\n{after.card.text}"
    return after


def answered(answered: Answered, *, whole: bool = False) -> Message:
    stem = bold(answered.verdict.question.stem)
    card = questions.feedback(answered.verdict, above=[stem], whole=whole)
    now = answered.progress
    card.above = f"{NAMES[answered.mode]} · {now.answered} of {now.total}, {now.right} right"
    label = "See how it went" if answered.finished else "Next question"
    closed = answered.verdict.attempt.correct and not whole
    why = [Press(QuizWhyId(answered.quiz_id, answered.place), questions.WHY, row=0)] if closed else []
    buttons = [Press(QuizNextId(answered.quiz_id), label, main=True, row=0), *why]
    if answered.recall is not None:
        card.add("Comes back", comes_back(answered.recall))
        buttons += [
            Press(
                RateId(answered.quiz_id, answered.place, int(rating)),
                f"{RATINGS[rating].capitalize()}: {in_days(days)}",
                disabled=rating is answered.recall.rating,
                row=1,
            )
            for rating, days in answered.recall.choices.items()
        ]

    def sure(confidence: Confidence) -> QuizSureId:
        return QuizSureId(answered.quiz_id, answered.place, confidence, int(whole))

    return Message(card, [*buttons, *questions.last_row(answered.verdict, sure, above=0)])


def comes_back(recall: Recall) -> str:
    when = in_days(recall.days).capitalize()
    if recall.rating is Rating.Again:
        return f"{when}: questions you miss come back soonest."
    return f"{when}, rated {RATINGS[recall.rating]}. If it was hard or easy to recall, say so below, and the date will change."


def summary(summary: Summary) -> Message:
    pack, progress = summary.pack, summary.progress
    card = Card(
        title=f"{NAMES[summary.mode]} finished: {progress.right} of {progress.answered} right",
        color=GREEN if progress.right == progress.total else BLUE,
    )
    lines = [f"From {named_section(pack, summary.section)}."]
    if progress.points:
        lines.append(f"You earned **{plural(progress.points, 'point')}**.")
    if summary.set_aside:
        lines.append(
            f"I left out {plural(summary.set_aside, 'question')}: a question does not count if it was changed or retired, or if "
            "you can still answer it as the question of the day, in one of your duels or in an exam evening."
        )
    card.text = " ".join(lines)
    if summary.coming is not None:
        card.add("What comes back", coming(summary.coming))
    if summary.missed:
        card.add("Look at again", look_again(summary))
    elif progress.answered:
        card.add(
            "Look at again", "Nothing: all your answers were right. For a harder quiz, choose difficulty 3 in `/quiz`."
        )
    card.footer = "`/guide` shows a section's points and tips · `/progress` shows how far you have come"
    buttons = []
    if again := sum(not question.retired for question in summary.missed):
        label = f"Retry the {again} missed" if again > 1 else "Retry the one missed"
        buttons.append(Press(QuizRetryId(summary.quiz_id), label, main=True, row=0))
    if summary.coming is not None and summary.coming.today:
        buttons.append(
            Press(
                ReviewStartId(ALL, summary.guild_id),
                f"Continue: {summary.coming.today:,} more due",
                main=not buttons,
                row=0,
            )
        )
    missed = missed_in(summary)
    section = next(iter(missed), summary.section)
    label = "Quiz me on all of it" if section == ALL else f"Quiz me on {section}"
    buttons.append(Press(QuizAgainId(section, progress.total), label, main=not buttons, row=0))
    buttons += [Press(GuideId(name), f"Read {name}", row=1 + place // ROW) for place, name in enumerate(missed)][:READS]
    return Message(card, buttons)


def coming(coming: Forecast) -> str:
    """Say how many questions are due now, tomorrow and in the next seven days, over all sections."""
    more = f"**{coming.today:,}** more {'is' if coming.today == 1 else 'are'} due now. "
    now = more if coming.today else "Nothing more is due today. "
    comes = "comes" if coming.tomorrow == 1 else "come"
    return f"{now}**{coming.tomorrow:,}** {comes} tomorrow, **{coming.week:,}** in the next seven days."


def missed_in(summary: Summary) -> dict[str, list[Question]]:
    """Group the missed questions by section of the guide, most first."""
    sections: dict[str, list[Question]] = {}
    for question in summary.missed:
        if question.section in summary.pack.sections:
            sections.setdefault(question.section, []).append(question)
    return dict(sorted(sections.items(), key=lambda item: (-len(item[1]), item[0])))


def look_again(summary: Summary) -> str:
    """List the topics of the missed questions by section. Each section also has a button that opens it in the guide."""
    pack = summary.pack
    lines = []
    for section, missed in missed_in(summary).items():
        topics = [pack.facts[fact].topic for question in missed for fact in question.covers if fact in pack.facts]
        named = f": {plain(', '.join(dict.fromkeys(topics)))}" if topics else ""
        lines.append(f"**{plain(pack.title_of(section))}**{named}")
    share = FIELD // max(1, len(lines)) - 1
    return "\n".join(clip(line, share) for line in lines)
