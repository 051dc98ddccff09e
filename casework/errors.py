"""What casework refuses, as errors with a code. The words for people live where people read them, not here."""

from __future__ import annotations

from typing import ClassVar


class CaseworkError(Exception):
    """Something that casework will not or cannot do. `code` names it; no personal data stands in it."""

    code: ClassVar[str] = "casework"

    def __init__(self) -> None:
        super().__init__(self.code)


class NotFound(CaseworkError):
    """There is no such thing for this caller: unknown, another's, wrong token, wiped or expired, all alike."""

    code: ClassVar[str] = "not_found"


class Gone(CaseworkError):
    """It was there, and the caller proved a right to it, but it is used up or past its time."""

    code: ClassVar[str] = "gone"


class IllegalStep(CaseworkError):
    """The state does not allow this step. `reason` is one of a closed set of codes, such as "state" or "identity"."""

    code: ClassVar[str] = "illegal_step"

    def __init__(self, reason: str = "state") -> None:
        super().__init__()
        self.reason = reason


class TooSoon(CaseworkError):
    """Asked too often; it may be asked again after `wait_seconds`. Never raised for a request under the law itself."""

    code: ClassVar[str] = "too_soon"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds


class WrongCode(CaseworkError):
    """The code is not right, or there is nothing that it could be right for: alike."""

    code: ClassVar[str] = "wrong_code"


class NotVerified(CaseworkError):
    """The act needs a person who proved who they are, and this conversation has none (any more)."""

    code: ClassVar[str] = "not_verified"


class Refused(CaseworkError):
    """What was given can't be taken. `reasons` holds codes such as "email" or "bsn", by field where it has one."""

    code: ClassVar[str] = "refused"

    def __init__(self, **reasons: str) -> None:
        super().__init__()
        self.reasons = reasons


class PerhapsKnown(CaseworkError):
    """Somebody on file has this address or number already. `persons` holds their ids."""

    code: ClassVar[str] = "perhaps_known"

    def __init__(self, persons: tuple[str, ...]) -> None:
        super().__init__()
        self.persons = persons
