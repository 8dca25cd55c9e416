"""Our CSV export, opened and saved by a spreadsheet program."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank.formats import Format, Intake, parse, write
from bot.bank.loader import load_pack
from bot.study.questions import Question
from tests.bank.builders import CHECKED, PACK, a_question

SOFFICE = shutil.which("soffice")
LOCALES = {"English": 1033, "German": 1031}
TEXTS = (
    *("0.60", "1.10", "2.0", "10,000", "499,500", "0,60", "1.000", "1 000", "007", "+5", "1e3", "1E5", "=1+1"),
    *("12345678901234567890", "50%", "$5", "5 \u20ac", "10:30", "1:2", "Jan 5", "1/2", "5.1.2026", "May 2026", "(5)"),
    *("true", "WAHR", "'90", "'text", "''5", "-5", "@x", "1-2", "10.0.0.0/16", "0x1F", "1_000", "5 GB", "#N/A", "NULL"),
    *("2026-01-05", 'say "so"', "a;b", "a,b", "10:30 AM", "1. Dez 2026", "1.2.", "--1", "24:00"),
)


def hostile() -> list[Question]:
    """Return questions with every text that a spreadsheet would misread, as an option and as a rationale."""
    options = [TEXTS[place : place + 4] for place in range(0, len(TEXTS) - 3, 4)]
    return [
        a_question(id=f"hostile-{number}", options=texts, explanation=texts[0], skills=("3.1.4",), covers=())
        for number, texts in enumerate(options)
    ]


def bank() -> list[Question]:
    return list(load_pack(Path("content/aws-mla-c01")).questions.values())


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed: apt-get install libreoffice-calc")
@pytest.mark.parametrize("special", ["false", "true"], ids=["as typed", "with special numbers"])
@pytest.mark.parametrize("locale", LOCALES)
def test_an_export_opened_and_saved_in_libreoffice_is_read_back_unchanged(
    tmp_path: Path, locale: str, special: str
) -> None:
    language = LOCALES[locale]
    questions = [*hostile(), *(replace(question, case=None) for question in bank())]
    (tmp_path / "out").mkdir()
    (tmp_path / "questions.csv").write_bytes(write(questions, {}, Format.CSV, PACK))

    subprocess.run(
        [
            *(str(SOFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
            f"--infilter=CSV:44,34,76,1,,{language},false,{special}",
            *("--convert-to", f"csv:Text - txt - csv (StarCalc):44,34,76,1,,{language}"),
            *("--outdir", str(tmp_path / "out"), str(tmp_path / "questions.csv")),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    batch = parse(
        (tmp_path / "out" / "questions.csv").read_bytes(),
        "questions.csv",
        Intake(on=CHECKED),
        most_bytes=2**26,
        most_questions=5_000,
    )

    assert batch.left_out == 0, batch.faults
    assert list(batch.questions) == questions
