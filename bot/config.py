"""The settings: environment variables, or lines of `.env`. Read once, at startup, and frozen."""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.places import CONTENT, DATA, INSTALLED, PROGRAM
from bot.shards import EVERYTHING, Shards

ENV_FILE = Path(".env")

_LIST = f"`{PROGRAM} settings`" if INSTALLED else ".env.example"
"""The command that lists the settings, with the same text if there is no file."""


_PLAIN_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
"""A host with its port as links can carry it; other alphabets are written as xn--."""


class Unusable(Exception):
    """Something that a setting names cannot be used. The text names the setting and says what to do."""


class BadSettings(Unusable):
    """A setting is unknown or has an impossible value. The text names the setting and the remedy, never the value."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", frozen=True, extra="ignore", env_ignore_empty=True
    )

    discord_token: SecretStr | None = Field(
        None,
        description="The bot's token from Discord's developer portal. Without one, the playground opens.",
    )
    discord_api_url: str = Field(
        "https://discord.com/api/v10",
        description=(
            "Where Discord's API is, with its version: another address is for a rate-limit proxy. https, or http on this "
            "machine alone, so that the token never travels in the clear."
        ),
    )
    discord_gateway_url: str | None = Field(
        None,
        description=(
            "Where Discord's gateway is, if not where its API says: a gateway proxy. wss, or ws on this machine alone, for the "
            "same reason."
        ),
    )
    database_url: str = Field(
        f"sqlite+aiosqlite:///{(DATA / 'cohort.db').as_posix()}",
        repr=False,  # it may hold a password
        description="Where everything is kept: an SQLite file (the default), or postgresql+asyncpg://user:password@host/name, "
        "with ?pooler=transaction behind a pooler that shares connections between transactions.",
    )
    content_dir: Path = Field(CONTENT, description="The folder of question packs.")
    pack: str = Field(
        "aws-mla-c01", validation_alias="CONTENT_PACK", description="The pack that a new server starts with."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How a line of the log is written: text for people, json for machines that collect logs."
    )
    health_host: str = Field(
        "127.0.0.1",
        validation_alias="COHORT_HEALTH_HOST",
        description="The address of /healthz and /metrics. 0.0.0.0 opens them to the network: they hold no names and no answers.",
    )
    health_port: int = Field(
        8080,
        ge=0,
        le=65535,
        validation_alias="COHORT_HEALTH_PORT",
        description="The port of /healthz and /metrics; 0 switches them off.",
    )
    web_url: str | None = Field(
        None,
        validation_alias="COHORT_WEB_URL",
        description="The address under which people reach the web pages, such as https://study.example.org; without it there are "
        "none. https, or http on this machine alone, because links to private pages go there.",
    )
    web_host: str = Field(
        "127.0.0.1",
        validation_alias="COHORT_WEB_HOST",
        description="The address at which the web pages are served to your reverse proxy; 0.0.0.0 inside a container.",
    )
    web_port: int = Field(
        8081, ge=1, le=65535, validation_alias="COHORT_WEB_PORT", description="The port of the web pages."
    )
    web_client_header: str | None = Field(
        None,
        validation_alias="COHORT_WEB_CLIENT_HEADER",
        description="The header in which your reverse proxy names who asks, such as X-Real-IP or X-Forwarded-For (its last entry "
        "counts), for the limit on requests. Without it, that is whoever connects. Only for a proxy that sets it itself.",
    )
    backups_kept: int = Field(
        7,
        ge=0,
        validation_alias="COHORT_BACKUPS_KEPT",
        description="How many nightly backups are kept in `backups`, beside the SQLite file; 0 makes none.",
    )
    posts_per_second: float = Field(
        45,
        gt=0,
        le=50,
        validation_alias="DISCORD_POSTS_PER_SECOND",
        description="The pace of scheduled posts and edits over all servers. Discord allows a bot 50 requests a second. "
        "Where several processes share the bot, each takes the part of its shards.",
    )
    daily_window_minutes: int = Field(
        0,
        ge=0,
        le=60,
        validation_alias="COHORT_DAILY_WINDOW_MINUTES",
        description="Over how many minutes after their hour the questions of the day are spread, each server always at the same "
        "minute; 0 posts all at the hour. For bots with tens of thousands of servers that have one hour.",
    )
    shard_count: int | None = Field(
        None,
        ge=1,
        le=16_384,
        description="How many shards the bot has in all. Without it, Discord is asked, and one process runs them all.",
    )
    shard_ids: str | None = Field(
        None,
        description="The shards of this process, such as 0-3 or 0,1,5, where several processes share one PostgreSQL; or its "
        "number and how many there are, such as 0/4. Without it, all of SHARD_COUNT.",
    )
    erase_after_days: int = Field(
        30,
        ge=1,
        le=3650,
        validation_alias="COHORT_ERASE_AFTER_DAYS",
        description="How many days everything of a server is kept after it has removed the bot.",
    )
    playground_port: int = Field(
        8765, ge=0, le=65535, description="The loopback port of the playground; 0 takes any free one."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        # A quote that is closed some lines below takes in the settings between.
        if isinstance(value, str) and any(unicodedata.category(char) == "Cc" for char in value):
            raise ValueError(
                "holds a line break or a control character; write it on one line, and close its quote there"
            )
        return value

    @field_validator("discord_api_url")
    @classmethod
    def _private_api(cls, url: str) -> str:
        if not keeps_secrets(url, secure="https", plain="http"):
            raise ValueError(
                "must begin with https://, or be http:// on this machine, such as http://127.0.0.1:8080/api/v10"
            )
        return url.rstrip("/")

    @field_validator("discord_gateway_url")
    @classmethod
    def _private_gateway(cls, url: str | None) -> str | None:
        if url is not None and not keeps_secrets(url, secure="wss", plain="ws"):
            raise ValueError("must begin with wss://, or be ws:// on this machine, such as ws://127.0.0.1:7878")
        return url

    @field_validator("web_url")
    @classmethod
    def _private_pages(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not keeps_secrets(url, secure="https", plain="http"):
            raise ValueError("must begin with https://, or be http:// on this machine, such as http://127.0.0.1:8081")
        parts = urlsplit(url)
        if parts.path.strip("/") or parts.query or parts.fragment or not _PLAIN_HOST.fullmatch(parts.netloc):
            raise ValueError("must be the address alone, without a path, such as https://study.example.org")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("web_client_header")
    @classmethod
    def _header_name(cls, name: str | None) -> str | None:
        if name is not None and re.fullmatch("[A-Za-z][A-Za-z0-9-]{0,63}", name) is None:
            raise ValueError("must be the name of a header, such as X-Real-IP")
        return name

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        if url.removeprefix("sqlite+aiosqlite:///") in ("", ":memory:"):
            raise ValueError("must name a file, for several connections share it: sqlite+aiosqlite:///data/cohort.db")
        try:
            _ = urlsplit(url).port
        except ValueError:
            raise ValueError(
                "has a port that is no number; a `/`, `#` or `?` in the password is written %2F, %23, %3F"
            ) from None
        if url.startswith("postgresql"):
            return _with_known_parameters(url)
        return url

    @field_validator("shard_ids")
    @classmethod
    def _known_shards(cls, ids: str | None, info: ValidationInfo) -> str | None:
        # A field that failed its own check is not in `data`, and has its own error.
        if ids is None or "shard_count" not in info.data:
            return ids
        count = info.data["shard_count"]
        if count is None:
            raise ValueError("needs SHARD_COUNT, the number of all shards, too")
        if not Shards.parse(count, ids).everything and info.data.get("database_url", "").startswith("sqlite"):
            raise ValueError("names a part of the shards, and then DATABASE_URL must be a PostgreSQL that all share")
        return ids

    @property
    def shards(self) -> Shards:
        if self.shard_count is None:
            return EVERYTHING
        return Shards.parse(self.shard_count, self.shard_ids) if self.shard_ids else Shards.all_of(self.shard_count)

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level


TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""The TLS modes of PostgreSQL's clients."""


