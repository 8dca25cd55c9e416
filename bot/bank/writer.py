"""Write imported questions where the loader finds them: in new files next to the hand-written ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.bank.formats import Batch, cohort_yaml
from bot.bank.loader import PACK_FILE, Source
from bot.bank.whole import write_whole
from bot.study.questions import Question, parent_of

_MARK = "# Imported from"


@dataclass(frozen=True)
class NewFile:
    path: Path
    data: bytes


def files_for(batch: Batch, folder: Path, source: Source | None, origin: str) -> list[NewFile]:
    """Return what an import would write: a file for each section, and a pack.yaml if there is no pack yet.

    A second import of a file with the same name adds its questions to the file of the first import, and a correction
    goes where the corrected question is. No other file is touched.
    """
    sections: dict[str, list[Question]] = {}
    paths: dict[Path, list[Question]] = {}
    corrected = {question.id: question for question in batch.questions if question.id in batch.corrected}
    for question in batch.questions:
        if source and question.id in corrected:
            paths.setdefault(Path(source.places[question.id].document.file), [])
        else:
            sections.setdefault(question.section, []).append(question)
    files = [] if source or not sections else [NewFile(folder / PACK_FILE, _pack_yaml(folder.name, sections))]
    for section, added in sections.items():
        paths.setdefault(_path(folder / "questions" / f"{section}-{_slug(origin)}.yaml"), []).extend(added)
    elsewhere: set[str] = set()
    for path, added in paths.items():
        questions = [*(corrected.get(question.id, question) for question in _already_in(path, source)), *added]
        cases = dict(batch.cases)
        if source:
            away = {name for name in source.pack.cases if source.places[name].document.file != str(path)}
            cases = {name: case for name, case in {**source.pack.cases, **cases}.items() if name not in away}
        cases = {name: case for name, case in cases.items() if name not in elsewhere}
        elsewhere |= {question.case for question in questions if question.case}
        head = f"{_MARK} {_slug(origin)}. `python -m bot check` names what its questions lack.\n"
        files.append(NewFile(path, head.encode() + cohort_yaml.write(questions, cases)))
    return files


def correctable(source: Source) -> frozenset[str]:
    """Return the ids of questions that an import wrote, which another import may correct."""
    files = {place.document.file for id, place in source.places.items() if id in source.pack.questions}
    imported = {file for file in files if Path(file).read_bytes().startswith(_MARK.encode())}
    return frozenset(id for id in source.pack.questions if source.places[id].document.file in imported)


def store(files: Iterable[NewFile]) -> None:
    """Write each file atomically."""
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file.path, file.data)


def _path(path: Path) -> Path:
    """Return the path; if a hand-written file is in the way, one with `-import` added to the name."""
    while path.exists() and not path.read_bytes().startswith(_MARK.encode()):
        path = path.with_stem(f"{path.stem}-import")
    return path


def _already_in(path: Path, source: Source | None) -> list[Question]:
    questions = source.pack.questions.values() if source else ()
    return [question for question in questions if source and source.places[question.id].document.file == str(path)]


def _slug(name: str) -> str:
    """Return a name that is safe in paths, comments and globs."""
    return re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")[:40] or "import"


def _pack_yaml(name: str, sections: Iterable[str]) -> bytes:
    wanted: set[str] = set()
    for section in sections:
        step: str | None = section
        while step is not None:
            wanted.add(step)
            step = parent_of(step)
    header = {
        "pack": name,
        "title": name.replace("-", " ").capitalize(),
        "sections": [{"id": section, "title": f"Section {section}"} for section in sorted(wanted, key=_in_order)],
    }
    return yaml.dump(header, sort_keys=False, allow_unicode=True).encode()


def _in_order(section: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (1_000_000, part) for part in section.split(".")]
