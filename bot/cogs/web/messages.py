"""What a member reads with a link to a private page."""

from __future__ import annotations

from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import when
from bot.services.web_links import Address
from bot.study.links import Page

TITLES = {
    Page.PROGRESS: "Your progress as a page",
    Page.EXAM: "The review of your mock exam as a page",
    Page.HEAT_MAP: "Sections by member as a page",
}
SHOWN = {
    Page.PROGRESS: "It shows what `/progress` shows, and every week of the last half year.",
    Page.EXAM: "It shows every question with your answer, the right one, and why.",
    Page.HEAT_MAP: "It shows the figures of the leaderboards by member and section. Hidden members are left out.",
}


def link(page: Page, address: Address) -> Message:
    card = Card(title=TITLES[page], color=BLUE)
    card.text = (
        f"**[Open the page]({address.url})**\n\n{SHOWN[page]}\n\nThe link works until {when(address.expires_at)}, and you do not need to log in. "
        "Anyone with the link can see the page, so keep it to yourself."
    )
    return Message(card)


def none() -> Message:
    """Answer a button from before the web pages were turned off."""
    return Message(
        Card(
            title="The web pages are turned off",
            color=BLUE,
            text="My operator has turned them off. `/progress` and `/exam history` show the same here.",
        )
    )
