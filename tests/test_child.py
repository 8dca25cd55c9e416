"""Our code that runs in a child process."""

from __future__ import annotations

import subprocess

import pytest

from bot import child

SHOW = "import os, sys; print(sys.argv[1], sys.stdin.read(), 'DISCORD_TOKEN' in os.environ)"


def test_a_child_gets_what_it_is_given_and_no_secret(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")

    assert child.run(SHOW, "one", text="two").split() == ["one", "two", "False"]


def test_a_child_finds_our_code_wherever_the_bot_was_started(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert child.run("from bot import child; print(child.__name__)") == "bot.child\n"


@pytest.mark.parametrize(("code", "said"), [("raise SystemExit('no room')", "no room"), ("exit(3)", "exit code 3")])
def test_a_child_that_fails_says_why(code, said):
    with pytest.raises(subprocess.SubprocessError, match=said):
        child.run(code)
