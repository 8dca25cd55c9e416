"""Time zones, as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.study.errors import AmbiguousZone, BadZone
from bot.study.typed import all_zones, parse_zone, search_zones, warm
from bot.study.typed.words import spelled
from bot.study.typed.zones import _abbreviations, _cities

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
SUMMER = datetime(2027, 7, 1, 9, tzinfo=UTC)
zones = st.sampled_from([zone for zone in all_zones() if zone.lower() not in _abbreviations()])
"""All zones except those whose names people use for something else: IANA's `EST` has no summer time."""


def offset(zone, at=AT):
    return at.astimezone(ZoneInfo(zone)).utcoffset()


@given(zones)
@example("America/Argentina/ComodRivadavia")
def test_every_zone_can_be_typed_in_any_case_and_with_spaces(zone):
    assert parse_zone(zone, AT) == zone
    assert parse_zone(f" {zone.replace('_', ' ').swapcase()} ", AT) == zone


@pytest.mark.parametrize(
    "typed", ["", "Mars", "Europe/Atlantis", "localtime", "../../etc/passwd", "UTC+25", "gmt+4:07", "+", "UTC+-2"]
)
def test_an_unknown_zone_is_refused(typed):
    with pytest.raises(BadZone) as refused:
        parse_zone(typed, AT)

    assert refused.value.text == typed


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kolk", "Asia/Kolkata"),
        ("new york", "America/New_York"),
        ("america new", "America/New_York"),
        ("utc", "UTC"),
        ("japan", "Japan"),
        ("Buenos", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_zone_is_found_by_what_people_type_of_it(typed, first):
    assert search_zones(typed, 25, AT)[0] == first


def test_a_search_offers_at_most_as_many_as_requested_and_nothing_for_nonsense():
    assert len(search_zones("", 25, AT)) == 25
    assert search_zones("nowhere at all", 25, AT) == []


@given(zones)
def test_every_zone_is_offered_to_whoever_types_its_name(zone):
    assert search_zones(zone, 25, AT)[0] == zone


@pytest.mark.parametrize("typed", ["gmt+2", "GMT +2", "utc+2", "UTC+02:00", "+2", "+0200", "+02:00", "UTC+2h"])
def test_an_offset_finds_the_zones_with_that_offset_and_none_with_the_opposite(typed):
    found = search_zones(typed, 25, AT)

    assert {"Europe/Athens", "Africa/Cairo", "Africa/Johannesburg"} <= set(found)
    assert {offset(zone) for zone in found} == {timedelta(hours=2)}


@given(st.integers(-11 * 60, 14 * 60).filter(lambda minutes: minutes % 15 == 0), st.sampled_from([AT, SUMMER]))
def test_whatever_offset_is_typed_the_zones_offered_have_it_at_that_time(minutes, at):
    hours, rest = divmod(abs(minutes), 60)
    typed = f"utc{'-' if minutes < 0 else '+'}{hours}:{rest:02}"

    assert {offset(zone, at) for zone in search_zones(typed, 25, at)} <= {timedelta(minutes=minutes)}
    with suppress(BadZone):
        assert offset(parse_zone(typed, at), at) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("est", "America/New_York"),
        ("EDT", "America/New_York"),
        ("eastern time", "America/New_York"),
        ("cet", "Europe/Berlin"),
        ("cest", "Europe/Berlin"),
        ("pst", "America/Los_Angeles"),
        ("PT", "America/Los_Angeles"),
        ("cst", "America/Chicago"),
        ("mst", "America/Denver"),
        ("hst", "Pacific/Honolulu"),
        ("ist", "Asia/Kolkata"),
        ("jst", "Asia/Tokyo"),
        ("aest", "Australia/Sydney"),
        ("bst", "Europe/London"),
        ("utc+5:30", "Asia/Kolkata"),
        ("utc+14", "Pacific/Kiritimati"),
        ("utc+0", "UTC"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("m\u00fcnchen", "Europe/Berlin"),
        ("munchen", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("koeln", "Europe/Berlin"),
        ("S\u00e3o Paulo", "America/Sao_Paulo"),
        ("sao pau", "America/Sao_Paulo"),
        ("\u0141\u00f3d\u017a", "Europe/Warsaw"),
        ("Bogot\u00e1", "America/Bogota"),
        ("san francisco", "America/Los_Angeles"),
        ("seattle", "America/Los_Angeles"),
        ("mumbai", "Asia/Kolkata"),
        ("bombay", "Asia/Kolkata"),
        ("bangalore", "Asia/Kolkata"),
        ("peking", "Asia/Shanghai"),
        ("germany", "Europe/Berlin"),
        ("uk", "Europe/London"),
        ("paris", "Europe/Paris"),
    ],
)
def test_people_find_their_zone_by_city_country_abbreviation_or_offset(typed, first):
    assert search_zones(typed, 25, AT)[0] == first


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("est", "America/New_York"),
        ("EST", "America/New_York"),
        ("utc+5:30", "Asia/Kolkata"),
        ("UTC+0", "UTC"),
        ("gmt+9", "Asia/Tokyo"),
        ("Berlin", "Europe/Berlin"),
        ("z\u00fcrich", "Europe/Zurich"),
        ("london", "Europe/London"),
        ("Germany", "Europe/Berlin"),
        ("Porto", "Europe/Lisbon"),
    ],
)
def test_a_text_that_means_one_clock_need_not_be_picked_from_the_list(typed, zone):
    meant = parse_zone(typed, AT)

    assert meant == zone or {offset(meant, at) - offset(zone, at) for at in (AT, SUMMER)} == {timedelta()}


