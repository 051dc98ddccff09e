"""A request that is corrected while it waits for its confirmation: "nee, niet wissen, alleen inzien"."""

from __future__ import annotations

import re

_WORDS = {
    "access": r"inzien|inzage|bekijken|kopie|see|view|access|copy",
    "rectification": r"verbeteren|corrigeren|aanpassen|wijzigen|rectificatie|correct|fix|change|rectify",
    "erasure": r"wissen|verwijderen|weghalen|gewist|verwijderd|erase|erased|delete|deleted|remove",
    "restriction": r"beperken|beperking|stilzetten|bevriezen|restrict|restriction|freeze|pause",
    "portability": r"meenemen|overdragen|overdracht|transfer|portability|take with me",
    "objection": r"bezwaar|object|objection",
}
_CLAUSES = re.compile(r"[,.;:!?]| maar | but | alleen | only | wel ")
_NEGATION = re.compile(r"\b(niet|geen|not|don'?t|no|nee|zonder|without)\b")


def other_request(text: str, kind: str) -> str | None:
    """The one other kind of request that a correction asks for; None when it names none, or more than one.

    A kind counts where its clause holds no "not"; a plain "nee" in front is a clause of its own.
    """
    wanted = {
        other
        for clause in _CLAUSES.split(text.casefold())
        if not _NEGATION.search(clause)
        for other, words in _WORDS.items()
        if re.search(rf"\b(?:{words})\b", clause)
    }
    wanted.discard(kind)
    return wanted.pop() if len(wanted) == 1 else None
