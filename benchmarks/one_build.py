"""Measure how one build's bot processes single answers, and print the figures as JSON. `benchmarks.alone` runs it in
the folder of each build.

PYTHONPATH=OTHER_BUILD python benchmarks/one_build.py FOLDER '{"board": 100000, "alone": 300, "pace": 100, "seconds": 10}'

It uses only code that older builds also have, so that the same script can measure them.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from inspect import signature
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import community
from tests.discord_stub import BotProcess, DiscordStub
from tests.discord_stub.load import Press, at_pace, saturate

SERVERS, MEMBERS = 50, 100_000
WARM_UP = 3.0
PATIENCE = 30.0
"""Seconds after which a press without a reply is a failure."""


async def main(folder: Path, board: int, alone: int, pace: float, seconds: float) -> dict[str, float]:
    """Measure answers in a server whose boards have this many members."""
    async with DiscordStub(guilds=SERVERS) as stub:
        post, *_ = await _prepare(folder / "cohort.db", stub)
        channel_id = int(post["channel_id"])
        _fill(folder / "cohort.db", next(guild.id for guild in stub.guilds if channel_id in guild.channels), board)
        load = community.presses([post], MEMBERS, random.Random(7))
        async with BotProcess(
            folder, stub, COHORT_BACKUPS_KEPT=0
        ) as bot:  # a nightly backup would cost more than the answers
            await bot.start()
            await _ready(bot)
            await saturate(stub, load, in_hand=1, seconds=WARM_UP)
            found = await _alone(bot, stub, load, alone)
            paced = await at_pace(stub, load, per_second=pace, seconds=seconds)
            bot.ask_to_stop()
            await bot.ended()
    return {**found, "paced": paced.percentile(0.5)}


async def _prepare(database: Path, stub: DiscordStub) -> list[dict[str, Any]]:
    by_url = "url" in signature(community.prepare).parameters
    return await community.prepare(f"sqlite+aiosqlite:///{database}" if by_url else database, stub, random.Random(1))


def _fill(database: Path, guild_id: int, size: int) -> None:
    """Add members to every board on which an answer to the daily counts. A first answer shows which boards these
    are."""
    rng, began = random.Random(3), community.now().replace(hour=0, tzinfo=None)
    with closing(sqlite3.connect(database)) as db:
        boards = db.execute("SELECT period, board FROM standings WHERE guild_id = ?", [guild_id]).fetchall()
        for period, board in boards:
            db.executemany(
                "INSERT INTO standings (guild_id, period, board, user_id, points, correct, answered, accuracy, reached_at)"
                " VALUES (?, ?, ?, ?, ?, 5, ?, 0, ?)",
                (
                    (guild_id, period, board, n, 5 * rng.randrange(60), rng.randint(5, 9),
                     f"{began - timedelta(seconds=rng.randrange(10**6)):%Y-%m-%d %H:%M:%S.%f}")
                    for n in range(1, size + 1)
                ),
            )  # fmt: skip
        db.executemany(
            "INSERT INTO members (guild_id, user_id, name) VALUES (?, ?, ?)",
            ((guild_id, n, f"Member {n}") for n in range(1, size + 1)),
        )
        db.commit()


async def _alone(bot: BotProcess, stub: DiscordStub, load: Iterator[Press], count: int) -> dict[str, float]:
    """Measure presses one by one: press, wait for the reply, press again."""
    before, latencies = _cpu(bot), []
    for press in islice(load, count):
        interaction = await stub.send(*stub.pressed(press.message, press.custom_id, press.user_id))
        await interaction.reply(PATIENCE)
        assert interaction.answered_at is not None, "it has been answered"
        latencies.append(interaction.answered_at - interaction.sent_at)
        stub.world.forget(interaction)
    after = _cpu(bot)
    loop = (after[bot.pid] - before[bot.pid]) / count
    whole = sum(after.values()) - sum(before.get(thread, 0.0) for thread in after)
    return {"cpu": whole / count, "loop": loop, "database": whole / count - loop, "median": median(latencies)}


def _cpu(bot: BotProcess) -> dict[int, float]:
    """Return the CPU seconds of each thread."""
    tasks = Path(f"/proc/{bot.pid}/task").iterdir()
    return {int(task.name): int((task / "schedstat").read_text().split()[0]) / 1e9 for task in tasks}


async def _ready(bot: BotProcess) -> None:
    while "ready:" not in bot.said():
        assert bot.running, bot.said()[-3000:]
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), **json.loads(sys.argv[2])))))