@pytest.mark.parametrize("typed", ["florida", "americ", "holla", "san fran"])
def test_the_beginning_of_a_city_s_name_is_never_read_as_the_city(typed):
    with pytest.raises(AmbiguousZone) as refused:
        parse_zone(typed, AT)

    assert 1 <= len(refused.value.zones) <= 5


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("holland", "Europe/Amsterdam"),
        ("south korea", "Asia/Seoul"),
        ("north korea", "Asia/Pyongyang"),
        ("korea", "Asia/Seoul"),
        ("T\u00fcrkiye", "Europe/Istanbul"),
        ("czechia", "Europe/Prague"),
        ("ivory coast", "Africa/Abidjan"),
        ("wales", "Europe/London"),
    ],
)
def test_a_country_is_recognized_by_its_common_names(typed, zone):
    meant = parse_zone(typed, AT)

    assert {offset(meant, at) - offset(zone, at) for at in (AT, SUMMER)} == {timedelta()}


@pytest.mark.parametrize(
    "typed",
    [
        "gmt+2",
        "utc-5",
        "ist",
        "cst",
        "usa",
        "san jose",
        "america",
        "congo",
        "samoa",
        "georgia",
        "Santa Cruz",
        "San Luis",
    ],
)
def test_a_text_that_means_several_clocks_is_refused_with_their_names(typed):
    with pytest.raises(AmbiguousZone) as refused:
        parse_zone(typed, AT)

    assert 2 <= len(refused.value.zones) <= 5
    assert set(refused.value.zones) <= set(all_zones())


STATES = [
    "alabama",
    "alaska",
    "arizona",
    "arkansas",
    "california",
    "colorado",
    "connecticut",
    "delaware",
    "florida",
    "georgia",
    "hawaii",
    "idaho",
    "illinois",
    "indiana",
    "iowa",
    "kansas",
    "kentucky",
    "louisiana",
    "maine",
    "maryland",
    "massachusetts",
    "michigan",
    "minnesota",
    "mississippi",
    "missouri",
    "montana",
    "nebraska",
    "nevada",
    "new_hampshire",
    "new_jersey",
    "new_mexico",
    "new_york",
    "north_carolina",
    "north_dakota",
    "ohio",
    "oklahoma",
    "oregon",
    "pennsylvania",
    "rhode_island",
    "south_carolina",
    "south_dakota",
    "tennessee",
    "texas",
    "utah",
    "vermont",
    "virginia",
    "washington",
    "west_virginia",
    "wisconsin",
    "wyoming",
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_the_united_states_is_known_by_its_name(state):
    offered = search_zones(state.replace("_", " "), 25, AT)

    assert offered[0].startswith(("America/", "Pacific/Honolulu")) or state == "georgia"
    assert not {"America/Bogota", "Europe/Moscow"} & set(offered[:2])


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        ("georgia", ["Asia/Tbilisi", "America/New_York"]),
        ("washington", ["America/Los_Angeles", "America/New_York"]),
        ("samoa", ["Pacific/Apia", "Pacific/Pago_Pago"]),
        ("st. petersburg", ["Europe/Moscow", "America/New_York"]),
        ("Saint Petersburg", ["Europe/Moscow", "America/New_York"]),
        ("Saint Louis", ["America/Chicago", "Africa/Dakar", "Indian/Reunion"]),
        ("St.Petersburg", ["Europe/Moscow", "America/New_York"]),
        ("petersburg", ["Europe/Moscow", "America/Indiana/Petersburg"]),
        ("norfolk", ["America/New_York", "Pacific/Norfolk"]),
        ("San Juan", ["America/Puerto_Rico", "America/Argentina/San_Juan"]),
    ],
)
def test_a_name_of_two_places_offers_both_and_is_never_read_as_one_of_them(typed, zones):
    with pytest.raises(AmbiguousZone) as refused:
        parse_zone(typed, AT)

    assert list(refused.value.zones) == zones
    assert search_zones(typed, len(zones), AT) == zones


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. John's", "saint johns"),
        ("Port-au-Prince", "port au prince"),
        ("N\u2019Djamena", "ndjamena"),
        ("cluj napoca", "Cluj-Napoca"),
        ("Xi'an", "xian"),
    ],
)
def test_a_name_is_the_same_with_and_without_its_accents(one, other):
    assert parse_zone(one, AT) == parse_zone(other, AT)


