"""The straight runner answers as Rasa's own does."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.graph import StraightRunner
from nlu.settings import EngineSettings
from tests.nlu.conftest import Desk


@pytest.fixture(scope="module")
def original(settings: EngineSettings, tmp_path_factory: pytest.TempPathFactory) -> DaskGraphRunner:
    """Rasa's runner with the trained model."""
    model = settings.models / "engine.tar.gz"
    _, runner = load_predict_graph_runner(
        tmp_path_factory.mktemp("model"), model, LocalModelStorage, DaskGraphRunner
    )
    return runner


def test_the_engine_runs_on_it(desk: Desk) -> None:
    assert isinstance(desk.engine.processor.graph_runner, StraightRunner)


def test_it_understands_and_predicts_as_the_original_does(original: DaskGraphRunner, desk: Desk) -> None:
    desk.choose("/talk_to_coach")
    metadata = desk.engine.processor.model_metadata
    straight = StraightRunner(original)

    def outcome(runner: Any, text: str) -> tuple[Any, dict[str, float], list[float]]:
        tracker = DialogueStateTracker.from_dict(
            "c1", [e.as_dict() for e in desk.tracker().events], desk.engine.domain.slots
        )
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: tracker}
        parsed = runner.run(inputs=inputs, targets=[metadata.nlu_target])[metadata.nlu_target][0]
        predicted = runner.run(inputs={PLACEHOLDER_TRACKER: tracker}, targets=[metadata.core_target])
        prediction = predicted[metadata.core_target]
        understood = parsed.as_dict(only_output_properties=True)
        certain = {guess["name"]: guess["confidence"] for guess in understood.pop("intent_ranking")}
        named = (understood["text"], understood["intent"]["name"], prediction.policy_name)
        return named, certain, prediction.probabilities

    for text in ("hallo", "wis alles", "hoe lang bewaren jullie het?"):
        named, certain, probabilities = outcome(original, text)
        straight_named, straight_certain, straight_probabilities = outcome(straight, text)
        assert straight_named == named
        # Sums of floats differ in their last digits from run to run: memory is laid out differently.
        assert straight_certain == pytest.approx(certain, abs=1e-5)
        assert straight_probabilities == pytest.approx(probabilities, abs=1e-5)


def test_a_run_without_its_inputs_is_an_error(original: DaskGraphRunner, desk: Desk) -> None:
    with pytest.raises(KeyError):
        StraightRunner(original).run(inputs={}, targets=[desk.engine.processor.model_metadata.nlu_target])


def test_the_order_is_worked_out_once(original: DaskGraphRunner, desk: Desk) -> None:
    target = desk.engine.processor.model_metadata.nlu_target
    straight = StraightRunner(original)
    for text in ("een", "twee"):
        straight.run(
            inputs={PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None}, targets=[target]
        )

    assert list(straight._orders) == [(target,)]
    assert straight._orders[(target,)][-1] == target
