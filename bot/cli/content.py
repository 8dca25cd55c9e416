"""Commands for authors of questions: check, stats, export, import, schema."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from bot import clock
from bot.bank.archives import FileRefused
from bot.bank.check import check_library, check_pack, stale_exams
from bot.bank.faults import BankFaults, Fault, Level, errors
from bot.bank.formats import KEEPS_RETIRED, READABLE, WRITABLE, Format, Intake, import_options, parse, write
from bot.bank.formats.ages import Ages
from bot.bank.formats.drafts import Track
from bot.bank.formats.losses import losses
from bot.bank.formats.readings import Draft, LeftOut
from bot.bank.jsonschema import schema_texts
from bot.bank.limits import PACK_PATTERN
from bot.bank.loader import PACK_FILE, Source, load_library, load_pack, pack_folders, read_library
from bot.bank.stats import stats_of
from bot.bank.whole import write_whole
from bot.bank.writer import correctable, files_for, store
from bot.cli.tables import print_account, print_judged, print_stats
from bot.config import load_settings
from bot.services.content import Content
from bot.services.reports import Judged, Reports
from bot.storage.engine import Database
from bot.study.errors import UnreadableCategories, UnreadableFields
from bot.study.questions import Pack

_T = TypeVar("_T")

FILE_BYTES_MAX = 64 * 1024 * 1024
"""The size limit for a local file, larger than the limit for an upload; a larger file must be a mistake."""
FILE_QUESTIONS_MAX = 50_000
WARNINGS_SHOWN = 10
_GC = (200_000, 50, 100)
"""GC thresholds while a file is read: reading creates millions of objects and hardly any cycles, and scanning them took
a third of the time."""

_CONTENT = click.option(
    "--content",
    default=lambda: load_settings().content_dir,
    show_default="CONTENT_DIR",
    type=click.Path(path_type=Path),
    help="The folder of packs.",
)
_FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))


@click.command()
@_FOLDER
@_CONTENT
@click.option("--warnings/--no-warnings", default=True, help="Show warnings too.")
def check(folder: Path | None, content: Path, warnings: bool) -> None:
    """Report everything that is wrong with a pack, or with all packs: file, line, key, fault, remedy. Exit with 1 if a
    fault is an error; warnings do not count."""
    root = folder or content
    faults = check_pack(root) if (root / PACK_FILE).exists() else check_library(root)
    for fault in faults:
        if warnings or fault.level is Level.ERROR:
            click.echo(str(fault))
    if warnings and not errors(faults):
        packs = [load_pack(root)] if (root / PACK_FILE).exists() else load_library(root).values()
        for sentence in stale_exams(packs, clock.now().date()):
            click.echo(f"warning: {sentence}")
    bad = len(errors(faults))
    click.echo(f"{_many(bad, 'error')}, {_many(len(faults) - bad, 'warning')} in {root}.")
    if bad:
        sys.exit(1)


@click.command()
@_FOLDER
@_CONTENT
@click.option("--answers", is_flag=True, help="Show what the first answers in the database say about each question.")
def stats(folder: Path | None, content: Path, answers: bool) -> None:
    """Show statistics of a pack, or of all: sections, kinds, difficulty, coverage, and what guessing scores."""
    root = folder or content
    try:
        packs = [load_pack(root)] if (root / PACK_FILE).exists() else list(load_library(root).values())
    except BankFaults as faulty:
        _fail(faulty.faults)
    for pack in packs:
        if answers:
            print_judged(pack.name, asyncio.run(_judged(pack)))
        else:
            print_stats(stats_of(pack))


async def _judged(pack: Pack) -> list[Judged]:
    db = Database(load_settings().database_url)
    try:
        await db.migrate()
        return await Reports(db, Content({pack.name: pack}, pack.name)).judge(pack)
    finally:
        await db.close()


@click.command()
@click.argument("out", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--format", "name", required=True, type=click.Choice([str(name) for name in WRITABLE]), help="The format to write."
)
@click.option("--pack", "pack_name", help="The pack; optional if there is only one.")
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A previous export, so that Anki updates what has changed since. Default: OUT, if it exists.",
)
@_CONTENT
def export(out: Path, name: str, pack_name: str | None, since: Path | None, content: Path) -> None:
    """Write the questions of a pack to the file OUT (- is standard output)."""
    pack = _pack(content, pack_name)
    questions = [question for _, question in sorted(pack.questions.items())]
    format = Format(name)
    if since and format is not Format.ANKI:
        raise click.UsageError("--since works only with --format anki.")
    ages = _ages(since or out, asked=since is not None) if format is Format.ANKI else Ages()
    try:
        _require_export(out, content)
        data = write(_tracked(questions, "Exporting"), pack.cases, format, pack, ages=ages)
        if str(out) == "-":
            sys.stdout.buffer.write(data)
        else:
            _write(out, data)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    kept = len(questions) if format in KEEPS_RETIRED else len(pack.active)
    click.echo(f"Wrote {_many(kept, 'question')} to {'standard output' if str(out) == '-' else out}.", err=True)
    if lost := losses(questions, format):
        click.echo(f"Left out, because {name} has no place for them: {'; '.join(lost)}.", err=True)


def _require_export(out: Path, content: Path) -> None:
    """Refuse to overwrite a file that is not one of questions, such as the database, or that belongs to a pack."""
    if not out.is_file() or not out.stat().st_size:
        return
    if any(out.resolve().is_relative_to(folder.resolve()) for folder in pack_folders(content)):
        raise click.ClickException(f"{out} belongs to a pack. Name another file.")
    with out.open("rb") as file:
        there = parse(file.read(FILE_BYTES_MAX), str(out), Intake(on=clock.now().date()), most_bytes=FILE_BYTES_MAX)
    if not there.questions:
        raise click.ClickException(f"{out} already exists and is not a file of questions. Name another file.")


def _write(out: Path, data: bytes) -> None:
    if out.exists() and not out.is_file():
        out.write_bytes(data)  # such as a pipe
    else:
        write_whole(out, data)


def _ages(deck: Path, *, asked: bool) -> Ages:
    """Read the timestamps of notes from an earlier deck, if there is one."""
    from bot.bank.formats.anki import earlier

    if not deck.is_file():
        return Ages()
    try:
        found = earlier(deck.read_bytes())
    except FileRefused as refused:
        if asked:
            raise click.ClickException(f"{deck} {refused.problem}. {refused.remedy}.") from None
        click.echo(
            f"{deck} is not a deck that can be compared, so notes get the date in `checked` as their timestamp.",
            err=True,
        )
        return Ages()
    click.echo(f"Notes that are unchanged since {deck} keep their timestamp; Anki updates the others.", err=True)
    return Ages(at=clock.now(), earlier=found)


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--pack", "pack_name", required=True, help="The pack that gets the questions; created if it does not exist."
)
@click.option(
    "--format",
    "name",
    type=click.Choice([str(name) for name in READABLE]),
    help="Default: recognized by the file's content.",
)
@click.option("--section", help="The section of questions for which the file names none.")
@click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="NAME=SECTION",
    help="The section for a category, deck or test section of another program. May be given several times.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="ROLE=NAME[,NAME...]",
    help="Which fields of Anki's notes hold the question, options, answer and explanation, such as options=Q_1,Q_2,Q_3.",
)
@click.option(
    "--prefix", default="", help="Put before every id, to keep a second copy of questions that the pack already has."
)
@click.option(
    "--without-pictures",
    is_flag=True,
    help="Keep questions that need a picture, with the picture's description in its place.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen, without writing anything.")
@_CONTENT
def import_(
    file: Path,
    pack_name: str,
    name: str | None,
    section: str | None,
    categories: tuple[str, ...],
    fields: tuple[str, ...],
    prefix: str,
    without_pictures: bool,
    dry_run: bool,
    content: Path,
) -> None:
    """Add the questions in FILE to a pack. docs/writing-questions.md lists the formats.

    A faulty question is reported with its line and left out; the others are added. Exit with 1 if none could be added.
    """
    try:
        mapped, roles = import_options.categories(categories), import_options.fields(fields)
    except UnreadableCategories as wrong:
        raise click.UsageError(
            f'--category takes NAME=SECTION, such as "Statistics=1.1", not "{wrong.text}".'
        ) from None
    except UnreadableFields as wrong:
        known = ", ".join(import_options.ROLES)
        raise click.UsageError(f'--field takes ROLE=NAME with one of the roles {known}, not "{wrong.text}".') from None
    gc.set_threshold(*_GC)
    source, elsewhere = _target(content, pack_name)
    intake = Intake(
        on=date.today(),  # noqa: DTZ011  the day of the person at the keyboard
        pack=source.pack if source else None,
        section=section or _only_section(source),
        categories=mapped,
        without_pictures=without_pictures,
        taken=source.pack.questions if source else {},
        correctable=correctable(source) if source else frozenset(),
        elsewhere=elsewhere,
        rename=lambda own: prefix + own,
    )
    batch = parse(
        file.read_bytes(),
        str(file),
        intake,
        format=Format(name) if name else None,
        most_bytes=FILE_BYTES_MAX,
        most_questions=FILE_QUESTIONS_MAX,
        track=_watched(file.name),
        fields=roles,
    )
    files = files_for(batch, content / pack_name, source, file.name)
    _show(batch.faults)
    if not dry_run:
        try:
            store(files)
        except OSError as error:
            raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}.") from None
    verb = "Would add" if dry_run else "Added"
    new = len(batch.questions) - len(batch.corrected)
    click.echo(f"{verb} {_many(new, 'question')} to the pack {pack_name}.")
    if batch.corrected:
        verb = "Would correct" if dry_run else "Corrected"
        click.echo(f"{verb} {_many(len(batch.corrected), 'question')} of this pack.")
    print_account(batch)
    for file_of_pack in files:
        click.echo(f"  {file_of_pack.path}")
    if errors(batch.faults) and not batch.questions:
        sys.exit(1)


@click.command()
@click.argument("folder", default=Path("content/schema"), type=click.Path(path_type=Path))
def schema(folder: Path) -> None:
    """Write the JSON Schema of the content files, which text editors use to complete and check them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"Wrote {folder / name}.")


