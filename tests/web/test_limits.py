"""Limits on the requests from one address."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.web.limits import Buckets, address_of


def test_a_burst_is_accepted_and_then_requests_at_the_steady_rate():
    buckets = Buckets(burst=3, per_second=2)

    assert [buckets.take("a", 0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b", 0) == 0
    assert [buckets.take("a", 0.5), buckets.take("a", 0.5)] == [0, 0.5]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_nobody_exceeds_the_burst_and_the_steady_rate(gaps):
    buckets, now, taken = Buckets(burst=5, per_second=1), 0.0, 0
    for gap in gaps:
        now += gap
        taken += buckets.take("a", now) == 0

    assert taken <= 5 + now + 1e-6


def test_only_so_many_addresses_are_remembered():
    buckets = Buckets(burst=1, most=10)
    for n in range(50):
        buckets.take(str(n), 0)

    assert len(buckets._left) == 10
    assert buckets.take("49", 0) > 0


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        ("unknown", "203.0.113.1"),
        ("", "203.0.113.1"),
    ],
)
def test_an_address_is_read_from_the_header_of_the_proxy(told, address):
    class Transport:
        def get_extra_info(self, name, default=None):
            return ("203.0.113.1", 1) if name == "peername" else default

    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": told}, transport=Transport())

    assert address_of(request, "X-Forwarded-For") == address
    assert address_of(request, None) == "203.0.113.1"
