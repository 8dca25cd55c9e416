"""Messages about what the group knows."""

from __future__ import annotations

from bot.cogs.groups import pictures
from bot.cogs.groups.custom_ids import NOW, GroupWordsId
from bot.cogs.groups.wording import percent, short_day, trend
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import FIELD, as_many, clip, plain, plural
from bot.cogs.ui.unsent import CHOOSE_SEASON_CHANNEL, unsent
from bot.services.groups import GroupScene
from bot.storage.posts import Post, PostKind
from bot.study.code_blocks import one_line
from bot.study.groups import LEAST, WEEKS
from bot.study.questions import ALL

STEM = 70
"""Maximum length of a question's text in a list."""
MEANING = (
    "Mastery: the share of a section's questions that a member got right the last time, averaged over the members who "
    f"answered here in the last {WEEKS} weeks. Hidden members do not count, and every figure needs at least {LEAST} members"
)


def look(scene: GroupScene, picture: Picture | None = None) -> Message:
    """Show the current figures to one member: as a picture, or in words if it cannot be drawn."""
    if not scene.mirror.enough:
        return _too_few()
    if picture is None:
        return words(scene)
    card = Card(title="How this group is doing", color=BLUE, text=summary(scene))
    card.picture = picture
    card.footer = "Only you see this"
    return Message(card, _buttons(scene, NOW))


def _too_few() -> Message:
    text = (
        f"Figures are shown once {LEAST} members have answered here within {WEEKS} weeks, so that nobody's results can be guessed. "
        "Hidden members do not count. To get there, answer with `/quiz` and `/answer`."
    )
    return Message(
        Card(title="Too few members yet", color=GREY, text=text), [Press(QuizStartId(ALL), "Quiz me", main=True)]
    )


def summary(scene: GroupScene) -> str:
    found = scene.mirror
    lines = [f"{plural(found.members, 'member')} together: mastery **{percent(found.mastery[ALL])}**."]
    if (weakest := found.weakest(scene.pack.leaves)) is not None:
        lines.append(f"Weakest: {plain(scene.pack.title_of(weakest))}, {percent(found.mastery[weakest])}.")
    lines.append(trend(found))
    return "\n".join(lines)


def words(scene: GroupScene) -> Message:
    """Show all figures in words: the sections, the missed questions, and the weeks."""
    if not scene.mirror.enough:
        return _too_few()
    found, pack = scene.mirror, scene.pack
    card = Card(title="This group in words", color=BLUE, text=summary(scene))
    if scene.monday is not None:
        card.above = f"As posted in the week of {short_day(scene.monday)}"
    lines = [
        f"{percent(found.mastery[section])} {plain(pack.title_of(section))}"
        for section in pack.leaves
        if section in found.mastery
    ]
    if left := len(pack.leaves) - len(lines):
        lines.append(f"{plural(left, 'section')} without a figure: fewer than {LEAST} members have answered there.")
    card.add("Mastery by section", clip("\n".join(lines), FIELD))
    card.add("What the group misses", missed(scene))
    weeks = [f"{short_day(monday)}: {percent(share)}" for monday, share in found.weeks if share is not None]
    card.add("Right answers by week", " · ".join(weeks) or trend(found))
    card.footer = MEANING
    return Message(card, _buttons(scene, None))


def missed(scene: GroupScene) -> str:
    """List the questions with the largest shares of members whose latest answer was wrong, without the right
    answers."""
    lines = [
        f"`{one.question_id}` {percent(one.wrong)} wrong: {clip(plain(one_line(scene.questions[one.question_id].stem)), STEM)}"
        for one in scene.mirror.missed
        if one.question_id in scene.questions
    ]
    return (
        as_many(lines, FIELD)
        or f"None yet. A question is listed once {LEAST} members have answered it and someone has missed it."
    )


def _buttons(scene: GroupScene, week: str | None) -> list[Press]:
    weakest = scene.mirror.weakest(scene.pack.leaves) if scene.studied else None
    quiz = [Press(QuizStartId(weakest), f"Quiz me on {weakest}", main=True)] if weakest is not None else []
    return [*quiz, *([Press(GroupWordsId(week), "In words")] if week is not None else [])]


def post(scene: GroupScene, week: str) -> Message:
    """Show a week's figures to the channel."""
    card = Card(title="How our group is doing", color=BLUE, text=summary(scene))
    card.above = "Weekly"
    card.footer = f"Hidden members do not count, and every figure needs at least {LEAST} members · `/group` shows this at any time"
    return Message(card, _buttons(scene, week))


def _compose(row: Post, scene: GroupScene) -> Rendered:
    return Rendered(post(scene, row.subject), lambda: pictures.of(scene))


RENDERERS: dict[str, Renderer] = {
    PostKind.GROUP: Renderer(
        _compose,
        lambda row: (GroupWordsId(row.subject),),
        unsent("The weekly post about the group", "`/group`", CHOOSE_SEASON_CHANNEL),
    )
}
