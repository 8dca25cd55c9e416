"""Messages to managers about the schedules of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from bot import zones
from bot.cogs.dailies.custom_ids import (
    DailyAgainId,
    DailyChannelId,
    DailyPickId,
    DailyRestoreId,
    DailySkipId,
    DailyUnskipId,
    ScheduleId,
)
from bot.cogs.discussions import messages as discussions
from bot.cogs.ui import gone as deleted
from bot.cogs.ui.access import HISTORY, Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import ChannelMenu, Menu, MenuLine
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import FIELD, as_many, clip, day_name, human_join, plain, plural, stamp, when
from bot.services.schedules import Removed, Status
from bot.storage.dailies import Daily
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import DailyState, Feedback
from bot.study.daily_names import title_of
from bot.study.discussions import Discussion
from bot.study.questions import ALL, DIFFICULTIES, Pack
from bot.study.schedules import EVERY_DAY, FIRST, Trouble
from bot.study.typed import format_days

NAMED = 80
"""Maximum length of an escaped name."""
ZONE_OF_FIRST = "The first daily sets the time zone, and seasons, weeks and planned times follow it."


def scheduled(
    schedule: GuildSchedule, status: Status, *, before: GuildSchedule | None = None, silent_role: bool = False
) -> Message:
    """Confirm a schedule. `before`: as it was. `silent_role`: Discord does not let the bot ping the chosen role."""
    card = Card(title=f"{_called(schedule)} is scheduled", color=BLUE, text=_plan(schedule, status.source))
    if silent_role:
        card.add(
            "The role is not pinged",
            f"Discord does not let me ping <@&{schedule.role_id}>. Allow everyone to mention it in the role's settings.",
        )
    latest, others = status.latest, len(status.all) > 1
    used = (
        f"\nThe question for {day_name(latest.day)} has already been posted, and each day has only one."
        if latest is not None and latest.state is DailyState.POSTED
        else ""
    )
    resumed = "\nThis ended the pause." if before is not None and before.paused_at is not None else ""
    card.add("Next question", f"{_next(schedule, several=others)}{resumed}{used}")
    if before is not None and (unset := list(_unset(before, schedule))):
        names = human_join([f"`{name}`" for name in unset])
        card.add("Back to the default", f"The command sets every option, and you left out {names}.")
    if others and schedule.number == status.all[0].number:
        card.add("Time zone of this server", f"{schedule.rule.zone}. {ZONE_OF_FIRST}")
    number = schedule.number if others else None
    card.footer = (
        f"{command('preview', number)} shows the next question · {command('post', number)} posts it now · `/settings` sets "
        "when answers are revealed"
    )
    return Message(card)


def _unset(before: GuildSchedule, after: GuildSchedule) -> Iterator[str]:
    """Yield the options that were set before and are the default now."""
    for name, was, now in (
        ("days", before.rule.days != EVERY_DAY, after.rule.days != EVERY_DAY),
        ("role", before.role_id is not None, after.role_id is not None),
        ("sections", bool(before.sections), bool(after.sections)),
        ("pack", before.pack is not None, after.pack is not None),
        ("exam", before.exam_version is not None, after.exam_version is not None),
        ("difficulty", before.difficulty is not None, after.difficulty is not None),
        ("order", before.follows_group, after.follows_group),
    ):
        if was and not now:
            yield name


def command(name: str, number: int | None) -> str:
    """Return a command for a daily as managers type it. `number`: None if the server has only one."""
    return f"`/daily {name} daily: {number}`" if number is not None else f"`/daily {name}`"


def _called(schedule: GuildSchedule, *, several: bool = False) -> str:
    """Return what to call a daily. If a server has only one, it needs no name."""
    named = several or schedule.name or schedule.number != FIRST
    return clip(plain(title_of(schedule.number, schedule.name)), NAMED) if named else "The daily"


def _plan(schedule: GuildSchedule, pack: Pack) -> str:
    """List the settings of a schedule. `pack`: the pack that its questions come from."""
    sections = schedule.sections or (ALL,)
    lines = [
        f"Where: <#{schedule.channel_id}>",
        f"When: {format_days(schedule.rule.days)} at {schedule.rule.at:%H:%M}, {schedule.rule.zone}",
        f"From: {plain(human_join([pack.title_of(section) for section in sections if section in pack.boards]) or 'nothing')}",
    ]
    if schedule.pack is not None:
        lines.append(f"Pack: {plain(pack.title)}")
    if schedule.exam_version in pack.exams and pack.version is not None:
        lines.append(f"Exam: {plain(pack.version.name)}")
    if schedule.difficulty is not None:
        lines.append(f"Difficulty: {DIFFICULTIES[schedule.difficulty]}")
    if schedule.follows_group:
        lines.append("Order: by the exam's weights, with more from your group's weak sections")
    if schedule.discussion is not Discussion.OFF:
        lines.append(f"Discussion: {discussions.plan(schedule)}")
    if schedule.role_id is not None:
        lines.append(f"Pings: <@&{schedule.role_id}>")
    return "\n".join(lines)


def _next(schedule: GuildSchedule, *, several: bool = False) -> str:
    if schedule.next_post_at is None:
        resume = command("resume", schedule.number if several else None)
        return f"None while paused. Use {resume} to continue."
    return when(schedule.next_post_at)


def no_schedule() -> Message:
    return Message(
        Card(
            title="No daily yet",
            text="`/daily schedule` starts one: choose a channel, a time and your time zone.",
            color=GREY,
        ),
        [Press(ScheduleId(), "Schedule the daily", main=True)],
    )


def status(
    status: Status, schedule: GuildSchedule, access: Access, gone: Sequence[str] = (), *, at: datetime
) -> Message:
    """Show the status. `access`: the bot's current permissions in the daily's channel. `gone`: a sentence for each role, channel and section of
    the schedule that no longer exists."""
    several, number = len(status.all) > 1, schedule.number if schedule.number != FIRST else 0
    card = Card(
        title=f"{_called(schedule, several=several)} {'is paused' if schedule.paused_at else 'is running'}",
        text=_plan(schedule, status.source),
        color=GREY if schedule.paused_at else BLUE,
    )
    card.add("Next question", _next(schedule, several=several))
    if schedule.trouble is Trouble.CHANNEL_GONE:
        gone = [line for line in gone if line != deleted.DAILY_CHANNEL]  # reported below, as the trouble
    if gone:
        card.add("Needs your attention", "\n".join(gone))
    if status.latest is not None:
        card.add("Last question", _latest(status.latest, schedule))
    card.add(
        "Rotation",
        f"{plural(status.questions, 'question')}; {status.waiting} of them will be asked before any repeats.",
    )
    told = (
        "at once" if status.guild.feedback is Feedback.AT_ONCE else "at the close; until then, answers can be changed"
    )
    card.add("Answers are revealed", f"{told[0].upper()}{told[1:]}. `/settings` changes that.")
    card.footer = f"Time zone data {zones.in_use().version}"
    if (found := _problem(status, schedule, access, schedule.number if several else None)) is not None:
        card.add(*found)
    buttons = []
    if status.latest is not None and status.latest.deleted and status.latest.state is DailyState.POSTED:
        buttons.append(Press(DailyAgainId(status.latest.id), "Post it again", main=True))
    buttons.append(Press(ScheduleId(number), "Change time or days"))
    if schedule.next_day is not None:
        buttons.append(Press(DailySkipId(schedule.next_day.toordinal(), number), f"Skip {day_name(schedule.next_day)}"))
    if schedule.next_day is not None and status.skipped is not None and status.skipped.due > at:
        skipped = status.skipped.day.toordinal()
        undo = DailyRestoreId(number, skipped) if number else DailyUnskipId(skipped)
        buttons.append(Press(undo, f"Undo skipping {day_name(status.skipped.day)}"))
    menus: list[Menu | ChannelMenu] = [
        ChannelMenu(DailyChannelId(number), "Where the daily is posted", schedule.channel_id)
    ]
    if several:
        menus.append(_pick(status.all, schedule.number))
    return Message(card, buttons, menus=menus)


def overview(found: Sequence[Status], access: Mapping[int, Access], gone: Sequence[str] = ()) -> Message:
    """Show all dailies of a server. `access`: the bot's current permissions, by channel. `gone`: as for one daily."""
    card = Card(title=f"{plural(len(found), 'daily', 'dailies')} in this server", color=BLUE)
    for status in found:
        if (schedule := status.schedule) is None:
            continue
        lines = [_plan(schedule, status.source), f"Next: {_next(schedule, several=True)}"]
        if status.latest is not None:
            lines.append(f"Last: {_latest(status.latest, schedule, again='Pick it below')}")
        if (problem := _problem(status, schedule, access[schedule.channel_id], schedule.number)) is not None:
            lines.append(f"**{problem[0]}.** Pick it below to see what to do.")
        card.add(_called(schedule, several=True), clip("\n".join(lines), FIELD))
    if gone:
        card.add("Needs your attention", as_many(gone, FIELD))
    card.footer = "Pick one below to change it. In commands, give its number or name in `daily`."
    return Message(card, menus=[_pick([status.schedule for status in found if status.schedule is not None])])


