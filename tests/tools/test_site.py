"""Pages of the repository become pages of the site, with their links turned to it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT
from tools.site import LeadsNowhere, lay_out, pages


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


def test_a_link_that_leads_nowhere_is_named_with_its_page(repository, tmp_path):
    (repository / "docs" / "operating.md").write_text("[gone](../gone.md)\n")

    with pytest.raises(LeadsNowhere, match=r"docs/operating\.md: \.\./gone\.md"):
        lay_out(repository, tmp_path / "site")


def test_every_page_but_the_single_decisions_stands_in_the_navigation():
    config = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    named = set(re.findall(r"[\w/-]+\.md", str(config["project"]["nav"])))
    there = {place for place in pages(ROOT).values() if place.endswith(".md")}

    assert named == {place for place in there if not re.match(r"decisions/\d", place)}
