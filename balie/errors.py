"""What is wrong in set-up or settings, said in one sentence with its remedy."""

from __future__ import annotations


class SetupError(Exception):
    """Raised when Balie can't start as it is set up. Holds one Dutch sentence and the same in English."""

    def __init__(self, dutch: str, english: str) -> None:
        super().__init__(dutch)
        self.dutch = dutch
        self.english = english
