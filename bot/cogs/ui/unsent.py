"""The message to a manager about a post that its channel rejects."""

from __future__ import annotations

from collections.abc import Callable

from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.text import plain
from bot.services.posts import Unsent
from bot.study.schedules import Trouble

CHOOSE_SEASON_CHANNEL = "Choose another with `/settings season_channel:`, and it will be posted there."
START_A_DAILY = "If you start a daily with `/daily schedule`, it will be posted in the daily's channel."


def unsent(about: str, elsewhere: str, otherwise: str) -> Callable[[Unsent, str, Access], str]:
    """Return a function that writes the message. `about`: what could not be posted; `elsewhere`: the command that also
    shows it; `otherwise`: how to choose another channel."""

    def words(unsent: Unsent, server: str, access: Access) -> str:
        return f"{about} could not be posted in {plain(server)}. {_remedy(unsent, otherwise, access)} Nothing is lost: {elsewhere} shows the standings."

    return words


def called_off(about: str, again: str, unsent: Unsent, server: str, access: Access) -> str:
    """Write the message about what was called off because its post was refused. `about`: what was planned; `again`: the
    command that plans another."""
    told, another = f"{about} in {plain(server)}", f"Plan another with {again}."
    if unsent.trouble is Trouble.CHANNEL_GONE:
        return f"{told} was called off, because its channel is gone. {another}"
    return f"{told} could not be posted, so it was called off. {refusal(access)} {another}"


def _remedy(unsent: Unsent, otherwise: str, access: Access) -> str:
    channel_id = unsent.post.channel_id
    match unsent.trouble:
        case Trouble.CHANNEL_GONE if unsent.moved_to is not None:
            return f"Its channel is gone, so it will be posted in the daily's channel, <#{unsent.moved_to}>."
        case Trouble.CHANNEL_GONE:
            return f"Its channel is gone. {otherwise}"
        case Trouble.NO_PERMISSION | Trouble.NO_HISTORY:
            return f"{refusal(access)} I will try again every ten minutes."
        case _:
            return f"Discord did not accept it in <#{channel_id}>. I will try again every ten minutes."