def _with_known_parameters(url: str) -> str:
    """Translate `sslmode`, as hosting services give it, to the driver's name. Raises ValueError."""
    address = urlsplit(url)
    given = parse_qs(address.query, keep_blank_values=True)
    if "sslmode" in given:
        given["ssl"] = given.pop("sslmode")
    if unknown := given.keys() - {"host", "port", "pooler", "ssl"}:
        raise ValueError(
            f"has a parameter that is not known, `{min(unknown)}`; leave it out (`sslmode`, `pooler`, `host` and `port` are known)"
        )
    if given.get("ssl", ["require"])[-1] not in TLS:
        raise ValueError(f"has an unknown sslmode; the ones there are: {', '.join(TLS)}")
    if given.get("pooler", ["transaction"]) != ["transaction"]:
        raise ValueError("names a pooler that is not known; ?pooler=transaction is the only kind that has to be named")
    query = urlencode({name: values[-1] for name, values in given.items()})
    return urlunsplit(address._replace(query=query))


def keeps_secrets(url: str, *, secure: str, plain: str) -> bool:
    """Return whether a token may be sent to an address: over TLS, or to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # raises if it is not a number
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


def env_name(field: str) -> str:
    """Return the environment variable that sets a field."""
    alias = Settings.model_fields[field].validation_alias
    return str(alias or field).upper()


def example() -> str:
    """Return the text of `.env.example`: every setting with its purpose and default."""
    parts = ["# Settings of Cohort. Copy this file to `.env`, and take the # off what you change."]
    for field, info in Settings.model_fields.items():
        words = textwrap.fill(info.description or "", 116, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{words}\n# {env_name(field)}={'' if info.default is None else info.default}")
    return "\n\n".join(parts) + "\n"


def load_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSettings, with one sentence for each fault."""
    known = {env_name(field) for field in Settings.model_fields}
    try:
        written = _names_in(ENV_FILE.read_text(encoding="utf-8")) if ENV_FILE.is_file() else set()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"{ENV_FILE}: it cannot be read. Let this user read it, and save it as UTF-8.") from None
    unknown = sorted(
        name
        for name in written | {name for name in os.environ if name.startswith("COHORT_")}
        if name.upper() not in known
    )
    faults = [f"{name}: there is no such setting; {_LIST} lists them all." for name in unknown]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [_sentence(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
    if faults:
        raise BadSettings("\n".join(faults))
    return settings


def _names_in(text: str) -> set[str]:
    """Return the settings that `.env` names. Raises BadSettings, with the number of each line that is not `NAME=value`:
    python-dotenv would log it and continue."""
    names, broken = set(), []
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            # A broken entry may span lines, and may begin with empty ones.
            line = binding.original.line + len(binding.original.string) - len(binding.original.string.lstrip("\n"))
            broken.append(
                f"{ENV_FILE}, line {line}: it cannot be read. Write it as NAME=value, and close a quote that is opened."
            )
        elif binding.key is not None:
            names.add(binding.key)
    if broken:
        raise BadSettings("\n".join(broken))
    return names


def _sentence(field: str, message: str) -> str:
    name = env_name(field) if field in Settings.model_fields else field.upper()
    return f"{name}: {message.removeprefix('Value error, ').rstrip('.')}; {_LIST} says what it takes."
