"""What sealing costs: Balie's store beside plain SQLModel columns and Fernet columns, in one run, on SQLite and PostgreSQL.

    python -m bench store [--persons 1000,10000,100000] [--databases sqlite,postgresql]

The ratios are the measure to trust. The rest depends on the machine, and what ends in a commit on its disk above all.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bench import peak
from bench.columns import Columns, FernetPerson, PlainPerson, Record
from bench.measure import in_turns, seconds, sync_seconds
from bench.report import Row, span, table
from bench.sealed import Sealed
from tests.store.postgres import Cluster, find_or_start

SIZES, DATABASES = "1000,10000,100000", "sqlite,postgresql"
AT_ONCE = 500
"""Persons that are inserted in one transaction."""
QUICK, SLOW, KEPT = 300, 5, 20
"""Rounds: of what takes microseconds, of what goes through everybody, of what ends in a commit of its own."""


class Contender(Protocol):
    """Somebody who keeps persons."""

    ids: list[str]

    def insert(self, records: list[Record]) -> None:
        """Keep these persons, in one transaction."""

    def look_up(self, email: str) -> list[str]:
        """Return who has this address."""

    def open_one(self, number: int) -> str:
        """Return one person's name."""

    def scan(self) -> int:
        """Go through everybody's name; return how many have one."""

    def erase(self, number: int) -> None:
        """Erase one person."""


@dataclass(frozen=True)
class Places:
    """Where the contenders keep their persons."""

    home: Path
    sealed: tuple[str, str]
    plain: str
    fernet: str


def main(words: Sequence[str]) -> None:
    """Measure and print, one table for each database and size."""
    parser = argparse.ArgumentParser(prog="python -m bench store")
    parser.add_argument("--persons", default=SIZES, help=f"how many, with commas between; {SIZES}")
    parser.add_argument("--databases", default=DATABASES, help=f"with commas between; {DATABASES}")
    asked = parser.parse_args(words)
    for database in asked.databases.split(","):
        for size in map(int, asked.persons.split(",")):
            with _places(database) as places:
                print(table(f"{database}, {size} persons", measure(places, size)))
                print(
                    f"(this disk has something for good in {span(sync_seconds(places.home))})\n", flush=True
                )


def measure(places: Places, size: int) -> list[Row]:
    """Fill all three, and measure one thing after the other."""
    balie = Sealed(places.home, places.sealed)
    plain, fernet = Columns(PlainPerson, places.plain), Columns(FernetPerson, places.fernet)
    with closing(balie), closing(plain), closing(fernet):
        rows = [
            *_short_acts((balie, plain, fernet), size),
            Row("erase one, with certificate", in_turns([_certified(balie)], KEPT)),
        ]
        with TemporaryDirectory(dir=places.home) as folder:
            copied = [seconds(lambda: who.back_up(Path(folder))) for who in (plain, fernet)]  # noqa: B023
        rotated = seconds(fernet.rotate)
    took, grew = zip(*(peak.measured(act, places.home, places.sealed) for act in peak.ACTS), strict=True)
    return [
        *rows,
        Row("rotate all", [took[0], None, rotated], most=20, grew=grew[0]),
        Row("back up", [took[1], *copied], grew=grew[1]),
        Row("verify the audit chain", [took[2]], grew=grew[2]),
    ]


def _short_acts(all_three: tuple[Contender, Contender, Contender], size: int) -> Iterator[Row]:
    balie, plain, fernet = all_three

    def turns(act: Callable[[Contender, int], object], rounds: int) -> list[float]:
        return in_turns([partial(act, who) for who in all_three], rounds)

    def fill(who: Contender, batch: int) -> None:
        who.insert([person(n) for n in range(batch * AT_ONCE, min((batch + 1) * AT_ONCE, size))])

    def look_up(who: Contender, n: int) -> None:
        assert who.look_up(person(_any(n, size))["email"]) == [who.ids[_any(n, size)]]

    inserted = turns(fill, -(-size // AT_ONCE))
    yield Row("insert, a person", [each / min(AT_ONCE, size) for each in inserted])
    quick = in_turns([lambda n: look_up(balie, n), lambda n: look_up(plain, n)], QUICK)
    yield Row("look up by address", [*quick, *in_turns([lambda n: look_up(fernet, n)], SLOW)], of_plain=1.15)
    yield Row("open one", turns(lambda who, n: who.open_one(_any(n, size)), QUICK))
    scanned = turns(lambda who, _: who.scan(), SLOW)
    yield Row("scan and open, a person", [each / size for each in scanned], of_plain=1.6, of_fernet=1 / 3)
    yield Row("insert one", turns(lambda who, n: who.insert([person(size + n)]), KEPT))
    yield Row("erase one", turns(lambda who, n: who.erase(n), KEPT), most=0.01)


def _certified(balie: Sealed) -> Callable[[int], object]:
    return lambda n: balie.erase_with_certificate(KEPT + n)


def person(number: int) -> dict[str, str]:
    """Return somebody made up."""
    return {
        "name": f"Anna Sophia van der Bergen-{number}",
        "email": f"anna.vanderbergen.{number}@example.org",
        "phone": f"+316{number:08}",
        "contact_safely": "mail",
    }


def _any(round_: int, size: int) -> int:
    """Return the number of a person, another in each round."""
    return round_ * 7919 % size


@contextmanager
def _places(database: str) -> Iterator[Places]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="balie-bench-")))
        names = ("data", "keys", "plain", "fernet")
        if database == "sqlite":
            data, keys, plain, fernet = (f"sqlite:///{home / name}.db" for name in names)
        else:
            server: Cluster = stack.enter_context(find_or_start())
            data, keys, plain, fernet = (stack.enter_context(server.database()) for _ in names)
        yield Places(home, (data, keys), plain, fernet)
