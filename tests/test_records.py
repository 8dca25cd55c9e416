"""Our `dataclass` does what the standard library's does: each class here is made by both."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import ClassVar

import pytest

from bot import records


def point(dataclass, **options):
    @dataclass(**options)
    class Point:
        """Where."""

        UNIT: ClassVar[str] = "m"
        x: int
        y: int = 2
        note: str = field(default="", compare=False)
        tags: list[str] = field(default_factory=list, repr=False, hash=False, compare=False)

    return Point


FROZEN = {"frozen": True, "slots": True}
OPTIONS = [{}, {"frozen": True}, {"slots": True}, FROZEN]


@pytest.fixture(params=OPTIONS, ids=str)
def both(request):
    return point(dataclasses.dataclass, **request.param), point(records.dataclass, **request.param)


def test_arguments_and_defaults_are_those_of_the_library(both):
    for given, named in [((1,), {}), ((1, 5), {}), ((), {"x": 3, "tags": ["a"]}), ((1, 2, "so"), {"tags": []})]:
        theirs, ours = (kind(*given, **named) for kind in both)
        assert [getattr(ours, each.name) for each in fields(ours)] == [
            getattr(theirs, each.name) for each in fields(theirs)
        ]
        assert repr(ours) == repr(theirs)


def test_each_object_has_a_list_of_its_own(both):
    _, kind = both
    kind(1).tags.append("a")

    assert kind(1).tags == []


def test_missing_and_unknown_arguments_are_refused(both):
    _, kind = both
    for given, named in [((), {}), ((1, 2, "", [], 5), {}), ((1,), {"z": 1})]:
        with pytest.raises(TypeError, match="__init__"):
            kind(*given, **named)


def test_objects_are_equal_by_what_is_compared(both):
    _, kind = both

    assert kind(1) == kind(1, 2, "another note", ["a"])
    assert kind(1) != kind(2)
    assert kind(1) != (1, 2)


def test_an_object_of_a_subclass_equals_none_of_its_base(both):
    _, kind = both

    class Sub(kind):
        pass

    assert Sub(1) != kind(1)
    assert Sub(1) == Sub(1)


def test_frozen_objects_are_hashed_by_what_is_compared_and_others_not_at_all(both):
    theirs, ours = both
    if theirs.__hash__ is None:
        with pytest.raises(TypeError, match="unhashable"):
            hash(ours(1))
    else:
        assert len({ours(1), ours(1, note="another"), ours(2)}) == 2


def test_frozen_objects_refuse_every_change(both):
    theirs, ours = both
    it = ours(1)
    if theirs.__dataclass_params__.frozen:
        with pytest.raises(FrozenInstanceError, match="'x'"):
            it.x = 2
        with pytest.raises(FrozenInstanceError, match="'x'"):
            del it.x
        assert it.x == 1
    else:
        it.x = 2
        assert it.x == 2


def test_a_copy_and_a_replacement_hold_the_same_values(both):
    _, kind = both
    it = kind(1, tags=["a"])

    assert copy.copy(it) == it
    assert copy.deepcopy(it).tags == ["a"]
    assert replace(it, y=9) == kind(1, 9)


def test_the_fields_can_be_matched_by_place(both):
    _, kind = both
    match kind(1, 7):
        case kind(1, y):
            assert y == 7


@records.dataclass(frozen=True, slots=True)
class Packed:
    x: int


@records.dataclass(frozen=True, slots=True)
class Nothing:
    """No fields."""


@records.dataclass
class Counting:
    step: int
    total: int = field(init=False, default=10)
    seen: list[int] = field(init=False, default_factory=list)
    label: str = field(init=False)

    def __post_init__(self) -> None:
        self.label = f"by {self.step}"


@records.dataclass(kw_only=True, eq=False)
class Named:
    a: int
    b: int = 2


@records.dataclass(frozen=True, slots=True)
class Whispered:
    word: str

    def __repr__(self) -> str:
        return "secret"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return 5


@records.dataclass(slots=True)
class Node:
    next: Node | None = None


def test_a_frozen_object_can_be_pickled():
    assert pickle.loads(pickle.dumps(Packed(3))) == Packed(3)


def test_all_objects_without_fields_are_equal():
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())


def test_fields_that_are_no_arguments_begin_with_their_default_and_can_be_set_later():
    one, other = Counting(2), Counting(3)
    one.seen.append(1)

    assert (one.total, one.seen, one.label) == (10, [1], "by 2")
    assert other.seen == []
    with pytest.raises(TypeError):
        Counting(2, 3)


def test_arguments_can_be_by_name_only():
    assert (Named(a=1).a, Named(a=1).b) == (1, 2)
    assert Named(a=1) != Named(a=1)
    with pytest.raises(TypeError):
        Named(1)


def test_methods_of_the_class_itself_stay():
    assert repr(Whispered("x")) == "secret"
    assert Whispered("x") != Whispered("x")
    assert hash(Whispered("x")) == 5


def test_an_object_that_holds_itself_is_shown():
    node = Node()
    node.next = node

    assert repr(node) == "Node(next=...)"


def test_a_subclass_adds_fields_to_those_of_its_base():
    @records.dataclass(frozen=True, slots=True)
    class Further(Packed):
        y: int = 4

    assert repr(Further(1)).endswith("Further(x=1, y=4)")
    assert Packed(1) == Packed(1)
    assert Further(1) != Further(1, 5)
