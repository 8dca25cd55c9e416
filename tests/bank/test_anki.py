"""The deck, opened by Anki itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from bot.bank.formats import Format, write
from bot.study.questions import Case, Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question

pytest.importorskip("anki", reason="Anki's own importer is not installed: pip install anki")

CASE = Case("1.1-case-shop", "A shop sells <hats>.")
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


def put_in(collection: Any, tmp_path: Path, questions: list[Question]) -> Any:
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    path = tmp_path / "deck.apkg"
    path.write_bytes(write(questions, {CASE.id: CASE}, Format.ANKI, PACK))
    return collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
    ).log


def card(collection: Any, name: str) -> Any:
    (found,) = collection.find_cards(f"Id:{name}")
    return collection.get_card(found)


def test_anki_takes_every_active_question_into_a_deck_for_its_section(collection: Any, tmp_path: Path) -> None:
    log = put_in(collection, tmp_path, QUESTIONS)

    assert (len(log.new), log.found_notes) == (4, 4)
    assert {deck.name for deck in collection.decks.all_names_and_ids()} >= {"Sample::1.1 First", "Sample::1.2 Second"}
    assert len(collection.find_cards('"deck:Sample::1.2 Second"')) == 3


def test_the_back_tells_why_and_the_front_does_not(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    shown = card(collection, "1.1-001")

    assert "Is 1 &lt; 2 &amp; {{so}}?" in shown.question()
    assert "would be the wrong tool" not in shown.question()
    assert "would be the wrong tool" in shown.answer()
    assert '<span class="right">Simple Queue Service</span>' in shown.answer()


def test_a_scenario_goes_before_its_question(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)

    front = card(collection, "1.2-001").question()

    assert front.index("A shop sells &lt;hats&gt;.") < front.index("A bakery")


def test_an_order_and_pairs_stand_on_the_back(collection: Any, tmp_path: Path) -> None:
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


def test_an_export_of_unchanged_questions_leaves_the_learners_notes_alone(collection: Any, tmp_path: Path) -> None:
    put_in(collection, tmp_path, QUESTIONS)
    note = card(collection, "1.1-001").note()
    note.tags.append("hard-for-me")
    collection.update_note(note)

    with time_machine.travel(timedelta(days=1)):
        log = put_in(collection, tmp_path, QUESTIONS)

    assert (len(log.new), len(log.updated), len(log.duplicate)) == (0, 0, 4)
    assert "hard-for-me" in card(collection, "1.1-001").note().tags
