"""What a member reads about what is kept of them."""

from __future__ import annotations

import io

import discord

from bot.cogs.privacy.custom_ids import EraseId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.questions import BLUE, GREY, RED
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import human_join, plural
from bot.services.privacy import Erased


def exported(data: bytes) -> Message:
    embed = discord.Embed(
        title="Everything I keep of you",
        color=BLUE,
        description=(
            "From all servers and direct messages, as JSON: one list for each table. "
            "PRIVACY.md in the source says what each is for and how long it is kept."
        ),
    )
    embed.set_footer(text="/privacy delete erases it")
    file = discord.File(
        io.BytesIO(data), "cohort-my-data.json", description="Everything that Cohort keeps of you, as JSON"
    )
    return Message(embed, files=[file])


def ask_to_erase() -> Message:
    embed = discord.Embed(
        title="Erase everything of yours?",
        color=RED,
        description=(
            "Your answers, points, streaks, reviews and exams go, in every server and in direct messages, and your lines on "
            "all boards. It cannot be undone. `/privacy export` gives you a copy first; `/privacy hide` takes you off the "
            "boards and keeps the rest."
        ),
    )
    return Message(embed, [Press(EraseId(), "Erase everything")])


def erased(erased: Erased) -> Message:
    rows = [f"{count:,} from {table.replace('_', ' ')}" for table, count in erased.rows.items()]
    return Message(
        discord.Embed(
            title="Erased",
            color=GREY,
            description=(
                f"{plural(sum(erased.rows.values()), 'row')} went: {human_join(rows)}. The boards are right without you. "
                "Should you answer again, you begin anew."
            ),
        )
    )


def hidden(*, hidden: bool) -> Message:
    if hidden:
        title = "You are hidden in this server"
        text = (
            "You play on as before, with points and a streak of your own, and appear on no board. "
            "`/privacy hide hidden: False` brings you back."
        )
    else:
        title = "You are on the boards of this server"
        text = "You stand where your answers place you. `/privacy hide` takes you off again."
    return Message(discord.Embed(title=title, color=BLUE, description=text))