def _pick(found: Sequence[GuildSchedule], chosen: int = 0) -> Menu:
    """Return the menu of a server's dailies."""
    lines = [MenuLine(0, "All dailies", chosen=not chosen)]
    lines += [
        MenuLine(
            schedule.number,
            title_of(schedule.number, schedule.name),
            "Paused" if schedule.paused_at else f"{schedule.rule.at:%H:%M}, {schedule.rule.zone}",
            chosen=schedule.number == chosen,
        )
        for schedule in found
    ]
    return Menu(DailyPickId(), "Which daily", lines)


def paused(schedule: GuildSchedule, unsent: Daily | None, *, several: bool) -> str:
    waiting = (
        f" The question for {day_name(unsent.day)} has not been posted yet. It will be posted if you resume on that day."
        if unsent is not None
        else ""
    )
    resume = command("resume", schedule.number if several else None)
    rest = "It posts no questions" if several else "No questions are posted"
    return f"{_called(schedule, several=several)} is paused. {rest}, and nobody's streak breaks. To continue, use {resume}.{waiting}"


def resumed(schedule: GuildSchedule, waiting: Daily | None, *, several: bool) -> str:
    assert schedule.next_post_at is not None, "a schedule that runs has a next post"
    now = (
        f" The question for {day_name(waiting.day)} was waiting and is being posted now." if waiting is not None else ""
    )
    return (
        f"{_called(schedule, several=several)} is running again.{now} The next question will be posted "
        f"{when(schedule.next_post_at)}."
    )


