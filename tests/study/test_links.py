"""Signed links: only links that we created are accepted."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.links import LIFETIME, Invalid, Link, LinkRefused, Page, read, sign

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ids = st.integers(0, 2**63 - 1)
links = st.builds(
    Link,
    page=st.sampled_from(Page),
    guild_id=ids,
    user_id=ids,
    expires_at=st.integers(1, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    exam_id=ids,
)
A_LINK = Link(Page.PROGRESS, 7, 42, AT + LIFETIME)


def why(token, at=AT, key=KEY):
    with pytest.raises(LinkRefused) as refused:
        read(token, key, at)
    return refused.value.why


@given(links)
def test_a_link_is_read_back_as_it_was_signed_until_it_expires(link):
    token = sign(link, KEY)

    assert read(token, KEY, link.expires_at - timedelta(seconds=1)) == link
    assert why(token, link.expires_at) is Invalid.EXPIRED


@given(links)
def test_a_link_fits_into_an_address_without_escaping(link):
    assert sign(link, KEY).replace("-", "").replace("_", "").replace(".", "", 1).isalnum()


@given(links, st.data())
def test_no_character_of_a_link_can_be_changed(link, data):
    token = sign(link, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=%/ é\0"))
    forged = token[:place] + other + token[place + 1 :]

    assert forged == token or why(forged) is Invalid.FORGED


@pytest.mark.parametrize("change", ["guild", "user", "page", "expiry", "exam"])
def test_the_content_of_a_link_cannot_replace_that_of_another(change):
    other = {
        "guild": Link(Page.PROGRESS, 8, 42, AT + LIFETIME),
        "user": Link(Page.PROGRESS, 7, 43, AT + LIFETIME),
        "page": Link(Page.HEAT_MAP, 7, 42, AT + LIFETIME),
        "expiry": Link(Page.PROGRESS, 7, 42, AT + 2 * LIFETIME),
        "exam": Link(Page.PROGRESS, 7, 42, AT + LIFETIME, 1),
    }[change]
    carried, signature = sign(other, KEY).split(".")[0], sign(A_LINK, KEY).split(".")[1]

    assert why(f"{carried}.{signature}") is Invalid.FORGED


def test_a_link_with_another_key_or_without_one_opens_nothing():
    assert why(sign(A_LINK, OTHER_KEY)) is Invalid.FORGED
    assert why(sign(A_LINK, KEY), key=None) is Invalid.FORGED


@pytest.mark.parametrize("token", ["", ".", "x", "a" * 400, f"{'A' * 8}.{'A' * 43}", "٣" * 8 + "." + "A" * 43])
def test_an_invalid_link_opens_nothing(token):
    assert why(token) is Invalid.FORGED


def test_a_link_contains_ids_and_a_time_and_no_name():
    carried = sign(A_LINK, KEY).split(".")[0]

    assert urlsafe_b64decode(carried + "=" * (-len(carried) % 4)) == b"progress.7.42.0.1796040900"
    assert urlsafe_b64encode(b"progress.7.42.0.1796040900").rstrip(b"=").decode() == carried
