"""Runs Rasa's graph of components straight on, in one thread.

Rasa hands every run to dask, which orders the nodes anew and passes them through queues: an eighth of a turn's work, for
a handful of nodes that follow each other. Here the order is worked out once for each set of targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


class StraightRunner:
    """Answers `run` as the dask runner does that it takes the loaded components from."""

    def __init__(self, runner: DaskGraphRunner) -> None:
        self._schema = runner._graph_schema
        self._nodes = runner._instantiated_nodes
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def run(self, inputs: Mapping[str, Any], targets: Sequence[str]) -> dict[str, Any]:
        """Run the nodes that the targets need.

        Args:
            inputs: values of the graph's placeholders.
            targets: names of the nodes whose output is wanted.

        Returns:
            Each target's output.
        """
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in inputs.items()}
        for name in self._order(tuple(targets)):
            needs = self._schema.nodes[name].needs.values()
            done[name] = self._nodes[name](*(done[need] for need in needs))
        return {target: done[target][1] for target in targets}

    def _order(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        if targets not in self._orders:
            needed = self._schema.minimal_graph_schema(list(targets)).nodes
            sorter = TopologicalSorter({name: list(node.needs.values()) for name, node in needed.items()})
            self._orders[targets] = tuple(name for name in sorter.static_order() if name in needed)
        return self._orders[targets]
