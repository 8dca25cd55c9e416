"""Questions whose texts depend on the order of their options, such as "all of the above" and "both A and B"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.study.questions import Kind, Question

_LETTERS: Final = r"\(?[A-J]\)?(?:,? ?(?:and|or|nor|&|/|,) ?\(?[A-J]\)?)+"
_IN_OPTION: Final = re.compile(
    r"(?i:\b(?:all|none|any|some|both|neither|either|each|one|two|three|most) of the (?:above|previous|preceding|foregoing)\b)"
    rf"|\b(?:[Bb]oth|[Ee]ither|[Nn]either|[Oo]nly|[Aa]ll of) {_LETTERS}|^{_LETTERS}(?: only| are (?:correct|right|true))?\.?$"
    r"|\b(?:[Oo]ptions?|[Aa]nswers?|[Cc]hoices?) \(?[A-J]\b",
)
_IN_TEXT: Final = re.compile(
    rf"\b(?:[Oo]ptions?|[Aa]nswers?|[Cc]hoices?) \(?(?:[A-J]\b(?![ ][a-z]+s?\b(?<!is)(?<!are)(?<!and)(?<!or)(?<!was))|{_LETTERS})"
    r"|(?:^|[.:;(] ?)\(?[A-J]\)? (?:is|are|was) (?:the )?(?:only )?(?:correct|right|wrong|incorrect|true|false|best)\b"
    rf"|\b{_LETTERS} are (?:correct|right|wrong|incorrect|true|false)\b"
    r"|\b(?:[Cc]orrect|[Rr]ight|[Bb]est)(?: answer| option| choice)?(?: is|:) \(?[A-J]\b[).,;]?(?:$|[ .,;])"
    r"|\b(?:first|second|third|fourth|last) (?:option|answer)\b",
)
_LETTER: Final = re.compile(
    r"[A-J](?:\b(?! [a-z])| (?:is|are|was|and|or|nor)\b|(?<=is [A-J])|(?<=: [A-J])|(?<=\([A-J]))"
)
"""A fast check before `_IN_TEXT`, because most texts have nothing that `_IN_TEXT` could match."""
_FIXED: Final = ({"true", "false"},)
"""Options that everybody expects in a certain order."""


@lru_cache(maxsize=4096)
def leans_on(question: Question) -> str:
    """Return the words that depend on the order of the options; empty if there are none."""
    if question.kind not in (Kind.CHOICE, Kind.RESPONSE):
        return ""
    for option in question.options:
        if found := _IN_OPTION.search(option.text):
            return found[0].strip()
    for text in (question.stem, question.explanation, *(option.rationale for option in question.options)):
        if _may_lean(text) and (found := _IN_TEXT.search(text)):
            return found[0].strip(" .:;(")
    return ""


def _may_lean(text: str) -> bool:
    return "ption" in text or "nswer" in text or "hoice" in text or _LETTER.search(text) is not None


def keeps_order(question: Question) -> bool:
    """Return whether every member must see the options in their original order."""
    return {option.text.casefold() for option in question.options} in _FIXED or bool(leans_on(question))
