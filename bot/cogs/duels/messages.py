"""Messages about a duel, for the channel and for the two players."""

from __future__ import annotations

import discord

from bot.cogs.duels.custom_ids import (
    DuelAcceptId,
    DuelDeclineId,
    DuelPlayId,
    DuelRematchId,
    DuelResultId,
    DuelReviewId,
    DuelWithdrawId,
)
from bot.cogs.duels.wording import name_of, reason, scores, subject
from bot.cogs.ui import questions
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import bold, plural, safe_name, when
from bot.services.duel_posts import DuelNews
from bot.services.duel_scenes import DuelScene
from bot.services.duels import Challenge, Reviewed
from bot.storage.duels import Duel, Player
from bot.storage.posts import Post, PostKind
from bot.study.duels import QUESTIONS, DuelOutcome, DuelState

RULES = (
    "Both players get the same questions, each in private. The one with more right answers wins; on a tie, the faster one. Answers are "
    "revealed when the duel ends."
)
FOOTER = "`/duel` challenges a member · `/help topic: duels` has all the rules"


# -- in the channel


def post(scene: DuelScene, kind: PostKind | None = None) -> Message:
    """Show the challenge as it is now or, with PostKind.DUEL, a result that gets its own post."""
    duel = scene.duel
    if duel.state is DuelState.OVER:
        return _result_post(scene, again=kind is PostKind.DUEL)
    if duel.state is DuelState.ASKED:
        card = _card("⚔️ A duel", f"{_first(duel)} challenges {_second(duel)}: {subject(scene)}.\n\n{RULES}")
        card.add("Open until", when(duel.expires_at))
        return Message(
            card,
            [
                Press(DuelAcceptId(duel.id), "Accept", main=True),
                Press(DuelDeclineId(duel.id), "Decline"),
                Press(DuelWithdrawId(duel.id), "Withdraw"),
            ],
        )
    if duel.state is DuelState.RUNNING:
        lines = [f"{name_of(player)}: {_progress(player)}" for player in duel.players]
        card = _card(
            "⚔️ A duel is on",
            f"{_first(duel)} against {_second(duel)}: {subject(scene)}.\n\n" + "\n".join(lines) + f"\n\n{RULES}",
        )
        card.add("Ends", f"{when(duel.expires_at)} at the latest")
        return Message(card, [Press(DuelPlayId(duel.id), "Play", main=True)])
    return Message(_card("⚔️ No duel this time", _end_of(scene), color=GREY))


def _progress(player: Player) -> str:
    if player.finished_at is None:
        return "yet to answer"
    return f"all {QUESTIONS} answered" if player.answered == QUESTIONS else "finished"


def _result_post(scene: DuelScene, *, again: bool) -> Message:
    duel = scene.duel
    card = _card(_title(scene), _result(scene), color=GREEN)
    if scene.reposted and not again:
        card.footer = "The result is in its own post, further down"
        return Message(card)
    buttons = [Press(DuelRematchId(duel.id), "Rematch", main=True)]
    if scene.outcome is not DuelOutcome.NOBODY:
        buttons.insert(0, Press(DuelResultId(duel.id), "My answers"))
    return Message(card, buttons)


def _title(scene: DuelScene) -> str:
    if scene.winner is not None:
        return f"⚔️ {safe_name(scene.winner.name or '')} wins the duel"
    return "⚔️ The duel is a tie" if scene.outcome is DuelOutcome.TIE else "⚔️ The duel is over"


def _result(scene: DuelScene) -> str:
    return "\n\n".join(filter(None, (scores(scene), reason(scene), f"{subject(scene)}.")))


