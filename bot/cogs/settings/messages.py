"""Messages about the settings of a server."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bot.cogs.settings.custom_ids import PackId, SeasonChannelId, ServerSetting, SettingId, SettingsId, SettingsView
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import BankId
from bot.cogs.ui.menus import MOST, ChannelMenu, Menu, MenuLine, key_of
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import FIELD, TITLE, as_many, clip, human_join, plain, plural, when
from bot.services.schedules import Status
from bot.services.seasons import SeasonPlan
from bot.study.dailies import Feedback
from bot.study.goals import LEAST_MEMBERS, PRESETS, Goal
from bot.study.goals import OFF as OFF_GOAL
from bot.study.memory import FROM
from bot.study.packs import PackChange
from bot.study.questions import DIFFICULTIES, Pack

BOARDS_NAMED = 8

ON, OFF = "on", "off"
FEEDBACK = (
    (Feedback.AT_ONCE, ("Reveal answers at once", "Right or wrong as soon as you answer")),
    (Feedback.AT_CLOSE, ("Reveal answers at the close", "Answers can be changed until then")),
)
SEASON_POSTS = ((ON, "Post the end of a season"), (OFF, "Do not post the end of a season"))
PUBLIC_BOARDS = ((ON, "Show the leaderboards on the web"), (OFF, "Show the leaderboards only here"))
GROUP_POSTS = ((ON, "Post weekly how the group is doing"), (OFF, "Post nothing about the group"))
SUGGESTIONS = ((ON, "Let members suggest questions"), (OFF, "Do not let members suggest questions"))
EVENTS = ((ON, "Add planned activities to the list of events"), (OFF, "Announce planned activities only in posts"))
SHARING = ((ON, "Let members share results"), (OFF, "Do not let members share results"))
CONFIDENCE = ((ON, "Ask members how sure they were"), (OFF, "Do not ask members how sure they were"))
"""Each constant from FEEDBACK to this one holds the choices of a menu, in the order shown."""

NO_WEB = "The leaderboards are set to be public, but my operator has turned the web pages off."

GROUP_POSTED = (
    "On Mondays at noon, if five or more members have answered, I post what the group knows and what it misses"
)
NO_CHANNEL = "There is no channel for that yet: choose one with `/settings season_channel:`, or schedule a daily."
GROUP_NOT_POSTED = "`/group` shows what the group knows. I post nothing about it."

TOLD = {
    Feedback.AT_ONCE: "At once: members learn right away whether they were right, and why.",
    Feedback.AT_CLOSE: "At the close: members can change their answer until then, and everyone sees the result at the same time.",
}

SHARED = {
    True: "Members can share one line about their result in the channel. It pings nobody and shows no question.",
    False: "Members cannot share results here.",
}
OWN_MEMORY = {
    True: f"Once a member has given {FROM} answers, their review dates follow their own memory, if that proves more accurate.",
    False: "Review dates are based on how people in general remember. My operator can install the extra `memory` to base them on each member's own memory.",
}
CONFIDENCE_TOLD = {
    True: "When members see the result of an answer, they can say how sure they were. A lucky guess comes back sooner in reviews.",
    False: "Members are not asked how sure they were, unless they turn it on: `/progress` has a button for that.",
}

EVENTS_TOLD = {
    True: "Planned exam evenings, competitions and live rounds are in the server's list of events, if I have the permission Create Events.",
    False: "Only posts announce activities that are planned from now on. Those in the server's list of events stay there.",
}


def settings(
    status: Status,
    seasons: SeasonPlan,
    *,
    changed: bool,
    gone: Sequence[str] = (),
    packs: Mapping[str, Pack] = MappingProxyType({}),
    boards_url: str | None = None,
    suggested: int = 0,
    own_memory: bool = True,
    goal: Goal | None = None,
    group_posts: bool = False,
    about: Collection[ServerSetting] | None = None,
    menus: bool = True,
) -> Message:
    """Show the settings. `about`: those to explain in words; all by default. `menus`: show the menus instead of a
    button that leads back to them.

    `packs`: all packs, by name. `boards_url`: the web page of the leaderboards; None if there are
    no web pages. `suggested`: how many suggestions wait. `own_memory`: whether the bot can fit
    review dates to a member. `group_posts`: whether the weekly post about the group is on."""
    guild = status.guild
    card = Card(title="Saved" if changed else "Settings of this server", color=BLUE)
    note = " A change takes effect with the next question." if changed or about is None else ""
    told: dict[ServerSetting, tuple[str, str]] = {
        ServerSetting.FEEDBACK: ("Answers are revealed", TOLD[guild.feedback] + note),
        ServerSetting.CONFIDENCE: ("Sure or guessed", CONFIDENCE_TOLD[guild.asks_confidence]),
        ServerSetting.GOAL: ("Goal of the week", _goal(goal)),
        ServerSetting.SEASON_POSTS: ("Seasons", _seasons(seasons)),
        ServerSetting.SHARING: ("Sharing", SHARED[guild.sharing]),
        ServerSetting.EVENTS: ("Events", EVENTS_TOLD[guild.events]),
        ServerSetting.PACK: ("What you study", _pack(status.pack)),
        ServerSetting.GROUP_POSTS: ("The group", _group(seasons, posted=group_posts)),
        ServerSetting.SUGGESTIONS: ("Questions from members", _suggestions(suggested, on=guild.suggestions)),
    }
    if boards_url is not None:
        told[ServerSetting.PUBLIC_BOARDS] = ("On the web", _on_the_web(boards_url, public=guild.public_boards))
    elif guild.public_boards:
        told[ServerSetting.PUBLIC_BOARDS] = ("On the web", NO_WEB)
    for setting, block in told.items():
        if about is None or setting in about:
            card.add(*block)
    if about is None:
        card.add("Reviews", OWN_MEMORY[own_memory])
    card.add("Time zone", f"{guild.zone}; `/daily schedule` changes it.")
    if gone:
        card.add("Needs your attention", as_many(gone, FIELD))
    if not menus:
        return Message(card, [Press(SettingsId(SettingsView.MENUS), "Back to the menus", main=True)])
    return Message(
        card,
        [Press(SettingsId(SettingsView.WORDS), "What each one means")],
        menus=_menus(status, seasons, packs, goal, web=boards_url is not None, group_posts=group_posts),
    )


def _group(seasons: SeasonPlan, *, posted: bool) -> str:
    if not posted:
        return GROUP_NOT_POSTED
    if seasons.channel_id is None:
        return f"{GROUP_POSTED}. {NO_CHANNEL}"
    return f"{GROUP_POSTED}, in <#{seasons.channel_id}>. `/settings season_channel:` changes the channel."


def _menus(
    status: Status,
    seasons: SeasonPlan,
    packs: Mapping[str, Pack],
    goal: Goal | None,
    *,
    web: bool,
    group_posts: bool,
) -> list[Menu | ChannelMenu]:
    """Return a menu for each setting that has a choice."""
    guild, version = status.guild, status.pack.version
    feedback = [MenuLine(key_of(feedback), *told, chosen=feedback is guild.feedback) for feedback, told in FEEDBACK]
    exams = [
        MenuLine(
            key_of(exam.code), f"{exam.name}: {exam.title}", chosen=version is not None and exam.code == version.code
        )
        for exam in status.pack.exams.values()
    ]
    choices = [
        MenuLine(key_of(name), pack.title, pack.exam, chosen=name == status.pack.name) for name, pack in packs.items()
    ]
    menus: list[Menu | ChannelMenu] = [
        Menu(SettingId(ServerSetting.FEEDBACK), "When answers are revealed", feedback),
        _switch(ServerSetting.CONFIDENCE, "Sure or guessed", CONFIDENCE, on=guild.asks_confidence),
        Menu(SettingId(ServerSetting.GOAL), "The goal of the week", _goal_lines(goal)),
        _switch(ServerSetting.SEASON_POSTS, "The end of a season", SEASON_POSTS, on=seasons.posts),
        ChannelMenu(SeasonChannelId(), "Where the end of a season is posted", seasons.channel_id),
    ]
    if len(exams) > 1:
        menus.append(Menu(SettingId(ServerSetting.EXAM), "The exam that you study for", exams[:MOST]))
    if len(choices) > 1:
        menus.append(Menu(SettingId(ServerSetting.PACK), "What you study", choices[:MOST]))
    menus += [
        _switch(ServerSetting.GROUP_POSTS, "The weekly post about the group", GROUP_POSTS, on=group_posts),
        _switch(ServerSetting.SUGGESTIONS, "Questions that members suggest", SUGGESTIONS, on=guild.suggestions),
        _switch(ServerSetting.SHARING, "Sharing results", SHARING, on=guild.sharing),
        _switch(ServerSetting.EVENTS, "Planned activities", EVENTS, on=guild.events),
    ]
    if web:
        title = "The leaderboards on the web"
        menus.append(_switch(ServerSetting.PUBLIC_BOARDS, title, PUBLIC_BOARDS, on=guild.public_boards))
    return menus


def _switch(setting: ServerSetting, title: str, words: Sequence[tuple[str, str]], *, on: bool) -> Menu:
    """Return the menu of a setting that is on or off."""
    lines = [MenuLine(key_of(name), label, chosen=(name == ON) is on) for name, label in words]
    return Menu(SettingId(setting), title, lines)


def goals(current: Goal | None) -> list[str]:
    """Return what the menu of goals offers: no goal, the current one, and others."""
    known = dict.fromkeys([*([current] if current is not None else []), *PRESETS])
    return [OFF_GOAL, *map(str, known)]


def _goal_lines(current: Goal | None) -> list[MenuLine]:
    chosen = str(current) if current is not None else OFF_GOAL
    labels = {name: f"Goal of the week: {name}" for name in goals(current)} | {OFF_GOAL: "No goal of the week"}
    return [MenuLine(key_of(name), label, chosen=name == chosen) for name, label in labels.items()]


def _goal(goal: Goal | None) -> str:
    if goal is None:
        return "None. If you set one, the post of each daily shows how close the members are to it together."
    return f"{goal}. The post of each daily shows how far the members have come, once {LEAST_MEMBERS} have answered. Hidden members are left out."


def _on_the_web(url: str, *, public: bool) -> str:
    if public:
        return (
            f"Anyone can read the leaderboards at <{url}>. They show the server's name, and members with their points, except "
            "hidden members."
        )
    return (
        "The leaderboards are not public. `/settings public_leaderboards:` gives them an address that anyone can open."
    )


def _suggestions(waiting: int, *, on: bool) -> str:
    told = "Members can suggest questions." if on else "Members cannot suggest questions."
    return (
        f"{told} {plural(waiting, 'suggestion is', 'suggestions are')} waiting in `/question queue`."
        if waiting
        else told
    )


def _pack(pack: Pack) -> str:
    lines = [plain(pack.title), plain(pack.exam), f"{plural(len(pack.active), 'question')} in the rotation"]
    return "\n".join(line for line in lines if line)


def another_pack(change: PackChange, *, saved: Message | None = None) -> Message:
    """Show what another pack would change; nothing has changed yet. `saved`: what the command's other options
    changed."""
    before, after = change.before, change.after
    if before.name == after.name:
        if saved is not None:
            saved.card.text = "You already study this pack. Your other changes are saved:"
            return saved
        return Message(
            Card(
                title="You already study this pack",
                color=BLUE,
                text=f"{_pack(after)}\n\nNothing was changed.",
            )
        )
    card = Card(
        title=clip(f"Study {plain(after.title)}?", TITLE),
        color=BLUE,
        text=f"You still study **{plain(before.title)}**. If you switch:",
    )
    for name, lines in consequences(change):
        card.add(name, clip(lines, FIELD))
    if saved is not None:
        card.add("Saved already", "Your other changes are saved, whichever pack you choose. `/settings` shows them.")
    card.footer = "You can go back at any time; answers, points and streaks are kept."
    return Message(card, [Press(PackId(BankId(after.name)), "Study this pack", main=True)])


def consequences(change: PackChange) -> list[tuple[str, str]]:
    after = change.after
    told = [("Questions", _pack(after))]
    boards = []
    if change.new_boards:
        boards.append(f"New: {_boards(after, change.new_boards)}.")
    if change.lost_boards:
        boards.append(f"No longer shown, but kept: {_boards(change.before, change.lost_boards)}.")
    boards.append(f"Same number in both packs: {_boards(after, change.kept_boards)}. Points earned there are kept.")
    told.append(("Sections and leaderboards", "\n".join(boards)))
    daily = []
    if change.dropped_sections:
        daily.append(
            f"It drops {human_join(change.dropped_sections)}, which the new pack does not have. If no "
            f"section is left, it uses all of them. The question that is open now stays as it is."
        )
    if change.lost_difficulties:
        daily.append(_lost_difficulties(change))
    if daily:
        told.append(("The daily", "\n".join(daily)))
    if change.stranded:
        names = human_join([plain(name) for name in change.stranded])
        told.append(
            (
                "Competitions",
                f"Nobody can score in {names} anymore, because the new pack does not have the sections that count. Use "
                "`/competition cancel`, or keep the old pack until the competition is over.",
            )
        )
    if change.lost_roles:
        roles = human_join([f"<@&{role}>" for role in change.lost_roles])
        told.append(
            (
                "Roles that can be won",
                f"Nobody can win {roles} anymore, because the new pack lacks the section or has too few questions in it. "
                "Those who have a role keep it. `/award remove` takes a role off the list.",
            )
        )
    if change.lost_rounds:
        told.append(
            (
                "Live rounds",
                f"No lobby can open {human_join([when(start) for start in change.lost_rounds])}, because the new pack has no "
                "questions for that round. To call it off, press Call it off on its post.",
            )
        )
    if change.own:
        resting = (
            f", but {change.resting:,} cannot be asked, because the new pack has no such section"
            if change.resting
            else ""
        )
        learned = "Members' reviews and progress stay with the old pack."
        told.append(
            (
                "Your own questions",
                f"{plural(change.own, 'question stays', 'questions stay')}{resting}. {learned}",
            )
        )
    return told


def _lost_difficulties(change: PackChange) -> str:
    asked = human_join([DIFFICULTIES[level] for level in change.lost_difficulties], "or")
    return (
        f"It is set to ask only {asked} questions, and the new pack has none for it, so nothing would be asked. Choose another difficulty with "
        "`/daily schedule difficulty:`."
    )


def _boards(pack: Pack, boards: Sequence[str]) -> str:
    named = [plain(pack.title_of(board)) for board in boards[:BOARDS_NAMED]]
    left = len(boards) - len(named)
    return human_join([*named, f"{left} more"] if left else named)


def pack_chosen(change: PackChange) -> Message:
    card = Card(
        title=clip(f"You study {plain(change.after.title)}", TITLE),
        color=BLUE,
        text=(
            f"{_pack(change.after)}\n\nIt takes effect with the next question. `/daily status` shows the "
            f"rotation, and `/settings pack:` switches back."
        ),
    )
    return Message(card)


def _seasons(plan: SeasonPlan) -> str:
    ends = f"This season ends {when(plan.ends_at)}."
    if not plan.posts:
        channel = (
            f" The channel for it, <#{plan.channel_id}>, is also that of the weekly post about the group."
            if plan.channel_id
            else ""
        )
        return (
            f"{ends} Nothing will be posted when it ends; `/leaderboard period:` shows every past leaderboard.{channel}"
        )
    if plan.channel_id is None:
        return f"{ends} There is no channel for the post about its end. Choose one in `season_channel`."
    return f"{ends} The winners will be posted in <#{plan.channel_id}>."
