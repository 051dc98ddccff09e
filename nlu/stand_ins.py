"""Stand-ins for what Rasa imports and Balie's engine never runs.

Rasa imports TensorFlow, cloud clients and a dozen chat channels the moment it is imported. `overrides.txt` keeps them
out of the environment; here their imports are answered with empty classes that can be named, subclassed and
caught, and that refuse to be used. Call `install` before the first `import rasa`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

ABSENT = frozenset(
    {
        "aio_pika", "aiogram", "aiormq", "boto3", "botocore", "cachecontrol", "colorclass", "colorhash", "coloredlogs",
        "fbmessenger", "google", "keras", "mattermostwrapper", "matplotlib", "networkx", "prompt_toolkit", "pymongo",
        "questionary", "rasa_sdk", "redis", "requests", "rocketchat_API", "sanic_jwt", "sentry_sdk", "skops",
        "slack_sdk", "socketio", "structlog_sentry", "tensorflow", "tensorflow_addons", "tensorflow_hub",
        "tensorflow_text", "terminaltables", "twilio", "webexteamssdk",
    }
)  # fmt: skip
"""Top-level packages that are answered by a stand-in; none of them is in requirements.txt."""

ONLY_FOR_TRAINING = frozenset({"joblib", "sklearn", "tqdm"})
"""Packages that are there but serve training only; without them the running engine is smaller."""


class NotInTheEngine(RuntimeError):
    """Raised when something that the engine was built without is called."""


class _StandInType(type):
    """Makes a class whose attributes are again stand-ins, and which decorates but does nothing else."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _stand_in(name, f"{cls.__module__}.{cls.__qualname__}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]  # used as a decorator while a Rasa module is being imported
        if StandIn in cls.__bases__:
            raise NotInTheEngine(f"{cls.__module__}.{cls.__qualname__} isn't part of Balie's engine.")
        return super().__call__(*args, **kwargs)


class StandIn(Exception, metaclass=_StandInType):
    """What every stand-in descends from: an exception, because some are named in `except` clauses."""


def _stand_in(name: str, owner: str) -> _StandInType:
    return _StandInType(name, (StandIn,), {"__module__": owner})


class _StandInModule(ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _stand_in(name, self.__name__)


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers the import of any module below the given top-level packages."""

    def __init__(self, absent: frozenset[str]) -> None:
        self._absent = absent

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in self._absent:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def install(absent: frozenset[str] = ABSENT) -> None:
    """Put the stand-ins before every other way of importing; a second call changes nothing."""
    if not any(isinstance(finder, StandInFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, StandInFinder(absent))