def _pack(content: Path, name: str | None) -> Pack:
    folders = {folder.name: folder for folder in pack_folders(content)}
    if name is None and len(folders) == 1:
        name = next(iter(folders))
    if name not in folders:
        known = ", ".join(folders) or "none"
        raise click.UsageError(f"Choose a pack with --pack. The packs in {content} are: {known}.")
    try:
        return load_pack(folders[name])
    except BankFaults as faulty:
        _fail(faulty.faults)


def _target(content: Path, name: str) -> tuple[Source | None, dict[str, str]]:
    """Return the pack to import into, if it exists, and the ids used in other packs."""
    if not re.fullmatch(PACK_PATTERN, name):
        raise click.UsageError("--pack must consist of lowercase letters, digits and dashes, such as my-pack.")
    sources, faults = read_library(content) if pack_folders(content) else ([], [])
    source = next((source for source in sources if source.pack.name == name), None)
    own = [fault for fault in errors(faults) if Path(fault.file).is_relative_to(content / name)]
    if own:
        click.echo(f"Fix the pack {name} first:", err=True)
        _fail(own)
    elsewhere = {key: other.pack.name for other in sources if other is not source for key in other.pack.questions}
    return source, elsewhere


def _only_section(source: Source | None) -> str | None:
    """Return the section if there is only one; a new pack starts with section 1."""
    if source is None:
        return "1"
    return source.pack.leaves[0] if len(source.pack.leaves) == 1 else None


