"""The audit log's head leaves the house every day, and a log that was cut shows against it."""

from __future__ import annotations

import stat
from dataclasses import replace

from sqlalchemy import delete
from sqlmodel import col

from casework import audit_heads, daily, people
from casework.office import Office
from store import audit_check, heads
from store.tables import AuditEntry, Mail
from tests.casework.conftest import COACH, Clock, letters, registered, rows, text_of

OWNER = "eigenaar@example.org"


def mailing(office: Office) -> Office:
    """The same office, with an owner who gets mail."""
    return replace(office, owner_email=OWNER)


def test_the_head_is_kept_as_a_file_once_a_day(any_office: Office, clock: Clock):
    registered(any_office)
    first = audit_heads.keep_daily(any_office)
    assert first is not None
    assert first.name == "audit-head-2026-11-25.json"
    assert (stat.S_IMODE(first.stat().st_mode), stat.S_IMODE(first.parent.stat().st_mode)) == (0o600, 0o700)
    assert heads.read(first, any_office.store.keyring).seq == 2
    assert audit_heads.keep_daily(any_office) is None
    clock.passes(days=1)
    second = audit_heads.keep_daily(any_office)
    assert second is not None
    assert second.name == "audit-head-2026-11-26.json"
    assert len(rows(any_office, AuditEntry)) == 3


def test_the_owner_gets_it_once_by_mail_without_anything_about_anybody(office: Office):
    office = mailing(office)
    registered(office)
    audit_heads.keep_daily(office)
    audit_heads.keep_daily(office)
    (letter,) = letters(office)
    assert letter["To"] == OWNER
    assert "Anna" not in text_of(letter)
    assert rows(office, Mail) == []


def test_without_an_owner_s_address_there_is_a_file_and_no_mail(office: Office):
    assert audit_heads.keep_daily(office) is not None
    assert letters(office) == []


def test_the_mail_as_it_came_serves_as_the_head(office: Office):
    office = mailing(office)
    registered(office)
    audit_heads.keep_daily(office)
    saved = office.home / "mail.txt"
    saved.write_text(text_of(letters(office)[0]))
    assert heads.read(saved, office.store.keyring).seq == 2


def test_a_log_that_was_cut_and_signed_anew_shows_against_the_head_of_the_day(
    any_office: Office, clock: Clock
):
    registered(any_office)
    kept = audit_heads.keep_daily(any_office)
    assert kept is not None
    with any_office.store.work(clock()) as work:
        work.data.execute(delete(AuditEntry).where(col(AuditEntry.seq) > 1))
    (any_office.home / heads.NAME).unlink()
    people.list_people(any_office, COACH)
    assert audit_check.verify(any_office.store).ok
    verdict = audit_check.verify(any_office.store, heads.read(kept, any_office.store.keyring))
    assert (verdict.ok, verdict.first_bad, verdict.fault) == (False, 2, "head_differs")


def test_the_printed_sheet_shows_the_code_that_the_log_shows(office: Office):
    registered(office)
    path, head = audit_heads.export(office)
    sheet = audit_heads.sheet(office, head)
    assert audit_heads.code_of_entry(office, head.seq) in sheet
    assert path.read_text().strip() in sheet
    assert str(head.seq) in sheet


def test_a_head_exported_by_hand_takes_the_place_of_the_day_s(office: Office):
    registered(office)
    audit_heads.keep_daily(office)
    path, head = audit_heads.export(office)
    assert heads.read(path, office.store.keyring) == head
    assert len(list(path.parent.iterdir())) == 1


def test_a_crash_between_act_and_file_is_made_good_by_the_next_round(office: Office):
    office = mailing(office)
    first = audit_heads.keep_daily(office)
    assert first is not None
    text = first.read_text()
    first.unlink()
    assert daily.round_of_today(office)["heads"] == 1
    assert first.read_text() == text
    assert len(letters(office)) == 1


def test_the_daily_round_does_each_thing_once_a_day(office: Office):
    assert daily.round_of_today(office)["heads"] == 1
    assert set(daily.round_of_today(office).values()) == {0}


def test_drafts_that_a_crash_left_are_cleared_away(office: Office, clock: Clock):
    for name in ("exports/a.draft", "outbox/.b", "heads/.audit-head-2026-11-25.json.0123456789abcdef"):
        draft = office.home / name
        draft.parent.mkdir(exist_ok=True)
        draft.write_text("Anna de Wit")
    clock.at = clock.at.replace(year=2020)
    assert daily.round_of_today(office)["drafts"] == 0
    clock.at = clock.at.replace(year=2090)
    assert daily.round_of_today(office)["drafts"] == 3


def test_copies_of_the_databases_that_a_crash_left_are_cleared_away(office: Office, clock: Clock):
    copy = office.home / ".backup-0a1b2c3d" / "data"
    copy.mkdir(parents=True)
    (copy / "database.db").write_text("Anna de Wit")
    clock.at = clock.at.replace(year=2020)
    assert daily.round_of_today(office)["backups"] == 0  # one that is being made now is left alone
    clock.at = clock.at.replace(year=2090)
    assert daily.round_of_today(office)["backups"] == 1
    assert not copy.parent.exists()
