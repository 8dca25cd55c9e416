"""Messages in the channel about an exam evening: its post, the pings, and the review in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.cogs.evenings.custom_ids import (
    EveningAgreeId,
    EveningBeginId,
    EveningItemId,
    EveningJoinId,
    EveningLeaveId,
    EveningManageId,
)
from bot.cogs.exams.results import domain_titles, duration
from bot.cogs.ui import questions
from bot.cogs.ui.access import NEEDED, UNDER_POSTS, Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message, fitted
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.placed import PostThread
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer, Word
from bot.cogs.ui.text import FIELD, clip, human_join, plain, plural, safe_name, stamp, when
from bot.cogs.ui.threads import NAME
from bot.cogs.ui.unsent import called_off
from bot.services.evening_steps import EveningItem, EveningNews, EveningScene
from bot.services.posts import Unsent
from bot.storage.evenings import Evening
from bot.storage.posts import Post, PostKind
from bot.study.evenings import FEWEST, STEP, EveningEnding, EveningState
from bot.study.exams import Form, Length, form_of, is_judged, version_of
from bot.study.questions import Pack
from bot.study.schedules import Trouble

FOOTER = "`/help topic: Exam evenings` has all the rules"
ENDED = {
    EveningEnding.PLAYED: "The exam evening is over. Here is how it went.",
    EveningEnding.NOBODY: "Nobody signed up, so the exam evening did not take place. To take a mock exam on your own, use `/exam start`.",
    EveningEnding.EMPTY: "There were not enough questions for the paper, without those that are open as a question of the day or for those who signed up, so the exam evening did not take place.",
    EveningEnding.MISSED: "I was offline for too long at the start, so the exam evening did not take place. To plan another, use `/exam group`.",
    EveningEnding.PACK_GONE: "The exam evening did not take place, because its pack is missing. My operator can restore the pack. To plan another evening, use `/exam group`.",
    EveningEnding.CANCELLED: "The exam evening was called off. Exams that had begun continue as ordinary mock exams: `/exam resume`. Those that were submitted are graded: `/exam history`.",
    EveningEnding.DELETED: "Its post was deleted, so the exam evening was called off. Exams that had begun continue as ordinary mock exams: `/exam resume`. Those that were submitted are graded: `/exam history`.",
}


def _ended(evening: Evening) -> str:
    told = ENDED[evening.ending or EveningEnding.PLAYED]
    if evening.ending is EveningEnding.EMPTY and evening.length is not Length.SHORT:
        return f"{told} A short exam needs fewer."
    return told


def title(pack: Pack, length: Length, form: Form) -> str:
    kind = "a short mock exam" if length is Length.SHORT else "a mock exam"
    called = f"Exam evening: {kind} for {plain(_name(pack))}"
    # The form of a version that is gone from the pack is not known.
    return f"{called}, {plural(form.questions, 'question')} in {duration(form.time)}" if is_judged(pack) else called


def _name(pack: Pack) -> str:
    return pack.lost_version or version_of(pack).name or pack.exam or pack.title


def post(scene: EveningScene) -> Message:
    """Return the post of an evening as it is now."""
    evening = scene.evening
    # If the pack of the evening is missing, `scene.pack` is another pack, whose name would be wrong here.
    own = scene.pack.name == evening.pack
    card = Card(title=clip(title(scene.pack, evening.length, scene.form), 200) if own else "Exam evening", color=BLUE)
    match evening.state:
        case EveningState.OPEN:
            card.above = "Sign up now"
            card.text = (
                f"It starts {when(evening.starts_at)}. Everybody takes the same paper at the same time, each in private, and "
                "everyone's clock starts then. Nobody sees your answers; the table shows your score only if you want it to."
            )
            if scene.event_id is not None:
                card.text += (
                    f"\n[Event](https://discord.com/events/{evening.guild_id}/{scene.event_id}) for your calendar"
                )
            card.add(f"Signed up: {scene.signed_up:,}", _names(scene) or "Nobody yet. Be the first.")
        case EveningState.RUNNING:
            card.above = "In progress"
            card.text = (
                f"The exam ends {when(evening.ends_at)}. If you signed up, press Begin. If you are late, you have the time that is left."
                if own
                else "The pack of this exam evening is missing here. All answers are kept, and the scores will follow once my operator has restored it."
            )
            card.add(
                "So far", f"Signed up: {scene.signed_up:,} · started: {scene.begun:,} · submitted: {scene.handed_in:,}"
            )
        case EveningState.OVER:
            card.above = "Exam evening · over"
            card.text = _ended(evening)
            if evening.ending is EveningEnding.PLAYED:
                card.color = GREEN
                _add_result(card, scene)
            else:
                card.color = GREY
    card.footer = FOOTER
    return Message(fitted(card), list(_buttons(scene)))


def _names(scene: EveningScene) -> str:
    rest = scene.signed_up - len(scene.names)
    names = [safe_name(name) for name in scene.names]
    return clip(human_join([*names, f"{rest:,} more"] if rest else names), FIELD)


def _add_result(card: Card, scene: EveningScene) -> None:
    lines = [f"**{line.rank}.** {safe_name(line.name)}: {line.score:,}" for line in scene.lines]
    while len("\n".join(lines)) > FIELD - 60:
        lines.pop()
    if rest := scene.handed_in - scene.private - scene.unscored - len(lines):
        lines.append(f"and {rest:,} more.")
    if scene.private:
        lines.append(f"{plural(scene.private, 'score')} kept private.")
    if scene.unscored:
        lines.append(f"{plural(scene.unscored, 'paper')} had no question left to score.")
    own = scene.pack.name == scene.evening.pack and is_judged(scene.pack)
    passing = f" (passing score {version_of(scene.pack).passing:,})" if own else ""
    card.add(f"Scores{passing}", "\n".join(lines) or "Nobody submitted a paper.")
    if scene.room is None:
        told = f"At least {FEWEST} papers are needed for these figures."
    else:
        titles = domain_titles(scene.pack)
        told = "\n".join(
            f"{share}% {plain(titles.get(domain, 'all sections'))}" for domain, share in scene.room.items()
        )
        told += f"\nShare of right answers by domain, to the nearest {STEP}%."
    card.add("How ready the group is", clip(told, FIELD))
    if scene.reviewed:
        card.add("Review", "The thread below goes through the paper. For your own answers, press My result.")
    else:
        card.add("Review", "Every question of the paper was changed or removed since the start, so there is no review.")


def _buttons(scene: EveningScene) -> Iterator[Press]:
    id, state = scene.evening.id, scene.evening.state
    if state is EveningState.OPEN:
        yield Press(EveningJoinId(id), "Sign up", main=True)
    elif state is EveningState.RUNNING:
        yield Press(EveningBeginId(id, "post"), "Begin", main=True)
    elif scene.evening.ending is EveningEnding.PLAYED:
        yield Press(EveningBeginId(id, "post"), "My result", main=True)
        yield Press(EveningAgreeId(id, 1), "Show my score")
        yield Press(EveningAgreeId(id, 0), "Keep it private")
    if state is not EveningState.OVER:
        yield Press(EveningLeaveId(id), "Leave")
        yield Press(EveningManageId(id), "Manage")


def news(news: EveningNews, number: str) -> Message:
    """Return the message that pings those who signed up."""
    evening = news.evening
    card = Card(color=BLUE)
    match evening.state:
        case EveningState.OPEN:
            card.text = f"The exam evening now starts {when(evening.starts_at)}. Earlier announcements no longer hold."
        case EveningState.RUNNING:
            card.text = f"**The exam evening begins.** Press Begin. Time is up {stamp(evening.ends_at, 'R')}."
        case EveningState.OVER:
            card.color = GREY
            card.text = _ended(evening)
    card.footer = "I ping only those who signed up"
    running = evening.state is EveningState.RUNNING and news.current
    return Message(
        card, [Press(EveningBeginId(evening.id, f"news-{number}"), "Begin", main=True, disabled=not running)]
    )


def item(item: EveningItem) -> Message:
    """Return a question of the review, with its key and how the group did."""
    card = Card(title=questions.heading(item.pack, item.question), color=BLUE)
    card.above = f"Question {item.number} of {item.size}"
    card.text = questions.solved(item.question, item.shown, item.pack.scenario_of(item.question))
    if item.right is not None:
        card.add("The group", f"{item.right}% answered right.")
    card.footer = "Write what you thought: right and wrong reasoning both help"
    return Message(fitted(card), [Press(EveningItemId(item.evening.id, item.place), "My answer")])


def _compose_item(_post: Post, scene: EveningItem) -> Rendered | None:
    return None if scene.sealed else Rendered(item(scene))


def _compose_thread(_post: Post, scene: EveningScene) -> PostThread | None:
    if scene.message_id is None:
        return None
    return PostThread(scene.message_id, clip(f"Review: {_name(scene.pack)}, {scene.evening.starts_at:%B %-d}", NAME))


def _compose_news(post: Post, scene: EveningNews) -> Rendered:
    number = post.subject.partition(".")[2]
    return Rendered(news(scene, number), users=scene.pings if scene.current else ())


def _news_marks(post: Post) -> tuple[CustomId, ...]:
    evening_id, _, number = post.subject.partition(".")
    return (EveningBeginId(int(evening_id), f"news-{number}"),)


def _post_marks(post: Post) -> tuple[CustomId, ...]:
    id = int(post.subject)
    return (EveningJoinId(id), EveningBeginId(id, "post"))


def _item_marks(post: Post) -> tuple[CustomId, ...]:
    evening_id, _, place = post.subject.partition(".")
    return (EveningItemId(int(evening_id), int(place)),)


# -- messages to the host


_post_unsent = partial(called_off, "The exam evening", "`/exam group`")


def _post_word(told: EveningScene | Evening) -> Word | None:
    """Notify the host of an evening that ended with its post."""
    if not isinstance(told, Evening):
        return None
    return Word(
        told.host_id,
        lambda server: (
            f"The exam evening in {plain(server)} was called off, because its post was deleted. Exams that had begun "
            "continue as ordinary mock exams. Plan another with `/exam group`."
        ),
    )


def _thread_unsent(unsent: Unsent, server: str, _access: Access) -> str:
    return (
        f"I could not open the thread for the review of the exam evening in {plain(server)}. I need {human_join([words for name, words in UNDER_POSTS.items() if name not in NEEDED])} in "
        f"<#{unsent.post.channel_id}>. I will try again every ten minutes. Members can see their own review with `/exam history`."
    )


def _item_unsent(unsent: Unsent, server: str, access: Access) -> str:
    told, own = (
        f"The review of the exam evening in {plain(server)}",
        "Members can see their own review with `/exam history`.",
    )
    if unsent.trouble is Trouble.CHANNEL_GONE:
        return f"{told} stopped, because its thread is gone. {own}"
    return f"{told} waits. {refusal(access)} I will try again every ten minutes, for two days. {own}"


RENDERERS: dict[str, Renderer] = {
    PostKind.EVENING: Renderer(lambda _, scene: Rendered(post(scene)), _post_marks, _post_unsent, _post_word),
    PostKind.EVENING_NEWS: Renderer(_compose_news, _news_marks),
    PostKind.EVENING_THREAD: Renderer(_compose_thread, lambda _: (), _thread_unsent),
    PostKind.EVENING_ITEM: Renderer(_compose_item, _item_marks, _item_unsent),
}


def form_of_evening(evening: Evening, pack: Pack) -> Form:
    return form_of(version_of(pack), evening.length)
