from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.files import read_yaml


def only_fault(text: str | bytes) -> str:
    _, (fault,) = read_yaml(text, "f.yaml")
    return str(fault)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: ]\n", "f.yaml:2: error: is not YAML here"),
        ("a: 1\n\tb: 2\n", "f.yaml:2: error: is not YAML here"),
        ("a: 1\n\tb: 2\n", "Indent with spaces, not with a tab."),
        ("a: b: c\n", "quote text that contains `: `"),
        ("a: 1\na: 2\n", "f.yaml:2: error: a: is written twice. Remove one of the two."),
        ("x:\n  yes: 1\n", 'f.yaml:2: error: yes: is a key that is not text. Quote it: "yes".'),
        ("a: &x 1\n", "f.yaml:1: error: uses an anchor or alias"),
        ("a: [1]\nb: *a\n", "f.yaml:2: error:"),
        ("a: !!python/object/apply:os.system [ls]\n", "f.yaml:1: error: uses a tag"),
        ("a: !secret b\n", "uses a tag (!secret)"),
        ("[" * 50, "f.yaml:1: error: is nested too deeply"),
        ("a: \x07\n", "f.yaml:1: error: contains a character that YAML does not allow"),
        (b"\xff\xfe\x00", "f.yaml: error: is not UTF-8 text"),
    ],
)
def test_a_syntax_error_is_reported_with_its_line_and_remedy(text: str | bytes, said: str) -> None:
    assert said in only_fault(text)


def test_a_billion_laughs_attack_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )

    assert only_fault(bomb).startswith("f.yaml:1:")


def test_a_file_of_endless_small_values_is_refused() -> None:
    assert "contains too many values" in only_fault("- a\n" * 200_001)


def test_values_keep_their_lines_even_when_folded() -> None:
    (document,), _ = read_yaml("a: 1\nlist:\n  - x: >-\n      one\n      two\n", "f.yaml")

    assert document.at("list", 0, "x").line == 3
    assert document.value == {"a": 1, "list": [{"x": "one two"}]}


def test_a_missing_key_is_reported_at_the_line_of_its_parent() -> None:
    (document,), _ = read_yaml("a: 1\nlist:\n  - x: 1\n", "f.yaml")

    assert document.at("list", 0, "gone").line == 3


def test_plain_reading_keeps_every_value_as_typed() -> None:
    (document,), _ = read_yaml("Who?: [1939, yes, 1.10, null]", "f.yaml", plain=True)

    assert document.value == {"Who?": ["1939", "yes", "1.10", "null"]}


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.dates(min_value=date(1000, 1, 1)), st.text(max_size=40))


@given(
    st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=12)
)
def test_files_that_pyyaml_writes_are_read_as_pyyaml_reads_them(value: object) -> None:
    text = yaml.dump(value, Dumper=NoAliases, allow_unicode=True)
    try:
        expected = yaml.safe_load(text)
    except yaml.YAMLError:
        expected = None  # PyYAML writes some characters that it cannot read

    documents, faults = read_yaml(text, "f.yaml")

    if not faults:
        assert documents[0].value == expected


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, _: object) -> bool:
        return True


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_raise_an_error(data: bytes) -> None:
    documents, faults = read_yaml(data, "f.yaml")

    assert not (documents and any("is not YAML" in str(fault) for fault in faults))
