"""Contracts between the parts of the code: imports go only downwards, and documents match the code."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from pathlib import Path

from importlinter.cli import lint_imports

from bot.config import example

ROOT = Path(__file__).resolve().parents[1]


def test_imports_go_only_downwards(capsys):
    """Every contract of pyproject.toml holds: the layers, and which modules may use Discord, SQL, YAML and the
    scheduler."""
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert code == 0, capsys.readouterr().out


def test_every_part_of_the_bot_is_in_the_contracts():
    """A new part must be one of the layers or below all of them; the other contracts say what each part must not
    use."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors, *spoken, below = pyproject["tool"]["importlinter"]["contracts"]
    parts = {f"bot.{path.stem}" for path in (ROOT / "bot").iterdir() if path.stem not in ("__init__", "__pycache__")}

    assert parts == {name for layer in floors["layers"] for name in layer.split(" : ")} | set(below["source_modules"])
    for contract in spoken:
        assert set(contract["source_modules"]) <= parts, contract["name"]
        assert set(below["source_modules"]) <= set(contract["source_modules"]), contract["name"]


def test_no_two_classes_have_the_same_name():
    """A search for a name finds one class, whose name includes its feature: `DuelState`, `DailyPost`."""
    found = Counter(
        node.name
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )

    assert {name for name, times in found.items() if times > 1} == set()


def test_the_example_of_the_settings_is_up_to_date():
    """`python -m bot settings > .env.example` updates it."""
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example()
