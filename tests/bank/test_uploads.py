"""Files from strangers: whatever they contain, the reply is a single sentence and comes soon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.formats import READABLE, Format, Intake, parse
from bot.bank.limits import FAULTS_MAX, UPLOAD_BYTES_MAX, UPLOAD_QUESTIONS_MAX
from tests.bank.builders import CHECKED, PACK
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
MANY = {
    "f.jsonl": b'{"type":"choice","stem":"Q%d","options":["a","b"],"correct":[0]}\n',
    "f.csv": b"choice,Q%d,a,b,1\n",
    "f.gift": b"Q%d{=a ~b}\n\n",
    "f.yml": b"- {kind: choice, stem: Q%d, options: [{text: a}, {text: b, correct: true}]}\n",
    "f.yaml": b"Q%d: [a%d]\n",
}
HEAD = {"f.csv": b"type,stem,option_1,option_2,correct\n", "f.yml": b"questions:\n"}


def test_a_file_beyond_the_limit_is_not_read() -> None:
    batch = parse(b"x" * (UPLOAD_BYTES_MAX + 1), "f.jsonl", INTAKE)

    assert [str(fault) for fault in batch.faults] == [
        "f.jsonl: error: has 1,048,577 bytes; at most 1,048,576 are read. Split it."
    ]


@pytest.mark.parametrize("file", MANY)
def test_questions_beyond_the_limit_are_left_out_and_reported(file: str) -> None:
    lines = (MANY[file].replace(b"%d", b"%d" % number) for number in range(UPLOAD_QUESTIONS_MAX + 1))

    batch = parse(HEAD.get(file, b"") + b"".join(lines), file, INTAKE)

    assert len(batch.questions) == UPLOAD_QUESTIONS_MAX
    assert batch.unread == 1
    assert batch.faults[0].problem == "contains 501 questions; the first 500 were read"


def test_faults_beyond_the_limit_are_counted() -> None:
    batch = parse(b"{}\n" * 300, "f.jsonl", INTAKE)

    assert len(batch.faults) == FAULTS_MAX + 1
    assert batch.faults[-1].problem.endswith("more were found")
    assert batch.left_out == batch.held == 300


@pytest.mark.parametrize(
    ("file", "data", "said"),
    [
        ("f.exe", b"MZ", "is not in a supported format"),
        ("f.jsonl", b"", "contains no questions"),
        ("f.csv", b"", "the first row: is empty"),
        ("f.gift", b"\xff\xff", "is not UTF-8 text"),
        ("f.jsonl", b"\xff\xff", "is not UTF-8 text"),
        ("f.csv", b"\xff\xff", "is not UTF-8 text"),
        ("f.yaml", b"\xff\xff", "is not UTF-8 text"),
        ("f.yaml", b"questions: &a [*a, *a]", "uses an anchor or alias"),
        ("f.yaml", b"a: &a [x]\nb: [*a, *a]\n", "uses an anchor or alias"),
        ("f.yaml", b"questions: !!python/object/apply:os.system [ls]", "uses a tag"),
        ("f.yaml", b"[" * 1_000_000, "is nested too deeply"),
        ("f.jsonl", b'{"a":' * 100_000, "is nested too deeply"),
        (
            "f.jsonl",
            b'{"type": "choice", "options": ["a", "b"], "correct": [0], "stem": "' + b"x" * 900_000 + b'"}',
            "stem: has 900000 characters",
        ),
        ("f.yaml", b"questions:\n- {id: a, kind: choice, stem: [[[[[[[[[1]]]]]]]]]}", "is nested too deeply"),
        ("f.yaml", b"questions: 7", "has no list `questions:`"),
        ("f.yaml", b"questions: [7]", "must be a set of keys"),
        ("f.yaml", b"just text", "is not a trivia list"),
    ],
)
def test_an_attack_is_refused_in_a_sentence(file: str, data: bytes, said: str) -> None:
    batch = parse(data, file, INTAKE)

    assert batch.questions == ()
    assert any(said in str(fault) for fault in batch.faults), batch.faults
    assert all(len(str(fault)) < 600 for fault in batch.faults)


SCRAPS = st.sampled_from(
    [*"{}[]()<>=~#:,;|&*!%@'\"\\/-?.\n\t $", "->", "####", "::", "//", "\n\n", "---\n", "questions:\n", "- ", "  ", "id: ",
     '{"type":"choice","stem":"s","options":["a","b"],"correct":[0]}', "type,stem,option_1,option_2,correct\n", "choice,s,a,b,1",
     "$CATEGORY: 1.1", "%50%", "yes", "1.1", "\x00", "\ufeff", "é"]
)  # fmt: skip


@pytest.mark.parametrize("format", READABLE)
@settings(max_examples=examples(60), deadline=None)
@given(st.lists(SCRAPS, max_size=30).map("".join).map(str.encode) | st.binary(max_size=200))
def test_no_bytes_raise_an_error_and_none_are_silently_ignored(format: Format, data: bytes) -> None:
    batch = parse(data, "f", INTAKE, format=format)

    assert batch.questions or batch.faults
