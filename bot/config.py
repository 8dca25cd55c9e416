"""The settings: environment variables, or lines of `.env`. They are read once, at startup, and do not change."""

from __future__ import annotations

import math
import os
import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.places import CONTENT, DATA, INSTALLED, PROGRAM
from bot.shards import EVERYTHING, Shards

T = TypeVar("T")

ENV_FILE = Path(".env")

_LIST = f"`{PROGRAM} settings`" if INSTALLED else ".env.example"
"""The file or command that lists the settings, for error messages."""


_PLAIN_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
"""Matches a host and port as links can contain them; names in other alphabets are written as xn--."""


class Unusable(Exception):
    """Something that a setting names cannot be used. The text names the setting and says what to do."""


class BadSettings(Unusable):
    """A setting is unknown or has an impossible value. The text names the setting and the remedy, never the value."""


class Secret:
    """A value that is never shown, even if the settings are printed."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting is for and how its text is read. `read` raises ValueError, whose message says what the value must
    be.

    `variable`: the environment variable, if it is not the field's name in capitals.
    """

    about: str
    read: Callable[[str], Any]
    variable: str | None


def _setting(default: T, about: str, read: Callable[[str], T], *, variable: str | None = None, repr: bool = True) -> T:
    """Return a field of Settings."""
    made: T = field(default=default, repr=repr, metadata={"setting": Setting(about, read, variable)})
    return made


# -- readers


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    def read(text: str) -> int:
        if re.fullmatch("[+-]?[0-9]{1,20}", text.strip(), re.ASCII) is not None:
            number = int(text)
            if low <= number and (high is None or number <= high):
                return number
        raise ValueError(
            f"must be a whole number, {low} or more" if high is None else f"must be a whole number from {low} to {high}"
        )

    return read


