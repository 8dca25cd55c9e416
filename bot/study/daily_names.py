"""Names of a server's daily schedules: each has a number and may have a name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.study.errors import Refusal, Refused, WhichDaily
from bot.study.schedules import FIRST, MOST
from bot.study.typed import bare, choose

NAME = 32
"""The maximum length of a schedule's name."""


def title_of(number: int, name: str) -> str:
    """Return the title of a schedule: its name, or else its number."""
    return name or f"Daily {number}"


def number_of(titles: Mapping[int, str], text: str) -> int:
    """Return the number of the schedule that a text names by number or name. Raises WhichDaily."""
    found = choose(text, [(str(number), title, f"{number} {title}") for number, title in titles.items()])
    if found is None:
        raise WhichDaily(tuple(titles.values()))
    return int(found)


def new_schedule(titles: Mapping[int, str], text: str) -> tuple[int, str]:
    """Return the number and name of a new schedule. `text`: its name, or the number that it is to have.

    Raises TOO_MANY_DAILIES, BAD_DAILY_NAME.
    """
    free = [number for number in range(FIRST, MOST + 1) if number not in titles]
    if not free or (text.strip().isdecimal() and int(text) not in free):
        raise Refused(Refusal.TOO_MANY_DAILIES)
    return (int(text), "") if text.strip().isdecimal() else (free[0], read_name(titles, text))


def read_name(titles: Mapping[int, str], text: str) -> str:
    """Return a typed name if a schedule may have it beside these others. Raises BAD_DAILY_NAME, DAILY_NAME_TAKEN."""
    name = " ".join(text.split())[:NAME].strip()
    if not any(character.isalpha() for character in name):
        raise Refused(Refusal.BAD_DAILY_NAME)
    if any(bare(name) in (bare(title), bare(f"{number} {title}")) for number, title in titles.items()):
        raise Refused(Refusal.DAILY_NAME_TAKEN)
    return name
