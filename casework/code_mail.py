"""Whom a code is for: found when its mail is about to leave, in the background, and not while somebody waits.

So asking for a code takes the same course for every address. The errand travels sealed in the waiting mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from casework.addresses import Address, holders
from store import codes, mails, people
from store.work import Work

SHARED = "shared"
"""What a code is about when its address belongs to more than one person: right or wrong, it proves neither."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Find out whose address this is, let the code be for them, and mail it to their address on file."""

    code_id: str
    address: Address

    def packed(self) -> mails.Message:
        """The errand as part of a waiting mail."""
        return {"code": self.code_id, "kind": self.address.kind, "sought": self.address.value}


def is_errand(message: mails.Message) -> bool:
    """Tell whether a waiting mail still has to find its address."""
    return "sought" in message


def run(work: Work, message: mails.Message) -> str | None:
    """Let the code be for whose address it is; return their address on file, never the one that was typed, or None."""
    address = Address(cast(Literal["email", "phone"], message["kind"]), message["sought"])
    code = codes.get(work, message["code"])
    found = holders(work, address)
    if code is None or not found:
        return None
    if len(found) == 1:
        code.person_id = found[0]
    else:
        code.about = SHARED
    email = people.get(work, found[0]).record.get("email")
    return str(email) if email else None
