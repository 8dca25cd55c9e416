"""Messages to managers about roles that can be won."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, named_section
from bot.cogs.ui.text import clip, plain, plural
from bot.services.awards import AwardList, Bound
from bot.storage.awards import RoleChange
from bot.study.awards import AwardTrouble, Prize, is_winnable
from bot.study.questions import Pack


def trouble(trouble: AwardTrouble, hindrance: str | None) -> str:
    """Say what is wrong with a role. `hindrance`: what prevents the bot from giving it now, if the bot knows."""
    if trouble is AwardTrouble.ROLE_GONE:
        return "The role has been deleted. To take it off the list, use `/award remove` without a role."
    why = hindrance or (
        "Discord refused the change, although I have Manage Roles and a higher role. I may be timed out: a moderator "
        "can end that."
    )
    return f"I am not allowed to give or remove this role. {why} I will try again every ten minutes."


def bound(found: AwardList) -> Message:
    (award,) = found.awards
    card = Card(title="Saved", text=_line(award, found.pack), color=BLUE)
    if award.award.prize is Prize.MASTERY and award.holders:
        card.text = f"{card.text}\nI am giving it to them now."
    card.footer = "`/award list` shows all of them; `/award remove` removes one"
    return Message(card)


def listing(found: AwardList, troubles: Mapping[int, str]) -> Message:
    """List the roles that can be won. `troubles`: what is wrong with each role now, by role id."""
    card = Card(title="Roles that can be won", color=BLUE)
    lines = [_line(award, found.pack, troubles.get(award.award.role_id)) for award in found.awards]
    card.text = (
        clip("\n".join(lines), 4000)
        if lines
        else (
            "None yet. Choose a role with `/award season`, `/award competition` or `/award mastery`, and I will give it to those who win it."
        )
    )
    return Message(card)


def attention(found: AwardList, troubles: Mapping[int, str]) -> list[str]:
    """Say which roles cannot be given or won, for the list of settings."""
    return [
        f"<@&{bound.award.role_id}>, for {_prize(bound, found.pack)}: {told}"
        for bound in found.awards
        if (told := troubles.get(bound.award.role_id) or _lost(bound, found.pack))
    ]


def _lost(bound: Bound, pack: Pack) -> str:
    """Say that nobody can win a role with the questions of the pack; empty if somebody can."""
    if is_winnable(pack, bound.award.section, bound.award.questions):
        return ""
    return (
        "Your pack does not have the questions for it, so nobody can win it now. `/award remove` takes it off the list."
    )


def cleared(count: int) -> str:
    if not count:
        return "No role that can be won has been deleted. Choose the `role` to remove."
    return f"I took {plural(count, 'deleted role')} off the list. `/award list` shows the others."


def _line(bound: Bound, pack: Pack, trouble: str | None = None) -> str:
    line = f"<@&{bound.award.role_id}>: {_prize(bound, pack)} · {plural(bound.holders, 'member has it', 'members have it')}"
    return f"{line}\n{trouble}" if trouble is not None else line


def _prize(bound: Bound, pack: Pack) -> str:
    award = bound.award
    match award.prize:
        case Prize.SEASON:
            return f"the winner of each season in {named_section(pack, award.section)}"
        case Prize.COMPETITION:
            if bound.contest is None:
                return "the winner of the latest competition"
            return f"the winner of {plain(bound.contest)}" + (", which was canceled" if bound.cancelled else "")
        case Prize.MASTERY:
            questions = plural(award.questions or 0, "different question")
            return f"{questions} from {named_section(pack, award.section)} answered right"


def unchanged(change: RoleChange, server: str, trouble: str) -> str:
    """Tell a manager in a direct message that a role was not changed."""
    verb = "given" if change.give else "removed"
    return f"A role that was won in {plain(server)} could not be {verb}. {trouble}"
