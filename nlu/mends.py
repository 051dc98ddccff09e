"""Mends of Rasa 3.6.21 where a turn's time goes.

Each mend replaces one named thing by one that answers the same, faster. tests/nlu/test_mends.py fails when a Rasa
update has changed or mended the original, so that the mend is looked at again. What a turn costs: docs/decisions/0044.

1. Every answer of an action is checked against a JSON schema whose validator Rasa builds anew each time: here once.
2. Every event of a conversation looks up its class by walking all subclasses of Event: here the answer is kept.
3. Rasa deep-copies events into debug messages that nobody reads: here the copies are left out unless DEBUG is on.
4. At every step the rules are searched twice, first for rules on the very text of a message: Balie has none of those.
5. MemoizationPolicy works out and compresses the whole conversation even when it has nothing to remember, as now: all
   of Balie's dialogues are rules. It comes alive again with the first story in data/.
6. Every look at a conversation copies all slots by Python's slow general way: here by the quick one.
A conversation's length, the largest cost of all, is capped in nlu/tracker.py.
"""

from __future__ import annotations

import copy
import functools
import logging
from types import SimpleNamespace
from typing import Any

import jsonschema
import rasa.core.actions.action
import rasa.core.actions.forms
import rasa.core.policies.memoization
import rasa.core.policies.rule_policy
import rasa.core.processor
import rasa.shared.core.events
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot

COPYING_MODULES = (
    rasa.core.processor,
    rasa.core.actions.forms,
    rasa.core.policies.memoization,
    rasa.core.policies.rule_policy,
)
"""Modules of Rasa in which `copy.deepcopy` feeds log messages only."""


def apply() -> None:
    """Put all mends in place; a second call changes nothing."""
    _check_answers_with_a_validator_made_once()
    _remember_event_classes()
    _copy_nothing_for_messages_unread()
    _search_rules_by_intent_only()
    _ask_no_empty_memory()
    _copy_slots_quickly()


@functools.cache
def answer_validator() -> Any:
    """The validator of what the action server answers, by Rasa's own schema."""
    schema = RemoteAction.action_response_format_spec()
    return jsonschema.validators.validator_for(schema)(schema)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    answer_validator().validate(result)
    return True


def _check_answers_with_a_validator_made_once() -> None:
    RemoteAction._validate_action_result = _validate_action_result


def _remember_event_classes() -> None:
    original = Event.resolve_by_type
    if not hasattr(original, "cache_info"):
        Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=256)(original))


def _copy_nothing_for_messages_unread() -> None:
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        return
    for module in COPYING_MODULES:
        module.copy = SimpleNamespace(deepcopy=lambda value: value, copy=copy.copy)


def _search_rules_by_intent_only() -> None:
    original = RulePolicy._find_action_from_rules
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def find(
        self: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool
    ) -> tuple[Any, Any, bool]:
        if use_text_for_last_user_input:
            return None, None, False
        return original(self, tracker, domain, use_text_for_last_user_input)

    RulePolicy._find_action_from_rules = find


def _ask_no_empty_memory() -> None:
    original = MemoizationPolicy.predict_action_probabilities
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def predict(self: MemoizationPolicy, tracker: Any, domain: Any, *more: Any, **named: Any) -> Any:
        if not self.lookup:
            return self._prediction(self._default_predictions(domain))
        return original(self, tracker, domain, *more, **named)

    MemoizationPolicy.predict_action_probabilities = predict


def _copy_slots_quickly() -> None:
    def twin(self: Slot) -> Slot:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    Slot.__copy__ = twin
