"""Faults in content, worded for its author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    ERROR = "error"
    CHANGE = "changed"
    """Something was altered or dropped in an imported question."""
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to fix. `line` counts from 1; 0 stands for the whole file or bank."""

    file: str
    line: int
    key: str
    problem: str
    remedy: str = ""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{self.key}: " if self.key else ""
        stop = "" if self.remedy.endswith("?") else "."
        remedy = f" {self.remedy}{stop}" if self.remedy else ""
        return f"{place}: {self.level}: {key}{self.problem}.{remedy}"


class BankFaults(Exception):
    """Content that cannot be served, with every fault of every file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def errors(faults: Iterable[Fault]) -> Sequence[Fault]:
    return [fault for fault in faults if fault.level is Level.ERROR]
