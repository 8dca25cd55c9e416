"""The checks of `python -m bot doctor`: one finding each, with a remedy where needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import discord

from bot import clock, zones
from bot.app import build
from bot.bank.check import stale_exams
from bot.cli.address import use_api
from bot.cli.packs import load_packs
from bot.cogs.ui.access import look
from bot.cogs.ui.delivery import LOST
from bot.cogs.ui.text import human_join
from bot.cogs.ui.threads import needed
from bot.config import Settings, Unusable
from bot.places import PROGRAM
from bot.services import Services
from bot.storage import ownership, schema, versions
from bot.storage.engine import Database, DatabaseFailed, sqlite_path
from bot.storage.failures import FAILURES
from bot.storage.schedules import GuildSchedule
from bot.study import optimizer
from bot.study.daily_names import title_of
from bot.study.memory import FROM
from bot.study.questions import Pack
from bot.study.schedules import FIRST

SKEW = timedelta(seconds=5)
"""By how much this machine's clock may differ from Discord's."""
LATE = timedelta(minutes=10)
"""How late a daily may be before it is reported, because many posts at once take time."""


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    well: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.well else 'BAD '} {self.what}: {self.detail}"


async def examine(settings: Settings) -> list[Finding]:
    return [finding async for finding in _examine(settings)]


async def _examine(settings: Settings) -> AsyncIterator[Finding]:
    try:
        packs = load_packs(settings)
    except Unusable as error:
        yield Finding("bank", False, str(error))
        return
    questions = sum(len(pack.active) for pack in packs.values())
    yield Finding("bank", True, f"{questions} questions in {human_join(sorted(packs))}")
    for stale in _exams(packs, clock.now().date()):
        yield stale
    yield _zone_data()
    yield _memory()
    yield _web_pages(settings, packs)
    db = Database(settings.database_url)
    try:
        services = Services.over(db, packs, settings.pack)
        yield (database := await _database(db))
        yield await _clock(settings, clock.now())
        if settings.discord_token is None:
            yield Finding("token", False, "it is not set. Put the bot's token into `.env` as DISCORD_TOKEN.")
            return
        bot = build(db, packs, settings)
        use_api(settings)
        try:
            await bot.http.static_login(settings.discord_token.reveal())
            async for finding in _discord(bot, services if database.well else None):
                yield finding
        except discord.LoginFailure:
            yield Finding(
                "token", False, "Discord does not accept it. Copy it again from the developer portal's Bot page."
            )
        except (discord.HTTPException, *LOST) as error:
            yield Finding(
                "discord", False, f"it does not respond correctly ({error}). Check DISCORD_API_URL and the network."
            )
        finally:
            await bot.http.close()
    finally:
        await db.close()


async def _database(db: Database) -> Finding:
    """Check the database without changing it: migrations are left to the bot's startup, or to an operator who has a
    backup."""
    path = sqlite_path(db.url)
    if path is not None and not path.exists():
        return Finding("database", False, f"{path} does not exist yet. The first start creates it.")
    try:
        await db.look()
        if await db.read(versions.half_copied):
            return Finding("database", False, f"a copy into it was not finished. Run the same `{PROGRAM} copy` again.")
        at = await db.read(versions.current)
        if at is None:
            return Finding(
                "database", False, f"it is empty. The first start, or `{PROGRAM} migrate`, creates the tables."
            )
        ownership.require_ours((), at, None)
        if at != versions.newest():
            return Finding(
                "database",
                False,
                f"it is at version {at}, and a migration to {versions.newest()} is pending. The next start runs it, or "
                f"`{PROGRAM} migrate` does. Make a backup first.",
            )
        await db.read(schema.check)
        await db.write(lambda tx: None)
    except (Unusable, DatabaseFailed, *FAILURES) as error:
        return Finding("database", False, str(error))
    return Finding("database", True, "it is at the newest version and writable")


def _exams(packs: Mapping[str, Pack], today: date) -> Iterator[Finding]:
    for sentence in stale_exams(packs.values(), today):
        yield Finding("exam", False, sentence)


def _zone_data() -> Finding:
    used = zones.in_use()
    others = [str(data) for data in zones.found() if data != used]
    return Finding("time zones", True, "; not used: ".join([str(used), *others]))


def _memory() -> Finding:
    if optimizer.is_installed():
        return Finding("memory", True, f"reviews are fitted to members with {FROM} answers or more")
    return Finding(
        "memory",
        True,
        "reviews use the general parameters; to fit them to members, install the extra `memory`: cohort-study-bot[memory]",
    )


def _web_pages(settings: Settings, packs: Mapping[str, Pack]) -> Finding:
    if settings.web_url is None:
        return Finding("web pages", True, "they are off; set COHORT_WEB_URL to turn them on")
    public = sorted(name for name, pack in packs.items() if pack.public)
    shown = f"guide and questions of {human_join(public)} are public" if public else "no pack is public"
    return Finding(
        "web pages",
        True,
        f"they are on at {settings.web_url}, served at {settings.web_host}:{settings.web_port}; {shown}",
    )


async def _clock(settings: Settings, at: datetime) -> Finding:
    theirs = await clock.discord_time(settings.discord_api_url)
    if theirs is None:
        return Finding("clock", False, "Discord did not send its time. Check DISCORD_API_URL and the network.")
    skew = abs(at - theirs)
    if skew > SKEW:
        return Finding("clock", False, f"it differs from Discord's by {skew}. Turn on time synchronization (NTP).")
    return Finding("clock", True, "it agrees with Discord's")


async def _discord(bot: discord.Client, services: Services | None) -> AsyncIterator[Finding]:
    me = await bot.http.get_user("@me")
    yield Finding("token", True, f"the bot is {me['username']}; it needs no privileged intents")
    count = 0
    async for entry in bot.fetch_guilds(limit=None, with_counts=False):
        count += 1
        if services is None:
            continue
        for schedule in await services.schedules.all(entry.id):
            yield await _schedule(bot, int(me["id"]), schedule)
    yield Finding("servers", True, f"{count}")


async def _schedule(bot: discord.Client, my_id: int, schedule: GuildSchedule) -> Finding:
    what = f"server {schedule.guild_id}"
    if schedule.number != FIRST or schedule.name:
        what += f", {title_of(schedule.number, schedule.name)}"
    try:
        guild = await bot.fetch_guild(schedule.guild_id)
        channel = await guild.fetch_channel(schedule.channel_id)
        member = await guild.fetch_member(my_id)
    except discord.NotFound:
        return Finding(
            what, False, "the channel of its daily is gone. A manager can choose another with /daily schedule."
        )
    except discord.Forbidden:
        return Finding(what, False, "the bot cannot see the channel of its daily. Give it View Channel there.")
    access = look(channel, member)
    if access.timed_out_until is not None:
        until = f"{access.timed_out_until:%Y-%m-%d %H:%M} UTC"
        return Finding(
            what, False, f"the bot is timed out there until {until}. A moderator of the server can end the timeout."
        )
    if access.missing:
        return Finding(what, False, f"in the channel of its daily the bot lacks {human_join(access.missing)}.")
    if (discussed := needed(schedule)) is not None:
        try:
            place = channel if discussed[0] == channel.id else await guild.fetch_channel(discussed[0])
        except (discord.NotFound, discord.Forbidden):
            return Finding(
                what,
                False,
                "the forum for its discussions is gone or hidden. A manager can choose another with /daily discussion.",
            )
        if missing := look(place, member, discussed[1]).missing:
            return Finding(what, False, f"its discussions need {human_join(missing)} in {place.name}.")
    if schedule.paused_at is not None:
        return Finding(what, True, "its daily is paused")
    due = f"{schedule.next_post_at:%Y-%m-%d %H:%M} UTC"
    if schedule.next_post_at is not None and schedule.next_post_at < clock.now() - LATE:
        return Finding(
            what,
            False,
            f"its daily was due {due}, but it has not been posted. Check that the bot is running, and that one of its processes has the server's shard.",
        )
    return Finding(what, True, f"the next daily is due {due}")
