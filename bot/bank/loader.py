"""Load packs from folders: pack.yaml, guide/*.yaml, questions/*.yaml. All faults of all files are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.bank.faults import BankFaults, Fault, Level, errors
from bot.bank.files import Document, Path, read_yaml
from bot.bank.items import exam_of, question_of
from bot.bank.schema import DomainEntry, GuideFile, Item, PackFile, QuestionsFile, problems
from bot.bank.sentences import faults_of
from bot.study.questions import (
    Case,
    ClosedService,
    Domain,
    ExamVersion,
    Fact,
    Pack,
    Question,
    Section,
    section_weights,
)

PACK_FILE = "pack.yaml"
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Place:
    """The document and path of an entry, so that a later finding can name the line."""

    document: Document
    path: Path

    def fault(self, *path: str | int, problem: str, remedy: str = "", level: Level = Level.ERROR) -> Fault:
        return self.document.fault(self.path + path, problem, remedy, level)


@dataclass(frozen=True)
class Source:
    """A pack, with data that only its checker needs. If there were faults, it holds what could be read."""

    pack: Pack
    folder: FilePath
    strict: bool
    minimum: Mapping[str, int]
    places: Mapping[str, Place] = field(repr=False)
    """The places of questions, cases and sections, by id."""


def load_pack(folder: FilePath | str) -> Pack:
    """Load a pack. Raises `BankFaults` with everything wrong in any of its files."""
    source, faults = read_pack(FilePath(folder))
    if source is None or errors(faults):
        raise BankFaults(faults)
    return source.pack


def load_library(content: FilePath | str) -> Mapping[str, Pack]:
    """Load every pack below a folder, by name. Raises `BankFaults`, also when two packs share a question id."""
    sources, faults = read_library(FilePath(content))
    if errors(faults):
        raise BankFaults(faults)
    return {source.pack.name: source.pack for source in sources}


def read_library(content: FilePath) -> tuple[list[Source], list[Fault]]:
    """Read every pack below a folder: return what could be read, and all faults."""
    sources: list[Source] = []
    faults: list[Fault] = []
    folders = pack_folders(content)
    if not folders:
        faults.append(Fault(str(content), 0, "", "contains no pack", f"Make a folder with a {PACK_FILE} in it"))
    owner: dict[str, str] = {}
    for folder in folders:
        source, found = read_pack(folder)
        faults += found
        if source is None:
            continue
        sources.append(source)
        for name in source.pack.questions:
            first = owner.setdefault(name, source.pack.name)
            if first != source.pack.name:
                problem = f"is also the id of a question in the pack {first}"
                faults.append(source.places[name].fault("id", problem=problem, remedy="Give it another id"))
    return sources, faults


def pack_folders(content: FilePath) -> list[FilePath]:
    return sorted(path.parent for path in content.glob(f"*/{PACK_FILE}"))


def read_pack(folder: FilePath) -> tuple[Source | None, list[Fault]]:
    """Return what can be read of a pack, and all faults. The source is None if there is no pack.yaml."""
    reader = _Reader()
    document = reader.open(folder / PACK_FILE)
    header = reader.validate(document, PackFile) if document else None
    if document is None or header is None:
        return None, reader.faults
    reader.header(header, document, folder)
    for path in sorted((folder / "guide").glob("*.yaml")):
        reader.guide(path)
    pages = [reader.page(path) for path in sorted((folder / "questions").glob("*.yaml"))]
    for page in filter(None, pages):
        reader.questions(page)
    return reader.source(header, folder), reader.faults


@dataclass(frozen=True)
class _Page:
    document: Document
    section: str | None
    entries: list[object]


class _Reader:
    """Reads the parts of one pack and collects the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.sections: dict[str, Section] = {}
        self.domains: tuple[Domain, ...] = ()
        self.exams: dict[str, ExamVersion] = {}
        self.facts: dict[str, Fact] = {}
        self.guide_is_whole = True
        self.cases: dict[str, Case] = {}
        self.items: dict[str, Question] = {}
        self.places: dict[str, Place] = {}

    def open(self, path: FilePath) -> Document | None:
        try:
            data = path.read_bytes()
        except OSError as error:
            self.faults.append(Fault(str(path), 0, "", f"cannot be read ({error.strerror})", "Write the file"))
            return None
        documents, faults = read_yaml(data, str(path))
        self.faults += faults
        if len(documents) != 1:
            if not faults:
                problem = "is empty" if not documents else "contains more than one document"
                self.faults.append(Fault(str(path), 0, "", problem, "Write one document, without `---` lines"))
            return None
        return documents[0]

    def validate(self, document: Document, model: type[_M], value: object = None) -> _M | None:
        try:
            return model.model_validate(document.value if value is None else value)
        except ValidationError as error:
            self.faults += faults_of(error, document)
            return None

    def header(self, header: PackFile, document: Document, folder: FilePath) -> None:
        if header.pack != folder.resolve().name:
            self.say(
                document, ("pack",), f'is "{header.pack}", but its folder has another name', "Give both the same name"
            )
        for place, entry in enumerate(header.sections):
            where = ("sections", place, "id")
            if entry.id in self.sections:
                self.say(document, where, f'"{entry.id}" is listed twice', "Remove one")
            self.sections[entry.id] = section = Section(entry.id, entry.title)
            self.places[f"section {entry.id}"] = Place(document, ("sections", place))
            if section.parent is not None and section.parent not in self.sections:
                self.say(document, where, f'comes before its parent "{section.parent}"', "List the parent first")
        self.domains = self.domains_of(header.domains, document, ("domains",))
        for place, exam in enumerate(header.exams):
            domains = self.domains_of(exam.domains, document, ("exams", place, "domains"))
            if exam.code in self.exams:
                self.say(document, ("exams", place, "code"), f'"{exam.code}" is used twice', "Give it another code")
            if not exam.lowest < exam.passing <= exam.highest:
                problem = f"is {exam.passing}, outside the scale from {exam.lowest} to {exam.highest}"
                self.say(document, ("exams", place, "passing"), problem, "Correct the scale or the passing score")
            if (total := sum(exam.kinds.model_dump().values())) != 100:
                self.say(document, ("exams", place, "kinds"), f"add up to {total}%", "Make the shares add up to 100")
            known = {domain.number for domain in domains}
            for skill in exam.skills:
                if skill.partition(".")[0] not in known:
                    problem = f'"{skill}" belongs to no domain of this exam'
                    self.say(document, ("exams", place, "skills", skill), problem, "Begin it with a domain's number")
            self.exams[exam.code] = exam_of(exam, domains)
        if self.exams and header.domains:
            self.say(
                document, ("domains",), "cannot be combined with `exams`", "Move it into the exam that it describes"
            )
        weights = section_weights(next((exam.domains for exam in self.exams.values()), self.domains))
        if not weights:
            weights = dict.fromkeys(self.leaves(), max(1, 100 // len(self.leaves())))
        self.sections = {name: replace(part, weight=weights.get(name, 0)) for name, part in self.sections.items()}

    def domains_of(self, entries: Sequence[DomainEntry], document: Document, where: Path) -> tuple[Domain, ...]:
        for place, domain in enumerate(entries):
            for name in domain.sections:
                if name not in self.leaves():
                    self.say(document, (*where, place, "sections", name), *self.no_such_section(name))
            if (total := sum(domain.sections.values())) != domain.weight:
                problem = f"is {domain.weight}, but the shares of its sections add up to {total}"
                self.say(document, (*where, place, "weight"), problem, "Make the two equal")
        return tuple(Domain(d.id, d.title, d.weight, dict(d.sections)) for d in entries)

    def guide(self, path: FilePath) -> None:
        document = self.open(path)
        page = self.validate(document, GuideFile) if document else None
        if document is None or page is None or not self.known(page.section, document):
            self.guide_is_whole = False
            return
        section = self.sections[page.section]
        self.sections[page.section] = replace(
            section,
            points=tuple(page.points),
            tips=tuple(page.tips),
            added={code: dict(skills) for code, skills in page.added.items()},
        )
        for code, skills in page.added.items():
            version = self.exams.get(code)
            for skill in skills:
                if version is None or skill not in version.skills:
                    problem = f'"{skill}" is not a skill of the exam version "{code}" in pack.yaml'
                    self.say(document, ("added", code, skill), problem, "Describe it there, or remove it")
        for place, fact in enumerate(page.facts):
            if fact.id in self.facts:
                self.say(document, ("facts", place, "id"), f'"{fact.id}" is used twice', "Give it another id")
            self.facts[fact.id] = Fact(fact.id, page.section, fact.topic, fact.guide, fact.learn)

    def page(self, path: FilePath) -> _Page | None:
        """Read everything in a questions file except its questions: the questions are read later, because their cases
        may be in other files."""
        document = self.open(path)
        if document is None:
            return None
        if not isinstance(document.value, dict):
            self.say(document, (), "must begin with `section:`", 'Write section: "1.1", then questions:')
            return None
        entries = document.value.get("questions")
        shown = [] if isinstance(entries, list) else entries
        page = self.validate(document, QuestionsFile, {**document.value, "questions": shown})
        for place, case in enumerate(page.cases if page else ()):
            if case.id in self.cases:
                self.say(document, ("cases", place, "id"), f'"{case.id}" is used twice', "Give it another id")
            self.cases[case.id] = Case(case.id, case.scenario)
            self.places[case.id] = Place(document, ("cases", place))
        section = page.section if page and self.known(page.section, document) else None
        return _Page(document, section, entries if isinstance(entries, list) else [])

    def questions(self, page: _Page) -> None:
        """Read the questions of a file. Without a valid section they are still checked, but left out."""
        for place, entry in enumerate(page.entries):
            where = Place(page.document, ("questions", place))
            try:
                item = _ITEM.validate_python(entry)
            except ValidationError as error:
                self.faults += faults_of(error, page.document, where.path)
                continue
            wrong = [where.fault(*path, problem=problem, remedy=remedy) for path, problem, remedy in problems(item)]
            wrong += self.references(where, item)
            self.faults += wrong
            if not wrong and page.section is not None:
                self.items[item.id] = question_of(item, page.section)
                self.places[item.id] = where

    def references(self, place: Place, item: Item) -> Iterator[Fault]:
        if first := self.places.get(item.id):
            line = first.document.at(*first.path).line
            problem = f'"{item.id}" is already used in {first.document.file}:{line}'
            yield place.fault("id", problem=problem, remedy="Give it the next free number")
        if item.case is not None and item.case not in self.cases:
            yield place.fault(
                "case", problem=f'"{item.case}" is not listed under `cases:` in this pack', remedy="Add it there"
            )
        for index, code in enumerate(item.exams):
            if self.exams and code not in self.exams:
                problem = f'"{code}" is not an exam version in pack.yaml'
                yield place.fault("exams", index, problem=problem, remedy="Describe it under `exams:`, or remove it")
        known = {skill for exam in self.exams.values() for skill in exam.skills}
        for index, skill in enumerate(item.skills):
            if self.exams and skill not in known:
                problem = f'"{skill}" is not a skill of any exam version in pack.yaml'
                yield place.fault("skills", index, problem=problem, remedy="Use a number from `skills:` there")
        for index, fact in enumerate(item.covers):
            if self.facts and self.guide_is_whole and fact not in self.facts:
                problem = f'"{fact}" is not a fact of the guide'
                yield place.fault("covers", index, problem=problem, remedy="Use an id from guide/*.yaml")
            elif fact in item.covers[:index]:
                yield place.fault("covers", index, problem=f'"{fact}" is named twice', remedy="Remove one")

    def leaves(self) -> list[str]:
        parents = {section.parent for section in self.sections.values()}
        return [name for name in self.sections if name not in parents]

    def known(self, section: str, document: Document) -> bool:
        if section in self.leaves():
            return True
        self.say(document, ("section",), *self.no_such_section(section))
        return False

    def no_such_section(self, name: str) -> tuple[str, str]:
        return f'"{name}" is not a section with questions', f"Use one of {', '.join(self.leaves())}"

    def say(self, document: Document, path: Path, problem: str, remedy: str) -> None:
        self.faults.append(document.fault(path, problem, remedy))

    def source(self, header: PackFile, folder: FilePath) -> Source:
        default = next(iter(self.exams.values()), None)
        closed = tuple(ClosedService(entry.name, entry.since, entry.instead, entry.source) for entry in header.closed)
        pack = Pack(
            name=header.pack,
            title=header.title,
            exam=header.exam or (default.full_name if default else ""),
            notice=header.notice,
            license=header.license,
            sections=self.sections,
            domains=default.domains if default else self.domains,
            facts=self.facts,
            cases=self.cases,
            questions={name: question.naming(closed) for name, question in self.items.items()},
            omits=header.omits,
            exams=self.exams,
            closed=closed,
            public=header.public,
        )
        minimum = {entry.id: entry.minimum for entry in header.sections}
        return Source(pack, folder, header.strict, minimum, self.places)
