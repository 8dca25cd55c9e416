"""What a server studies: a pack, with questions of its own beside those of the pack, and without those that it left out."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256

from bot.study.errors import UnknownPack, UnknownSection
from bot.study.questions import ALL, Case, Pack, Question
from bot.study.typed import choose

OWN = "own-"
"""What the id of a server's own question or case begins with."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What one server adds to its pack, and what it asks no more, its own or the pack's. In the order of adding."""

    questions: Mapping[str, Question] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    retired: Set[str] = frozenset()


def merged(pack: Pack, additions: Additions) -> Pack:
    """The pack as this server sees it. A question whose section the pack does not have rests, and nobody is asked it."""
    leaves = frozenset(pack.leaves)
    questions = {**additions.questions, **pack.questions}
    for question in questions.values():
        if question.id in additions.retired or question.section not in leaves:
            questions[question.id] = replace(question, retired=True)
    return replace(pack, questions=questions, cases={**additions.cases, **pack.cases})


def own_id(guild_id: int, name: str) -> str:
    """The id under which a server keeps what a file calls `name`.

    The same at every import, so that importing a file again adds nothing; another one in every other server, so that what
    a member knows of the one question is never taken for the other. 48 bits of SHA-256.
    """
    return OWN + sha256(f"{guild_id}:{name}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PackChange:
    """What another pack would mean for a server."""

    before: Pack
    after: Pack
    new_boards: tuple[str, ...]
    lost_boards: tuple[str, ...]
    kept_boards: tuple[str, ...]
    """Boards of both packs, under one number; `all` is always one of them. Points so far stay on them."""
    dropped_sections: tuple[str, ...]
    """Sections of the daily that the new pack does not have. With none left, the daily takes in all."""
    own: int
    resting: int
    """The server's own questions, and how many of them would rest for want of their section."""


def change(before: Pack, after: Pack, sections: tuple[str, ...], additions: Additions) -> PackChange:
    """`sections` are those of the server's daily; none means all."""
    return PackChange(
        before=before,
        after=after,
        new_boards=tuple(board for board in after.boards if board not in before.boards),
        lost_boards=tuple(board for board in before.boards if board not in after.boards),
        kept_boards=tuple(board for board in after.boards if board in before.boards),
        dropped_sections=tuple(section for section in sections if section != ALL and section not in after.boards),
        own=len(additions.questions),
        resting=sum(question.section not in after.leaves for question in additions.questions.values()),
    )


def read_section(pack: Pack, text: str) -> str:
    """The section that was typed by number or title, `1.1` or `All sections`; also `all`. Raises UnknownSection."""
    if text in pack.boards:
        return text
    titles = ((board, pack.title_of(board)) for board in pack.boards)
    section = choose(text, [(board, title, title.removeprefix(f"{board} ")) for board, title in titles])
    if section is None:
        raise UnknownSection(text)
    return section


def read_pack(packs: Mapping[str, Pack], text: str) -> str:
    """The name of the pack that was typed by name, title or exam. Raises UnknownPack."""
    name = choose(text, [(name, pack.title, pack.exam) for name, pack in packs.items()])
    if name is None:
        raise UnknownPack(text)
    return name