def skipped(day: date, schedule: GuildSchedule, *, several: bool) -> str:
    """Confirm a skip. `schedule`: as it is after the skip."""
    which = f" from {_called(schedule, several=True)}" if several else ""
    following = f" The next one will be posted {when(schedule.next_post_at)}." if schedule.next_post_at else ""
    undo = command("skip", schedule.number if several else None).removesuffix("`")
    return (
        f"There will be no question on {day_name(day)}{which}.{following} Until the skipped question is due, you can undo "
        f"this with {undo} undo: True`."
    )


def removed(removed: Removed) -> str:
    called, first = _called(removed.schedule), removed.first
    zone = (
        f" The time zone of this server is now that of {_called(first, several=True)}: {first.rule.zone}. {ZONE_OF_FIRST}"
        if first is not None
        else ""
    )
    if removed.open is None:
        return f"{called} has ended. `/daily schedule` starts another.{zone}"
    return f"{called} has ended. Its last question stays open until {stamp(removed.open.closes_at)}.{zone}"


def _problem(status: Status, schedule: GuildSchedule, access: Access, number: int | None) -> tuple[str, str] | None:
    """Return the title and the description of a daily's problem, if it has one. `number`: as for `command`."""
    if schedule.trouble is Trouble.NO_QUESTIONS and status.questions:
        text = f"There was no question left to ask, but there is now. {command('post', number)} posts one today, and the next one will be posted as planned."
        return "The last one was not posted", text
    if (now := _trouble_now(schedule, access)) is None:
        return None
    since = f" Since {when(schedule.trouble_at)}." if schedule.trouble_at is not None else ""
    return "Problem", f"{trouble(now, access, number)}{since}"


def _trouble_now(schedule: GuildSchedule, access: Access) -> Trouble | None:
    """Return what prevented the last post or, if nothing did, what will prevent the next one."""
    if schedule.trouble is Trouble.NO_HISTORY and access.looked_at and HISTORY not in access.missing:
        return None
    if schedule.trouble is not None or access.clear:
        return schedule.trouble
    return Trouble.NO_HISTORY if access.blind else Trouble.NO_PERMISSION


def _latest(daily: Daily, schedule: GuildSchedule, *, again: str = "Press Post it again") -> str:
    """Describe the last question. `again`: what a manager does to post it again after its post was deleted."""
    words = {
        DailyState.CLAIMED: "not posted yet, waiting for the end of the pause" if schedule.paused_at else "being sent",
        DailyState.POSTED: f"open until {stamp(daily.closes_at)}",
        DailyState.SETTLED: "closing",
        DailyState.CLOSED: "closed",
    }
    note = ""
    if daily.deleted and daily.state is DailyState.POSTED:
        note = f"\nIts post was deleted. Answers are kept, and `/answer` still works. {again} to post the same question once more."
    elif daily.deleted:
        note = "\nIts post was deleted. Answers are kept."
    elif daily.being_posted and daily.state is DailyState.POSTED:
        note = "\nIts post was deleted, and another is being sent."
    link = (
        f" · [see it](https://discord.com/channels/{daily.guild_id}/{daily.channel_id}/{daily.message_id})"
        if daily.message_id
        else ""
    )
    return f"{day_name(daily.day)}: {daily.question_id}, {words[daily.state]}, {plural(daily.answered, 'answer')}{link}{note}"


def trouble(trouble: Trouble, access: Access, number: int | None) -> str:
    """Say what is wrong. `access`: the bot's current permissions in the daily's channel. `number`: as for `command`."""
    where = f"<#{access.channel_id}>"
    match trouble:
        case Trouble.CHANNEL_GONE:
            return deleted.DAILY_CHANNEL
        case Trouble.NO_PERMISSION:
            return f"{refusal(access)} I will try again every ten minutes, and {command('post', number)} tries at once."
        case Trouble.NO_HISTORY:
            return (
                f"I do not have {HISTORY} in {where}. I still post questions, but after an interruption I "
                f"cannot check whether a question was posted, so that question has to wait. Give me {HISTORY} there."
            )
        case Trouble.NO_QUESTIONS:
            return (
                f"There is no question left to ask. Choose other sections or another difficulty with {command('schedule', number)}, "
                "or restore questions with `/question restore`."
            )
        case Trouble.REFUSED:
            return (
                f"Discord did not accept the post in {where}. I will keep trying; {command('post', number)} tries now."
            )
