"""What people type, made safe to handle: one Unicode form, no invisible characters, a length that fits."""

import re
import unicodedata

LONGEST = 10_000
"""Characters in one message; a long letter of request fits four times over."""

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")


class TooLong(Exception):
    """Raised when a message has more than LONGEST characters; nothing of it was handled."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters")
        self.length = length


def clean(text: str) -> str:
    """The text in NFC, trimmed, without control, zero-width, bidirectional and unassigned characters.

    Line ends become "\\n" and at most two empty lines stand together. An emoji's joiner goes too: its parts stay
    readable, and no hidden character can split a word that the crisis layer looks for.
    """
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    seen = "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in _UNSEEN)
    return _BLANK_LINES.sub("\n\n\n", unicodedata.normalize("NFC", seen)).strip()


def fit(text: str) -> str:
    """The text itself. Raises TooLong when it has more than LONGEST characters."""
    if len(text) > LONGEST:
        raise TooLong(len(text))
    return text
