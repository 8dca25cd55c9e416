from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli
from bot.bank.formats import SUFFIXES, WRITABLE, Format
from bot.bank.formats.anki import earlier
from bot.bank.loader import load_pack
from tests.bank.builders import QUESTION_YAML, a_folder


def run(*arguments: object, content: Path) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], env={"CONTENT_DIR": str(content)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def account(result: Result) -> dict[str, int]:
    """Return the rows of the printed table that are not 0."""
    cells = (re.fullmatch(r" *(\w[a-z ]+?) {2,}([\d,]+)", line) for line in result.output.splitlines())
    return {cell[1]: int(cell[2]) for cell in cells if cell and cell[2] != "0"}


def test_check_ends_with_1_and_the_fault_of_a_bad_pack(tmp_path: Path) -> None:
    a_folder(tmp_path, {"questions/1.1.yaml": QUESTION_YAML.replace("kind: choice", "kind: x")})

    result = run("check", content=tmp_path)

    assert result.exit_code == 1
    assert "questions/1.1.yaml:3: error: 1.1-001: has no known kind." in result.output
    assert result.output.endswith(f"1 error, 0 warnings in {tmp_path}.\n")


def test_check_passes_a_small_pack_with_warnings(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)

    assert run("check", folder, content=tmp_path / "elsewhere").exit_code == 0
    assert "warning" not in run("check", "--no-warnings", content=tmp_path).output.splitlines()[0].split(",")[0]


def test_stats_shows_sections_coverage_and_guessers(tmp_path: Path) -> None:
    a_folder(tmp_path)

    output = run("stats", content=tmp_path).output

    assert "1.1 First" in output
    assert "longest option" in output
    assert "Blind chance: 50.0%." in output


@pytest.mark.parametrize("format", ["jsonl", "csv", "yaml"])
def test_an_export_can_be_imported_and_is_the_same_again(tmp_path: Path, format: str) -> None:
    a_folder(tmp_path / "a")
    first, second = tmp_path / f"1.{format}", tmp_path / f"2.{format}"

    run("export", "--format", format, first, content=tmp_path / "a")
    (tmp_path / "b").mkdir()
    result = run("import", first, "--pack", "copy", content=tmp_path / "b")
    run("export", "--format", format, second, content=tmp_path / "b")

    assert "Added 1 question to the pack copy." in result.output
    assert account(result) == {"added": 1, "in the file": 1}
    assert first.read_bytes() == second.read_bytes()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    a_folder(tmp_path / "a")
    run("export", "--format", "csv", tmp_path / "f.csv", content=tmp_path / "a")

    result = run("import", tmp_path / "f.csv", "--pack", "copy", "--dry-run", content=tmp_path / "b")

    assert "Would add 1 question to the pack copy" in result.output
    assert not (tmp_path / "b").exists()


def test_a_bad_question_is_reported_and_the_rest_is_imported(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    rows = [{"type": "choice", "stem": f"Q{n}?", "options": ["a", "b"], "correct": [n]} for n in (0, 1, 2)]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))

    result = run("import", file, "--pack", "sample", content=tmp_path)

    assert result.exit_code == 0
    assert f"{file}:3: error: question 3, correct: points beyond the options." in result.output
    assert account(result) == {"added": 2, "left out": 1, "in the file": 3}
    assert len(load_pack(folder).questions) == 3
    assert (folder / "questions" / "1.1-mine.yaml").exists()


