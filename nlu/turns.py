"""One turn of a conversation: Rasa's own steps, in which a failure fails the turn.

Rasa goes on after a failed action as if it had answered nothing, and wraps every tracker store in one that goes on in
memory. Both would let a client believe that something was done. Here nothing of a failed turn is kept: the same
message can be sent again, and the actions know it by its id.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.graph import StraightRunner


class TurnFailed(Exception):
    """Raised when an action of the turn failed; names the action."""


class TurnProcessor(MessageProcessor):
    """Rasa's processor, taking a turn on a conversation that the caller holds the lock of."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.graph_runner: Any = StraightRunner(self.graph_runner)

    async def turn(
        self, tracker: DialogueStateTracker, message: UserMessage, known: dict[str, Any]
    ) -> DialogueStateTracker:
        """Answer one message and keep the conversation.

        Args:
            tracker: the conversation so far.
            message: what the person said or chose, already understood (`parse_data`).
            known: slots whose value the channel knows better than the conversation (language, channel, verified).

        Returns:
            The conversation after the turn, kept on disk.

        Raises:
            TurnFailed: when an action failed.
            Exception: whatever else went wrong; nothing of the turn is kept then.
        """
        await self._update_tracker_session(tracker, message.output_channel)
        tracker.update_with_events(differing(tracker, known), self.domain)
        await self._handle_message_with_tracker(message, tracker)
        tracker = await self.run_action_extract_slots(message.output_channel, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return tracker

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = WatchedAction(action)
        go_on = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise TurnFailed(action.name()) from watched.failure
        return bool(go_on)


class WatchedAction(Action):
    """An action that remembers the failure which Rasa is about to swallow."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.failure: Exception | None = None

    def name(self) -> str:
        """The action's own name."""
        return str(self._action.name())

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Any:
        """The action's own event."""
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action; a rejection to run is an answer, every other exception a failure."""
        try:
            return list(await self._action.run(output_channel, nlg, tracker, domain))
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self.failure = error
            raise


class Engine(Agent):
    """Rasa's agent with the turn processor and with the tracker store as it is, not wrapped in a forgiving one."""

    processor: TurnProcessor

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain | None) -> TrackerStore:
        if store is None:
            raise ValueError("the engine needs a tracker store")
        store.domain = domain
        return store

    def load_model(self, model_path: str, fingerprint: str | None = None) -> None:
        """Load the trained model.

        Raises:
            rasa.exceptions.ModelNotFound: when there is none, or it is damaged.
        """
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses


def differing(tracker: DialogueStateTracker, known: dict[str, Any]) -> list[Event]:
    """Slot events for those known values that the conversation doesn't have yet; slots the domain lacks are left."""
    return [
        SlotSet(name, value)
        for name, value in known.items()
        if name in tracker.slots and tracker.get_slot(name) != value
    ]