def _pace(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= 50:
        raise ValueError("must be a number above 0 and up to 50")
    return number


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        for value in values:
            if text.upper() == value.upper():
                return value
        raise ValueError(f"must be {', '.join(values[:-1])} or {values[-1]}")

    return read


def _api(url: str) -> str:
    if not keeps_secrets(url, secure="https", plain="http"):
        raise ValueError(
            "must begin with https://, or be http:// on this machine, such as http://127.0.0.1:8080/api/v10"
        )
    return url.rstrip("/")


def _gateway(url: str) -> str:
    if not keeps_secrets(url, secure="wss", plain="ws"):
        raise ValueError("must begin with wss://, or be ws:// on this machine, such as ws://127.0.0.1:7878")
    return url


def _pages(url: str) -> str:
    if not keeps_secrets(url, secure="https", plain="http"):
        raise ValueError("must begin with https://, or be http:// on this machine, such as http://127.0.0.1:8081")
    parts = urlsplit(url)
    if parts.path.strip("/") or parts.query or parts.fragment or not _PLAIN_HOST.fullmatch(parts.netloc):
        raise ValueError("must be an address without a path, such as https://study.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _header(name: str) -> str:
    if re.fullmatch("[A-Za-z][A-Za-z0-9-]{0,63}", name) is None:
        raise ValueError("must be the name of a header, such as X-Real-IP")
    return name


def _database(url: str) -> str:
    if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    if url.removeprefix("sqlite+aiosqlite:///") in ("", ":memory:"):
        raise ValueError("must name a file, because several connections share it: sqlite+aiosqlite:///data/cohort.db")
    if url.removeprefix("sqlite+aiosqlite:///").startswith("file:"):
        raise ValueError("must name a file, and SQLite reads file: as an address: sqlite+aiosqlite:///data/cohort.db")
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError(
            "has a port that is not a number; a `/`, `#` or `?` in the password must be written as %2F, %23 or %3F"
        ) from None
    return _with_known_parameters(url) if url.startswith("postgresql") else url


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults. `load_settings` reads and checks the given ones."""

    discord_token: Secret | None = _setting(  # noqa: RUF009  it returns a field
        None, "The bot's token from Discord's developer portal. Without one, the playground opens.", Secret
    )
    discord_api_url: str = _setting(
        "https://discord.com/api/v10",
        "The address of Discord's API, with its version. Change it only for a rate-limit proxy. It must be https, or http on this "
        "machine, so that the token is never sent unencrypted.",
        _api,
    )
    discord_gateway_url: str | None = _setting(
        None,
        "The address of a gateway proxy, if you use one instead of the gateway that the API names. It must be wss, or ws "
        "on this machine, so that the token is never sent unencrypted.",
        _gateway,
    )
    database_url: str = _setting(
        f"sqlite+aiosqlite:///{(DATA / 'cohort.db').as_posix()}",
        "Where all data is stored: an SQLite file (the default), or postgresql+asyncpg://user:password@host/name, "
        "with ?pooler=transaction behind a pooler that shares connections between transactions.",
        _database,
        repr=False,  # may contain a password
    )
    content_dir: Path = _setting(CONTENT, "The folder of question packs.", Path)  # noqa: RUF009  as above
    pack: str = _setting("aws-mla-c01", "The pack that a new server starts with.", str, variable="CONTENT_PACK")
    log_level: str = _setting(
        "INFO",
        "The lowest level that is logged: DEBUG, INFO, WARNING or ERROR.",
        _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    )
    log_format: str = _setting(
        "text",
        "The format of log lines: text for people, json for log collectors.",
        _one_of("text", "json"),
    )
    health_host: str = _setting(
        "127.0.0.1",
        "The address of /healthz and /metrics. 0.0.0.0 opens them to the network: they contain no names and no answers.",
        str,
        variable="COHORT_HEALTH_HOST",
    )
    health_port: int = _setting(
        8080,
        "The port of /healthz and /metrics; 0 turns them off.",
        _whole(0, 65_535),
        variable="COHORT_HEALTH_PORT",
    )
    web_url: str | None = _setting(
        None,
        "The public address of the web pages, such as https://study.example.org; without it there are "
        "none. It must be https, or http on this machine, because links to private pages use it.",
        _pages,
        variable="COHORT_WEB_URL",
    )
    web_host: str = _setting(
        "127.0.0.1",
        "The address on which your reverse proxy reaches the web pages; 0.0.0.0 inside a container.",
        str,
        variable="COHORT_WEB_HOST",
    )
    web_port: int = _setting(8081, "The port of the web pages.", _whole(1, 65_535), variable="COHORT_WEB_PORT")
    web_client_header: str | None = _setting(
        None,
        "The header in which your reverse proxy names the client, such as X-Real-IP or X-Forwarded-For (its last entry "
        "counts), for the limit on requests. Without it, the limit counts connecting addresses. Set this only if your proxy sets the header itself.",
        _header,
        variable="COHORT_WEB_CLIENT_HEADER",
    )
    backups_kept: int = _setting(
        7,
        "How many nightly backups are kept in `backups`, next to the SQLite file; 0 for no backups.",
        _whole(0),
        variable="COHORT_BACKUPS_KEPT",
    )
    posts_per_second: float = _setting(
        45.0,
        "The maximum rate of scheduled posts and edits, over all servers. Discord allows a bot 50 requests a second. "
        "If several processes share the bot, each gets a part in proportion to its shards.",
        _pace,
        variable="DISCORD_POSTS_PER_SECOND",
    )
    daily_window_minutes: int = _setting(
        0,
        "Over how many minutes questions of the day with the same time are spread; each server always gets the same "
        "minute. 0 posts all of them on time. Use it only if tens of thousands of servers choose the same time.",
        _whole(0, 60),
        variable="COHORT_DAILY_WINDOW_MINUTES",
    )
    shard_count: int | None = _setting(
        None,
        "How many shards the bot has in all. Without it, Discord recommends a number, and one process runs all shards.",
        _whole(1, 16_384),
    )
    shard_ids: str | None = _setting(
        None,
        "The shards of this process, if several processes share one PostgreSQL database: a list such as 0-3 or 0,1,5, or "
        "the number of this process and of all processes, such as 0/4. Without it, this process runs all shards.",
        str,
    )
    erase_after_days: int = _setting(
        30,
        "How many days a server's data is kept after it has removed the bot.",
        _whole(1, 3_650),
        variable="COHORT_ERASE_AFTER_DAYS",
    )
    playground_port: int = _setting(
        8765, "The loopback port of the playground; 0 for any free port.", _whole(0, 65_535)
    )

    @property
    def shards(self) -> Shards:
        if self.shard_count is None:
            return EVERYTHING
        return Shards.parse(self.shard_count, self.shard_ids) if self.shard_ids else Shards.all_of(self.shard_count)


SETTINGS: Mapping[str, Setting] = {each.name: each.metadata["setting"] for each in fields(Settings)}
"""How each setting is read, by the field's name."""


TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""The TLS modes of PostgreSQL's clients."""


def _with_known_parameters(url: str) -> str:
    """Rename `sslmode`, which hosting services use, to the driver's parameter. Raises ValueError for unknown
    parameters."""
    address = urlsplit(url)
    given = parse_qs(address.query, keep_blank_values=True)
    if "sslmode" in given:
        given["ssl"] = given.pop("sslmode")
    if unknown := given.keys() - {"host", "port", "pooler", "ssl"}:
        raise ValueError(
            f"has an unknown parameter, `{min(unknown)}`; leave it out (`sslmode`, `pooler`, `host` and `port` are known)"
        )
    if given.get("ssl", ["require"])[-1] not in TLS:
        raise ValueError(f"has an unknown sslmode; use one of: {', '.join(TLS)}")
    if given.get("pooler", ["transaction"]) != ["transaction"]:
        raise ValueError("has an unknown pooler; the only one that must be named is ?pooler=transaction")
    query = urlencode({name: values[-1] for name, values in given.items()})
    return urlunsplit(address._replace(query=query))


def keeps_secrets(url: str, *, secure: str, plain: str) -> bool:
    """Return whether a token may be sent to an address: only over TLS or to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises ValueError if the port is invalid
    except ValueError:
        return False
    if parts.scheme == secure:
        return bool(host)
    return parts.scheme == plain and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def env_name(name: str) -> str:
    """Return the environment variable that sets a field."""
    return SETTINGS[name].variable or name.upper()


def example() -> str:
    """Return the text of `.env.example`: every setting with its purpose and default."""
    parts = ["# Settings of Cohort. Copy this file to `.env`, and uncomment what you change."]
    for name, setting in SETTINGS.items():
        words = textwrap.fill(setting.about, 116, initial_indent="# ", subsequent_indent="# ")
        default = getattr(Settings, name)
        parts.append(f"{words}\n# {env_name(name)}={'' if default is None else default}")
    return "\n\n".join(parts) + "\n"


def load_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSettings, with one sentence for each fault."""
    known = {env_name(name) for name in SETTINGS}
    if ENV_FILE.is_dir():
        raise BadSettings(f"{ENV_FILE}: it is a folder, which Docker makes of a missing file. Replace it with a file.")
    try:
        written = _names_in(ENV_FILE.read_text(encoding="utf-8")) if ENV_FILE.is_file() else set()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(
            f"{ENV_FILE}: it cannot be read. Give this user permission to read it, and save it as UTF-8."
        ) from None
    unknown = sorted(
        name
        for name in written | {name for name in os.environ if name.startswith("COHORT_")}
        if name.upper() not in known
    )
    faults = [f"{name}: there is no such setting; {_LIST} lists all settings." for name in unknown]
    given = {**(_given(dotenv_values(ENV_FILE, encoding="utf-8")) if written else {}), **_given(os.environ)}
    values: dict[str, Any] = {}
    wrong: dict[str, ValueError] = {}
    for name, setting in SETTINGS.items():
        try:
            if (text := given.get(env_name(name))) is not None:
                values[name] = setting.read(_one_line(text))
        except ValueError as error:
            wrong[name] = error
    if not wrong.keys() & {"shard_count", "shard_ids", "database_url"}:
        try:
            _check_shards(values)
        except ValueError as error:
            wrong["shard_ids"] = error
    if faults := faults + [_sentence(name, error) for name, error in wrong.items()]:
        raise BadSettings("\n".join(faults))
    return Settings(**values)


def _given(texts: Mapping[str, str | None]) -> dict[str, str]:
    """Return the values that are not empty, by variable in capitals."""
    return {name.upper(): text for name, text in texts.items() if text}


def _one_line(text: str) -> str:
    # If a quote is not closed until some lines below, its value swallows the settings in between.
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise ValueError("holds a line break or a control character; write it on one line, with any closing quote")
    return text


def _check_shards(values: Mapping[str, Any]) -> None:
    if (ids := values.get("shard_ids")) is None:
        return
    if (count := values.get("shard_count")) is None:
        raise ValueError("also needs SHARD_COUNT, the total number of shards")
    part = not Shards.parse(count, ids).everything
    if part and values.get("database_url", Settings.database_url).startswith("sqlite"):
        raise ValueError(
            "names only some of the shards, so DATABASE_URL must be a PostgreSQL database that all processes share"
        )


def _names_in(text: str) -> set[str]:
    """Return the settings that `.env` names. Raises BadSettings, with the number of each line that is not `NAME=value`
    and of each setting that is named twice, because python-dotenv would only log the one and take the last of the other."""
    names: set[str] = set()
    lines: dict[str, list[str]] = {}
    broken: list[str] = []
    for binding in parse_stream(StringIO(text)):
        # An entry may span several lines and begin with empty ones.
        line = binding.original.line + len(binding.original.string) - len(binding.original.string.lstrip("\n"))
        if binding.error or (binding.key is not None and binding.value is None):
            broken.append(f"{ENV_FILE}, line {line}: it cannot be read. Write it as NAME=value, and close every quote.")
        elif binding.key is not None:
            names.add(binding.key)
            lines.setdefault(binding.key.upper(), []).append(str(line))
    broken += [
        f"{name}: {ENV_FILE} sets it on lines {', '.join(twice[:-1])} and {twice[-1]}. Leave one of them."
        for name, twice in lines.items()
        if len(twice) > 1
    ]
    if broken:
        raise BadSettings("\n".join(broken))
    return names


def _sentence(name: str, error: ValueError) -> str:
    return f"{env_name(name)}: {str(error).rstrip('.')}; {_LIST} says what it accepts."
