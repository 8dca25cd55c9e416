"""Discord's objects as JSON, with the fields that discord.py reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1_420_070_400_000
"""The Discord epoch, in milliseconds: ids count time from the first moment of 2015."""

APPLICATION_ID = 900_000 << 22
BOT_ID = APPLICATION_ID
TEXT, DM = 0, 1
PUBLIC_THREAD, FORUM = 11, 15
EPHEMERAL, LOADING = 1 << 6, 1 << 7
ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
EVERYDAY = 0x40_0000_0000 | 0x4_0000_0000 | 0x8_0000_0000 | 0x1FC00 | 0x400
"""The permissions of members and of the bot in an ordinary channel: view, send, embed, attach, read the history,
react."""


def moment(snowflake: int) -> str:
    at = datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC)
    return at.isoformat()


def user(id: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {
        "id": str(id),
        "username": name,
        "discriminator": "0",
        "global_name": None if bot else name,
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


BOT_USER = user(BOT_ID, "cohort", bot=True)

APPLICATION = {
    "id": str(APPLICATION_ID),
    "name": "cohort",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "team": None,
    "owner": user(1 << 22, "owner"),
    "integration_types_config": {"0": {}, "1": {}},
}


def member(of: dict[str, Any], permissions: int | None = None) -> dict[str, Any]:
    payload = {
        "user": of,
        "roles": [],
        "nick": None,
        "joined_at": "2024-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
        "avatar": None,
    }
    return payload if permissions is None else {**payload, "permissions": str(permissions)}


def channel(id: int, guild_id: int, name: str) -> dict[str, Any]:
    return {
        "id": str(id),
        "type": TEXT,
        "guild_id": str(guild_id),
        "name": name,
        "position": 0,
        "permission_overwrites": [],
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
        "last_message_id": None,
    }


def forum(id: int, guild_id: int, name: str) -> dict[str, Any]:
    return {**channel(id, guild_id, name), "type": FORUM, "available_tags": [], "flags": 0, "default_forum_layout": 0}


def thread(id: int, parent: dict[str, Any], name: str, type: int) -> dict[str, Any]:
    return {
        "id": str(id),
        "type": type,
        "guild_id": parent["guild_id"],
        "parent_id": parent["id"],
        "owner_id": str(BOT_ID),
        "name": name,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "message_count": 0,
        "member_count": 1,
        "applied_tags": [],
        "flags": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 4320,
            "archive_timestamp": moment(id),
            "locked": False,
            "create_timestamp": moment(id),
        },
    }


def direct_channel(id: int, recipient: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(id), "type": DM, "recipients": [recipient], "last_message_id": None}


MANAGE_ROLES = 1 << 28


def prize_of(guild_id: int) -> int:
    """Return the id of the role that can be won in a server, if it has such a role."""
    return guild_id + 101


def role(id: int, name: str, position: int, permissions: int) -> dict[str, Any]:
    return {
        "id": str(id),
        "name": name,
        "permissions": str(permissions),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }


def guild(
    id: int, name: str, owner_id: int, channels: list[dict[str, Any]], members: int, *, prize: bool = False
) -> dict[str, Any]:
    """Return a server. `prize`: it has a role that can be won, and the bot has a higher role that allows it to assign
    that role."""
    roles, me = [role(id, "@everyone", 0, EVERYDAY)], member(BOT_USER)
    if prize:
        roles += [role(prize_of(id), "Prize", 1, 0), role(prize_of(id) + 1, "cohort", 2, MANAGE_ROLES)]
        me["roles"] = [str(prize_of(id) + 1)]
    return {
        "id": str(id),
        "name": name,
        "owner_id": str(owner_id),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "application_id": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": roles,
        "member_count": members,
        "large": False,
        "unavailable": False,
        "joined_at": "2024-01-01T00:00:00+00:00",
        "members": [me],
        "channels": channels,
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def event(id: int, guild_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Return a scheduled event of the external type, which belongs to no channel."""
    return {
        "id": str(id),
        "guild_id": str(guild_id),
        "channel_id": None,
        "creator_id": str(BOT_ID),
        "description": None,
        "status": 1,
        "entity_id": None,
        "user_count": 0,
        **sent,
    }


def message(id: int, channel_id: int, sent: dict[str, Any], *, flags: int = 0) -> dict[str, Any]:
    """Return the bot's message for what it sent."""
    return {
        "id": str(id),
        "channel_id": str(channel_id),
        "type": 0,
        "author": BOT_USER,
        "application_id": str(APPLICATION_ID),
        "content": sent.get("content") or "",
        "timestamp": moment(id),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": attachments(id, sent),
        "embeds": embeds(sent),
        "components": sent.get("components") or [],
        "pinned": False,
        "flags": flags | (sent.get("flags") or 0),
        "nonce": sent.get("nonce"),
    }


def edited(before: dict[str, Any], sent: dict[str, Any], at: int) -> dict[str, Any]:
    after = {**before, "edited_timestamp": moment(at)}
    after["flags"] = before["flags"] | (sent.get("flags") or 0)
    for key in ("content", "components"):
        if key in sent:
            after[key] = sent[key] or type(before[key])()
    if "embeds" in sent:
        after["embeds"] = embeds(sent)
    if "attachments" in sent:
        after["attachments"] = attachments(int(before["id"]), sent)
    return after


def embeds(sent: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich", **embed} for embed in sent.get("embeds") or []]


def attachments(id: int, sent: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(id + place),
            "filename": file.get("filename", "file"),
            "description": file.get("description"),
            "size": 0,
            "url": "http://127.0.0.1/file",
            "proxy_url": "http://127.0.0.1/file",
        }
        for place, file in enumerate(sent.get("attachments") or [])
    ]
