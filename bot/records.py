"""A `dataclass` like the standard library's, at a tenth of its startup cost.

The library compiles six functions for each class. For our 534 classes that took half of the time in which our code
loads, and 4 MiB. Here `__init__` is compiled when the first object of a class is made, which for most classes is never,
and the methods that compare, hash, show and protect the fields are shared by all classes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]


def _record(
    cls: type[Any] | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    kw_only: bool = False,
) -> Any:
    """Make a class a dataclass, which `fields`, `replace` and `match` treat like any other. Its own methods are
    kept."""
    if cls is None:
        return lambda cls: _record(cls, frozen=frozen, slots=slots, eq=eq, kw_only=kw_only)
    cls.__doc__ = cls.__doc__ or cls.__name__  # otherwise the library inspects the signature to describe it
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    methods: dict[str, Any] = {"__init__": _first_init(made, frozen=frozen), "__repr__": _repr}
    if eq:
        compared = (each.name for each in fields(made) if each.compare)
        methods |= {"__compared__": attrgetter("__class__", *compared), "__eq__": _eq}
        methods["__hash__"] = _hash if frozen else None
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if frozen and slots:
        methods |= {"__getstate__": _state, "__setstate__": _restore}
    for name, method in methods.items():
        if name not in vars(made):
            setattr(made, name, method)
    return made


def _first_init(cls: type[Any], *, frozen: bool) -> Callable[..., None]:
    """Return an `__init__` that replaces itself with a compiled one when it is first called."""

    def __init__(self: Any, /, *given: object, **named: object) -> None:  # noqa: N807  errors name it
        compiled = cls.__init__ = _init(cls, frozen=frozen)
        compiled(self, *given, **named)

    return __init__


def _init(cls: type[Any], *, frozen: bool) -> Callable[..., None]:
    """Compile the `__init__` of a class, which takes its fields."""
    scope: dict[str, Any] = {"_MISSING": MISSING, "_set": object.__setattr__}
    parameters, body = ["self"], []
    for each in sorted(fields(cls), key=attrgetter("kw_only")):
        name, value, default = each.name, each.name, f"_default_{each.name}"
        parameter = name
        if each.default_factory is not MISSING:
            scope[default], parameter = each.default_factory, f"{name}=_MISSING"
            value = f"{default}() if {name} is _MISSING else {name}" if each.init else f"{default}()"
        elif each.default is not MISSING:
            scope[default], parameter = each.default, f"{name}={default}"
            value = name if each.init else default
        elif not each.init:
            continue  # the class sets this field itself
        if each.init:
            parameters += ["*"] * (each.kw_only and "*" not in parameters) + [parameter]
        body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body or ["pass"]), scope)  # noqa: S102  as the library
    compiled: Callable[..., None] = scope["__init__"]
    return compiled


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__compared__(self) == self.__compared__(other)


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


def _refuse(self: Any, name: str, _value: object = None) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name!r}: {type(self).__name__} is frozen")


def _state(self: Any) -> list[Any]:
    """Return the state for `pickle` and `copy`. By default they would assign the fields, which a frozen class
    forbids."""
    return [getattr(self, each.name) for each in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _record
