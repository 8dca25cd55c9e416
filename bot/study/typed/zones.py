"""Read time zones: by IANA name, city, country, abbreviation or offset."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from itertools import takewhile
from sys import intern
from zoneinfo import ZoneInfo, available_timezones

from bot.study.errors import AmbiguousZone, BadZone
from bot.study.typed.regions import regions
from bot.study.typed.words import spelled

NAMED = 5
"""How many zones a message lists if a text is ambiguous."""
ENOUGH = 5
"""The minimum number of letters for a search by the beginning of a name."""

_OFFSET = re.compile(
    r"(?:utc|gmt|z)? ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?:(?:[:.]|(?<=[0-9]{2}))(?P<minutes>[0-9]{2}))?(?: ?h)?"
)
_FURTHEST = timedelta(hours=14)
"""The largest offset from UTC anywhere."""
_YEAR_AHEAD = tuple(timedelta(days=days) for days in range(0, 366, 10))
"""When to sample a zone's clock over a year, often enough to notice every change."""
_GENERIC: Mapping[str, str] = {
    "et": "America/New_York", "eastern": "America/New_York", "us eastern": "America/New_York",
    "ct": "America/Chicago", "central": "America/Chicago", "us central": "America/Chicago",
    "mt": "America/Denver", "mountain": "America/Denver", "us mountain": "America/Denver",
    "pt": "America/Los_Angeles", "pacific": "America/Los_Angeles", "us pacific": "America/Los_Angeles",
    "akt": "America/Anchorage", "brt": "America/Sao_Paulo", "art": "America/Argentina/Buenos_Aires", "sgt": "Asia/Singapore",
    "ict": "Asia/Bangkok", "gst": "Asia/Dubai", "npt": "Asia/Kathmandu", "trt": "Europe/Istanbul", "uk": "Europe/London",
    "clt": "America/Santiago", "clst": "America/Santiago", "pet": "America/Lima", "cot": "America/Bogota", "vet": "America/Caracas",
    "bot": "America/La_Paz", "ect": "America/Guayaquil", "uyt": "America/Montevideo", "pyt": "America/Asuncion",
    "gft": "America/Cayenne", "srt": "America/Paramaribo", "gyt": "America/Guyana", "fkst": "Atlantic/Stanley",
    "cvt": "Atlantic/Cape_Verde", "azot": "Atlantic/Azores", "get": "Asia/Tbilisi", "azt": "Asia/Baku", "irst": "Asia/Tehran",
    "aft": "Asia/Kabul", "uzt": "Asia/Tashkent", "tmt": "Asia/Ashgabat", "tjt": "Asia/Dushanbe", "kgt": "Asia/Bishkek",
    "btt": "Asia/Thimphu", "mmt": "Asia/Yangon", "mvt": "Indian/Maldives", "mut": "Indian/Mauritius", "sct": "Indian/Mahe",
    "ret": "Indian/Reunion", "cit": "Asia/Makassar", "eit": "Asia/Jayapura", "bnt": "Asia/Brunei", "myt": "Asia/Kuala_Lumpur",
    "pht": "Asia/Manila", "ulat": "Asia/Ulaanbaatar", "tlt": "Asia/Dili", "pgt": "Pacific/Port_Moresby", "sbt": "Pacific/Guadalcanal",
    "nct": "Pacific/Noumea", "vut": "Pacific/Efate", "fjt": "Pacific/Fiji", "tvt": "Pacific/Funafuti", "tot": "Pacific/Tongatapu",
    "msk": "Europe/Moscow", "samt": "Europe/Samara", "yekt": "Asia/Yekaterinburg", "omst": "Asia/Omsk", "novt": "Asia/Novosibirsk",
    "krat": "Asia/Krasnoyarsk", "irkt": "Asia/Irkutsk", "yakt": "Asia/Yakutsk", "vlat": "Asia/Vladivostok", "magt": "Asia/Magadan",
    "pett": "Asia/Kamchatka", "galt": "Pacific/Galapagos", "taht": "Pacific/Tahiti", "chast": "Pacific/Chatham",
    "nyc": "America/New_York", "bali": "Asia/Makassar", "goa": "Asia/Kolkata",
}  # fmt: skip
"""Names that people use for zones and that the zone data lacks: it writes some abbreviations as numbers."""

_LIKE_CODE = re.compile("[a-z]{3}")
_LIKE_ABBREVIATION = re.compile("[a-z]{2}t")
"""Abbreviations with this ending are zones, never airport codes: GET is Georgia's, not Geraldton's in Australia."""

