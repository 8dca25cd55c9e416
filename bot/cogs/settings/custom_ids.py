"""The custom ids of `/settings`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.cogs.ui.custom_ids import BankId, CustomId


class ServerSetting(StrEnum):
    """A setting with a menu in `/settings`."""

    FEEDBACK = "feedback"
    SEASON_POSTS = "season-posts"
    EXAM = "exam"
    PACK = "pack"
    PUBLIC_BOARDS = "public-boards"
    SUGGESTIONS = "suggestions"
    GROUP_POSTS = "group-posts"
    SHARING = "sharing"
    CONFIDENCE = "confidence"
    EVENTS = "events"
    GOAL = "goal"


class SettingsView(StrEnum):
    MENUS = "menus"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class SettingsId(CustomId):
    """Shows the settings as menus, or what each of them means."""

    VERB = "settings"
    view: SettingsView


@dataclass(frozen=True, slots=True)
class SettingId(CustomId):
    """A menu of `/settings`; its value is the key of a choice's name."""

    VERB = "setting"
    setting: ServerSetting


@dataclass(frozen=True, slots=True)
class SeasonChannelId(CustomId):
    """The menu for the channel where the end of a season is posted."""

    VERB = "season-channel"


@dataclass(frozen=True, slots=True)
class PackId(CustomId):
    """Confirms that the server switches to another pack."""

    VERB = "pack"
    pack: BankId
