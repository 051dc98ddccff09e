"""The connections of one piece of work to both databases, and sessions on them for who wants objects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sqlalchemy import Connection
from sqlmodel import Session


class Connections:
    """data.db and keys.db, each by plain statements or through a session; making a session takes longer than a plain statement."""

    def __init__(self, data: Connection, keys: Connection) -> None:
        self._data = data
        self._keys = keys

    @cached_property
    def data(self) -> Session:
        """A session on data.db; its rows stay readable when the work is over."""
        return Session(self._data, expire_on_commit=False)

    @cached_property
    def keys(self) -> Session:
        """A session on keys.db."""
        return Session(self._keys, expire_on_commit=False)

    @property
    def plain_data(self) -> Connection:
        """data.db's connection. Statements on it see what the session did before."""
        if "data" in self.__dict__:
            self.data.flush()
        return self._data

    def flush(self) -> None:
        """Have both databases do what the sessions were told."""
        for session in self._made():
            session.flush()

    def close(self) -> None:
        """Let the sessions go; the connections are their maker's."""
        for session in self._made():
            session.close()

    def _made(self) -> Iterator[Session]:
        return (self.__dict__[name] for name in ("data", "keys") if name in self.__dict__)