_FIRST: Mapping[str, str] = {
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "eet": "Europe/Athens", "eest": "Europe/Athens", "cst": "America/Chicago",
    "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver", "ast": "America/Halifax", "adt": "America/Halifax",
}  # fmt: skip
"""Which zone an abbreviation means, if not the one with the largest city."""


_CALLED: Mapping[str, str] = {
    "usa": "US", "us": "US", "america": "US", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "uae": "AE", "emirates": "AE", "holland": "NL", "turkiye": "TR", "czechia": "CZ", "ivory coast": "CI",
    "viet nam": "VN", "macedonia": "MK", "burma": "MM", "swaziland": "SZ",
}  # fmt: skip
"""The codes of countries, by names that people use in addition to the ISO names in the zone data."""


@dataclass(frozen=True, slots=True)
class City:
    """A city. `place`: its rank by size. `words`: its normalized name."""

    place: int
    zone: str
    country: str
    words: str


@cache
def all_zones() -> tuple[str, ...]:
    """Return every IANA zone, sorted, with those not named after a city last. Reads the zone database once.

    `localtime` is left out because it differs by machine, and `Factory` because it means nothing.
    """
    names = available_timezones() - {"Factory", "localtime"}
    return tuple(sorted(names, key=lambda name: ("/" not in name or name.startswith("Etc/"), name)))


def warm() -> None:
    """Build every table of this module in advance, which takes a tenth of a second. Startup does not need them."""
    for table in (_abbreviations, _countries, _everywhere, _names, _zones_by_words):
        table()
    for zone in _everywhere():
        _zone(zone)


def parse_zone(text: str, at: datetime) -> str:
    """Read a zone: an IANA name in any case, a city, a country, an abbreviation or an offset.

    Raises BadZone, and AmbiguousZone if the text means zones whose clocks differ within a year from `at`, or is only
    the beginning of a name or the code of an airport. For an abbreviation only the offset matters: `EST` means New
    York, although Panama uses it all year.
    """
    words = spelled(text)
    if (exact := _exact(words)) is not None:
        return exact
    if _offset(words) == timedelta():
        return "UTC"
    meanings = _meanings(words, at)
    if not meanings:
        # Never guess these: Florida is not Floridablanca, New Jersey is not Jersey.
        begun = tuple(dict.fromkeys(_beginning(words)))[:NAMED] if len(words) >= ENOUGH else ()
        raise AmbiguousZone(text, begun) if begun else BadZone(text)
    differ = len({_clock(zone, at) for zone in meanings}) > 1 and not _one_offset(words, at)
    if differ or _is_code(words):
        raise AmbiguousZone(text, tuple(meanings[:NAMED]))
    return meanings[0]


def clocks_of(text: str, at: datetime) -> list[tzinfo]:
    """Return every clock that a zone's name may mean when it follows a time, likeliest first; empty for any other text.

    An abbreviation may mean the clock of its likeliest zone or any offset it stands for: `EST` in July may mean either.
    """
    words = spelled(text)
    if (offset := _offset(words)) is not None:
        return [timezone(offset)] if abs(offset) <= _FURTHEST else []
    zones = [exact] if (exact := _exact(words)) is not None else _meanings(words, at)
    if words not in _abbreviations():
        return [_zone(zone) for zone in zones]
    offsets = (offset for zone in zones for name, offset in _names_of_offsets(zone, at.year) if name == words)
    return list(
        dict.fromkeys([*map(_zone, zones[:1]), *(timezone(offset) for offset in offsets if offset is not None)])
    )


def search_zones(text: str, limit: int, at: datetime) -> list[str]:
    """Return completions of `text`, likeliest first: the exact zone, its meanings, then zones that contain its
    words."""
    words = spelled(text)
    found = dict.fromkeys(zone for zone in (_exact(words),) if zone)
    found |= dict.fromkeys(_meanings(words, at))
    if _offset(words) is None:
        found |= dict.fromkeys(_beginning(words))
        found |= dict.fromkeys(_holding(words))
    return list(found)[:limit]


@cache
def _zone(name: str) -> ZoneInfo:
    """Return a zone, cached, because `zoneinfo` caches only eight."""
    return ZoneInfo(name)


@cache
def _words_of(zone: str) -> str:
    return spelled(zone)


@cache
def _zones_by_words() -> dict[str, str]:
    return {_words_of(name): name for name in all_zones()}


