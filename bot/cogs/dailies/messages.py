"""Messages about a daily, for the channel and for managers."""

from __future__ import annotations

from bot.cogs.answers.custom_ids import AnswerId, ExplainId, FormId
from bot.cogs.dailies.schedules import trouble
from bot.cogs.discussions.custom_ids import DiscussId
from bot.cogs.ui import questions
from bot.cogs.ui.access import Access
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer, Word
from bot.cogs.ui.spreads import BAR, spread
from bot.cogs.ui.text import day_name, plain, plural, when
from bot.services.dailies import DailyPost, Missed, Problem
from bot.services.daily_closes import Closed, Withdrawn
from bot.services.discussions import Room
from bot.services.posts import Unsent
from bot.services.schedules import Preview
from bot.storage import posts
from bot.storage.dailies import Daily
from bot.study.dailies import DailyState, Feedback
from bot.study.discussions import Venue
from bot.study.goals import LEAST_MEMBERS, GoalKind, GoalProgress
from bot.study.grading import as_written
from bot.study.questions import LETTERS, Kind
from bot.study.schedules import FIRST, Trouble

FOR_GROUP = "Chosen because our group is weak in this section · `/group` shows the figures"


def post(post: DailyPost) -> Message:
    """Show an open question of the day."""
    daily, question = post.daily, post.question
    shown = as_written(question)
    card = Card(
        title=questions.heading(post.pack, question),
        text=questions.body(question, shown, post.pack.scenario_of(question)),
        color=BLUE,
    )
    card.above = _heading(post.name, daily)
    feedback = (
        ""
        if daily.feedback is Feedback.AT_ONCE
        else " You can change it until the question closes, and see your result then."
    )
    card.add(
        _count(daily.answered),
        f"{questions.how_to(question)} Your answer stays private.{feedback} Closes {when(daily.closes_at)}.",
    )
    if post.goal is not None:
        card.add(f"This week's goal: {post.goal.goal}", goal(post.goal))
    card.footer = "\n".join(filter(None, (FOR_GROUP if daily.weak else "", questions.credit(post.credit))))
    if question.kind is Kind.CHOICE:
        answers = [Press(AnswerId(daily.id, place, question.edition), LETTERS[place]) for place in range(len(shown))]
    else:
        answers = [Press(FormId(daily.id), "Answer", main=True)]
    return Message(card, [*answers, *_discuss(daily, post.room)])


def _discuss(daily: Daily, room: Room | None) -> list[Press]:
    """Return the button to a private discussion; Discord itself shows a thread under a post."""
    return [Press(DiscussId(daily.id), "Discuss")] if room is not None and room.venue is Venue.PRIVATE else []


def goal(found: GoalProgress) -> str:
    """Show how close the members are to their goal, as a bar and in words."""
    week = found.week
    if week is None:
        return f"Progress will be shown once {LEAST_MEMBERS} members have answered this week."
    full = int(BAR * found.share)
    bar = f"`{'█' * full}{'░' * (BAR - full)}`"
    match found.goal.kind:
        case GoalKind.ANSWERS:
            done = f"{found.value:,} of {plural(found.goal.target, 'answer')}"
        case GoalKind.RIGHT:
            done = f"{found.value}% of {plural(week.answers, 'answer')} right"
        case GoalKind.SECTIONS:
            done = f"{found.value} of {plural(found.goal.target, 'section')}"
    reached = "Reached: " if found.reached else ""
    return f"{bar} {reached}{done}, by {plural(week.members, 'member')}"


def _heading(name: str, daily: Daily) -> str:
    """Return the title of a post. `name`: the name of its schedule; empty if it has none."""
    return " · ".join(filter(None, ("Question of the day", plain(name), day_name(daily.day))))


def _count(answered: int) -> str:
    return f"{plural(answered, 'member has', 'members have')} answered" if answered else "Be the first to answer"


def closed(closed: Closed) -> Message:
    """Show a question of the day after its close: the answer, the explanation, and how members answered."""
    daily, question = closed.daily, closed.question
    shown = as_written(question)
    card = Card(title=questions.heading(closed.pack, question), color=GREY)
    card.above = f"{_heading(closed.name, daily)} · closed"
    card.text = questions.solved(question, shown, closed.pack.scenario_of(question))
    card.add(_spread_title(closed), spread(question, closed.spread))
    card.footer = questions.credit(closed.credit)
    if closed.room is not None and closed.room.venue is Venue.FORUM:
        card.add("Discussion", f"<#{closed.room.thread_id}>")
    return Message(card, [Press(ExplainId(daily.id), "Explain", main=True), *_discuss(daily, closed.room)])


def _spread_title(closed: Closed) -> str:
    total = sum(count for _, count in closed.spread)
    right = sum(count for answer, count in closed.spread if answer == closed.question.correct)
    if not total:
        return "No answers to show" if closed.daily.answered else "Nobody answered"
    return f"{plural(total, 'answer')}, {right:,} right"


