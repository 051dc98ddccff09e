"""Consents, requests and tickets take legal steps only."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import states
from casework.errors import IllegalStep

MACHINES = [
    (states.CONSENT, "asked", get_args(states.ConsentState), get_args(states.ConsentStep)),
    (states.REQUEST, "received", get_args(states.RequestState), get_args(states.RequestStep)),
    (states.TICKET, "open", get_args(states.TicketState), get_args(states.TicketStep)),
]


@pytest.mark.parametrize(("machine", "start", "all_states", "all_steps"), MACHINES)
def test_every_state_is_reached_and_nothing_leaves_the_closed_set(machine, start, all_states, all_steps):
    reached = {start}
    while True:
        further = {machine.after(s, a) for s in reached for a in all_steps if machine.allows(s, a)} - reached
        if not further:
            break
        reached |= further
    assert reached == set(all_states)


@pytest.mark.parametrize(("machine", "start", "all_states", "all_steps"), MACHINES)
@given(data=st.data())
def test_a_walk_of_any_steps_moves_only_along_the_table(machine, start, all_states, all_steps, data):
    state = start
    for step in data.draw(st.lists(st.sampled_from(all_steps), max_size=12)):
        if (state, step) in machine.steps:
            state = machine.after(state, step)
            assert state in all_states
        else:
            with pytest.raises(IllegalStep):
                machine.after(state, step)


@pytest.mark.obligation(42)
def test_only_a_given_consent_can_be_withdrawn_and_withdrawing_is_one_step():
    assert [s for s, a in states.CONSENT.steps if a == "withdraw"] == ["given"]


@pytest.mark.obligation(20)
def test_a_consent_that_waits_for_its_confirmation_is_not_given():
    assert states.CONSENT.after("asked", "give_unconfirmed") == "awaiting_confirmation"
    assert not states.CONSENT.allows("awaiting_confirmation", "withdraw")
    assert states.CONSENT.after("awaiting_confirmation", "confirm") == "given"


@pytest.mark.parametrize(
    ("machine", "ends"),
    [
        (states.CONSENT, {"refused", "withdrawn", "expired"}),
        (states.REQUEST, {"fulfilled", "partly_fulfilled", "refused", "withdrawn_by_person"}),
        (states.TICKET, set()),
    ],
)
def test_an_ended_story_takes_no_step_any_more(machine, ends):
    assert {s for pair in machine.steps.items() for s in (pair[0][0], pair[1]) if machine.ends_in(s)} == ends
