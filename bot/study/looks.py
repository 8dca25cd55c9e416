"""Texts compared by what a reader sees of them, not by their code points."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Letters without a picture: soft hyphens, joiners, marks of direction and variants, the blanks of Hangul and Braille."""


def looks(text: str) -> str:
    """Make equal what looks equal: case, width, composed letters, blanks, and letters that nobody sees."""
    if text.isascii():
        return " ".join(text.casefold().split())
    narrow = "".join(map(_narrow, unicodedata.normalize("NFC", _UNSEEN.sub("", text))))
    return " ".join(unicodedata.normalize("NFC", narrow.casefold()).split())


def _narrow(char: str) -> str:
    """A full-width or half-width letter in its usual width; ³ stays apart from 3."""
    decomposition = unicodedata.decomposition(char)
    return chr(int(decomposition.split()[1], 16)) if decomposition.startswith(("<wide>", "<narrow>")) else char
