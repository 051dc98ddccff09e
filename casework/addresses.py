"""Addresses that people give: an e-mail address or a telephone number, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.errors import Refused
from casework.fields import Checked, email_in, phone_in
from store import blind_index, people
from store.work import Reading

_Kind = Literal["email", "phone"]
_KINDS: dict[str, _Kind] = {"email": "email", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: `value` is as it will be kept, `sought` is how it is compared."""

    kind: _Kind
    value: str

    @property
    def sought(self) -> str:
        """The one spelling of the address, for look-ups and limits."""
        return blind_index.normal(self.value) if self.kind == "email" else self.value


def address_in(text: str) -> Address:
    """Return the address that a person typed. Raises Refused (address=reason) when it is none."""
    return email(text) if "@" in text else phone(text)


def email(text: str) -> Address:
    """Return an e-mail address. One that looks mistyped is taken: whether it is, was asked before.

    Raises Refused (email=reason).
    """
    found = email_in(text, as_typed=True)
    if isinstance(found, Checked):
        return Address("email", found.value)
    raise Refused(email=found.reason)


def phone(text: str) -> Address:
    """Return a telephone number in E.164. Raises Refused (phone=reason)."""
    found = phone_in(text)
    if isinstance(found, Checked):
        return Address("phone", found.value)
    raise Refused(phone=found.reason)


def as_claims(reading: Reading, record: people.Record) -> people.Record:
    """Return the record with each address that is somebody's on file kept as a claim.

    Who only says that an address is theirs can't make it findable as theirs, or its owner's code would prove nobody.
    """
    return {
        f"claimed_{name}"
        if name in _KINDS and holders(reading, Address(_KINDS[name], str(value)))
        else name: value
        for name, value in record.items()
    }


def without_claims(record: people.Record) -> people.Record:
    """Return the record with its claims taken for true, because the coach knows whose they are."""
    return {name.removeprefix("claimed_"): value for name, value in record.items()}


def holders(reading: Reading, address: Address) -> list[str]:
    """Return the persons on file with this address. Partners may share one; then nobody is recognised by it alone."""
    if address.kind == "email":
        return people.find_by_email(reading, address.value)
    return people.find_by_phone(reading, address.value)


def claimants(reading: Reading, address: Address) -> list[str]:
    """Return who says that this address is theirs, without proof. It is for the coach to see; a code never finds them."""
    return people.find_claims(reading, address.kind, address.value)
