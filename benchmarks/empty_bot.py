"""The baseline: a discord.py bot that only acknowledges. It has the same class, intents and options as ours.

DISCORD_TOKEN=… DISCORD_API_URL=… python benchmarks/empty_bot.py
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class EmptyBot(commands.AutoShardedBot):
    async def on_ready(self) -> None:
        print(f"ready: {len(self.guilds)} servers", flush=True)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("Your answer is on record.", ephemeral=True)


async def main() -> None:
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = os.environ["DISCORD_API_URL"]
    bot = EmptyBot(
        command_prefix=commands.when_mentioned,
        help_command=None,
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        max_messages=None,
    )
    async with bot:
        await bot.login(os.environ["DISCORD_TOKEN"])
        _, url, _ = await bot.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.create_task(bot.close()))
        await bot.connect()


if __name__ == "__main__":
    asyncio.run(main())