def test_importing_again_adds_nothing(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    file = tmp_path / "m.gift"
    file.write_text("A?{=a ~b}\n\nB?{=a ~b}\n")
    run("import", file, "--pack", "sample", content=tmp_path)

    result = run("import", file, "--pack", "sample", content=tmp_path)

    assert account(result) == {"already here": 2, "in the file": 2}
    assert result.exit_code == 0
    assert len(load_pack(folder).questions) == 3


def test_a_corrected_list_changes_the_question_in_place(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    entries = "".join(f"What is thing {n}?: [thing{n}]\n" for n in range(6))
    (tmp_path / "t.yaml").write_text(entries)
    (tmp_path / "newer.yaml").write_text(entries.replace("[thing3]", "[another]"))
    run("import", tmp_path / "t.yaml", "--pack", "sample", content=tmp_path)
    before = load_pack(folder)

    dry = run("import", tmp_path / "newer.yaml", "--pack", "sample", "--dry-run", content=tmp_path)
    assert (load_pack(folder), "Would correct 1 question of this pack." in dry.output) == (before, True)
    result = run("import", tmp_path / "newer.yaml", "--pack", "sample", content=tmp_path)

    assert account(result) == {"corrected": 1, "already here": 5, "in the file": 6}
    assert "Corrected 1 question of this pack." in result.output
    assert "Added 0 questions to the pack" in result.output
    assert {path.name for path in (folder / "questions").iterdir()} == {"1.1.yaml", "1.1-t.yaml"}
    after = load_pack(folder).questions
    assert after.keys() == before.questions.keys()
    assert [q.stem for id, q in after.items() if q != before.questions[id]] == ["What is thing 3?"]


def test_a_list_never_corrects_what_was_written_by_hand(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    entries = "".join(f"What is thing {n}?: [thing{n}]\n" for n in range(6))
    (tmp_path / "t.yaml").write_text(entries)
    run("import", tmp_path / "t.yaml", "--pack", "sample", content=tmp_path)
    imported = folder / "questions" / "1.1-t.yaml"
    mine = imported.read_text().partition("\n")[2]
    imported.write_text(mine)
    (tmp_path / "newer.yaml").write_text(entries.replace("[thing3]", "[another]"))

    result = run("import", tmp_path / "newer.yaml", "--pack", "sample", content=tmp_path)

    assert account(result) == {"added": 1, "already here": 5, "in the file": 6}
    assert imported.read_text() == mine


def test_a_file_written_by_hand_is_never_rewritten(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, {"questions/1.1-m.yaml": 'section: "1.1" # mine\nquestions: []\n'})
    (tmp_path / "m.gift").write_text("A?{=a ~b}\n")

    run("import", tmp_path / "m.gift", "--pack", "sample", content=tmp_path)

    assert "# mine" in (folder / "questions" / "1.1-m.yaml").read_text()
    assert len(load_pack(folder).questions) == 2


def test_an_import_that_yields_nothing_fails(tmp_path: Path) -> None:
    a_folder(tmp_path)
    (tmp_path / "bad.yaml").write_text("- [\n")

    assert run("import", tmp_path / "bad.yaml", "--pack", "sample", content=tmp_path).exit_code == 1


@pytest.mark.parametrize("name", ["../evil", "UPPER", "a/b", ""])
def test_a_pack_cannot_have_the_name_of_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.gift").write_text("A?{=a ~b}\n")

    assert run("import", tmp_path / "m.gift", "--pack", name, content=tmp_path).exit_code == 2


def test_an_export_needs_a_name_where_there_are_several_packs(tmp_path: Path) -> None:
    a_folder(tmp_path)
    a_folder(tmp_path, {"pack.yaml": "pack: other\ntitle: O\nsections: [{id: '1.1', title: T}]\n"}, "other")

    result = run("export", "--format", "csv", tmp_path / "x.csv", content=tmp_path)

    assert result.exit_code == 2
    assert "are: other, sample." in result.output


def test_the_schema_is_written_where_editors_look(tmp_path: Path) -> None:
    run("schema", tmp_path / "schema", content=tmp_path)

    assert json.loads((tmp_path / "schema" / "questions.schema.json").read_text())["title"] == "QuestionsFile"


def test_a_category_is_mapped_to_the_given_section(tmp_path: Path) -> None:
    a_folder(tmp_path)
    (tmp_path / "m.gift").write_text("$CATEGORY: top/Ours\n\nA?{=a ~b}\n")

    wrong = run("import", tmp_path / "m.gift", "--pack", "sample", "--category", "Ours", content=tmp_path)
    result = run("import", tmp_path / "m.gift", "--pack", "new", "--category", "Ours=2.1", content=tmp_path)

    assert (wrong.exit_code, '--category takes NAME=SECTION, such as "Statistics=1.1", not "Ours"' in wrong.output) == (
        2,
        True,
    )
    assert (result.exit_code, (tmp_path / "new/questions/2.1-m.yaml").exists()) == (0, True)


def test_an_anki_deck_is_exported_over_the_previous_one(tmp_path: Path) -> None:
    a_folder(tmp_path)
    deck, copy = tmp_path / "f.apkg", tmp_path / "old.apkg"
    first = run("export", "--format", "anki", deck, content=tmp_path)
    copy.write_bytes(deck.read_bytes())
    (old,) = earlier(deck.read_bytes()).values()

    same = run("export", "--format", "anki", deck, content=tmp_path)
    assert deck.read_bytes() == copy.read_bytes()
    a_folder(tmp_path, {"questions/1.1.yaml": QUESTION_YAML.replace("Which one?", "Which of the two?")})
    run("export", "--format", "anki", deck, content=tmp_path)
    apart = run("export", "--format", "anki", tmp_path / "g.apkg", "--since", copy, content=tmp_path)

    assert "keep their timestamp" not in first.output
    assert "Notes that are unchanged since" in same.output
    assert f"unchanged since {copy} keep their timestamp" in apart.output.replace("\n", " ")
    for path in (deck, tmp_path / "g.apkg"):
        (new,) = earlier(path.read_bytes()).values()
        assert new.changed > old.changed


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("cohort.db", b"SQLite format 3\x00" + bytes(100)),
        ("notes.txt", b"buy milk\nand eggs\n"),
        ("compose.yaml", b"services:\n  bot:\n    image: cohort\n"),
        ("data.json", b'{"a": 1}'),
        ("people.csv", b"name,age\nAna,31\n"),
    ],
)
def test_an_export_overwrites_no_file_of_another_kind(tmp_path: Path, name: str, there: bytes) -> None:
    a_folder(tmp_path)
    (tmp_path / name).write_bytes(there)

    result = run("export", "--format", "csv", tmp_path / name, content=tmp_path)

    assert (result.exit_code, (tmp_path / name).read_bytes()) == (1, there)
    assert "already exists and is not a file of questions. Name another file." in result.output.replace("\n", " ")


@pytest.mark.parametrize("name", ["pack.yaml", "questions/1.1.yaml"])
def test_an_export_overwrites_no_file_of_a_pack(tmp_path: Path, name: str) -> None:
    file = a_folder(tmp_path) / name
    before = file.read_bytes()

    result = run("export", "--format", "yaml", file, content=tmp_path)

    assert (result.exit_code, file.read_bytes()) == (1, before)
    assert "belongs to a pack. Name another file." in result.output.replace("\n", " ")


@pytest.mark.parametrize("name", WRITABLE, ids=str)
def test_an_export_overwrites_an_earlier_one_in_any_format(tmp_path: Path, name: Format) -> None:
    a_folder(tmp_path)
    out, own = tmp_path / f"out{SUFFIXES[name]}", tmp_path / f"out{SUFFIXES[name]}.part"
    own.write_text("a draft of somebody else's", encoding="utf-8")

    results = [run("export", "--format", str(name), out, content=tmp_path) for _ in range(2)]

    assert [result.exit_code for result in results] == [0, 0], results[-1].output
    assert own.read_text(encoding="utf-8") == "a draft of somebody else's"


def test_an_export_overwrites_an_earlier_one_in_another_format_and_leaves_no_draft(tmp_path: Path) -> None:
    a_folder(tmp_path)
    out = tmp_path / "out"
    run("export", "--format", "csv", out, content=tmp_path)
    before = out.read_bytes()

    result = run("export", "--format", "gift", out, content=tmp_path)

    assert result.exit_code == 0
    assert out.read_bytes() != before
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_is_not_a_deck_has_no_age_of_notes(tmp_path: Path) -> None:
    a_folder(tmp_path)
    (tmp_path / "old.apkg").write_text("no deck")
    run("export", "--format", "csv", tmp_path / "f.csv", content=tmp_path)

    over = run("export", "--format", "anki", tmp_path / "f.csv", content=tmp_path)
    since = run("export", "--format", "anki", tmp_path / "g.apkg", "--since", tmp_path / "old.apkg", content=tmp_path)
    gift = run("export", "--format", "gift", tmp_path / "g.gift", "--since", tmp_path / "old.apkg", content=tmp_path)

    assert (over.exit_code, "is not a deck that can be compared" in over.output) == (0, True)
    assert (since.exit_code, gift.exit_code) == (1, 2)
    assert "--since works only with --format anki" in gift.output


def test_an_export_reports_what_the_format_cannot_store(tmp_path: Path) -> None:
    a_folder(tmp_path)

    gift = run("export", "--format", "gift", tmp_path / "f.gift", content=tmp_path)
    yaml = run("export", "--format", "yaml", tmp_path / "f.yaml", content=tmp_path)

    assert "Left out, because gift has no place for them: the day on which each was last checked." in gift.output
    assert "Left out" not in yaml.output


def test_a_long_import_shows_how_far_it_is(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    a_folder(tmp_path)
    (tmp_path / "m.gift").write_text("".join(f"Is it {n}?{{=a ~b}}\n\n" for n in range(300)))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "import", str(tmp_path / "m.gift"), "--pack", "sample", "--dry-run"]

    done = subprocess.Popen(
        command,
        env={**os.environ, "CONTENT_DIR": str(tmp_path), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # reading from a closed terminal fails this way
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)

    assert done.communicate(timeout=60)[0].startswith(b"Would add 300 questions to the pack sample.")
    for word in (b"Reading m.gift", b"Importing", b"100%"):
        assert word in shown
