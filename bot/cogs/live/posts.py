"""The public message of a live round, from the lobby to the podium."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bot.cogs.live.custom_ids import (
    LiveAgainId,
    LiveAnswerId,
    LiveBeginId,
    LiveExplainId,
    LiveJoinId,
    LiveLookBackId,
    LiveStopId,
)
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.standings.messages import marked
from bot.cogs.ui import questions
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.podium import PodiumPlace, podium
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.spreads import spread
from bot.cogs.ui.text import FIELD, TITLE, blocks, clip, human_join, plain, plural, safe_name, stamp
from bot.services.live_parts import LiveLine
from bot.services.live_steps import LiveScene
from bot.services.posts import Unsent
from bot.storage.live import LiveRound
from bot.storage.posts import Post, PostKind
from bot.study.live import RIGHT, SPEED, Ending, LiveState
from bot.study.questions import LETTERS, Pack
from bot.study.schedules import Trouble

AGAIN = "To start another round like this one, the host or a manager can press Again."
FOOTER = "`/help topic: live rounds` has all the rules"
TIED_SHOWN = 8
NAMES_ANSWERED = 240
"""The maximum length of the list of names, so that the question above it stays in view."""
COUNT = 20
"""Characters reserved for saying how many names were left out."""

_OFF = {
    Ending.NOBODY: "Nobody joined, so there was no round.",
    Ending.EMPTY: "There was no question left to ask.",
    Ending.STOPPED: "It was called off before it began.",
    Ending.AWAY: "I was offline for too long, so it did not begin.",
    Ending.DELETED: "Its lobby message was deleted, so it was called off.",
    Ending.UNREACHABLE: "I could not post it here, so it was called off.",
}
_CUT_SHORT = {
    Ending.NOBODY: "Everybody left",
    Ending.EMPTY: "There was no question left to ask",
    Ending.STOPPED: "It was stopped",
    Ending.AWAY: "I was offline for too long",
    Ending.DELETED: "Its message was deleted",
    Ending.UNREACHABLE: "I could no longer show it in its channel",
}


def post(scene: LiveScene) -> Message:
    match scene.live.state:
        case LiveState.LOBBY:
            return _lobby(scene)
        case LiveState.ASKING:
            return _question(scene)
        case LiveState.TELLING:
            return _answer(scene)
        case LiveState.OVER:
            return _end(scene)


def subject(live: LiveRound, pack: Pack) -> str:
    """Name the section, in words that fit into a sentence."""
    return questions.named_section(pack, live.section)


def scoring() -> str:
    return f"A right answer earns {RIGHT} points, and up to {SPEED} more for speed."


def _lobby(scene: LiveScene) -> Message:
    live = scene.live
    card = Card(title="🎯 A live round: join in", color=BLUE)
    card.above = "Live round · lobby"
    due = stamp(live.due_at, "R") if live.due_at is not None else "in a moment"
    starter = "a manager" if not live.started_by else "its host" if scene.host_hides else f"<@{live.started_by}>"
    card.text = (
        f"{plural(live.questions, 'question')} from {subject(live, scene.pack)}, {live.seconds} seconds for each. {scoring()}\n\n"
        f"It starts {due}, or when {starter} presses Start now. Answers are private: press once for each question."
    )
    card.add(f"Players so far: {scene.players:,}", _names(scene.names, scene.players, FIELD))
    card.footer = FOOTER
    return Message(card, lobby_buttons(live))


def lobby_buttons(live: LiveRound) -> list[Press]:
    return [
        Press(LiveJoinId(live.id), "Join", main=True),
        Press(LiveBeginId(live.id), "Start now"),
        Press(LiveStopId(live.id), "Call it off"),
    ]


def _names(first: Sequence[str], count: int, limit: int) -> str:
    """List the first of `count` members by name, as many as `limit` characters hold, and how many more there are."""
    if not count:
        return "Nobody yet. Be the first."
    names = [safe_name(name) for name in first]
    lengths = accumulate(len(name) + len(", ") for name in names)
    kept = names[: sum(length <= limit - COUNT for length in lengths)]
    more = count - len(kept)
    return human_join([*kept, f"{more:,} more"] if kept and more else kept or [plural(more, "member")])


def heading(live: LiveRound, what: str) -> str:
    return f"Live round · {what} {live.asked} of {live.questions}"


def _question(scene: LiveScene) -> Message:
    live = scene.live
    if scene.asked is None:
        return _lost(scene)
    question, shown = scene.asked
    again = (
        "I was offline for a moment. The time starts again, and answers already given count.\n\n" if live.again else ""
    )
    body = questions.body(question, shown, scene.pack.scenario_of(question))
    card = Card(title=questions.heading(scene.pack, question), text=again + body, color=BLUE)
    card.above = heading(live, "question")
    due = f" It closes {stamp(live.due_at, 'R')}, or once everybody has answered." if live.due_at is not None else ""
    card.add("Your answer", f"Press a letter; your first press counts.{due}")
    card.add(
        f"{scene.answered:,} of {scene.players:,} have answered", _names(scene.names, scene.answered, NAMES_ANSWERED)
    )
    return Message(
        card, [Press(LiveAnswerId(live.id, live.asked, place), LETTERS[place]) for place in range(len(shown))]
    )


def _answer(scene: LiveScene) -> Message:
    live = scene.live
    if scene.asked is None:
        return _lost(scene)
    question, shown = scene.asked
    card = Card(
        title=clip(f"The answer: {questions.heading(scene.pack, question)}", TITLE),
        text=questions.answer(question, shown),
        color=GREEN,
    )
    card.above = heading(live, "answer")
    given = scene.spread or {}
    right = given.get(question.correct, 0)
    total = sum(given.values())
    nothing = "No answers to show" if scene.answered else "Nobody answered"
    card.add(
        f"{plural(total, 'answer')}, {right:,} right" if total else nothing,
        spread(question, list(given.items()), shown),
    )
    card.add(f"The table: {plural(scene.players, 'player')}", lines(scene))
    what = "Next question" if live.asked < live.questions else "The podium"
    if live.due_at is not None:
        card.add(what, f"It comes {stamp(live.due_at, 'R')}.")
    return Message(card, [Press(LiveExplainId(live.id, live.asked), "Explain")])


def _lost(scene: LiveScene) -> Message:
    """Say that the question was removed from the bank while it was open."""
    card = Card(
        title="That question is gone",
        text="It was just removed from the question bank. The round continues with the next one.",
        color=GREY,
    )
    card.above = heading(scene.live, "question")
    return Message(card)


def lines(scene: LiveScene, *, gains: bool = True) -> str:
    rows = [line(place, gained=gains) for place in scene.lines]
    return next(blocks(rows, FIELD), "") or "All players are hidden."


def line(place: LiveLine, *, gained: bool) -> str:
    rank, score = marked(place.rank, scored=bool(place.score.points)), place.score
    added = f" (+{place.gained:,})" if gained and place.gained else ""
    moved = f" · {climbed(place)}" if gained and place.climbed else ""
    return f"{rank} {safe_name(place.name)} · {plural(score.points, 'point')}{added}, {score.right:,} right{moved}"


def climbed(place: LiveLine) -> str:
    """Say how many places a player gained or lost with the latest question: `▲ up 2`, `▼ down 1`."""
    return f"▲ up {place.climbed:,}" if place.climbed > 0 else f"▼ down {-place.climbed:,}"


def _end(scene: LiveScene) -> Message:
    live = scene.live
    ending, again = live.ending or Ending.PLAYED, Press(LiveAgainId(live.id), "Again")
    if not live.asked:
        card = Card(title="No live round this time", text=f"{_OFF[ending]} {AGAIN}", color=GREY)
        card.above = "Live round · called off"
        return Message(card, [again])
    cut = (
        f"{_CUT_SHORT[ending]}, so the round ended with question {live.asked} of {live.questions}. "
        if ending in _CUT_SHORT
        else ""
    )
    card = Card(
        title="🏆 The live round is over",
        text=f"{cut}{winner(scene)}\n\n{plural(live.asked, 'question')} from {subject(live, scene.pack)}.",
        color=GREEN,
    )
    card.above = "Live round · podium"
    card.add(f"Places: {plural(scene.players, 'player')}", lines(scene, gains=False))
    card.footer = f"{AGAIN}\nRight answers count on the leaderboards too, once a season · {FOOTER}"
    return Message(
        card,
        [
            Press(LiveLookBackId(live.id), "How did I do?", main=True),
            again,
            Press(QuizStartId(live.section), "Quiz me on this"),
        ],
    )


def winner(scene: LiveScene) -> str:
    """Name the winner, in one sentence."""
    first = [place for place in scene.lines if place.rank == 1 and place.score.points]
    if not first:
        return "Nobody in the table answered a question right, so there is no winner this time."
    names = [f"**{safe_name(place.name)}**" for place in first[:TIED_SHOWN]]
    score = plural(first[0].score.points, "point")
    if len(names) == 1:
        return f"{names[0]} wins with {score}."
    return f"{human_join(names)} tie for first place with {score}: equal in points, right answers and time."


def podium_of(scene: LiveScene) -> tuple[str, str, list[PodiumPlace]]:
    """Return the title, subtitle and places of the picture. Players without points have no place."""
    live = scene.live
    subtitle = f"{plural(live.asked, 'question')} · {plural(scene.players, 'player')}"
    places = [
        PodiumPlace(place.rank, place.name, plural(place.score.points, "point"))
        for place in scene.lines
        if place.score.points
    ]
    return "Live round", subtitle, places if live.over and live.asked else []


def unreachable(unsent: Unsent, server: str, access: Access) -> str:
    """Tell the host that the round's message could not be shown in its channel."""
    scene: LiveScene = unsent.scene
    live = scene.live
    how = (
        _OFF[Ending.UNREACHABLE]
        if not live.asked
        else f"It ended with question {live.asked} of {live.questions}. {winner(scene)}"
    )
    if unsent.trouble is Trouble.CHANNEL_GONE:
        return (
            f"The live round in {plain(server)} could not continue, because its channel is gone. {how} "
            "For the next one, use `/live start` in another channel."
        )
    return f"The live round in <#{live.channel_id}> of {plain(server)} could not continue. {refusal(access)} {how}"


def _compose(_post: Post, scene: LiveScene) -> Rendered:
    title, subtitle, places = podium_of(scene)
    return Rendered(post(scene), (lambda: podium(title, subtitle, places)) if places else None)


def _marks(post: Post) -> tuple[CustomId, ...]:
    live = int(post.subject)
    return LiveJoinId(live), LiveLookBackId(live), LiveAgainId(live)


RENDERERS: dict[str, Renderer] = {PostKind.LIVE: Renderer(_compose, _marks, unreachable)}
