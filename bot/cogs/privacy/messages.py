"""What a member reads about their stored data."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import discord

from bot.cogs.privacy.custom_ids import EraseId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY, RED
from bot.cogs.ui.text import human_join, plural
from bot.services.privacy import Erased


def exported(files: Sequence[tuple[str, bytes]]) -> list[Message]:
    """Return one message for each file, because Discord limits the size of a whole message."""
    card = Card(
        title="Everything I keep about you",
        color=BLUE,
        text=(
            f"Your data from all servers and direct messages, as JSON in {plural(len(files), 'file')}: one list for each table. "
            "PRIVACY.md in the source code says what each table is for and how long it is kept."
        ),
    )
    card.footer = "`/privacy delete` erases it"
    cards = [
        card,
        *(Card(title=f"Part {part} of {len(files)}", color=BLUE) for part in range(2, len(files) + 1)),
    ]
    return [
        Message(
            each,
            files=[discord.File(io.BytesIO(data), name, description="All data that Cohort keeps about you, as JSON")],
        )
        for each, (name, data) in zip(cards, files, strict=True)
    ]


def ask_to_erase() -> Message:
    card = Card(
        title="Erase all your data?",
        color=RED,
        text=(
            "This erases your answers, points, streaks, reviews and exams, in every server and in direct messages, and your "
            "places on all leaderboards. It cannot be undone. After that, you are new here: nothing shows that you answered today's "
            "question or a question of a competition, so you can answer it again, and it counts. If you are hidden, that ends too. "
            "`/privacy export` gives you a copy first; `/privacy hide` takes you off the leaderboards and keeps the rest.\n\n"
            "Messages that are still updated, such as the table of a competition, a live round or a result that you shared, drop your name within a minute "
            "or two. Finished posts stay in their channel: monthly podiums, results, their pictures, closed questions of the day that you "
            "suggested, and finished duels. A moderator can delete those posts."
        ),
    )
    return Message(card, [Press(EraseId(), "Erase everything")])


def erased(erased: Erased) -> Message:
    parts = []
    if erased.rows:
        parts.append(
            f"{plural(sum(erased.rows.values()), 'row')} erased: {_counts(erased.rows)}. The leaderboards are updated."
        )
    if erased.unnamed:
        parts.append(f"Your id was removed from rows that the servers keep: {_counts(erased.unnamed)}.")
    if erased.roles:
        parts.append(
            f"Within a minute, I will remove {plural(erased.roles, 'role')} that you won. Where I am not allowed to, I will tell the "
            "server's managers."
        )
    parts.append(
        "If you answer again, you start from zero, under your name. If you were hidden, `/privacy hide` hides "
        "you again."
    )
    return Message(Card(title="Erased", color=GREY, text="\n".join(parts)))


def _counts(rows: Mapping[str, int]) -> str:
    return human_join([f"{count:,} from {table.replace('_', ' ')}" for table, count in rows.items()])


def hidden(*, hidden: bool) -> Message:
    if hidden:
        title = "You are hidden in this server"
        text = (
            "You keep playing with your own points and streak, but you do not appear on any leaderboard, in "
            "competitions, in managers' files, in what `/group` shows, or with results that you shared, and questions that you suggested are asked without your name. If you kept a partner streak, it has ended. Duels, closed questions of the day and other posts from before still show your name, and you keep the roles that you have won. "
            "`/privacy hide hidden: False` brings you back."
        )
    else:
        title = "You are on the leaderboards of this server"
        text = "Your answers decide your place. `/privacy hide` takes you off them again."
    return Message(Card(title=title, color=BLUE, text=text))
