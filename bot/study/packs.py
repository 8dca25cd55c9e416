"""What a server studies: a pack, plus its own questions, minus the questions that it retired."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from bot.study.awards import is_winnable
from bot.study.errors import Refusal, Refused, UnknownPack, UnknownSection
from bot.study.live import askable
from bot.study.questions import ALL, Case, Pack, Question
from bot.study.rotation import pool
from bot.study.typed import choose

OWN = "own-"
"""The prefix of the id of a server's own question or case."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What one server has added to its pack, oldest first, and which questions it has retired, its own or the
    pack's."""

    questions: Mapping[str, Question] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    retired: Set[str] = frozenset()


def merged(pack: Pack, additions: Additions) -> Pack:
    """Return the pack as this server sees it. Questions whose section is missing from the pack are not asked."""
    leaves = frozenset(pack.leaves)
    questions = {**additions.questions, **pack.questions}
    for question in questions.values():
        if question.id in additions.retired or question.section not in leaves:
            questions[question.id] = replace(question, retired=True)
    return replace(pack, questions=questions, cases={**additions.cases, **pack.cases})


def own_id(guild_id: int, name: str) -> str:
    """Return the server's id for what a file calls `name`.

    It is the same for every import, so that importing a file again adds nothing, and differs between servers, so that
    their questions are never confused. The id contains 48 bits of SHA-256.
    """
    return OWN + sha256(f"{guild_id}:{name}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PackChange:
    """What switching to another pack would change for a server."""

    before: Pack
    after: Pack
    new_boards: tuple[str, ...]
    lost_boards: tuple[str, ...]
    kept_boards: tuple[str, ...]
    """Boards with the same number in both packs, always including `all`. They keep the points earned so far."""
    dropped_sections: tuple[str, ...]
    """Sections of the daily that the new pack lacks. If none is left, the daily uses all sections."""
    lost_difficulties: tuple[int, ...]
    """The difficulty of each daily that would find no question of that difficulty in the new pack."""
    stranded: tuple[str, ...]
    """Names of competitions that count only sections that the new pack lacks."""
    lost_roles: tuple[int, ...]
    """Roles that nobody could win, because the new pack lacks their section or has too few questions in it."""
    lost_rounds: tuple[datetime, ...]
    """The starts of planned live rounds for which the new pack has no questions."""
    own: int
    resting: int
    """How many of the server's own questions would not be asked, because the new pack lacks their section."""


def is_stranded(sections: Collection[str], pack: Pack) -> bool:
    """Return whether a pack has none of these sections, so that a competition on them counts nothing. An empty
    collection means all sections."""
    return bool(sections) and not any(section in pack.boards for section in sections)


def change(
    before: Pack,
    after: Pack,
    dailies: Collection[tuple[tuple[str, ...], int | None]],
    additions: Additions,
    competitions: Iterable[tuple[str, Collection[str]]] = (),
    awards: Iterable[tuple[int, str, int | None]] = (),
    rounds: Iterable[tuple[datetime, str]] = (),
) -> PackChange:
    """Compare two packs for a server. `dailies`: the sections (none means all) and the difficulty of each daily.
    `competitions`: the name and the sections of each competition that is not over. `awards`: role, section and number
    of questions of each award. `rounds`: start and section of each planned live round."""
    sections = dict.fromkeys(section for listed, _ in dailies for section in listed)
    there = merged(after, additions)
    lost = (
        difficulty
        for listed, difficulty in dailies
        if difficulty is not None
        and not pool(there, (section for section in listed if section in after.boards), difficulty)
    )
    return PackChange(
        before=before,
        after=after,
        new_boards=tuple(board for board in after.boards if board not in before.boards),
        lost_boards=tuple(board for board in before.boards if board not in after.boards),
        kept_boards=tuple(board for board in after.boards if board in before.boards),
        dropped_sections=tuple(section for section in sections if section != ALL and section not in after.boards),
        lost_difficulties=tuple(dict.fromkeys(lost)),
        stranded=tuple(name for name, counted in competitions if is_stranded(counted, after)),
        lost_roles=tuple(role for role, section, questions in awards if not is_winnable(there, section, questions)),
        lost_rounds=tuple(start for start, section in rounds if not askable(there, section)),
        own=len(additions.questions),
        resting=sum(question.section not in after.leaves for question in additions.questions.values()),
    )


def read_section(pack: Pack, text: str) -> str:
    """Return the section that a text names by number or title, also `all`: `1.1`, `All sections`. Raises
    UnknownSection."""
    if text in pack.boards:
        return text
    titles = ((board, pack.title_of(board)) for board in pack.boards)
    section = choose(text, [(board, title, title.removeprefix(f"{board} ")) for board, title in titles])
    if section is None:
        raise UnknownSection(text, pack.leaves)
    return section


def to_practise(studied: Pack, asked_from: str, section: str) -> str:
    """Return the section to practice after a question: the question's own, or `all` if the studied exam version has no
    question in that section. `asked_from`: the name of the question's pack. Raises FROM_ANOTHER_PACK."""
    if asked_from != studied.name:
        raise Refused(Refusal.FROM_ANOTHER_PACK)
    return section if studied.within(section) else ALL


def read_pack(packs: Mapping[str, Pack], text: str) -> str:
    """Return the name of the pack that a text names by name, title or exam. Raises UnknownPack."""
    name = choose(text, [(name, pack.title, pack.exam) for name, pack in packs.items()])
    if name is None:
        raise UnknownPack(text)
    return name