def _exact(words: str) -> str | None:
    """Return the zone with exactly this name, unless people mean something else by it: IANA's `EST` has no daylight
    saving time."""
    zone = _zones_by_words().get(words)
    if zone is None or "/" in words or words in ("utc", "gmt"):
        return zone
    return None if words in _abbreviations() else zone


def _meanings(words: str, at: datetime) -> list[str]:
    """Return the zones that a complete text may mean, most populous first."""
    if not words:
        return []
    if (offset := _offset(words)) is not None:
        zones = [zone for zone in _everywhere() if at.astimezone(_zone(zone)).utcoffset() == offset]
        return zones if offset else ["UTC", *zones]
    bare = words.removesuffix(" time").removesuffix(" standard").removesuffix(" daylight").removesuffix(" zone")
    if bare in _GENERIC:
        return [_GENERIC[bare]]
    if bare in _abbreviations():
        return list(_abbreviations()[bare])
    places = (*_countries().get(bare, ()), *regions().get(bare, ()))
    if bare in _countries():
        return list(dict.fromkeys(places))
    own = [name for name in (*_everywhere(), *all_zones()) if _words_of(name).rpartition("/")[2] == words]
    # Europe/Paris is not the smaller Paris in Texas; but San Jose is in California as well as in Costa Rica.
    namesakes = list(takewhile(lambda entry: entry[0] == words, _from(words)))
    cities = [city for _, city in namesakes if city.words == words]
    called = [city.zone for city in (*_shortened(words, cities), *cities)]
    if places:
        # Washington and Victoria are each a state and a city; other cities with such a name elsewhere are not meant.
        return list(dict.fromkeys((*places, *called)))
    if not called and not _LIKE_ABBREVIATION.fullmatch(words):
        called = [city.zone for _, city in namesakes]
    if own:
        # Norfolk is both an island with its own zone and a city in Virginia; size decides which comes first.
        clock = _clock(own[0], at)
        called = [*takewhile(lambda zone: _clock(zone, at) != clock, called), own[0]]
    return list(dict.fromkeys(called))


def _shortened(words: str, cities: Sequence[City]) -> list[City]:
    """Return larger cities whose name of several words begins with `words`: Santa Cruz de la Sierra is much larger than
    Santa Cruz on Aruba. A single word never stands for a longer name: Porto is not Porto Alegre."""
    if not cities or " " not in words:
        return []
    longer = (
        city
        for name, city in takewhile(lambda entry: entry[0].startswith(f"{words} "), _from(f"{words} "))
        if name == city.words
    )
    return sorted((city for city in longer if city.place < cities[0].place), key=lambda city: city.place)


def _is_code(words: str) -> bool:
    """Return whether a text can only be the code of an airport, unlike QLD, which is also a name for Queensland."""
    if not _LIKE_CODE.fullmatch(words) or words in _GENERIC or words in _abbreviations():
        return False
    if (
        words in _countries()
        or words in regions()
        or words in {_words_of(zone).rpartition("/")[2] for zone in all_zones()}
    ):
        return False
    namesakes = list(takewhile(lambda entry: entry[0] == words, _from(words)))
    return bool(namesakes) and all(city.words != words for _, city in namesakes)


def _one_offset(words: str, at: datetime) -> bool:
    """Return whether a text is an abbreviation for a single offset, like `EST` and unlike `IST`."""
    zones = _abbreviations().get(words, ())
    return len({offset for zone in zones for name, offset in _names_of_offsets(zone, at.year) if name == words}) == 1


def _offset(words: str) -> timedelta | None:
    """Read an offset from UTC: `gmt+2`, `utc+5:30`, `+0530`. Positive means east, unlike in the zone data's
    `Etc/GMT-2`."""
    found = _OFFSET.fullmatch(words)
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return -offset if found["sign"] == "-" else offset


def _beginning(words: str) -> Iterator[str]:
    """Return zones of cities whose name begins like this, largest first; then those of countries and regions."""
    if not words:
        return
    cities = {city for _, city in takewhile(lambda entry: entry[0].startswith(words), _from(words))}
    # San Francisco comes before San Francisco de Quito, which most people call Quito.
    yield from (city.zone for city in sorted(cities, key=lambda city: (not city.words.startswith(words), city.place)))
    for country, zones in _countries().items():
        if country.startswith(words):
            yield from zones
    for region, zones in regions().items():
        if region.startswith(words):
            yield from zones


def _holding(words: str) -> list[str]:
    """Return zones whose name contains every word; first those whose city begins with the first word.

    Zones in `Etc/` are included only if the text says so.
    """
    parts = words.split()
    matches = [
        name
        for name in all_zones()
        if all(part in _words_of(name) for part in parts) and (not name.startswith("Etc/") or "etc" in words)
    ]
    return sorted(matches, key=lambda name: not (parts and _words_of(name).rpartition("/")[2].startswith(parts[0])))