@given(st.text(min_size=1, max_size=6) | st.sampled_from([name for city, names in _cities() for name in names]))
def test_each_offered_zone_is_read_as_itself(typed):
    try:
        offered = [parse_zone(typed, AT)]
    except AmbiguousZone as several:
        offered = [*several.zones]
    except BadZone:
        offered = []

    for zone in offered + search_zones(typed, 25, AT):
        assert {offset(parse_zone(zone, AT), at) - offset(zone, at) for at in (AT, SUMMER)} == {timedelta()}


def test_no_country_has_a_zone_that_the_zone_data_gives_only_to_others():
    rows = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    listed = {row.split("\t")[2]: row[:2] for row in rows if not row.startswith("#")}

    assert search_zones("palestine", 25, AT) == ["Asia/Hebron", "Asia/Gaza"]
    for row in files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines():
        code, _, name = row.partition("\t")
        if not row.startswith("#") and name not in ("Georgia", "Jersey") and "(" not in name:
            with suppress(BadZone, AmbiguousZone):
                assert listed.get(parse_zone(name, AT), code) == code


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("clt", "America/Santiago"),
        ("cvt", "Atlantic/Cape_Verde"),
        ("cit", "Asia/Makassar"),
        ("get", "Asia/Tbilisi"),
        ("sbt", "Pacific/Guadalcanal"),
        ("pet", "America/Lima"),
        ("nyc", "America/New_York"),
    ],
)
def test_an_abbreviation_is_a_zone_before_it_is_the_code_of_an_airport(typed, zone):
    assert parse_zone(typed, AT) == zone


@pytest.mark.parametrize("typed", ["nqt", "dtt", "uet"])
def test_a_text_that_looks_like_an_abbreviation_is_never_read_as_an_airport(typed):
    with pytest.raises(BadZone):
        parse_zone(typed, AT)


@given(st.text() | st.text("utcgmez+-: 0123456789", max_size=12))
def test_any_text_is_a_zone_or_is_refused(text):
    with suppress(BadZone):
        assert parse_zone(text, AT) in all_zones()


def test_no_later_look_up_reads_a_file(monkeypatch):
    def read(*_):
        raise AssertionError("a table is read while somebody waits")

    warm()
    monkeypatch.setattr("bot.study.typed.zones.files", read)
    monkeypatch.setattr("bot.study.typed.zones.available_timezones", read)
    monkeypatch.setattr("bot.study.typed.zones.ZoneInfo", read)

    for text in ("berl", "gmt+2", "est", "germany", "a", "nowhere at all"):
        search_zones(text, 25, AT)


def test_the_names_of_cities_are_stored_in_normalized_form():
    """Otherwise, every start or look-up would have to normalize thousands of names."""
    assert not [name for _, names in _cities() for name in names if name != spelled(name)]


@pytest.mark.parametrize("code", ["RSA", "CHN", "POL", "SUI", "PEI", "MTL", "LAX"])
def test_the_code_of_an_airport_is_offered_and_never_accepted_silently(code):
    with pytest.raises(AmbiguousZone):
        parse_zone(code, AT)

    assert search_zones(code, 25, AT)


@pytest.mark.parametrize(
    ("text", "zone"), [("Bali", "Asia/Makassar"), ("Goa", "Asia/Kolkata"), ("QLD", "Australia/Brisbane")]
)
def test_islands_and_states_come_before_a_town_or_an_airport_of_that_name(text, zone):
    assert parse_zone(text, AT) == zone
