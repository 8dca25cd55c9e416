from __future__ import annotations

from pathlib import Path

import pytest

from bot.bank.faults import BankFaults
from bot.bank.loader import load_library, load_pack
from bot.study.questions import Kind
from tests.bank.builders import PACK_YAML, QUESTION_YAML, a_folder


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(BankFaults) as raised:
        load_pack(folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in raised.value.faults]


def test_the_smallest_pack_is_loaded(tmp_path: Path) -> None:
    pack = load_pack(a_folder(tmp_path))

    (question,) = pack.active
    assert (question.kind, question.correct, question.section) == (Kind.CHOICE, (1,), "1.1")
    assert pack.leaves == ("1.1",)
    assert pack.sections["1.1"].weight == 100


def test_all_faults_of_all_files_are_reported_together(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path,
        {
            "guide/1.1.yaml": 'section: "1.1"\nfacts:\n  - {id: f, topic: T}\n',
            "questions/1.1.yaml": QUESTION_YAML.replace("kind: choice", "kind: poll"),
            "questions/1.2.yaml": 'section: "1.2"\nquestions: []\n',
            "questions/1.3.yaml": "section: [\n",
        },
    )

    assert [fault.split(":")[0] for fault in faults_of(folder)] == [
        "guide/1.1.yaml",
        "questions/1.2.yaml",
        "questions/1.3.yaml",
        "questions/1.1.yaml",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stem: Which one?", "stem: yes", 'questions/1.1.yaml:6: error: 1.1-001, stem: is read as true, not as text. Put it in quotes: "yes".'),
        ("stem: Which one?", "stem: 1.10", 'stem: is read as the number 1.1, not as text. Put it in quotes: "1.10".'),
        ("stem: Which one?", "stem: 2026-01-01", 'stem: is read as a date, not as text. Put it in quotes: "2026-01-01".'),
        ("stem: Which one?", "stem:", "stem: is empty. Write its text."),
        ("stem: Which one?", "stem: [a]", "stem: must be text, not a list"),
        ("stem: Which one?", "stem: {a: b}", "stem: must be text, not a set of keys"),
        ("    stem: Which one?\n", "", "questions/1.1.yaml:3: error: 1.1-001, stem: is missing."),
        ("stem: Which one?", f"stem: {'x' * 601}", "stem: has 601 characters; at most 600 are shown. Shorten it."),
        ("stem: Which one?", 'stem: "a\\u202eb"', "stem: contains an invisible control character. Type the text again."),
        ("stem:", "stam:", "stam: is not a known key. Did you mean `stem`?"),
        ('section: "1.1"', "section: 1.1", 'questions/1.1.yaml:1: error: section: is read as the number 1.1, not as text. Put it in quotes: "1.1".'),
        ('section: "1.1"', 'section: "1"', 'section: "1" is not a section with questions. Use one of 1.1.'),
        ("difficulty: 1", "difficulty: 4", "questions/1.1.yaml:5: error: 1.1-001, difficulty: must be at most 3."),
        ("difficulty: 1", 'difficulty: "1"', "difficulty: must be a whole number, without quotes"),
        ("kind: choice", "kind: poll", "has no known kind. Write `kind:` choice, response, ordering or matching."),
        ("checked: 2026-11-23", 'checked: "2026-11-23"', "checked: must be a date without quotes. Write it like this: 2026-11-23."),
        ("checked: 2026-11-23", "checked: 2026-13-45", "checked: must be a date without quotes"),
        ("{text: That, correct: true}", "{text: That}", "options: has 0 correct options. Mark exactly one with `correct: true`."),
        ("{text: This}", "{text: This, correct: true}", "options: has 2 correct options."),
        ("{text: That, correct: true}", "{text: That, correct: maybe}", "option 2, correct: must be true or false, without quotes"),
        ("{text: That, correct: true}", "{text: THIS, correct: true}", "option 2, text: is the same as an option before it."),
        ("    checked:", "    covers: [gone, gone]\n    checked:", "fact 2"),
        ("    checked:", "    case: gone\n    checked:", 'case: "gone" is not listed under `cases:` in this pack.'),
        ("kind: choice", "kind: ordering", "option 1, place: is missing."),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_key_and_the_problem_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    folder = a_folder(tmp_path, {"questions/1.1.yaml": QUESTION_YAML.replace(old, new, 1)})

    assert any(said in fault for fault in faults_of(folder)), faults_of(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pack: sample", "pack: other", 'pack.yaml:1: error: pack: is "other", but its folder has another name.'),
        ('{id: "1.1", title: First}', "{id: 1.1, title: First}", 'pack.yaml:5: error: section 2, id: is read as the number 1.1, not as text.'),
        ('{id: "1", title: One}', '{id: "1.1", title: One}', 'is listed twice'),
        ('  - {id: "1", title: One}\n', "", 'comes before its parent "1"'),
        ("title: Sample", "titel: Sample", "titel: is not a known key. Did you mean `title`?"),
        ("title: Sample\n", 'title: Sample\ndomains: [{id: D1, title: D, weight: 9, sections: {"1.1": 8}}]\n', "the shares of its sections add up to 8"),
        ("title: Sample\n", 'title: Sample\ndomains: [{id: D1, title: D, weight: 9, sections: {"2.2": 9}}]\n', '"2.2" is not a section with questions'),
    ],
)  # fmt: skip
def test_a_fault_in_the_header_is_reported(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = a_folder(tmp_path, {"pack.yaml": PACK_YAML.replace(old, new, 1)})

    assert any(said in fault for fault in faults_of(folder)), faults_of(folder)


def test_sections_take_their_weight_from_domains(tmp_path: Path) -> None:
    domains = 'domains:\n- {id: D1, title: D, weight: 9, sections: {"1.1": 9}}\n- {id: D2, title: E, weight: 4, sections: {"1.1": 4}}\n'

    pack = load_pack(a_folder(tmp_path, {"pack.yaml": PACK_YAML + domains}))

    assert pack.sections["1.1"].weight == 13
    assert [domain.id for domain in pack.domains] == ["D1", "D2"]


def test_a_repeated_id_is_refused_at_its_second_use(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, {"questions/1.1b.yaml": QUESTION_YAML})

    (fault,) = faults_of(folder)

    assert fault.startswith("questions/1.1b.yaml:3: error: 1.1-001, id:")
    assert "questions/1.1.yaml:3" in fault


def test_with_a_guide_all_facts_must_be_known(tmp_path: Path) -> None:
    guide = 'section: "1.1"\nfacts:\n  - {id: 1.1-fact, topic: T, learn: L}\n'
    covering = QUESTION_YAML.replace("    checked", "    covers: [1.1-fact, gone]\n    checked")

    (fault,) = faults_of(a_folder(tmp_path, {"guide/1.1.yaml": guide, "questions/1.1.yaml": covering}))

    assert '1.1-001, fact 2: "gone" is not a fact of the guide' in fault


def test_a_broken_guide_does_not_blame_the_questions(tmp_path: Path) -> None:
    covering = QUESTION_YAML.replace("    checked", "    covers: [1.1-fact]\n    checked")

    (fault,) = faults_of(a_folder(tmp_path, {"guide/1.1.yaml": "section: ]", "questions/1.1.yaml": covering}))

    assert fault.startswith("guide/1.1.yaml:1:")


def test_ordering_and_matching_become_indexes(tmp_path: Path) -> None:
    pack = load_pack(
        a_folder(
            tmp_path,
            {
                "questions/1.1.yaml": """\
section: "1.1"
questions:
  - {id: o, kind: ordering, difficulty: 1, stem: Order, checked: 2026-01-01,
     options: [{text: C, place: 3}, {text: A, place: 1}, {text: B, place: 2}]}
  - {id: m, kind: matching, difficulty: 1, stem: Match, checked: 2026-01-01, options: [{text: X}, {text: Y}],
     prompts: [{text: p, match: Y}, {text: q, match: X}, {text: r, match: Y}]}
"""
            },
        )
    )

    assert pack.questions["o"].correct == (1, 2, 0)
    assert (pack.questions["m"].prompts, pack.questions["m"].correct) == (("p", "q", "r"), (1, 0, 1))


def test_a_library_has_every_folder_with_a_pack(tmp_path: Path) -> None:
    a_folder(tmp_path)
    a_folder(
        tmp_path,
        {
            "pack.yaml": PACK_YAML.replace("sample", "other"),
            "questions/1.1.yaml": QUESTION_YAML.replace("1.1-001", "x-1"),
        },
        "other",
    )
    (tmp_path / "schema").mkdir()

    assert sorted(load_library(tmp_path)) == ["other", "sample"]


def test_two_packs_cannot_share_a_question_id(tmp_path: Path) -> None:
    a_folder(tmp_path)
    a_folder(tmp_path, {"pack.yaml": PACK_YAML.replace("sample", "other")}, "other")

    with pytest.raises(BankFaults, match="is also the id of a question in the pack other"):
        load_library(tmp_path)


def test_an_empty_folder_is_not_a_library(tmp_path: Path) -> None:
    with pytest.raises(BankFaults, match="contains no pack"):
        load_library(tmp_path)
