"""What a turn costs: Balie's engine beside a default `rasa init`, in one run, on the same domain, data, actions and messages.

Processor time is the measure to trust; the clock depends on what else the machine does. Training is on a sample of the examples
(bench/engines.py); Balie's encodes no example of it, because vectors of the training data come with the product.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.engine_process import Cost, Server, size_on_disk
from bench.engines import BalieEngine, DefaultEngine, Engine, Said, Workshop

TYPED = [
    "hallo",
    "hoe lang bewaren jullie mijn gegevens?",
    "is dit wel veilig",
    "met wie delen jullie mijn gegevens",
    "wat mag ik allemaal van de avg",
    "welke cookies gebruikt u",
    "Goedendag, ik wil graag weten waarvoor u mijn e-mailadres nodig hebt, want ik krijg steeds post.",
    "bent u een mens?",
    "wie kan ik mailen over mijn privacy",
    "dank u wel",
]
CHOSEN = [
    "/greet",
    "/ask_retention",
    "/ask_security",
    "/ask_sharing",
    "/ask_rights",
    "/ask_cookies",
    "/ask_purpose",
    "/bot_challenge",
    "/ask_contact",
    "/thank",
]
WARM_UP, ROUNDS, TOGETHER, CLIENTS = 2, 12, 3, 8
"""Conversations of ten messages: before measuring, by one client, by each of eight clients."""


@dataclass(frozen=True)
class Spell:
    """A number of turns: processor milliseconds each, and the clock's milliseconds at half and at 95 % of them."""

    cpu: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Measured:
    """Everything that is told of one engine."""

    name: str
    size: float
    training: Cost
    start: Cost
    text: Spell
    choice: Spell
    crowd: Spell
    memory: float


def main() -> None:
    """Measure both engines and print them side by side."""
    with tempfile.TemporaryDirectory(prefix="balie-bench-") as folder:
        workshop = Workshop.make(Path(folder) / "home")
        engines: list[Engine] = [BalieEngine(workshop), DefaultEngine(workshop)]
        for engine in engines:
            print(f"installing {engine.name} where needed ...", flush=True)
            engine.install()
        trained = []
        for engine in engines:
            print(f"training {engine.name} ...", flush=True)
            trained.append(engine.train())
        with workshop.actions():
            balie, default = measure(engines, trained)
    print(table(balie, default))


def measure(engines: list[Engine], trained: list[Cost]) -> list[Measured]:
    """Talk to both engines in turns, conversation by conversation, so that a busy machine slows both alike."""
    typed, chosen = [Said(text=text) for text in TYPED], [Said(choice=choice) for choice in CHOSEN]
    with ExitStack() as stack:
        servers = []
        for engine in engines:
            print(f"starting {engine.name} ...", flush=True)
            servers.append(stack.enter_context(engine.serve()))
        pairs = list(zip(engines, servers, strict=True))
        for engine in engines:
            asyncio.run(talk(engine, "warm", 1, WARM_UP, typed + chosen))
        print("talking ...", flush=True)
        text = in_turns(pairs, "text", ROUNDS, 1, 1, typed)
        choice = in_turns(pairs, "choice", ROUNDS, 1, 1, chosen)
        crowd = in_turns(pairs, "crowd", 2, CLIENTS, TOGETHER, typed)
        return [
            Measured(
                engine.name,
                size_on_disk(engine.environment),
                trained[place],
                server.start,
                text[place],
                choice[place],
                crowd[place],
                server.memory(),
            )
            for place, (engine, server) in enumerate(pairs)
        ]


def in_turns(
    pairs: list[tuple[Engine, Server]],
    name: str,
    rounds: int,
    clients: int,
    conversations: int,
    messages: list[Said],
) -> list[Spell]:
    """A spell of turns with each engine: `rounds` times, one engine after the other."""
    took: list[list[float]] = [[] for _ in pairs]
    cpu: list[list[float]] = [[] for _ in pairs]
    for number in range(rounds):
        for place, (engine, server) in enumerate(pairs):
            before = server.cpu()
            seconds = asyncio.run(talk(engine, f"{name}-{number}", clients, conversations, messages))
            cpu[place].append((server.cpu() - before) / len(seconds))
            took[place] += seconds
    return [
        Spell(1000 * statistics.median(costs), 1000 * statistics.median(times), 1000 * quantile_95(times))
        for costs, times in zip(cpu, took, strict=True)
    ]


def quantile_95(values: list[float]) -> float:
    """What 95 of 100 values stay under."""
    return statistics.quantiles(values, n=20)[-1]


async def talk(
    engine: Engine, name: str, clients: int, conversations: int, messages: list[Said]
) -> list[float]:
    """Let clients hold their conversations at the same time; returns each turn's seconds.

    Raises:
        RuntimeError: when a turn got no answer.
    """
    async with httpx.AsyncClient(timeout=120) as client:

        async def one(number: int) -> list[float]:
            took = []
            for conversation in range(conversations):
                for place, said in enumerate(messages):
                    who = f"{name}-{number}-{conversation}"
                    began = time.perf_counter()
                    if await engine.turn(client, who, f"{who}-{place}", said) == 0:
                        raise RuntimeError(f"{engine.name} had no answer to {said}")
                    took.append(time.perf_counter() - began)
            return took

        return [seconds for each in await asyncio.gather(*map(one, range(clients))) for seconds in each]


def table(balie: Measured, default: Measured) -> str:
    """Both engines beside each other, with the ratio and, where there is one, the aim."""
    rows: list[tuple[str, float, float, float | None]] = [
        ("CPU per text turn, ms", balie.text.cpu, default.text.cpu, 0.7),
        ("CPU per choice turn, ms", balie.choice.cpu, default.choice.cpu, 0.3),
        ("text, one client, p50 ms", balie.text.p50, default.text.p50, None),
        ("text, one client, p95 ms", balie.text.p95, default.text.p95, None),
        ("choice, one client, p50 ms", balie.choice.p50, default.choice.p50, None),
        ("choice, one client, p95 ms", balie.choice.p95, default.choice.p95, None),
        (f"text, {CLIENTS} clients, p50 ms", balie.crowd.p50, default.crowd.p50, None),
        (f"text, {CLIENTS} clients, p95 ms", balie.crowd.p95, default.crowd.p95, None),
        ("memory after it all, MB", balie.memory, default.memory, 0.3),
        ("start-up, CPU s", balie.start.cpu, default.start.cpu, 0.2),
        ("start-up, clock s", balie.start.wall, default.start.wall, 0.2),
        ("training, CPU s", balie.training.cpu, default.training.cpu, None),
        ("training, clock s", balie.training.wall, default.training.wall, None),
        ("environment on disk, MB", balie.size, default.size, None),
    ]
    lines = [f"{'':32}{balie.name:>12}{default.name:>12}{'ratio':>8}{'aim':>8}"]
    for label, ours, theirs, aim in rows:
        ratio = ours / theirs
        verdict = "" if aim is None else f"{aim:>8.2f}  {'met' if ratio <= aim else 'MISSED'}"
        lines.append(f"{label:32}{ours:>12.1f}{theirs:>12.1f}{ratio:>8.2f}{verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
