"""The register of erasures: only added to, in order, and noticed when it was changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from store import people, register
from store.database import Store
from store.ids import new_id
from store.keyring import Keyring
from store.register import NAME, RegisterError


def _ids(home: Path, keyring: Keyring) -> list[str]:
    return [line.id for line in register.read(home / NAME, keyring)]


@pytest.mark.obligation(75)
def test_every_erasure_and_withdrawal_is_a_line(store: Store, now: datetime) -> None:
    consent = new_id()
    with store.work(now) as work:
        person = people.add(work, {"name": "Noor"}, source="desk", purpose="p", legal_basis="l")
    with store.work(now) as work:
        people.erase(work, person)
        work.withdrawn(consent)
    with store.work(now) as work:
        people.erase(work, person)  # again
    lines = list(register.read(store.home / NAME, store.keyring))
    assert [(line.event, line.id, line.at) for line in lines] == [
        ("erased", person, now),
        ("withdrawn", consent, now),
    ]


def test_work_that_is_undone_leaves_no_line(store: Store, now: datetime) -> None:
    with pytest.raises(LookupError):
        _erase_and_fall(store, now)
    assert not (store.home / NAME).exists()


def _erase_and_fall(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        people.erase(work, people.add(work, {}, source="desk", purpose="p", legal_basis="l"))
        raise LookupError


def test_a_line_that_a_crash_kept_away_is_added_later(store: Store, now: datetime) -> None:
    with store.work(now) as work:
        person = people.add(work, {"name": "Noor"}, source="desk", purpose="p", legal_basis="l")
        people.erase(work, person)
    (store.home / NAME).unlink()
    assert register.mend(store) == 1
    assert register.mend(store) == 0
    assert [line.at for line in register.read(store.home / NAME, store.keyring)] == [now]


def test_a_last_line_that_a_crash_cut_is_left_out_and_written_over(
    tmp_path: Path, keyring: Keyring, now: datetime
) -> None:
    one, two = new_id(), new_id()
    register.add(tmp_path, keyring, [("erased", one)], now)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"at":"2026')
    assert _ids(tmp_path, keyring) == [one]
    register.add(tmp_path, keyring, [("erased", two)], now)
    assert _ids(tmp_path, keyring) == [one, two]


def _taken_out(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *lines[2:]]


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1]]


def _changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"erased", b"withdrawn"), lines[2]]


def _no_json(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b"[]\n", lines[2]]


@pytest.mark.parametrize("damage", [_taken_out, _swapped, _changed, _no_json])
def test_a_line_taken_out_swapped_or_changed_is_named(
    tmp_path: Path, keyring: Keyring, now: datetime, damage: object
) -> None:
    register.add(tmp_path, keyring, [("erased", new_id()) for _ in range(3)], now)
    path = tmp_path / NAME
    assert callable(damage)
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(RegisterError) as wrong:
        _ids(tmp_path, keyring)
    assert wrong.value.line == 2


def test_another_keyrings_register_is_refused(tmp_path: Path, keyring: Keyring, now: datetime) -> None:
    register.add(tmp_path, Keyring.new(), [("erased", new_id())], now)
    with pytest.raises(RegisterError):
        _ids(tmp_path, keyring)


def test_two_copies_come_together_without_doubles(tmp_path: Path, keyring: Keyring, now: datetime) -> None:
    one, two, three = new_id(), new_id(), new_id()
    (tmp_path / "other").mkdir()
    register.add(tmp_path, keyring, [("erased", one), ("erased", two)], now)
    register.add(tmp_path / "other", keyring, [("erased", two), ("withdrawn", three)], now)
    other = tuple(register.read(tmp_path / "other" / NAME, keyring))
    assert register.merge(tmp_path, keyring, other) == 1
    assert _ids(tmp_path, keyring) == [one, two, three]


def test_nobody_else_can_read_it(tmp_path: Path, keyring: Keyring, now: datetime) -> None:
    register.add(tmp_path, keyring, [("erased", new_id())], now)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
