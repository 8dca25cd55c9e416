"""Choose which Discord to connect to: the real one, or the one at DISCORD_API_URL and DISCORD_GATEWAY_URL."""

from __future__ import annotations

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config import Settings, Unusable, keeps_secrets


def use_api(settings: Settings) -> None:
    """Set the API's address for the whole process, because the library has one for all clients."""
    Route.BASE = settings.discord_api_url


async def use_gateway(bot: discord.AutoShardedClient, settings: Settings) -> None:
    """Use the gateway that this API names, once signed in. Otherwise the library falls back to Discord's own gateway
    when a session is refused.

    Raises Unusable.
    """
    if settings.discord_gateway_url is not None:
        if bot.shard_count is None:
            # Otherwise the library would ask the API again, and use the gateway that it names.
            bot.shard_count, _, _ = await bot.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
        return
    if settings.discord_api_url == Settings.discord_api_url:
        return
    _, url, _ = await bot.http.get_bot_gateway()
    if not keeps_secrets(url, secure="wss", plain="ws"):
        raise Unusable(
            "DISCORD_API_URL: the gateway that it names would receive the token unencrypted. It must be a wss:// address, or "
            "ws:// on this machine."
        )
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
