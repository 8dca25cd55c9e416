"""The command line reports invalid input in one plain sentence, with exit code 2 and no traceback."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot import __version__
from bot.__main__ import COMMANDS, UNUSABLE, cli
from bot.config import SETTINGS, env_name
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """Change to an empty folder, with an environment that sets only the folder of the packs."""
    monkeypatch.chdir(tmp_path)
    for field in SETTINGS:
        monkeypatch.delenv(env_name(field), raising=False)
    monkeypatch.setenv("CONTENT_DIR", str(ROOT / "content"))
    return tmp_path


def test_an_unknown_setting(run, bare):
    (bare / ".env").write_text("DISCORD_TOKE=x\n")

    assert run("run") == (UNUSABLE, "DISCORD_TOKE: there is no such setting; .env.example lists all settings.")


def test_without_a_command_the_bot_starts(run, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "never.used.here")
    monkeypatch.setenv("CONTENT_PACK", "astronomy")

    assert run() == run("start") == run("run")
    assert run()[1].startswith("CONTENT_PACK: there is no pack astronomy")


def test_the_command_says_its_version(run):
    assert run("--version") == (0, f"cohort {__version__}")


def test_no_token(run):
    code, said = run("run")

    assert code == UNUSABLE
    assert said.startswith("DISCORD_TOKEN is not set.")
    assert "python -m bot playground" in said


class Refusing(BaseHTTPRequestHandler):
    """A Discord that rejects every token."""

    def do_GET(self):
        body = b'{"message": "401: Unauthorized", "code": 0}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_token_that_discord_does_not_accept(run, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("DISCORD_API_URL", f"http://127.0.0.1:{server.server_port}/api/v10")
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2.hunter2.hunter2")
    monkeypatch.setenv("COHORT_HEALTH_PORT", "0")

    code, said = run("run")
    server.shutdown()
    thread.join()
    server.server_close()

    assert code == UNUSABLE
    assert said.splitlines()[-1].startswith("DISCORD_TOKEN: Discord does not accept it.")
    assert "hunter2" not in said
    assert "Traceback" not in said


def test_a_discord_that_does_not_answer(run, monkeypatch):
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:1/api/v10")
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2.hunter2.hunter2")
    monkeypatch.setenv("COHORT_HEALTH_PORT", "0")

    code, said = run("run")

    assert code == UNUSABLE
    assert said.splitlines()[-1].startswith("DISCORD_API_URL: nothing responds at http://127.0.0.1:1/api/v10.")
    assert "Traceback" not in said


def test_a_database_that_cannot_be_opened(run, bare, monkeypatch):
    (bare / "folder").mkdir()
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///folder")

    code, said = run("migrate")

    assert code == UNUSABLE
    assert said.startswith("DATABASE_URL: ")
    assert " folder " in said
    assert "Traceback" not in said


def test_a_database_of_a_newer_version(run, bare):
    run("migrate")
    with closing(sqlite3.connect(bare / "data" / "cohort.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()

    code, said = run("migrate")

    assert code == UNUSABLE
    assert said.startswith("DATABASE_URL: the database is at version 9999, which this bot does not know.")
    assert "\n" not in said


@pytest.mark.parametrize("command", ["run", "playground"])
def test_a_missing_pack(run, monkeypatch, command):
    monkeypatch.setenv("CONTENT_PACK", "astronomy")
    monkeypatch.setenv("DISCORD_TOKEN", "never.used.here")

    code, said = run(command)

    assert code == UNUSABLE
    assert said.startswith("CONTENT_PACK: there is no pack astronomy in ")


def test_a_missing_content_folder(run, monkeypatch):
    monkeypatch.setenv("CONTENT_DIR", "nowhere")
    monkeypatch.setenv("DISCORD_TOKEN", "never.used.here")

    code, said = run("run")

    assert code == UNUSABLE
    assert said.startswith("CONTENT_DIR: ")
    assert "Traceback" not in said


def test_a_port_in_use(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code, said = run("playground", "--no-browser", "--port", str(port))

    assert code == UNUSABLE
    assert said == (f"PLAYGROUND_PORT: port {port} is in use by another program. Close it, or choose another port.")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_is_backed_up_by_its_own_tools(run, monkeypatch, command):
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://cohort:hunter2@host/cohort")

    code, said = run(command, "copy.db")

    assert code == UNUSABLE
    assert "pg_dump --format=custom" in said
    assert "pg_restore" in said
    assert "hunter2" not in said


def test_the_settings_are_listed(run):
    assert run("settings") == (0, (ROOT / ".env.example").read_text(encoding="utf-8").strip())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(run, command):
    code, said = run(command, "--help")

    assert code == 0
    assert said.startswith(f"Usage: python -m bot {command}")
    assert len(said.splitlines()) > 4


def test_the_program_lists_its_commands(run):
    code, said = run("--help")

    assert code == 0
    assert all(f"  {command} " in said for command in COMMANDS)
    assert cli.get_command(None, "nonsense") is None


def test_every_command_looks_for_the_packs_where_the_settings_say(run, bare, monkeypatch):
    """This also holds for a setting in `.env`."""
    monkeypatch.delenv("CONTENT_DIR")
    (bare / ".env").write_text("CONTENT_DIR=elsewhere\n")

    code, said = run("check")

    assert code == 1
    assert "elsewhere" in said


def test_only_the_owner_can_read_files_that_the_bot_creates(run, bare, monkeypatch):
    """This holds for the database, backups and exports, whatever umask the machine has."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{bare}/data/cohort.db")
    run("migrate")
    run("backup", "kept/backup.db")
    run("export", "deck.csv", "--format", "csv")

    made = [path for path in bare.rglob("*") if path.name != ".env"]

    assert {"cohort.db", "backup.db", "deck.csv"} <= {path.name for path in made}
    assert [path for path in made if path.stat().st_mode & 0o077] == []
