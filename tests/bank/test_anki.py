"""Our decks, opened by Anki itself."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank.formats import Format, Intake, parse, write
from bot.bank.formats.ages import Ages
from bot.bank.formats.anki import earlier
from bot.bank.loader import load_library
from bot.study.questions import Case, Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.strategies import banks, scenarios
from tests.examples import examples

pytest.importorskip("anki", reason="Anki's own importer is not installed: pip install anki")

CASE = Case("1.1-case-shop", "A shop sells <hats>.")
LATER = datetime(2026, 11, 30, 12, tzinfo=UTC)
QUESTIONS = [
    a_question(stem="Is 1 < 2 & {{so}}?"),
    a_question(id="1.2-001", section="1.2", case=CASE.id),
    a_question(id="1.2-002", section="1.2", kind=Kind.ORDERING, correct=(2, 0, 3, 1)),
    a_question(id="1.2-003", section="1.2", kind=Kind.MATCHING, prompts=("One", "Two", "Three"), correct=(1, 0, 1)),
    a_question(id="1.2-004", section="1.2", retired=True),
]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    from anki.collection import Collection

    opened = Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def put_in(collection: Any, tmp_path: Path, questions: list[Question], *, after: bool = False) -> Any:
    """Import our deck of these questions into a collection; return the import log. `after`: as an update of the deck
    that was imported before."""
    path = tmp_path / "deck.apkg"
    ages = Ages(at=LATER, earlier=earlier(path.read_bytes())) if after else Ages()
    path.write_bytes(write(questions, {CASE.id: CASE}, Format.ANKI, PACK, ages=ages))
    return import_file(collection, path)


def import_file(collection: Any, path: Path) -> Any:
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    return collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    ).log


def card(collection: Any, name: str) -> Any:
    (found,) = collection.find_cards(f"Id:{name}")
    return collection.get_card(found)


def test_anki_imports_every_active_question_into_a_deck_for_its_section(collection: Any, tmp_path: Path) -> None:
    log = put_in(collection, tmp_path, QUESTIONS)

    assert (len(log.new), log.found_notes) == (4, 4)
    assert {deck.name for deck in collection.decks.all_names_and_ids()} >= {"Sample::1.1 First", "Sample::1.2 Second"}
    assert len(collection.find_cards('"deck:Sample::1.2 Second"')) == 3


def test_the_back_says_why_and_the_front_does_not(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    shown = card(collection, "1.1-001")

    assert "Is 1 &lt; 2 &amp; {{so}}?" in shown.question()
    assert "would be the wrong tool" not in shown.question()
    assert "would be the wrong tool" in shown.answer()
    assert '<span class="right">Simple Queue Service</span>' in shown.answer()


def test_a_scenario_is_shown_before_its_question(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    front = card(collection, "1.2-001").question()

    assert front.index("A shop sells &lt;hats&gt;.") < front.index("A bakery")


def test_orderings_and_pairs_are_on_the_back(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    steps = card(collection, "1.2-002").answer().split('<hr id="answer">')[1]
    assert steps.index("Step Functions") < steps.index("Simple Queue") < steps.index("Event Bridge")
    assert "One &rarr; <b>Simple Notices</b>" in card(collection, "1.2-003").answer()


def test_a_second_import_updates_and_adds_nothing(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    changed = a_question(explanation="Better now.", checked=CHECKED + timedelta(days=1))
    log = put_in(collection, tmp_path, [changed])

    assert (len(log.new), len(log.updated)) == (0, 1)
    assert "Better now." in card(collection, "1.1-001").answer()
    assert collection.card_count() == 4


def test_an_export_of_unchanged_questions_does_not_change_the_learner_s_notes(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)
    note = card(collection, "1.1-001").note()
    note.tags.append("hard-for-me")
    collection.update_note(note)

    with time_machine.travel(timedelta(days=1)):
        log = put_in(collection, tmp_path, QUESTIONS)

    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 4)
    assert "hard-for-me" in card(collection, "1.1-001").note().tags


def test_only_a_changed_question_updates_its_note_and_others_keep_the_learner_s_tags(
    collection: Any, tmp_path: Path
) -> None:
    put_in(collection, tmp_path, QUESTIONS)
    for name in ("1.1-001", "1.2-001"):
        note = card(collection, name).note()
        note.tags.append("hard-for-me")
        collection.update_note(note)

    changed = replace(QUESTIONS[2], explanation="Better now.", checked=CHECKED + timedelta(days=1))
    log = put_in(collection, tmp_path, [*QUESTIONS[:2], changed, *QUESTIONS[3:]])

    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 1, 3)
    assert "Better now." in card(collection, "1.2-002").answer()
    assert "hard-for-me" in card(collection, "1.1-001").note().tags


def test_a_question_edited_on_the_day_of_its_check_updates_only_its_note(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)
    note = card(collection, "1.1-001").note()
    note.tags.append("hard-for-me")
    collection.update_note(note)

    for explanation in ("Better now.", "Better still.", QUESTIONS[2].explanation):
        changed = replace(QUESTIONS[2], explanation=explanation)
        log = put_in(collection, tmp_path, [*QUESTIONS[:2], changed, *QUESTIONS[3:]], after=True)

        assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 1, 3)
        assert explanation in card(collection, "1.2-002").answer()
    assert "hard-for-me" in card(collection, "1.1-001").note().tags


def test_a_question_that_was_only_checked_again_does_not_count_as_changed(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    checked = [replace(question, checked=CHECKED + timedelta(days=30)) for question in QUESTIONS]
    log = put_in(collection, tmp_path, checked, after=True)

    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 4)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=banks, cases=scenarios(), data=st.data())
def test_exactly_the_changes_between_two_exports_are_updated(
    tmp_path_factory: pytest.TempPathFactory, before: list[Question], cases: Mapping[str, Case], data: st.DataObject
) -> None:
    from anki.collection import Collection

    explained = st.sampled_from(["", "Better now.", None])
    told = {question.id: data.draw(explained) for question in before}
    now = [replace(q, explanation=q.explanation if (new := told[q.id]) is None else new) for q in before]
    folder = tmp_path_factory.mktemp("anki")
    path = folder / "deck.apkg"
    pack = replace(PACK, sections={q.section: replace(PACK.sections["1.1"], id=q.section) for q in before})
    opened = Collection(str(folder / "collection.anki2"))
    try:
        path.write_bytes(write(before, cases, Format.ANKI, pack))
        import_file(opened, path)
        old = earlier(path.read_bytes())
        path.write_bytes(write(now, cases, Format.ANKI, pack, ages=Ages(at=LATER, earlier=old)))
        log = import_file(opened, path)

        new = earlier(path.read_bytes())
        same = [
            guid for guid in new.keys() & old.keys() if replace(new[guid], changed=0) == replace(old[guid], changed=0)
        ]
        assert len(log.new) == len(new.keys() - old.keys())
        assert len(log.duplicate) == len(same)
        assert len(log.updated) == len(new.keys() & old.keys()) - len(same)
    finally:
        opened.close()


def test_a_newer_note_still_says_when_its_question_was_checked(tmp_path: Path) -> None:
    old = earlier(write(QUESTIONS, {CASE.id: CASE}, Format.ANKI, PACK))
    changed = [replace(question, explanation="Better now.") for question in QUESTIONS[:1]]

    data = write(changed, {}, Format.ANKI, PACK, ages=Ages(at=LATER, earlier=old))

    (question,) = parse(data, "deck.apkg", Intake(on=CHECKED + timedelta(days=9))).questions
    assert (question.explanation, question.checked) == ("Better now.", CHECKED)


def test_the_same_questions_give_the_same_file() -> None:
    first = write(QUESTIONS, {CASE.id: CASE}, Format.ANKI, PACK)

    with time_machine.travel(timedelta(days=1)):
        assert write(QUESTIONS, {CASE.id: CASE}, Format.ANKI, PACK) == first


def test_a_note_keeps_the_identity_that_older_exports_gave_it(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, [a_question()])

    note = card(collection, "1.1-001").note()

    assert (note.guid, note.mid) == ("nr!J%-Q_nK", 1_607_392_319)


def test_anki_imports_the_whole_bank_and_finds_nothing_new_the_second_time(collection: Any, tmp_path: Path) -> None:
    (pack,) = load_library(Path("content")).values()
    questions = list(pack.questions.values())
    path = tmp_path / "deck.apkg"
    path.write_bytes(write(questions, pack.cases, Format.ANKI, pack))

    first, second = (import_file(collection, path) for _ in range(2))

    assert (len(first.new), len(second.duplicate)) == (len(pack.active), len(pack.active))
    for question in pack.active:
        shown = card(collection, question.id).answer()
        assert all(html.escape(option.text) in shown for option in question.options), question.id
    assert collection.fix_integrity()[1]


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions=banks, cases=scenarios())
def test_anki_imports_whatever_the_schema_allows(
    tmp_path_factory: pytest.TempPathFactory, questions: list[Question], cases: Mapping[str, Case]
) -> None:
    from anki.collection import Collection

    folder = tmp_path_factory.mktemp("anki")
    sections = {q.section: replace(PACK.sections["1.1"], id=q.section) for q in questions}
    path = folder / "deck.apkg"
    path.write_bytes(write(questions, cases, Format.ANKI, replace(PACK, sections=sections)))
    opened = Collection(str(folder / "collection.anki2"))
    try:
        assert len(import_file(opened, path).new) == len([q for q in questions if not q.retired])
        stems = {opened.get_note(number)["Question"] for number in opened.find_notes("")}
        assert stems == {html.escape(question.stem) for question in questions if not question.retired}
    finally:
        opened.close()
