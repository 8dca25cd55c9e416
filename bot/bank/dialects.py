"""Remedies in the terms of each format, so that authors can follow them in their own file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dialect:
    """Remedies in the terms of one format. Remedies that a format never needs keep the wording for our YAML."""

    one_right: str = "Mark exactly one with `correct: true`"
    several_right: str = "Mark at least two with `correct: true`, but not all"
    order: str = "Give each option its `place`: 1 to {count}, each once"
    match: str = "Copy the text of an option exactly"
    missing: str = "Add `{key}:`"
    text: str = 'Put it in quotes: "{shown}"'
    a_list: str = "Begin each entry with a dash"
    a_set: str = "Write `key: value` lines, indented alike"
    kind: str = "Write `kind:` choice, response, ordering or matching"
    section: str = 'Write section: "1.1" above its questions, or choose a section when you import'
    id: str = "Give it another id"
    hints: bool = True
    """Whether our schema's description of a key can serve as a remedy."""


YAML: Final = Dialect()
JSON: Final = Dialect(
    one_right="Give `correct` exactly one index, from 0",
    several_right="Give `correct` at least two indexes, but not all",
    order="Give `correct` each index from 0 once, in the right order",
    missing='Add "{key}"',
    text='Write it as text: "{shown}"',
    a_list="Write it in square brackets: [...]",
    a_set="Write an object in braces: {...}",
    kind='Write "type": "choice", "response", "ordering" or "matching"',
    section='Add "section": "1.1", or choose a section when you import',
    id='Give it another "id"',
    hints=False,
)
TABLE: Final = Dialect(
    one_right="Write the number of the one right option under correct",
    several_right="Write the numbers of at least two options under correct, but not of all",
    order="Write the numbers of all options in the right order under correct",
    missing="Fill the column {key}",
    kind="Write choice, response, ordering or matching under type",
    section="Fill the column section, or choose a section when you import",
    id="Write another id in the column id",
    hints=False,
)
GIFT: Final = Dialect(
    one_right="Put = before the one right answer and ~ before the others",
    several_right="Put ~%50% before each of two right answers, and ~ before the others",
    missing="Write it",
    section="Put $CATEGORY: 1.1 before it, or choose a section when you import",
    id="Write another [id:...] in the comment before it",
    hints=False,
)
TRIVIA: Final = Dialect(
    one_right="Write the right answer first, after a dash",
    missing="Write it",
    section="Choose a section when you import",
    id="Word the question differently",
    hints=False,
)
FORM: Final = Dialect(
    one_right="Put * before exactly one option",
    several_right="Put * before at least two options, but not all",
    missing="Fill it in",
    hints=False,
)
AIKEN: Final = Dialect(
    one_right="Write the letter of the one right option after ANSWER:",
    missing="Write it",
    section="Choose a section when you import",
    id="Word the question differently",
    hints=False,
)
OPENTDB: Final = Dialect(
    one_right='Write the one right answer under "correct_answer"',
    missing='Add "{key}"',
    section="Choose a section when you import",
    id="Word the question differently",
    hints=False,
)
MOODLE_XML: Final = Dialect(
    one_right='Give one answer fraction="100" and the others fraction="0"',
    several_right="Give at least two answers a positive fraction, and <single>false</single>",
    missing="Write it",
    section="Put it into a category whose name begins with the section's number, or choose a section when you import",
    id="Write another <idnumber>",
    hints=False,
)
QTI: Final = Dialect(
    one_right="Give <correctResponse> one value",
    several_right="Give <correctResponse> at least two values, but not all",
    missing="Write it",
    section="Name its assessmentSection by the section's number, or choose a section when you import",
    id="Give the item another identifier",
    hints=False,
)
ANKI: Final = Dialect(
    one_right="Mark one option as right in the answer field",
    several_right="Mark at least two options as right in the answer field, but not all",
    missing="Fill the field",
    section="Begin its deck's name with the section's number, or choose a section when you import",
    id="Change its question, or delete one of the two notes",
    hints=False,
)
