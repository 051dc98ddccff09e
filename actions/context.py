"""Which practice's office an action works for: set by the app for the length of one call."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from casework.office import Office

_OFFICE: ContextVar[Office] = ContextVar("office")


def office() -> Office:
    """The office of the present call. Raises LookupError outside of one."""
    return _OFFICE.get()


@contextmanager
def working_for(practice: Office) -> Iterator[None]:
    """Let `office` answer this one, here and in the threads that are started with this context."""
    token = _OFFICE.set(practice)
    try:
        yield
    finally:
        _OFFICE.reset(token)
