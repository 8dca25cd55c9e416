"""Limit the requests of each address."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

BURST = 60
PER_SECOND = 2.0
"""The rate and burst of requests. A page takes one or two, so even someone who reads question after question stays
below the limit."""
ADDRESSES = 10_000
"""How many addresses are tracked; beyond that, the least recently seen are forgotten."""


@dataclass(slots=True)
class Buckets:
    """A token bucket for each address. `now` is any monotonic clock in seconds."""

    burst: int = BURST
    per_second: float = PER_SECOND
    most: int = ADDRESSES
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str, now: float) -> float:
        """Take a token. Return 0, or the seconds until one is available."""
        left, then = self._left.pop(address, (float(self.burst), now))
        left = min(self.burst, left + (now - then) * self.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self.per_second
        self._left[address] = (left if wait else left - 1), now
        if len(self._left) > self.most:
            self._left.popitem(last=False)
        return wait


def address_of(request: web.BaseRequest, header: str | None) -> str:
    """Return the client's address: the peer of the connection, or the last entry of the `header` that our proxy sets.

    A /64 network counts as one address, because an IPv6 client controls all of it.
    """
    values = request.headers.getall(header, []) if header else []
    named = _address(values[-1].rpartition(",")[2].strip()) if values else None
    return named or _address(request.remote or "") or "unknown"


def _address(text: str) -> str | None:
    try:
        found: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return found.exploded[:19]
