"""The custom ids of links to web pages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.links import Page


@dataclass(frozen=True, slots=True)
class WebPageId(CustomId):
    """Makes a link to a private page; `exam` is the exam to review; 0 for other pages."""

    VERB = "web-page"
    page: Page
    exam: int
