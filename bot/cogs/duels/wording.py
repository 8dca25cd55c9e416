"""Words about a duel for its posts and private messages."""

from __future__ import annotations

from datetime import timedelta

from bot.cogs.ui.questions import named_section
from bot.cogs.ui.text import plural, safe_name
from bot.services.duel_scenes import DuelScene
from bot.storage.duels import Player
from bot.study.duels import QUESTIONS, DuelOutcome

GONE = "a member who is no longer here"


def name_of(player: Player | None) -> str:
    """Return a player's name, or a mention for members who never used the bot here. The mention pings nobody unless
    the sender allows it."""
    if player is None:
        return GONE
    return f"**{safe_name(player.name)}**" if player.name else f"<@{player.user_id}>"


def subject(scene: DuelScene) -> str:
    return f"{plural(QUESTIONS, 'question')} from {named_section(scene.pack, scene.duel.section)}"


def duration(time: timedelta) -> str:
    """Format a duration: `48 s`, `3 min 5 s`, `2 h 14 min`."""
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def score(player: Player) -> str:
    right = f"{player.right} of {QUESTIONS} right"
    if player.score.time is not None:
        return f"{right} in {duration(player.score.time)}"
    if player.answered:
        return f"{right}, {player.answered} answered in time"
    return "did not play"


def scores(scene: DuelScene) -> str:
    """List both players, the winner first."""
    players = sorted(scene.duel.players, key=lambda player: player != scene.winner)
    return "\n".join(
        f"{'🏆 ' if player == scene.winner else ''}{name_of(player)}: {score(player)}" for player in players
    )


def reason(scene: DuelScene) -> str:
    """Say what decided the duel, if it was not the number of right answers."""
    if scene.outcome is DuelOutcome.NOBODY:
        return "Nobody answered a question, so nobody wins."
    if scene.outcome is DuelOutcome.TIE:
        if not any(player.right for player in scene.duel.players):
            return "Nobody answered a question right, so nobody wins."
        return "Both did equally well, so it is a tie."
    if scene.both is None or scene.winner is None or scene.both[0].right != scene.both[1].right:
        return ""
    loser = next(player for player in scene.both if player != scene.winner)
    if loser.score.time is None:
        return f"Tied on right answers, but only {name_of(scene.winner)} answered everything."
    return f"Tied on right answers, but {name_of(scene.winner)} was faster."
