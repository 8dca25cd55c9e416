"""Pages of the repository become pages of the site, with their links rewritten for it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT
from tools.commands import places_of, tree
from tools.site import LeadsNowhere, lay_out, pages, with_commands_linked


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    (root / "docs" / "decisions").mkdir(parents=True)
    (root / "compose.yaml").write_text("services: {}\n")
    (root / "CHANGELOG.md").write_text("# Changelog\n\n[how](docs/operating.md#stop)\n")
    (root / "docs" / "operating.md").write_text("# Operating\n\n[file](../compose.yaml) [new](../CHANGELOG.md)\n")
    (root / "docs" / "decisions" / "README.md").write_text("# Decisions\n\n[first](0001-a.md)\n")
    (root / "docs" / "decisions" / "0001-a.md").write_text("# 0001 A\n\n[up](../operating.md) <https://example.org>\n")
    return root


def test_links_lead_to_the_same_pages_on_the_site(repository, tmp_path):
    assert lay_out(repository, tmp_path / "site") == 4

    def page(place):
        return (tmp_path / "site" / place).read_text()

    assert "[how](operating.md#stop)" in page("changelog.md")
    assert "[file](files/compose.yaml.txt) [new](changelog.md)" in page("operating.md")
    assert "[first](0001-a.md)" in page("decisions/index.md")
    assert "[up](../operating.md) <https://example.org>" in page("decisions/0001-a.md")
    assert page("files/compose.yaml.txt") == "services: {}\n"


def test_a_broken_link_is_reported_with_its_page(repository, tmp_path):
    (repository / "docs" / "operating.md").write_text("[gone](../gone.md)\n")

    with pytest.raises(LeadsNowhere, match=r"docs/operating\.md: \.\./gone\.md"):
        lay_out(repository, tmp_path / "site")


def test_commands_that_a_page_names_lead_to_their_pages():
    commands = {"quiz": "docs/commands/quiz.md", "daily skip": "docs/commands/daily.md#daily-skip"}
    text = "# `/quiz`\n\nUse `/quiz section:2.1`, `/daily skip`, [`/quiz`](x.md) or `/nothing`.\n\n```\n`/quiz`\n```\n"

    assert with_commands_linked(text, "docs/studying.md", commands) == text.replace(
        "Use `/quiz section:2.1`, `/daily skip`",
        "Use [`/quiz section:2.1`](commands/quiz.md), [`/daily skip`](commands/daily.md#daily-skip)",
    )
    assert with_commands_linked("`/quiz` or `/daily skip`", "docs/commands/quiz.md", commands) == (
        "`/quiz` or [`/daily skip`](daily.md#daily-skip)"
    )


async def test_every_page_except_single_decisions_is_in_the_navigation():
    config = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    named = set(re.findall(r"[\w/-]+\.md", str(config["project"]["nav"])))
    made = dict.fromkeys(places_of(await tree()).values(), "")
    there = {place.partition("#")[0] for place in pages(ROOT, made).values() if ".md" in place}

    assert named == {place for place in there if not re.match(r"decisions/\d", place)}
