"""The documentation, checked against the code."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.config import SETTINGS, env_name
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
HEARD = {"warning": "At WARNING", "error": "At ERROR", "exception": "At ERROR", "critical": "At ERROR"}


def lines_logged() -> set[tuple[str, str]]:
    """Return every line that the bot may log at WARNING or above, with the table to which it belongs."""
    found = set()
    for path in (ROOT / "bot").rglob("*.py"):
        if path.name == "playground.py":  # operators do not run the playground
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level), args=[first, *_]) if (
                    level in HEARD
                ):
                    assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: a line is one constant text"
                    found.add((HEARD[level], re.sub(r"%[sd]", "…", first.value)))
    return found


def lines_told() -> set[tuple[str, str]]:
    section = OPERATING.partition("## Lines of the log that need a person")[2]
    found = set()
    for table in dict.fromkeys(HEARD.values()):
        for row in section.partition(f"\n{table}")[2].partition("|\n\n")[0].splitlines():
            if row.startswith("| `"):
                found |= {(table, line) for line in re.findall(r"`([^`]+)`", row.split("|")[1])}
    return found


def test_every_line_of_the_log_that_may_need_a_person_is_explained_and_no_other():
    assert lines_told() == lines_logged()


def test_every_setting_is_in_the_list_that_operating_md_refers_to():
    listed = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert ".env.example" in OPERATING.partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^# ([A-Z_]+)=", listed, re.MULTILINE)) == {env_name(field) for field in SETTINGS}


def test_no_page_mentions_a_setting_that_does_not_exist():
    known = {env_name(field) for field in SETTINGS}
    for page in PAGES:
        words = set(re.findall(r"\b(?:COHORT|DISCORD|DATABASE|CONTENT|LOG|SHARD)_[A-Z_]+\b", page.read_text("utf-8")))
        assert words <= known, page.name


def test_every_metric_and_part_of_health_is_in_the_guide():
    from bot.cli.health import Health
    from bot.metrics import REGISTRY

    named = {metric.name for metric in REGISTRY.collect()}

    assert {name for name in named if name not in OPERATING} == set()
    assert all(f"| `{part}` |" in OPERATING for part in Health.__slots__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    targets = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]

    assert [link for link in targets if link and "://" not in link and not (page.parent / link).exists()] == []


def test_no_two_decisions_have_the_same_number():
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = Counter(path.name[:4] for path in records)

    assert [number for number, count in numbers.items() if count > 1] == []
    for path in records:
        assert path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]} "), path.name


def test_the_index_of_decisions_names_every_record():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"\]\(([0-9][^)]+)\)", index) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_no_text_is_cut_by_a_line_that_became_a_separate_statement():
    """Docstrings have triple quotes, so a string statement in single quotes is the rest of a text that lacks
    parentheses."""
    cut = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Expr(value=ast.Constant(value=str())) if (
                    not (ast.get_source_segment(source, node) or "").lstrip("r").startswith('"""')
                ):
                    cut.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert cut == []
