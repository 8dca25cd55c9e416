from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.study.code_blocks import FENCE, one_line, parts, split_at_gap, tidied


def fenced(code: str, language: str = "") -> str:
    return f"{FENCE}{language}\n{code}\n{FENCE}"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            "def f(x):\n    return x\nWhat does f(1) give?",
            fenced("def f(x):\n    return x") + "\nWhat does f(1) give?",
        ),
        (
            "What is printed?\n\nfor i in range(3):\n\tprint(i)\n\n\tprint(0)\n",
            "What is printed?\n" + fenced("for i in range(3):\n    print(i)\n\n    print(0)"),
        ),
        (
            'A policy says:\n{\n  "Effect": "Allow",\n  "Action": "s3:GetObject"\n}\nWhat may be done?',
            "A policy says:\n"
            + fenced('{\n  "Effect": "Allow",\n  "Action": "s3:GetObject"\n}')
            + "\nWhat may be done?",
        ),
        ("x = 1\ny = x + 1\nWhich is y?", fenced("x = 1\ny = x + 1") + "\nWhich is y?"),
        (
            "Given the rows\n    1 2 3\n    4 5 6\nwhat is the mean?",
            "Given the rows\n" + fenced("1 2 3\n4 5 6") + "\nwhat is the mean?",
        ),
        (
            "SELECT a\nFROM t\nWHERE b = 1;\nHow many rows?",
            fenced("SELECT a\nFROM t\nWHERE b = 1;") + "\nHow many rows?",
        ),
        ("Run:\n```python\nx = 1\n\n\ny\n```\nWhat now?", "Run:\n" + fenced("x = 1\n\n\ny", "python") + "\nWhat now?"),
        ("Run:\n```\nnever closed", "Run:\n" + fenced("never closed")),
    ],
)
def test_code_keeps_its_lines(typed: str, shown: str) -> None:
    assert tidied(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            "A company has data.\nIt wants to keep it.\nWhat should it do?",
            "A company has data. It wants to keep it. What should it do?",
        ),
        ("Which are right?\n- this one\n- that one", "Which are right? - this one - that one"),
        ("  Which\n  one\n  is it?  ", "Which one is it?"),
        ("The value was\na = b\nand it is not any more.", "The value was a = b and it is not any more."),
        ("Use `x`\tor ```y``` here", "Use `x` or ```y``` here"),
        ("", ""),
    ],
)
def test_prose_is_one_line(typed: str, shown: str) -> None:
    assert tidied(typed) == shown


def test_a_line_for_menus_has_no_code_fences() -> None:
    assert one_line("Run:\n" + fenced("x = 1\ny") + "\nWhat?") == "Run: x = 1 y What?"


def test_an_empty_line_in_code_does_not_end_a_scenario() -> None:
    scenario = "Run:\n" + fenced("a\n\nb")

    assert split_at_gap(f"{scenario}\n\nWhich?") == (scenario, "Which?")
    assert split_at_gap(scenario) == ("", scenario)


LINES = st.sampled_from(
    [
        "```",
        "```python",
        "def f(x):",
        "    return x",
        "What is it?",
        "",
        "x = 1",
        "\tif a:",
        "- b",
        "``` x",
        "{",
        "}",
        "a b",
    ]
)


@given(st.lists(LINES | st.text(max_size=12), max_size=8).map("\n".join))
@example("```\n\n```")
@example("a\n```\nb\n``` c\n```")
def test_tidy_text_stays_unchanged(text: str) -> None:
    once = tidied(text)

    assert tidied(once) == once
    assert [part.text for part in parts(once) if part.code] == [part.text for part in parts(tidied(once)) if part.code]
