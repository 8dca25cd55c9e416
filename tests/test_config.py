"""The settings: where they come from, and the errors for invalid settings."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from urllib.parse import unquote

import pytest

from bot.config import SETTINGS, BadSettings, Settings, env_name, example, load_settings

SECRET = "hunter2 is no value for anything"
NAMES = [env_name(field) for field in SETTINGS]


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """Change to a folder without `.env`, and remove all settings from the environment."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def faults() -> list[str]:
    with pytest.raises(BadSettings) as told:
        load_settings()
    return str(told.value).splitlines()


def test_without_any_setting_the_defaults_apply():
    settings = load_settings()

    assert settings.discord_token is None
    assert settings.database_url == "sqlite+aiosqlite:///data/cohort.db"
    assert str(settings.content_dir) == "content"


def test_the_environment_has_priority_over_the_file(bare, monkeypatch):
    (bare / ".env").write_text("LOG_LEVEL=ERROR\nPLAYGROUND_PORT=1234\n")
    monkeypatch.setenv("LOG_LEVEL", "debug")

    settings = load_settings()

    assert (settings.log_level, settings.playground_port) == ("DEBUG", 1234)


def test_an_empty_setting_is_not_set(bare, monkeypatch):
    (bare / ".env").write_text("DISCORD_TOKEN=\nLOG_LEVEL=\n")
    monkeypatch.setenv("PLAYGROUND_PORT", "")

    settings = load_settings()

    assert (settings.discord_token, settings.log_level, settings.playground_port) == (None, "INFO", 8765)


def test_an_unknown_setting_in_the_file_is_named_with_the_remedy(bare):
    (bare / ".env").write_text(f"DISCORD_TOKE={SECRET}\n")

    assert faults() == ["DISCORD_TOKE: there is no such setting; .env.example lists all settings."]


@pytest.mark.parametrize(
    "line",
    ['DISCORD_TOKEN="abc', "DISCORD_TOKEN='abc", "DISCORD_TOKEN abc", "DISCORD_TOKEN", '="abc"', "\n\nLOG_LEVEL"],
)
def test_a_broken_line_of_the_file_is_named_and_never_quoted(bare, line, caplog):
    (bare / ".env").write_text(f"# ours\n{line}\nLOG_LEVEL=INFO\n")

    (told,) = faults()

    assert told.startswith(f".env, line {2 + line.count(chr(10))}: it cannot be read. Write it as NAME=value")
    assert "abc" not in told
    assert not caplog.records


@pytest.mark.parametrize("again", ["DISCORD_TOKEN=", "discord_token=other", "DISCORD_TOKEN=abc"])
def test_a_setting_that_the_file_names_twice_is_refused_with_both_lines(bare, again):
    (bare / ".env").write_text(f"DISCORD_TOKEN=abc\n\n# a note\n{again}\nLOG_LEVEL=INFO\n")

    assert faults() == ["DISCORD_TOKEN: .env sets it on lines 1 and 4. Leave one of them."]


def test_a_folder_in_place_of_the_file_is_refused(bare):
    (bare / ".env").mkdir()

    assert faults() == [".env: it is a folder, which Docker makes of a missing file. Replace it with a file."]


def test_an_unknown_setting_of_ours_in_the_environment_is_named(monkeypatch):
    monkeypatch.setenv("COHORT_HELTH_PORT", SECRET)

    assert faults() == ["COHORT_HELTH_PORT: there is no such setting; .env.example lists all settings."]


def test_settings_of_other_programs_in_the_environment_are_ignored(monkeypatch):
    monkeypatch.setenv("LOG_LEVELS", SECRET)

    load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", SECRET),
        ("LOG_FORMAT", SECRET),
        ("PLAYGROUND_PORT", SECRET),
        ("PLAYGROUND_PORT", "65536"),
        ("DISCORD_POSTS_PER_SECOND", "0"),
        ("DISCORD_POSTS_PER_SECOND", "51"),
        ("DISCORD_POSTS_PER_SECOND", "nan"),
        ("DISCORD_POSTS_PER_SECOND", SECRET),
        ("COHORT_BACKUPS_KEPT", "-1"),
        ("DISCORD_API_URL", f"http://example.org/{SECRET}"),
        ("DISCORD_GATEWAY_URL", f"ws://example.org/{SECRET}"),
        ("DISCORD_GATEWAY_URL", "https://127.0.0.1"),
        ("COHORT_ERASE_AFTER_DAYS", "0"),
        ("COHORT_ERASE_AFTER_DAYS", "99999999999"),
        ("COHORT_WEB_URL", f"http://example.org/{SECRET}"),
        ("COHORT_WEB_URL", "https://example.org/hunter2"),
        ("COHORT_WEB_URL", "https://example.org?hunter2"),
        ("COHORT_WEB_URL", "https://example.org#hunter2"),
        ("COHORT_WEB_URL", "https://somebody:hunter2@example.org"),
        ("COHORT_WEB_URL", "hunter2"),
        ("COHORT_WEB_URL", "https://hunter2 .example.org"),
        ("COHORT_WEB_URL", "https://hunter2.exämple.org"),
        ("COHORT_WEB_PORT", "0"),
        ("COHORT_WEB_CLIENT_HEADER", SECRET),
        ("DISCORD_TOKEN", "hunter2\nLOG_LEVEL=DEBUG"),
        ("DISCORD_TOKEN", "hunter2\x7f"),
        ("CONTENT_DIR", "hunter2\nLOG_LEVEL=DEBUG"),
        ("DATABASE_URL", f"mysql://root:{SECRET}@host/name"),
        ("DATABASE_URL", f"postgresql+asyncpg://root:{SECRET}@host:port/name"),
        ("DATABASE_URL", "postgresql+asyncpg://root:hunter2/with/slashes@host/name"),
        ("DATABASE_URL", f"postgresql+asyncpg://root:{SECRET}@host/name?pooler=session"),
        ("DATABASE_URL", f"postgresql+asyncpg://root:{SECRET}@host/name?sslmode=always"),
        ("DATABASE_URL", f"postgresql+asyncpg://root:{SECRET}@host/name?channel_binding=require"),
        ("DATABASE_URL", f"postgresql+asyncpg://root:{SECRET}@host/name?prepared_statement_cache_size=x"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DATABASE_URL", "sqlite+aiosqlite:///"),
        ("DATABASE_URL", "sqlite+aiosqlite:///file:run.db"),
    ],
)
def test_an_invalid_value_is_reported_by_its_name_and_never_shown(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    [fault] = faults()

    assert fault.startswith(f"{name}: ")
    assert fault.endswith("; .env.example says what it accepts.")
    assert "hunter2" not in fault


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.example/api/v10",
        "http://127.0.0.1:8080/api/v10",
        "http://localhost/api",
        "http://[::1]:8080/api",
    ],
)
def test_discord_may_be_elsewhere_if_the_token_is_not_exposed_on_the_way(monkeypatch, address):
    monkeypatch.setenv("DISCORD_API_URL", f"{address}/")

    assert load_settings().discord_api_url == address


