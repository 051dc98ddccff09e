"""Consents: given in the words that were shown, withdrawn at once, in as many steps as given."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import consents, post, receipts, retention, tickets
from casework.errors import Gone, IllegalStep, NotFound, NotVerified, Refused
from casework.office import Office
from store import conversations
from store.tables import ConsentEvent
from tests.casework.conftest import (
    ANNA,
    COACH,
    Clock,
    last_link,
    letters,
    registered,
    rows,
    talk,
    text_of,
    verified_talk,
)

PHOTO = {"label": "de foto op de website", "medium": "website", "where": "/over-ons"}


def published(office: Office, kind: str = "pr_website") -> tuple[str, str]:
    person = registered(office)
    return person, consents.record(office, person, kind, PHOTO, date(2026, 3, 1), COACH)


@pytest.mark.obligation(21)
@pytest.mark.obligation(42)
def test_withdrawal_works_without_the_coach_and_opens_a_ticket_to_take_it_down(office: Office):
    person, consent = published(office)
    id_ = verified_talk(office)
    assert [view.label_nl for view in consents.active(office, person, pr_only=True)] == [PHOTO["label"]]
    promised = consents.take_down_date(office, consent)
    receipt = consents.withdraw(office, person, consent, id_, f"{id_}:m1")
    assert (receipt.state, receipt.take_down_by) == ("withdrawn", promised)
    assert consents.active(office, person) == ()
    (line,) = tickets.due_list(office)
    assert (line.kind, line.reference, line.promised) == ("take_down", receipt.ticket_reference, promised)
    assert tickets.read(office, line.id, COACH).body["where"] == "/over-ons"
    assert receipts.read(office, receipt.number).verified


def test_the_same_withdrawal_sent_twice_is_one_even_when_the_proof_has_ended(office: Office, clock: Clock):
    person, consent = published(office)
    id_ = verified_talk(office)
    first = consents.withdraw(office, person, consent, id_, f"{id_}:m1")
    clock.passes(hours=2)
    assert consents.withdraw(office, person, consent, id_, f"{id_}:m1") == first
    assert len(tickets.due_list(office)) == 1


def test_only_its_own_person_withdraws_a_consent(office: Office):
    _, consent = published(office)
    other = registered(office, name="Carla", email="carla@example.org")
    id_ = verified_talk(office, "carla@example.org")
    with pytest.raises(NotFound):
        consents.withdraw(office, other, consent, id_, f"{id_}:m1")


@pytest.mark.obligation(70)
def test_nobody_withdraws_for_a_person_who_is_not_verified_here(office: Office, clock: Clock):
    person, consent = published(office)
    stranger = talk(office)
    with pytest.raises(NotVerified):
        consents.withdraw(office, person, consent, stranger, f"{stranger}:m1")
    id_ = verified_talk(office)
    clock.passes(minutes=office.pack.codes.verified_minutes)
    with pytest.raises(NotVerified):
        consents.withdraw(office, person, consent, id_, f"{id_}:m1")


def test_what_was_withdrawn_cannot_be_withdrawn_again(office: Office):
    person, consent = published(office)
    id_ = verified_talk(office)
    consents.withdraw(office, person, consent, id_, f"{id_}:m1")
    with pytest.raises(IllegalStep):
        consents.withdraw(office, person, consent, id_, f"{id_}:m2")


def test_a_consent_without_publication_opens_no_ticket(office: Office):
    person, consent = published(office, "share_professional")
    id_ = verified_talk(office)
    receipt = consents.withdraw(office, person, consent, id_, f"{id_}:m1")
    assert (receipt.take_down_by, receipt.ticket_reference) == (None, None)
    assert tickets.due_list(office) == ()


@pytest.mark.obligation(20)
def test_publicity_counts_only_once_it_is_confirmed_in_writing(refleact: Office):
    person = registered(refleact)
    consent = consents.ask(refleact, person, "pr_feedback", {"label": "uw zin op de site"}, COACH)
    assert "Anna" not in text_of(letters(refleact)[-1])
    id_ = verified_talk(refleact)
    receipt = consents.give(refleact, person, consent, id_, f"{id_}:m1")
    assert receipt.state == "awaiting_confirmation"
    assert consents.active(refleact, person) == ()
    link = last_link(refleact)
    assert link.startswith("https://balie.example/bevestig#")
    token = link.partition("#")[2]
    confirmed = consents.confirm_in_writing(refleact, token)
    assert confirmed.state == "given"
    assert consents.confirm_in_writing(refleact, token) == confirmed
    assert [view.id for view in consents.active(refleact, person, pr_only=True)] == [consent]


def test_a_link_to_confirm_ends_and_silence_is_no(refleact: Office, clock: Clock):
    person = registered(refleact)
    consent = consents.ask(refleact, person, "pr_feedback", {}, COACH)
    id_ = verified_talk(refleact)
    consents.give(refleact, person, consent, id_, f"{id_}:m1")
    token = last_link(refleact).partition("#")[2]
    clock.passes(days=15)
    with pytest.raises(Gone):
        consents.confirm_in_writing(refleact, token)
    assert consents.active(refleact, person) == ()


def test_an_unknown_token_confirms_nothing(office: Office):
    with pytest.raises(Gone):
        consents.confirm_in_writing(office, "x" * 43)


def test_who_waits_for_a_confirmation_may_still_say_no(refleact: Office):
    person = registered(refleact)
    consent = consents.ask(refleact, person, "pr_feedback", {}, COACH)
    id_ = verified_talk(refleact)
    consents.give(refleact, person, consent, id_, f"{id_}:m1")
    token = last_link(refleact).partition("#")[2]
    assert consents.refuse(refleact, person, consent, id_, f"{id_}:m2").state == "refused"
    with pytest.raises(Gone):
        consents.confirm_in_writing(refleact, token)


@pytest.mark.obligation(71)
def test_refusing_has_no_effect_but_on_the_question_itself(office: Office):
    person, kept = published(office)
    asked = consents.ask(office, person, "pr_marketing", {}, COACH)
    id_ = verified_talk(office)
    assert [view.id for view in consents.open_asks(office, person)] == [asked]
    assert consents.refuse(office, person, asked, id_, f"{id_}:m1").state == "refused"
    assert consents.open_asks(office, person) == ()
    assert [view.id for view in consents.active(office, person)] == [kept]
    assert tickets.due_list(office) == ()


@pytest.mark.obligation("L1")
def test_every_event_keeps_the_words_their_version_language_channel_and_method(office: Office):
    person = registered(office)
    asked = consents.ask(office, person, "share_professional", {}, COACH)
    id_ = verified_talk(office)
    consents.give(office, person, asked, id_, f"{id_}:m1")
    consents.withdraw(office, person, asked, id_, f"{id_}:m2")
    events = rows(office, ConsentEvent)
    assert sorted(event.event for event in events) == ["asked", "given", "withdrawn"]
    for event in events:
        assert event.text_hash
        assert event.text_version == office.pack.version
        assert event.language == "nl"
        assert event.channel
        assert event.method


def test_a_consent_with_a_term_ends_by_itself(office: Office, clock: Clock):
    person = registered(office)
    asked = consents.ask(office, person, "keep_contact", {}, COACH)
    id_ = verified_talk(office)
    consents.give(office, person, asked, id_, f"{id_}:m1")
    clock.passes(days=366)
    assert consents.active(office, person) == ()
    assert retention.expire(office)["consents"] == 1


def test_a_consent_that_the_pack_does_not_know_or_of_tomorrow_is_refused(office: Office):
    person = registered(office)
    with pytest.raises(Refused):
        consents.ask(office, person, "alles", {}, COACH)
    with pytest.raises(Refused):
        consents.record(office, person, "pr_website", PHOTO, date(2027, 1, 1), COACH)


def test_a_form_sent_twice_records_one_consent(office: Office):
    person = registered(office)
    once = "desk:form-1"
    first = consents.record(office, person, "pr_website", PHOTO, date(2026, 3, 1), COACH, once=once)
    assert consents.record(office, person, "pr_website", PHOTO, date(2026, 3, 1), COACH, once=once) == first
    assert len(consents.active(office, person)) == 1


def test_the_list_for_scripts_names_nobody_unless_asked(office: Office):
    published(office)
    (line,) = consents.listing(office, by=COACH, reveal=False)
    assert (line.label, line.person) == (None, None)
    (line,) = consents.listing(office, by=COACH, reveal=True)
    assert (line.label, line.person) == (PHOTO["label"], ANNA["name"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["give", "refuse", "withdraw", "confirm"]), max_size=6))
def test_any_walk_of_steps_ends_in_a_state_that_its_events_tell(refleact: Office, steps):
    """Whatever is tried in whatever order: a step happens and is told, or it raises and nothing changed."""
    person = registered(refleact, name="Wie dan ook", phone="+31612345678")
    consent = consents.ask(refleact, person, "pr_opinion", {}, COACH)
    id_ = _known_talk(refleact, person)
    state, story = "asked", ["asked"]
    for number, step in enumerate(steps):
        acts = {"give": consents.give, "refuse": consents.refuse, "withdraw": consents.withdraw}
        try:
            if step == "confirm":
                receipt = consents.confirm_in_writing(refleact, "unknown")
            else:
                receipt = acts[step](refleact, person, consent, id_, f"{id_}:{number}")
        except (IllegalStep, Gone):
            continue
        state = receipt.state
        story.append(state)
    told = [event for event in rows(refleact, ConsentEvent) if event.consent_id == consent]
    assert sorted(event.event for event in told) == sorted(story)
    listed = {line.id: line.state for line in consents.listing(refleact, by=COACH, reveal=False)}
    assert listed[consent] == state


def _known_talk(office: Office, person: str) -> str:
    """A conversation with this person verified by hand: the walk is about consents, not about codes."""
    id_ = talk(office)
    with office.store.work(office.now()) as work:
        row = conversations.get(work, id_)
        assert row is not None
        row.person_id, row.verified_until = person, row.expires_at
    post.send_waiting(office)
    return id_