def _watched(file: str) -> Track:
    """Show the progress of an import in a terminal: reading the file, checking its questions, writing them."""
    watched = sys.stderr.isatty()
    if watched:
        click.echo(f"Reading {file} ...", err=True)

    def judged(units: Sequence[Draft | LeftOut]) -> Iterator[Draft | LeftOut]:
        yield from _tracked(units, "Importing")
        if watched:
            click.echo("Writing ...", err=True)

    return judged


def _tracked(items: Sequence[_T], what: str) -> Iterator[_T]:
    """Show a progress bar for long work in a terminal."""
    if not sys.stderr.isatty() or len(items) < 200:
        yield from items
        return
    with click.progressbar(items, label=what, file=sys.stderr) as bar:
        yield from bar


def _show(faults: Sequence[Fault]) -> None:
    """Print every error and change, and the first warnings."""
    shown = [fault for fault in faults if fault.level is not Level.WARNING]
    rest = [fault for fault in faults if fault.level is Level.WARNING]
    for fault in [*shown, *rest[:WARNINGS_SHOWN]]:
        click.echo(str(fault), err=True)
    if len(rest) > WARNINGS_SHOWN:
        click.echo(f"... and {_many(len(rest) - WARNINGS_SHOWN, 'warning')} more.", err=True)


def _fail(faults: Iterable[Fault]) -> NoReturn:
    for fault in faults:
        click.echo(str(fault), err=True)
    sys.exit(1)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


COMMANDS: tuple[click.Command, ...] = (check, stats, export, import_, schema)
"""The commands that `bot.__main__` adds."""