@pytest.mark.parametrize(
    "address",
    [
        "http://discord.example/api/v10",
        "http://127.0.0.1.example.org/api",
        "http://10.0.0.7:8080/api",
        "http://localhost@example.org/api",
        "ftp://127.0.0.1/api",
        "127.0.0.1:8080",
        "https://",
        "http://127.0.0.1:port/api",
    ],
)
def test_an_address_that_would_expose_the_token_on_the_way_is_refused(monkeypatch, address):
    monkeypatch.setenv("DISCORD_API_URL", address)

    [fault] = faults()

    assert fault.startswith("DISCORD_API_URL: must begin with https://")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://study.example.org", "https://study.example.org"),
        ("https://study.example.org/", "https://study.example.org"),
        ("https://study.example.org:8443", "https://study.example.org:8443"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_web_pages_need_an_address_that_does_not_expose_their_links(monkeypatch, address, kept):
    monkeypatch.setenv("COHORT_WEB_URL", address)

    assert load_settings().web_url == kept


def test_all_faults_are_reported_together(bare, monkeypatch):
    (bare / ".env").write_text("DISCORD_TOKE=x\n")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("PLAYGROUND_PORT", "many")

    assert [fault.partition(":")[0] for fault in faults()] == ["DISCORD_TOKE", "LOG_LEVEL", "PLAYGROUND_PORT"]


def test_an_unreadable_file_is_reported_in_one_sentence(bare):
    (bare / ".env").write_bytes(b"LOG_LEVEL=\xff\xfe\n")

    assert faults() == [".env: it cannot be read. Give this user permission to read it, and save it as UTF-8."]


def test_neither_the_token_nor_a_password_is_ever_shown(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2.hunter2.hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://cohort:hunter2@host/cohort")

    settings = load_settings()

    assert settings.discord_token.reveal() == "hunter2.hunter2.hunter2"
    for shown in (repr(settings), str(settings), f"{settings.discord_token}", repr(settings.discord_token)):
        assert "hunter2" not in shown


def test_settings_do_not_change_after_startup():
    settings = load_settings()

    with pytest.raises(FrozenInstanceError):
        settings.log_level = "DEBUG"


def test_every_setting_says_what_it_is_for():
    assert not [field for field, setting in SETTINGS.items() if not setting.about]


def test_the_example_has_the_defaults_if_everything_in_it_is_switched_on(bare):
    lines = [
        line.removeprefix("# ") if line.startswith(tuple(f"# {name}=" for name in NAMES)) else line
        for line in example().splitlines()
    ]
    (bare / ".env").write_text("\n".join(lines))

    assert sum(not line.startswith("#") and "=" in line for line in lines) == len(NAMES)
    assert load_settings() == Settings()


def test_tls_options_in_the_form_of_postgresql_hosts_become_those_of_the_driver(monkeypatch):
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql+asyncpg://cohort:p%2Fw@host:5433/cohort?sslmode=require&pooler=transaction"
    )

    [host, query] = load_settings().database_url.split("?")

    assert host == "postgresql+asyncpg://cohort:p%2Fw@host:5433/cohort"
    assert set(query.split("&")) == {"ssl=require", "pooler=transaction"}


def test_the_folder_of_a_socket_is_an_address_of_postgresql(monkeypatch):
    address = "postgresql+asyncpg://cohort@/cohort?host=/var/run/postgresql&port=6432&pooler=transaction"
    monkeypatch.setenv("DATABASE_URL", address)

    assert unquote(load_settings().database_url) == address