# -- the data: cities by size, countries, and the abbreviations that the zone data itself knows


@cache
def _cities() -> Sequence[tuple[City, tuple[str, ...]]]:
    """Return every large city with all its normalized names, largest first."""
    known = set(all_zones())
    text = files("bot.study.typed").joinpath("cities.tsv").read_text(encoding="utf-8")
    cities: list[tuple[City, tuple[str, ...]]] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            zone, country, listed = line.split("\t")
            if zone in known:  # the zone data of an old machine may lack a new zone
                names = tuple(listed.split("|"))
                cities.append((City(len(cities), intern(zone), intern(country), names[0]), names))
    return cities


@cache
def _names() -> tuple[list[tuple[str, int]], Sequence[tuple[City, tuple[str, ...]]]]:
    cities = _cities()
    return sorted((name, place) for place, (_, names) in enumerate(cities) for name in names), cities


def _from(words: str) -> Iterator[tuple[str, City]]:
    """Return the names of cities in alphabetical order, from `words` on."""
    names, cities = _names()
    return ((name, cities[place][0]) for name, place in names[bisect_left(names, (words, -1)) :])


@cache
def _populous() -> tuple[str, ...]:
    """Return the zones of large cities, each once, largest city first."""
    return tuple(dict.fromkeys(city.zone for city, _ in _cities()))


@cache
def _everywhere() -> tuple[str, ...]:
    """Return the zones of all places, including those without a large city: one for each distinct clock, as the zone
    data recommends."""
    rows = files("tzdata").joinpath("zoneinfo/zone1970.tab").read_text(encoding="utf-8").splitlines()
    known = set(all_zones())
    recommended = (row.split("\t")[2] for row in rows if not row.startswith("#"))
    return tuple(dict.fromkeys([*_populous(), *(zone for zone in recommended if zone in known)]))


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Return each country's zones, by its English name, its code and its other names."""
    folder, places = (
        files("tzdata").joinpath("zoneinfo"),
        {city.zone: number for number, (city, _) in reversed([*enumerate(_cities())])},
    )
    rows = [row.split("\t") for row in folder.joinpath("zone.tab").read_text(encoding="utf-8").splitlines()]
    listed = {(row[0], row[2]) for row in rows if not row[0].startswith("#")}
    by_code: dict[str, dict[str, None]] = {}
    for city, _ in _cities():
        if (city.country, city.zone) in listed:  # a country's overseas territories may have other clocks
            by_code.setdefault(city.country, {})[city.zone] = None
    countries: dict[str, tuple[str, ...]] = {}
    for line in folder.joinpath("iso3166.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, name = line.split("\t")
            if code in by_code:
                # `Korea (South)` is called South Korea, and `Korea` may be either.
                whole, _, kind = name.partition(" (")
                for called in (whole, f"{kind.rstrip(')')} {whole}"):
                    words = spelled(called)
                    both = dict.fromkeys((*countries.get(words, ()), *by_code[code]))
                    countries[words] = tuple(sorted(both, key=places.__getitem__))
    for other, code in _CALLED.items():
        countries[other] = tuple(by_code.get(code, ()))
    return countries


@cache
def _abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Return each abbreviation, such as `est`, with the zones that use it during the year, most populous first."""
    found: dict[str, dict[str, None]] = {name: {zone: None} for name, zone in _FIRST.items()}
    for zone in _populous():
        for name, _ in _names_of_offsets(zone, 2026):
            if name.isalpha():
                found.setdefault(name, {})[zone] = None
    return {name: tuple(zones) for name, zones in found.items()}


@cache
def _names_of_offsets(zone: str, year: int) -> tuple[tuple[str, timedelta | None], ...]:
    days = (datetime(year, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return tuple(((day.tzname() or "").lower(), day.utcoffset()) for day in days)


@cache
def _clock_from(zone: str, day: int) -> tuple[timedelta | None, ...]:
    start = datetime.combine(date.fromordinal(day), time(), UTC)
    return tuple((start + ahead).astimezone(ZoneInfo(zone)).utcoffset() for ahead in _YEAR_AHEAD)


def _clock(zone: str, at: datetime) -> tuple[timedelta | None, ...]:
    """Return a key that is equal for zones whose clocks agree for a year from `at`."""
    return _clock_from(zone, at.toordinal())