def withdrawn(daily: Daily) -> Message:
    """Show the post of a daily whose question is gone, or that was created while a clock was wrong."""
    card = Card(title="This question was withdrawn", color=GREY)
    if daily.early:
        card.above = "Question of the day · closed"
        card.text = (
            "I posted this question too early, because my clock was wrong. You keep the points you earned, and your "
            "answer counts for your streak on that day. For more questions, use `/quiz`."
        )
        return Message(card)
    card.above = f"Question of the day · {day_name(daily.day)} · closed"
    card.text = "It is no longer in the question bank, so it has no result. This breaks nobody's streak. For more questions, use `/quiz`."
    return Message(card)


# -- for managers


def changed(closed: Closed | Withdrawn, server: str) -> str:
    """Tell a manager in a direct message that an open daily was changed or withdrawn."""
    if closed.daily.early:
        return (
            f"A question of the day in {plain(server)} ({closed.daily.question_id}) was posted too early, because "
            f"my machine's clock was ahead. I have withdrawn it. Members keep their points, and each date "
            f"still gets its own question."
        )
    day = f"The question for {day_name(closed.daily.day)} in {plain(server)} ({closed.daily.question_id})"
    if isinstance(closed, Withdrawn):
        return (
            f"{day} is gone from the question bank, so its day has no result. This breaks nobody's streak, and members keep "
            "their points."
        )
    return (
        f"{day} was changed while it was open: {plural(closed.unfit, 'answer')} no longer matched it. Answers "
        f"that were already graded keep their grade; the others count as wrong. Next time, change a question only after it has closed."
    )


def problem(problem: Problem | Unsent, server: str, access: Access) -> str:
    """Tell a manager in a direct message why a daily could not be posted."""
    name, number = _which(problem)
    why = trouble(problem.trouble, access, number if name else None)
    if problem.trouble is Trouble.NO_HISTORY:
        return f"About the question of the day in {_where(server, name)}: {why}"
    return f"The question of the day could not be posted in {_where(server, name)}. {why}"


def _which(problem: Problem | Unsent) -> tuple[str, int]:
    """Return the name and the number of the daily that has a problem; the name is empty if the server has only one."""
    if isinstance(problem, Problem):
        return problem.name, problem.number
    scene = problem.scene
    return (scene.name, scene.daily.number) if isinstance(scene, DailyPost | Closed) else ("", FIRST)


def _where(server: str, name: str) -> str:
    return f"{plain(server)} ({plain(name)})" if name else plain(server)


def missed(missed: Missed, server: str) -> str:
    following = f" The next one will be posted {when(missed.next_post_at)}." if missed.next_post_at else ""
    server = _where(server, missed.name)
    first, last = missed.days[0], missed.days[-1]
    if first == last:
        return (
            f"The question for {day_name(first)} could not be posted in {server} before its day ended, so that day has "
            f"none. This breaks nobody's streak.{following}"
        )
    return (
        f"The questions for {day_name(first)} to {day_name(last)} could not be posted in {server} before their days ended, "
        f"so those days have none. This breaks nobody's streak.{following}"
    )


def preview(preview: Preview) -> Message:
    question = preview.question
    shown = as_written(question)
    card = Card(
        title=questions.heading(preview.pack, question),
        text=questions.solved(question, shown, preview.pack.scenario_of(question)),
        color=GREY,
    )
    card.above = f"Next in the rotation · {plain(question.id)}"
    if preview.due is not None:
        card.add("Will be posted", when(preview.due))
    card.footer = (
        "Only you see this. If you skip a day or change the sections, the next question may be a different one."
    )
    return Message(card)


def _compose(_post: posts.Post, scene: DailyPost | Closed | Withdrawn | Daily | Missed) -> Rendered | None:
    match scene:
        case DailyPost():
            message = post(scene)
        case Closed():
            message = closed(scene)
        case Withdrawn():
            message = withdrawn(scene.daily)
        case _:
            return None
    return Rendered(message, role=scene.daily.role_id)


def _word(scene: DailyPost | Closed | Withdrawn | Daily | Missed) -> Word | None:
    """Return what to notify the managers of, if anything: a change to an open daily, or a date that ended without a post."""
    match scene:
        case Missed():
            return Word(scene.set_by, lambda server: missed(scene, server))
        case Closed(daily=daily) | Withdrawn(daily=daily) if daily.state is DailyState.SETTLED and scene.changed:
            return Word(scene.set_by, lambda server: changed(scene, server))
    return None


def _marks(post: posts.Post) -> tuple[CustomId, ...]:
    daily_id = int(post.subject)
    return FormId(daily_id), AnswerId(daily_id, 0)


RENDERERS: dict[str, Renderer] = {posts.PostKind.DAILY: Renderer(_compose, _marks, problem, _word)}
