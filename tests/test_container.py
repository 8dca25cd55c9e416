"""The container: checks of its files, which need no container engine."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from bot.__main__ import COMMANDS
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    tuple(line.split(maxsplit=1))
    for line in DOCKERFILE.replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]
LAST_STAGE = STEPS[max(place for place, (word, _) in enumerate(STEPS) if word == "FROM") :]
INSTALLING = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")


def last(word: str) -> str:
    return [rest for step, rest in LAST_STAGE if step == word][-1]


def test_the_container_runs_as_a_numeric_user_other_than_root():
    assert int(last("USER")) > 0
    assert [word for word, _ in LAST_STAGE][-2:] == ["ENTRYPOINT", "CMD"]
    after = [word for word, _ in LAST_STAGE[[word for word, _ in LAST_STAGE].index("USER") :]]
    assert not {"RUN", "COPY", "ADD"} & set(after), "what that user runs is not that user's to change"


def test_both_stages_use_the_same_image_pinned_by_digest():
    [base] = {rest.partition(" ")[0] for word, rest in STEPS if word == "FROM"}

    assert re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64}", base)


def test_the_stop_signal_reaches_the_bot_and_not_a_shell():
    health = json.loads(last("HEALTHCHECK").partition("CMD ")[2])

    for command in (json.loads(last("ENTRYPOINT")) + json.loads(last("CMD")), health):
        assert command[:3] == ["python", "-m", "bot"]
        assert command[3] in COMMANDS


def test_files_are_written_to_the_volume_or_to_memory():
    [run] = re.findall(r"docker run [^\n]+", INSTALLING)
    words = shlex.split(run)
    environment = dict(pair.split("=", 1) for pair in last("ENV").split())

    assert {"--read-only", "--tmpfs"} <= set(words)
    assert words[words.index("--tmpfs") + 1] == "/tmp"
    assert words[words.index("-v") + 1].endswith(f":{last('VOLUME')}")
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_copied_files_exist_and_are_not_ignored():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for word, rest in STEPS
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }

    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)


def test_exactly_the_packages_of_the_lock_are_installed():
    installs = [rest for word, rest in STEPS if word == "RUN" and "pip install" in rest]

    assert len(installs) == 1
    assert "--require-hashes -r requirements.lock" in installs[0]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-uv.lock"])
def test_every_package_of_a_lock_is_pinned_with_hashes(name):
    entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    packages = [entry for entry in entries if entry and not entry.lstrip().startswith(("#", "--"))]

    assert packages
    assert [entry for entry in packages if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_systemd_waits_as_long_as_a_stop_may_take():
    assert int(re.search(r"TimeoutStopSec=(\d+)", INSTALLING)[1]) > 10
