"""The time zones of states and provinces, which people name instead of a city. The most populous zone comes first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_REGIONS = """
America/New_York: connecticut, delaware, district of columbia, georgia, maine, maryland, massachusetts, new hampshire, new jersey, new york, north carolina, ohio, pennsylvania, rhode island, south carolina, vermont, virginia, washington dc, washington d.c., west virginia
America/New_York America/Chicago: florida
America/New_York America/Kentucky/Louisville America/Chicago: kentucky
America/Detroit America/Menominee: michigan
America/Indiana/Indianapolis America/Chicago: indiana
America/Chicago: alabama, arkansas, illinois, iowa, louisiana, minnesota, mississippi, missouri, oklahoma, wisconsin
America/Chicago America/New_York: tennessee
America/Chicago America/Denver: kansas, nebraska, north dakota, south dakota, texas
America/Denver: colorado, montana, new mexico, utah, wyoming
America/Boise America/Los_Angeles: idaho
America/Phoenix: arizona
America/Los_Angeles: california, nevada, washington, washington state
America/Los_Angeles America/Boise: oregon
America/Anchorage America/Adak: alaska
Pacific/Honolulu: hawaii
America/Puerto_Rico: puerto rico
America/Toronto: ontario, quebec
America/Winnipeg: manitoba
America/Regina: saskatchewan
America/Edmonton: alberta
America/Vancouver America/Edmonton: british columbia
America/Halifax: new brunswick, nova scotia, prince edward island
America/St_Johns America/Goose_Bay: newfoundland and labrador
America/St_Johns: newfoundland
America/Goose_Bay: labrador
America/Whitehorse: yukon
America/Edmonton: northwest territories
America/Iqaluit America/Rankin_Inlet America/Cambridge_Bay: nunavut
Australia/Sydney: new south wales, nsw, australian capital territory
Australia/Melbourne: victoria
Australia/Brisbane: queensland, qld
Australia/Adelaide: south australia
Australia/Perth: western australia
Australia/Hobart: tasmania
Australia/Darwin: northern territory
"""
"""Regions of the United States, Canada and Australia whose names are not zones."""


@cache
def regions() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each region, by its name in lower case."""
    lines = (line.split(": ") for line in _REGIONS.strip().splitlines())
    return {name: tuple(zones.split()) for zones, names in lines for name in names.split(", ")}
