"""One question as a change to its pack's folder: only what was edited differs, and the pack still passes its check."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.check import check_pack
from bot.bank.faults import errors
from bot.bank.formats.cohort_yaml import entry_of
from bot.bank.loader import load_pack
from bot.bank.patches import changed_file, edited, is_editable, judged, new_file, text_of
from bot.study.questions import Kind
from tests.conftest import ROOT
from tests.examples import examples

FOLDER = ROOT / "content" / "aws-mla-c01"
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def bank():
    return load_pack(FOLDER)


def lines_that_differ(before, after):
    """Return how many lines differ between the files, without their common beginning and end."""
    before, after = before.split("\n"), after.split("\n")
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return len(before), len(after)


def of_kind(bank, kind):
    return next(question for question in bank.active if question.kind is kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_question_that_is_not_edited_leaves_its_file_as_it_is(bank, kind):
    question = of_kind(bank, kind)

    path, data = changed_file(FOLDER, question, question)

    assert data == (FOLDER / path).read_bytes()
    assert data == changed_file(FOLDER, question, question)[1]


def test_every_question_of_the_bank_is_found_and_read_back_unchanged(bank):
    for question in bank.active[:: max(1, len(bank.active) // 60)]:
        path, data = changed_file(FOLDER, question, question)
        assert data == (FOLDER / path).read_bytes()
        assert is_editable(question, bank) or any("\n" in option.text for option in question.options)


def test_an_edited_explanation_changes_only_its_lines_and_the_pack_passes_its_check(bank, tmp_path):
    folder = tmp_path / FOLDER.name
    shutil.copytree(FOLDER, folder)
    after = {}
    for question in (of_kind(bank, kind) for kind in Kind):
        text = replace(text_of(question), explanation=question.explanation.replace(". ", ", as ever. ", 1))
        mended, faults = edited(question, text, bank, TODAY)
        assert not faults
        path, data = changed_file(folder, question, mended)
        assert max(lines_that_differ((folder / path).read_text("utf-8"), data.decode())) <= 20
        (folder / path).write_bytes(data)
        assert changed_file(folder, mended, mended)[1] == data
        after[mended.id] = mended

    assert not errors(check_pack(folder))
    read = load_pack(folder).questions
    assert {name: entry_of(one) for name, one in read.items()} == {
        name: entry_of(after.get(name, one)) for name, one in bank.questions.items()
    }
    assert all(read[name].checked == TODAY for name in after)


def test_a_new_question_is_a_file_of_its_own_and_the_pack_passes_its_check_with_it(bank, tmp_path):
    known = of_kind(bank, Kind.CHOICE)
    new = replace(
        known,
        id="own-0123456789ab",
        case=None,
        difficulty=1,
        stem="A bakery notes how many loaves it sells each morning and wants one number for a usual day, although on one "
        "morning a wedding party bought ten times as many. Which figure should the bakery report to its accountant?",
        options=tuple(
            replace(option, text=text, rationale=f"It is {text.lower()}, as sums and places in a sorted list tell.")
            for option, text in zip(
                known.options,
                ("Loaves by mean", "Loaves by range", "Loaves by spread", "Loaves by median"),
                strict=True,
            )
        ),
        explanation="Half of all mornings lie below the median, whatever a single wedding buys. The mean moves with every "
        "loaf, so that one morning would raise it for the whole of a month.",
    )

    path, data, numbered = new_file(new, bank.active, bank)
    folder = tmp_path / FOLDER.name
    shutil.copytree(FOLDER, folder)
    assert not (folder / path).exists()
    (folder / path).write_bytes(data)

    assert list(map(str, errors(judged(numbered, bank)))) == []
    assert not errors(check_pack(folder))
    assert entry_of(load_pack(folder).questions[numbered.id]) == entry_of(numbered)
    assert re.fullmatch(rf"{new.section}-\d{{3}}", numbered.id)
    assert new_file(new, bank.active, bank) == (path, data, numbered)


def test_a_mistake_in_a_form_is_reported(bank):
    ordering, choice = of_kind(bank, Kind.ORDERING), of_kind(bank, Kind.CHOICE)
    text = text_of(choice)

    def told(question, **changes):
        after, faults = edited(question, replace(text_of(question), **changes), bank, TODAY)
        assert after is None
        return " ".join(map(str, faults))

    assert 'name "nowhere", which the pack does not have' in told(choice, tags=f"{text.tags} nowhere")
    assert "has 2 lines" in told(ordering, options="first\nsecond")
    assert "0 correct options" in told(choice, options=text.options.replace("* ", ""))
    assert "stem" in told(choice, stem="")


def test_marking_a_second_option_makes_a_response_and_taking_the_tags_away_drops_their_keys(bank):
    choice = of_kind(bank, Kind.CHOICE)
    text = text_of(choice)
    marked = "\n".join(
        line if line.startswith("*") or number > 1 else f"* {line}"
        for number, line in enumerate(text.options.splitlines())
    )

    after, _ = edited(choice, replace(text, options=marked, tags="", sources=""), bank, TODAY)
    path, data = changed_file(FOLDER, choice, after)

    assert after.kind is Kind.RESPONSE
    assert not {"covers", "skills", "exams", "sources"} & entry_of(after).keys()
    assert path.startswith("questions/")
    assert b"kind: response" in data


def test_a_question_that_is_in_no_file_is_not_patched(bank):
    gone = replace(of_kind(bank, Kind.CHOICE), id="9.9-999")

    assert changed_file(FOLDER, gone, gone) is None


@settings(max_examples=examples(15))
@given(st.data())
def test_any_legible_text_survives_a_round_trip_through_a_file(data):
    bank = load_once()
    question = data.draw(st.sampled_from(bank.active))
    words = st.text(st.sampled_from("abc:#-'\"{}[]*&!|>%@` ,.?\u00e9\u4e2d"), min_size=1, max_size=60)
    explanation = data.draw(words.map(str.strip).filter(bool))
    after, faults = edited(question, replace(text_of(question), explanation=explanation), bank, TODAY)
    if after is None:
        assert faults
        return

    _, written = changed_file(FOLDER, question, after)

    read = {entry["id"]: entry for entry in entries_of(written)}
    assert read[question.id]["explanation"] == after.explanation
    assert len(read) == sum(one.id in read for one in bank.questions.values())


def load_once(kept=[]):  # noqa: B006  read once for all examples
    if not kept:
        kept.append(load_pack(FOLDER))
    return kept[0]


def entries_of(data):
    from bot.bank.files import read_yaml

    documents, faults = read_yaml(data.decode(), "a file")
    assert not faults
    return documents[0].value["questions"]
