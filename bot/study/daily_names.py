"""Names of a server's daily schedules: each has a number and may have a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.study.characters import is_letter
from bot.study.competitions import clean_name
from bot.study.errors import Refusal, Refused, WhichDaily
from bot.study.schedules import FIRST, MOST
from bot.study.typed import bare, choose
from bot.study.typed.words import plain

NAME = 32
"""The maximum length of a schedule's name."""
_NUMBER = re.compile(r"(?:daily ?)?#? ?(\d+)")
"""A number as managers write it: `3`, `#3`, `Daily 3`."""


def title_of(number: int, name: str) -> str:
    """Return the title of a schedule: its name, or else its number."""
    return name or f"Daily {number}"


def number_of(titles: Mapping[int, str], text: str) -> int:
    """Return the number of the schedule that a text names by number or name. Raises WhichDaily."""
    found = choose(text, [(str(number), title, f"{number} {title}") for number, title in titles.items()])
    number = int(found) if found is not None else _number(text)
    if number is None or number not in titles:
        raise WhichDaily(tuple(titles.values()))
    return number


def free_numbers(known: Collection[int], busy: Collection[int] = ()) -> list[int]:
    """Return the numbers that a new schedule can have, best first.

    `busy`: numbers with an open daily. A removed schedule can leave an open daily, which a new schedule of that number
    would take over. Free numbers below all known ones come after those above, because the first schedule sets the
    server's zone.
    """
    free = [number for number in range(FIRST, MOST + 1) if number not in known]
    return sorted(free, key=lambda number: (number in busy, number < min(known, default=number), number))


def new_schedule(titles: Mapping[int, str], text: str, busy: Collection[int] = ()) -> tuple[int, str]:
    """Return the number and name of a new schedule. `text`: its name, or the number that it should have; `busy`: as in
    `free_numbers`.

    Raises TOO_MANY_DAILIES, BAD_DAILY_NAME, DAILY_NAME_TAKEN, BadName.
    """
    free, number = free_numbers(titles, busy), _number(text)
    if not free or (number is not None and number not in free):
        raise Refused(Refusal.TOO_MANY_DAILIES)
    return (number, "") if number is not None else (free[0], read_name(titles, text))


def read_name(titles: Mapping[int, str], text: str) -> str:
    """Return a typed name if a schedule may have it, given the titles of the others. Raises BAD_DAILY_NAME,
    DAILY_NAME_TAKEN, BadName."""
    name = clean_name(text, NAME)
    if _number(name) is not None or not any(map(is_letter, name)):
        raise Refused(Refusal.BAD_DAILY_NAME)
    if any(bare(name) in (bare(title), bare(f"{number} {title}")) for number, title in titles.items()):
        raise Refused(Refusal.DAILY_NAME_TAKEN)
    return name


def _number(text: str) -> int | None:
    """Return the number that a text consists of; None if it contains anything else."""
    found = _NUMBER.fullmatch(plain(text))
    return int(found[1]) if found is not None else None
