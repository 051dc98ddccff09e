"""What a person corrects instead of answering yes or no: "nee, niet wissen, alleen inzien", "niet de foto, de video".

All of this only changes what is being summed up; the new summary is asked to be confirmed like the first. What names
two things at once, or none, is no correction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from casework.fields import LONGEST_WORDS

_LONGEST = 30
"""Words: what is longer is a story, and a word in it corrects nothing."""
_CLAUSES = re.compile(r"[,.;:!?\n]| maar | but | alleen | only | wel ")
_NEGATION = re.compile(r"\b(niet|nie|geen|not|don'?t|doesn'?t|no|nee|neen|zonder|without|nooit|never)\b")
_IN_FRONT = re.compile(
    r"^\s*(?:(?:nee|neen|no(?=[,.!])|nope|nou|ach|eh|oh|sorry|wacht|wait|ja|yes)\b[\s,.!]*)+"
)
_INSTEAD_OF = re.compile(r"\b(?:in plaats van|instead of|ipv|i\.p\.v\.) (?:te |de |het |the )?[\w']+")
_REQUESTS = {
    "access": r"inzien|inzage|in te zien|inkijken|bekijken|zien|kopie\w*|opvragen|(?<!i )see|view|access|cop(?:y|ies)",
    "rectification": r"verbeter\w*|corrige\w*|aanpas\w*|aan te passen|wijzig\w*|rectificatie|(?:correct|change|fix) (?:my|the|them|it)|corrected|correction|rectify",
    "erasure": r"wis|wissen|gewist|verwijder\w*|weghalen|weg te halen|erase\w*|erasure|delete\w*|remove\w*|wipe\w*",
    "restriction": r"beperk\w*|stilzetten|stil te zetten|bevries\w*|bevroren|restrict\w*|freeze|pause",
    "portability": r"meenemen|mee te nemen|overdragen|overdracht|overzetten|transfer|portability|take (?:them )?with me",
    "objection": r"bezwaar|object|objection",
}
_DIRECTIONS = {
    "give": r"(?:toestemming )?(?:wel )?(?:geven|geef|gegeven|verlenen|verleen)|give|grant|allow",
    "withdraw": r"in te trekken|intrek\w*|ingetrokken|trek\b.{0,40}\bin|withdraw\w*|revoke\w*|take back",
}
_WRONG = re.compile(
    r"\b(niet|nie|geen|fout\w*|verkeerd|anders|wijzig\w*|verander\w*|aanpas\w*|opnieuw|not|isn'?t|wrong|change|again|rephrase|rewrite|differently)\b"
)
_OWN_WORDS = re.compile(
    r"\b(bericht|tekst|verhaal|omschrijving|(?:zeggen|opschrijven|formuleren|schrijven|typen)|message|text|wording|rephrase|rewrite|say it)\b"
)
_ADDED = re.compile(
    r"\b(?:zet|schrijf|voeg|vermeld) (?:er )?(?:nog |ook |graag )*(?:bij|erbij|toe|even bij)[:,]? (?:dat )?(?P<more>.+)"
    r"|\b(?:add|mention|put in|include)(?: to it)?(?: also)?[:,]? (?:that )?(?P<more_en>.+)",
    re.IGNORECASE | re.DOTALL,
)
_OTHER = re.compile(
    r"\b(?:de|die|het|een) andere?\b(?! \w)|\bthe other(?: one)?\b(?! \w)|\banother(?: one)?\b(?! \w)"
)
_ALSO_CALLED = {
    "sociale": "instagram insta facebook linkedin tiktok social socials media",
    "social": "instagram insta facebook linkedin tiktok socials sociale",
    "website": "site webpagina internet",
    "nieuwsbrief": "mailing newsletter",
    "reclame": "advertentie folder flyer advertising",
    "advertising": "reclame advertisement flyer",
    "professional": "huisarts psycholoog therapeut doctor therapist",
}
_TELLS_NOTHING = frozenset({"andere", "another", "other", "onze", "your", "with", "voor"})
_SHORTEST = 4
"""Letters of a word that can tell one permission from another."""


def other_request(text: str, kind: str) -> str | None:
    """The one other kind of request that a correction asks for; None when it names none, or more than one."""
    return _the_one(_wanted(text, _REQUESTS), kind)


def other_direction(text: str, act: str) -> str | None:
    """ "give" where a withdrawal is summed up and the person wants to give, and the other way round; else None."""
    return _the_one(_wanted(text, _DIRECTIONS), act)


def other_one(text: str, chosen: str, labels: Mapping[str, str]) -> str | None:
    """The key of the one other label that a correction names: "nee, niet de foto, de video".

    Args:
        text: what the person typed.
        chosen: the key of the label that was summed up.
        labels: what can be chosen, by key, the chosen one too.
    """
    others = [key for key in labels if key != chosen]
    if len(others) == 1 and _OTHER.search(text.casefold()):
        return others[0]
    named = _wanted(text, {key: _telling(label, labels.values()) for key, label in labels.items()})
    return _the_one(named, chosen)


def wants_other_words(text: str) -> bool:
    """Whether the person wants to put a message in other words: "de tekst klopt niet"."""
    return len(text.split()) <= _LONGEST and bool(
        _OWN_WORDS.search(text.casefold()) and _WRONG.search(text.casefold())
    )


def names_another(text: str) -> bool:
    """Whether the person wants another one than was summed up, without saying which: "nee, een andere"."""
    return len(text.split()) <= _LONGEST and bool(_OTHER.search(text.casefold()))


def addition(text: str) -> str | None:
    """What is to be added to a message: "ja, maar zet erbij dat ik maandag niet kan"; None when nothing is."""
    found = _ADDED.search(text)
    return (found["more"] or found["more_en"]).strip() if found else None


def added(text: str, more: str) -> str:
    """A message with something added to it, as long as it may be."""
    return f"{text}\n{more}".strip()[:LONGEST_WORDS]


def _the_one(wanted: set[str], now: str) -> str | None:
    """The one that is wanted instead of what there is now; when that is wanted as well, it is no correction."""
    return next(iter(wanted)) if len(wanted) == 1 and now not in wanted else None


def _wanted(text: str, words: Mapping[str, str]) -> set[str]:
    """What is named in a clause without a "not"; a plain "nee" in front is a clause of its own."""
    if len(text.split()) > _LONGEST:
        return set()
    said = _INSTEAD_OF.sub(" ", _IN_FRONT.sub("", text.casefold()))
    clauses = [clause for clause in _CLAUSES.split(said) if not _NEGATION.search(clause)]
    return {
        name
        for name, named in words.items()
        if named and any(re.search(rf"\b(?:{named})\b", clause) for clause in clauses)
    }


def _telling(label: str, labels: Iterable[str]) -> str:
    """A pattern of the words that only this label has, and of what they are called otherwise."""
    common = [set(_content(each)) for each in labels if each != label]
    own = [word for word in _content(label) if not any(word in words for words in common)]
    also = [other for word in own for other in _ALSO_CALLED.get(word, "").split()]
    return "|".join(rf"{re.escape(word)}\w*" for word in (*own, *also))


def _content(label: str) -> list[str]:
    return [
        word
        for word in re.findall(r"[^\W\d_]+", label.casefold())
        if len(word) >= _SHORTEST and word not in _TELLS_NOTHING
    ]