def _end_of(scene: DuelScene) -> str:
    """Say why there is no result."""
    duel = scene.duel
    match duel.state:
        case DuelState.DECLINED:
            return f"{_second(duel)} declined the challenge from {_first(duel)}."
        case DuelState.WITHDRAWN:
            return f"{_first(duel)} withdrew the challenge to {_second(duel)}."
        case DuelState.LAPSED:
            return f"{_second(duel)} did not respond to the challenge from {_first(duel)} within a day."
        case _ if scene.both is not None:
            return (
                f"There are too few questions left for this duel: it needs {QUESTIONS} that neither of you has open. Challenge "
                "each other again with another section, or with all sections."
            )
        case _:
            return "One of the two players has deleted their data, so this duel has no result."


# -- private, for one of the two players


def challenged(challenge: Challenge) -> Message:
    message = private(challenge.scene)
    if not challenge.fresh:
        message.card.above = "You two already have an open duel; here it is"
    return message


def private(scene: DuelScene) -> Message:
    """Show a duel to one of its two players, with what they can do next."""
    duel = scene.duel
    me, other = duel.player(scene.viewer or 0), duel.other(scene.viewer or 0)
    if duel.state is DuelState.ASKED:
        return _private_challenge(scene, me, other)
    if duel.state is DuelState.RUNNING and me is not None:
        return _private_game(scene, me, other)
    if duel.state is DuelState.OVER:
        return _private_result(scene, me)
    if duel.state is DuelState.WITHDRAWN and duel.message_id is None:
        text = (
            f"Your challenge to {name_of(other)} was never posted: <#{duel.channel_id}> did not accept it. "
            "Challenge them again in a channel where I can post."
        )
    else:
        text = _end_of(scene)
    if me is not None and me.answered:
        return Message(_card("⚔️ No result", f"{text} Your answers are kept.", color=GREY), [_review(duel)])
    return Message(_card("⚔️ No duel this time", text, color=GREY))


def unposted(scene: DuelScene, access: Access) -> Message:
    """Say that the challenge was not posted, and why."""
    other = scene.duel.other(scene.viewer or 0)
    text = (
        f"Your challenge to {name_of(other)} could not be posted, so I withdrew it. "
        f"{refusal(access)} Challenge them again with "
        "`/duel` in a channel where I can post."
    )
    return Message(_card("⚔️ No duel this time", text, color=GREY))


def _private_challenge(scene: DuelScene, me: Player | None, other: Player | None) -> Message:
    duel = scene.duel
    if me is not None and me.challenger:
        card = _card("⚔️ Your challenge", _open_challenge(scene, other))
        return Message(card, [Press(DuelWithdrawId(duel.id), "Withdraw")])
    card = _card(
        "⚔️ You have been challenged",
        f"{name_of(other)} challenges you: {subject(scene)}.{_link(scene)} Accept or decline before {when(duel.expires_at)}.\n\n{RULES}",
    )
    return Message(card, [Press(DuelAcceptId(duel.id), "Accept", main=True), Press(DuelDeclineId(duel.id), "Decline")])


def _open_challenge(scene: DuelScene, other: Player | None) -> str:
    """Tell the challenger where their challenge is, and what happens next."""
    duel, clock = scene.duel, "your clock starts when you see the first question."
    if scene.gone:
        return (
            f"Your challenge to {name_of(other)} is open until {when(duel.expires_at)}: {subject(scene)}. Its post was deleted, so they "
            f"can accept it only with `/duel` and your name. Once it is accepted, play with `/duel`, too; {clock}"
        )
    how = "has been posted" if duel.message_id else "will be posted in a moment"
    return (
        f"Your challenge to {name_of(other)} {how}: {subject(scene)}.{_link(scene)} It is open until {when(duel.expires_at)}. Once it "
        f"is accepted, press Play on its post; {clock}"
    )


