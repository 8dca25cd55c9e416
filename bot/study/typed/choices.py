"""Match names that a person typed instead of picking: sections, packs, exam versions, competitions, teams, periods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.study.periods import Period
from bot.study.typed.words import fold, month_number, plain

_DIVIDERS = re.compile(r"[\s_-]+")
_LIST = re.compile(r" ?[,;] ?")
_SEASON = re.compile(r"(?:season)?(?:(?P<year>20[0-9]{2})[./]?(?P<month>[a-z]+\.?|0?[1-9]|1[0-2])|(?P<first>[a-z]+\.?|(?:0?[1-9]|1[0-2])[./])(?P<last>20[0-9]{2}))")  # fmt: skip


def bare(text: str) -> str:
    """Return a key for comparing typed names, without case, accents, spaces and hyphens: `Mla c02 ` equals
    `MLA-C02`."""
    return _DIVIDERS.sub("", fold(text))


def choose(text: str, choices: Iterable[Sequence[str]]) -> str | None:
    """Return the choice that a text names, by its name or an alias; None if it names none or several. A sign at the
    beginning counts: `-1.1` may mean all but 1.1."""
    wanted, found = bare(text), list[str]()
    signed = _is_signed(text)
    for names in choices:
        if text == names[0]:
            return names[0]
        if wanted and any(bare(name) == wanted and _is_signed(name) is signed for name in names):
            found.append(names[0])
    return found[0] if len(found) == 1 else None


def _is_signed(text: str) -> bool:
    return plain(text).startswith("-")


def holds(name: str, typed: str) -> bool:
    """Return whether a name contains every word typed so far."""
    known = bare(name)
    return all(bare(word) in known for word in typed.split())


def listed(text: str) -> tuple[str, ...]:
    """Split a comma-separated list, without duplicates."""
    return tuple(dict.fromkeys(part for part in _LIST.split(plain(text)) if part))


def parse_period(text: str) -> Period | str:
    """Read `Week`, `all time`, `this season`, or a season: `2026-11`, `November 2026`. Any other text is returned as it
    is."""
    wanted = bare(text)
    for period in Period:
        if wanted.removeprefix("this") == bare(period):
            return period
    return parse_season(text)


def parse_season(text: str) -> str:
    """Read a season: `2026-11` for `November 2026`, `nov 2026`, `11/2026`. Any other text is returned as it is."""
    found = _SEASON.fullmatch(bare(text))
    if found is None:
        return text
    word = (found["month"] or found["first"]).rstrip("./")
    month = int(word) if word.isdigit() else month_number(word)
    return f"{found['year'] or found['last']}-{month:02}" if month else text
