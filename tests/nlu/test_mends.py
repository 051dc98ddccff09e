"""Each mend still answers as Rasa does, and Rasa still needs it: a failure here after an update asks to look again."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import rasa
import rasa.shared.utils.common
import yaml
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot

from nlu import mends
from nlu.settings import ROOT
from tests.nlu.conftest import PROJECT, Desk


def test_the_mends_were_made_for_this_version_of_rasa() -> None:
    assert rasa.__version__ == "3.6.21"


def test_rasa_still_builds_a_validator_for_every_answer() -> None:
    source = inspect.getsource(inspect.getmodule(RemoteAction))  # type: ignore[arg-type]  # it has a module

    assert "validate(result, self.action_response_format_spec())" in source


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"events": [], "responses": []}, True),
        (
            {
                "events": [{"event": "slot", "name": "a", "value": 1, "timestamp": None}],
                "responses": [{"text": "x"}],
            },
            True,
        ),
        ({"events": [{"event": "slot"}], "responses": []}, False),
        ({"events": {}, "responses": []}, False),
        ({"events": [], "responses": ["x"]}, False),
        ([], False),
    ],
)
def test_the_kept_validator_judges_as_rasas_own(answer: object, right: bool) -> None:
    schema = RemoteAction.action_response_format_spec()

    def judged(validate: object) -> bool:
        try:
            validate()  # type: ignore[operator]
        except jsonschema.ValidationError:
            return False
        return True

    assert judged(lambda: jsonschema.validate(answer, schema)) is right
    assert judged(lambda: mends.answer_validator().validate(answer)) is right


def test_rasa_still_walks_all_events_for_every_event() -> None:
    mends.apply()
    original = Event.resolve_by_type.__wrapped__  # type: ignore[attr-defined]  # kept by the cache

    assert "all_subclasses(Event)" in inspect.getsource(original)


def test_every_kind_of_event_is_found_as_rasa_finds_it() -> None:
    mends.apply()
    original = Event.resolve_by_type.__wrapped__  # type: ignore[attr-defined]  # kept by the cache
    kinds = {kind.type_name for kind in rasa.shared.utils.common.all_subclasses(Event)}

    assert len(kinds) > 15
    for kind in kinds:
        assert Event.resolve_by_type(kind) is original(kind)
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no such event")


@pytest.mark.parametrize("module", mends.COPYING_MODULES, ids=lambda module: module.__name__)
def test_rasa_copies_events_for_debug_messages_only(module: ModuleType) -> None:
    copies = _calls_of_copy(ast.parse(inspect.getsource(module)), in_debug=False)

    assert copies
    assert all(copies.values()), (
        f"outside a debug message: {[line for line, debug in copies.items() if not debug]}"
    )


def test_nothing_is_copied_while_debug_is_off(desk: Desk) -> None:
    mends.apply()
    marked = {"marked": object()}

    assert all(module.copy.deepcopy(marked) is marked for module in mends.COPYING_MODULES)


def _calls_of_copy(node: ast.AST, in_debug: bool) -> dict[int, bool]:
    """Line of each use of the module `copy`, and whether it stands inside a call of `structlogger.debug`."""
    found: dict[int, bool] = {}
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "structlogger.debug":
        in_debug = True
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "copy":
        found[node.lineno] = in_debug
    for child in ast.iter_child_nodes(node):
        found |= _calls_of_copy(child, in_debug)
    return found


def test_rasa_still_searches_rules_on_texts_first() -> None:
    source = inspect.getsource(RulePolicy._predict)

    assert source.count("self._find_action_from_rules(") == 2
    assert source.index("use_text_for_last_user_input=True") < source.index(
        "use_text_for_last_user_input=False"
    )


@pytest.mark.parametrize("project", [PROJECT, ROOT], ids=["test project", "Balie"])
def test_no_rule_of_balie_is_written_on_a_text(project: Path) -> None:
    steps = [
        step
        for folder in ("rules", "stories")
        for file in (project / "data" / folder).glob("*.yml")
        for rule in yaml.safe_load(file.read_text())[folder]
        for step in rule["steps"]
    ]

    assert steps
    assert not [step for step in steps if isinstance(step, dict) and {"user", "bot"} & step.keys()]


def test_memoization_still_works_out_the_conversation_before_it_looks_what_it_remembers() -> None:
    source = inspect.getsource(MemoizationPolicy.predict_action_probabilities)

    assert source.index("self._prediction_states(") < source.index("self.recall(")


def test_a_memory_that_is_not_empty_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.choose("/ask_security")
    nodes = desk.engine.processor.graph_runner._nodes.values()
    (memory,) = (node._component for node in nodes if type(node._component) is MemoizationPolicy)
    tracker, domain = desk.tracker(), desk.engine.domain
    asked: list[object] = []
    monkeypatch.setattr(memory, "recall", lambda states, *_, **__: asked.append(states))

    empty = memory.predict_action_probabilities(tracker, domain)
    monkeypatch.setattr(memory, "lookup", {"something": "utter_greet"})
    full = memory.predict_action_probabilities(tracker, domain)

    assert len(asked) == 1
    assert empty == full


def test_a_quick_copy_of_a_slot_is_as_good_as_a_slow_one(desk: Desk) -> None:
    mends.apply()
    for slot in desk.engine.domain.slots:
        twin = copy.copy(slot)
        assert twin is not slot
        assert type(twin) is type(slot)
        assert vars(twin) == vars(slot)
        twin.value = "changed"
        assert slot.value != "changed"


def test_rasa_still_has_no_quick_way_to_copy_a_slot() -> None:
    assert "__copy__" not in inspect.getsource(Slot)
    assert not [kind for kind in rasa.shared.utils.common.all_subclasses(Slot) if "__slots__" in vars(kind)]


def test_long_conversations_cost_no_more_than_short_ones(desk: Desk) -> None:
    desk.choose("/talk_to_coach")
    desk.say("Ik wil iets vragen over de afspraak")
    for _ in range(60):
        desk.choose("/ask_security")

    kept = desk.tracker()

    assert len(kept.events) < 60
    assert kept.active_loop_name == "note_form"
    assert kept.get_slot("note_text") == "Ik wil iets vragen over de afspraak"
    assert desk.say("ik@voorbeeld.nl")["messages"][-1]["text"] == "Welke?"
    assert desk.tracker().get_slot("note_address") == "ik@voorbeeld.nl"


def test_the_source_reader_of_these_tests_finds_copies_outside_debug_messages() -> None:
    source = textwrap.dedent("""
        structlogger.debug("a", x=copy.deepcopy(y))
        z = copy.deepcopy(y)
    """)

    assert _calls_of_copy(ast.parse(source), in_debug=False) == {2: True, 3: False}
