"""A field of the intake that is corrected: "mijn mail klopt niet, het is x@y.nl", "de naam is fout"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from casework.fields import Checked, Refused, email_in, name_in, phone_in

_LONGEST = 30
"""Words: what is longer is a story, and a word in it corrects nothing."""
_FIELDS = {
    "email": r"e-?mail\w*|mail|mails|mailadres\w*|(?:e-?)?mail adres|e-?mail address",
    "phone": r"telefoon\w*|tel|telnr|mobiel\w*|nummer|phone\w*|mobile|number|06",
    "birth_date": r"geboorte\w*|geboren|birth\w*|born",
    "name": r"\w*naam|heet|\w*name|surname|called",
    "contact_safely": r"veilig\w*|bereik\w*|safely|reach\w*",
    "address": r"adres|woonadres|straat|postcode|address|street",
    "question": r"hulpvraag|vraag|verhaal|tekst|question|story|text",
}
"""What a field is called, those first whose name holds another's: "mailadres" before "adres"."""
_WRONG = re.compile(
    r"\b(niet|nie|geen|fout\w*|verkeerd\w*|onjuist|tikfout\w*|typfout\w*|spelfout\w*|moet|wijzig\w*|verander\w*|aanpas\w*|pas|"
    r"anders|nee|not|isn'?t|wrong|incorrect|mistake|typo|should|change|correct|no|misspelled|mistyped)\b"
)
_ITS_NAME = (
    re.compile(r"\bmoet (?P<name>[^,.;:!?]+?) (?:zijn|heten|worden)\b", re.IGNORECASE),
    re.compile(
        r".*\b(?:ik heet|het is|naam is|is|wordt|maar|my name is|name is|it is|it's|should be|but|(?:naam|name):) "
        r"(?P<name>[^,.;:!?]+)[.!]?$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(r"\b(?:ik heet|naam is|name is) (?P<name>[^,.;:!?]+)", re.IGNORECASE),
)
_PART_OF_NAME = re.compile(r"\b(?:voornaam|achternaam|first name|last name|surname)\b")


@dataclass(frozen=True)
class FieldCorrected:
    """A field that is to change.

    Attributes:
        field: its name in the pack.
        found: what it should be, checked or refused; None when that was not said and has to be asked.
    """

    field: str
    found: Checked | Refused | None = None


def corrected_field(text: str, fields: Iterable[str], *, asked: bool = False) -> FieldCorrected | None:
    """The one field that a correction is about, with its new value where that was said; None when it is none.

    Args:
        text: what the person typed.
        fields: the fields that can be corrected.
        asked: whether it was asked what should change; then the name of a field is enough.
    """
    if text.rstrip().endswith("?") or len(text.split()) > _LONGEST:
        return None
    addresses = {"email": email_in(text), "phone": phone_in(text)}
    given = [name for name, found in addresses.items() if name in fields and _is_meant(found)]
    named = _named(text.casefold(), fields)
    if len(given) == 1 and (not named or given[0] in named):
        return FieldCorrected(given[0], addresses[given[0]])
    if len(named) != 1:
        return None
    (field,) = named
    name = _new_name(text) if field == "name" else None
    return FieldCorrected(field, name) if asked or name or _WRONG.search(text.casefold()) else None


def _named(text: str, fields: Iterable[str]) -> set[str]:
    named = set()
    for field, words in _FIELDS.items():
        rest = re.sub(rf"\b(?:{words})\b", " ", text)
        if field in fields and rest != text:
            named.add(field)
            text = rest
    return named


def _is_meant(found: Checked | Refused) -> bool:
    return isinstance(found, Checked) or found.hint is not None


def _new_name(text: str) -> Checked | None:
    """The whole name, where the text says it; a first or last name alone would drop the rest."""
    if _PART_OF_NAME.search(text.casefold()):
        return None
    for pattern in _ITS_NAME:
        found = pattern.search(text.strip())
        name = name_in(found["name"]) if found and not _WRONG.search(found["name"].casefold()) else None
        if isinstance(name, Checked):
            return name
    return None