def _private_game(scene: DuelScene, me: Player, other: Player | None) -> Message:
    duel = scene.duel
    if me.finished_at is not None:
        gone = QUESTIONS - me.answered
        left_out = (
            f"I left out {plural(gone, 'question')} that changed or disappeared after the duel began. " if gone else ""
        )
        where = (
            "To see the result then, press Check again, because the duel's post was deleted."
            if scene.gone
            else f"Then the result will appear in <#{duel.channel_id}>, and My answers will show how you did on each question."
        )
        card = _card(
            f"⚔️ All {QUESTIONS} answered" if me.answered == QUESTIONS else "⚔️ Nothing left to answer",
            f"{left_out}{name_of(other)} has until {when(duel.expires_at)}. {where}",
        )
        return Message(card, [Press(DuelResultId(duel.id), "Check again")])
    if me.started_at is None:
        text, label = "Your clock starts when you see the first question.", "Play"
    else:
        text, label = f"You have answered {me.answered} of {QUESTIONS}, and your clock is running.", "Continue"
    card = _card(
        "⚔️ Your turn", f"Against {name_of(other)}: {subject(scene)}, until {when(duel.expires_at)}. {text}\n\n{RULES}"
    )
    return Message(card, [Press(DuelPlayId(duel.id), label, main=True)])


def _private_result(scene: DuelScene, me: Player | None) -> Message:
    won = me is not None and scene.winner == me
    if scene.winner is not None:
        title = "⚔️ You won" if won else "⚔️ Not this time"
    else:
        title = "⚔️ A tie" if scene.outcome is DuelOutcome.TIE else "⚔️ The duel is over"
    card = _card(title, _result(scene), color=GREEN if won else BLUE)
    again = Press(DuelRematchId(scene.duel.id), "Rematch")
    if me is None or not me.answered:
        return Message(card, [again])
    return Message(card, [_review(scene.duel), again])


def reviewed(reviewed: Reviewed) -> Message:
    """Show one of the member's own answers with its explanation."""
    verdict, duel = reviewed.verdict, reviewed.scene.duel
    question = verdict.question
    buttons = []
    if reviewed.before is not None:
        buttons.append(Press(DuelReviewId(duel.id, reviewed.before), "Back"))
    if reviewed.after is not None:
        buttons.append(Press(DuelReviewId(duel.id, reviewed.after), "Next answer", main=True))
    buttons.append(Press(DuelResultId(duel.id), "The result", main=reviewed.after is None))
    if reviewed.sealed:
        card = _card(
            "Not revealed yet",
            f"{bold(question.stem)}\n\nYou can still answer this question as a daily or in another duel, so "
            f"its answer stays hidden until then. Your answer here is saved.",
        )
    else:
        card = questions.feedback(verdict, above=[bold(question.stem)], whole=True)
        buttons += questions.flag(verdict.attempt.guild_id, question)
    me = duel.player(reviewed.scene.viewer or 0)
    card.above = f"Duel · your answer {reviewed.number + 1} of {me.answered if me else reviewed.number + 1}"
    return Message(card, buttons)


def _review(duel: Duel) -> Press:
    return Press(DuelReviewId(duel.id, 0), "Go through my answers", main=True)


def _link(scene: DuelScene) -> str:
    duel = scene.duel
    if duel.message_id is None or scene.gone:
        return ""
    return f" See it [here](https://discord.com/channels/{duel.guild_id}/{duel.channel_id}/{duel.message_id})."


def _first(duel: Duel) -> str:
    return name_of(next((player for player in duel.players if player.challenger), None))


def _second(duel: Duel) -> str:
    return name_of(next((player for player in duel.players if not player.challenger), None))


def _card(title: str, text: str, *, color: discord.Color = BLUE) -> Card:
    card = Card(title=title, text=text, color=color)
    card.footer = FOOTER
    return card


def _compose(_post: Post, news: DuelNews) -> Rendered:
    return Rendered(post(news.scene, news.kind), users=news.pings)


def _challenge_marks(post: Post) -> tuple[CustomId, ...]:
    return DuelAcceptId(int(post.subject)), DuelPlayId(int(post.subject))


RENDERERS: dict[str, Renderer] = {
    PostKind.CHALLENGE: Renderer(_compose, _challenge_marks),
    PostKind.DUEL: Renderer(_compose, lambda post: (DuelResultId(int(post.subject)),)),
}
