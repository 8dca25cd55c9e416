"""Write our table as a spreadsheet (.xlsx). It has one sheet, and every cell is formatted as text, so that no program
reads one as a number, date or formula. The same questions give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from bot.bank.formats.own_table import COLUMNS, cells_of
from bot.bank.formats.spreadsheets import kept
from bot.study.questions import Case, Question

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f"""\
<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>
</Types>""",
    "_rels/.rels": f"""\
<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/workbook.xml": f"""\
<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">
<sheets><sheet name="Questions" sheetId="1" r:id="rId1"/></sheets>
</workbook>""",
    "xl/_rels/workbook.xml.rels": f"""\
<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/>
<Relationship Id="rId3" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>
</Relationships>""",
    "xl/styles.xml": f"""\
<styleSheet xmlns="{_MAIN}">
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>""",
}
_FROZEN: Final = (
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)
_WIDTHS: Final = {"stem": 60, "scenario": 40, "explanation": 60, "option": 30, "why": 30, "prompt": 30, "source": 30}
_ESCAPE: Final = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")
_DAY: Final = (1980, 1, 1, 0, 0, 0)


def write(questions: Iterable[Question], cases: Mapping[str, Case]) -> bytes:
    texts: dict[str, int] = {}
    rows: list[str] = []
    table = ({name: name for name in COLUMNS}, *(cells_of(question, cases) for question in questions))
    for number, cells in enumerate(table, 1):
        shown = (
            f'<c r="{letters}{number}" s="1" t="s"><v>{texts.setdefault(cells[name], len(texts))}</v></c>'
            for name, letters in _LETTERS.items()
            if cells.get(name)
        )
        rows.append(f'<row r="{number}">{"".join(shown)}</row>')
    columns = (
        f'<col min="{place}" max="{place}" width="{_WIDTHS.get(name.partition("_")[0], 12)}" style="1" customWidth="1"/>'
        for place, name in enumerate(COLUMNS, 1)
    )
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:{_letters(len(COLUMNS) - 1)}{len(rows)}"/>{_FROZEN}<cols>{"".join(columns)}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData></worksheet>"
    )
    strings = "".join(f'<si><t xml:space="preserve">{_xml(text)}</t></si>' for text in texts)
    parts = {
        **_PARTS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">{strings}</sst>',
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (_HEAD + part).encode())
    return out.getvalue()


def _xml(text: str) -> str:
    """Escape a cell: keep the apostrophes that could be taken for ours, and escape what looks like a Windows escape."""
    return escape(_ESCAPE.sub("_x005F_x", kept(text)))


def _letters(place: int) -> str:
    """Return the letters of a column, counted from 0: `A` for 0, `AA` for 26."""
    high, low = divmod(place, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)


_LETTERS: Final = {name: _letters(place) for place, name in enumerate(COLUMNS)}
