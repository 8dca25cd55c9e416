"""What a server reads first: what Cohort does, and the first two steps."""

from __future__ import annotations

import discord

from bot.cogs.dailies.custom_ids import ScheduleId
from bot.cogs.quizzes.custom_ids import QuizAgainId
from bot.cogs.ui.access import look
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import plain
from bot.storage.posts import Post, PostKind
from bot.study.questions import ALL, Pack


def welcome(pack: Pack) -> Message:
    card = Card(title="Hello, I am Cohort: your study group", color=BLUE)
    card.text = (
        f"You study {f'for the {plain(pack.exam)}' if pack.exam else plain(pack.title)}. I post one question a day, and you answer it with a button. Points, streaks and a "
        "leaderboard keep you going."
    )
    schedule = Press(ScheduleId(), "Schedule the daily", main=True)
    card.add("Managers", "Choose the channel and the time of the daily question.", schedule)
    question = Press(QuizAgainId(ALL, 1), "Try a question")
    card.add("Everyone", "Try a question now: only you see it. `/help` shows the rest on one screen.", question)
    return Message(card)


def no_channel(server: str) -> str:
    """Tell the owner of a server that the bot cannot write anywhere."""
    return (
        f"Thank you for inviting me to {plain(server)}. I am not allowed to write in any of its channels yet. Give me View Channel, Send Messages "
        "and Read Message History in one of them, then use `/daily schedule` there."
    )


def channel_of(guild: discord.Guild) -> discord.TextChannel | None:
    """Return the first text channel where the bot may write."""
    return next((channel for channel in guild.text_channels if look(channel).clear), None)


def _compose(_post: Post, pack: Pack) -> Rendered:
    return Rendered(welcome(pack))


RENDERERS: dict[str, Renderer] = {PostKind.WELCOME: Renderer(_compose, lambda _: (ScheduleId(),))}
