"""A server's own questions together with its pack's, and what another pack would change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.study.packs import Additions, change, merged, own_id
from bot.study.questions import ALL, Case
from tests.builders import a_pack, a_question, questions_of

PACK = a_pack(questions_of({"1.1": 2, "1.2": 1}))
OWN = replace(a_question("own-1"), section="1.1")
ASTRAY = replace(a_question("own-2"), section="7.7")


def additions(*questions, **more):
    return Additions({question.id: question for question in questions}, **more)


def test_own_questions_are_asked_with_those_of_the_pack():
    found = merged(PACK, additions(OWN))

    assert [question.id for question in found.within("1.1")] == ["1.1-001", "1.1-002", "own-1"]
    assert found.within("1.2") == PACK.within("1.2")


def test_a_retired_question_is_known_but_no_longer_asked_whoever_owns_it():
    found = merged(PACK, additions(OWN, retired=frozenset({"own-1", "1.1-001"})))

    assert [question.id for question in found.within("1.1")] == ["1.1-002"]
    assert {"own-1", "1.1-001"} <= found.questions.keys()


def test_a_question_rests_while_the_pack_lacks_its_section():
    found = merged(PACK, additions(ASTRAY))

    assert found.questions["own-2"].retired
    assert ASTRAY not in found.within(ALL)


def test_the_pack_itself_stays_unchanged():
    before = dict(PACK.questions)

    merged(PACK, additions(OWN, retired=frozenset({"1.1-001"})))

    assert PACK.questions == before


def test_a_question_of_the_pack_has_priority_over_an_added_one_with_the_same_id():
    pack = replace(PACK, cases={"case": Case("case", "The pack's")})
    foreign = replace(a_question("1.1-001"), stem="Another?")

    found = merged(pack, additions(foreign, cases={"case": Case("case", "Another")}))

    assert found.questions["1.1-001"].stem == PACK.questions["1.1-001"].stem
    assert found.cases["case"].scenario == "The pack's"


@given(st.integers(1, 2**63), st.integers(1, 2**63), st.text(max_size=20))
def test_an_id_is_the_same_at_every_import_and_another_in_every_server(guild, other, name):
    assert own_id(guild, name) == own_id(guild, name)
    assert (own_id(guild, name) == own_id(other, name)) == (guild == other)


def test_a_change_of_the_pack_names_the_boards_that_are_added_and_removed_and_kept():
    after = replace(a_pack(questions_of({"1.1": 1, "2.1": 1})), name="other")

    found = change(PACK, after, [(("1.2", "1.1"), None), (("1.1",), None)], additions(OWN, ASTRAY))

    assert found.new_boards == ("2", "2.1")
    assert found.lost_boards == ("1.2",)
    assert found.kept_boards == (ALL, "1", "1.1")
    assert found.dropped_sections == ("1.2",)
    assert (found.own, found.resting) == (2, 1)


def test_a_change_of_the_pack_names_the_difficulties_without_questions_for_a_daily():
    after = replace(a_pack([a_question("1.1-001"), a_question("1.2-001", difficulty=2)]), name="other")

    found = change(PACK, after, [((), 3), (("1.1",), 2), (("1.1",), 1), (("2.1",), 1), (("2.1",), None)], additions())

    assert found.lost_difficulties == (3, 2)
