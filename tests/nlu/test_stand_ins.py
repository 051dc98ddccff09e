"""The engine runs without what Rasa only imports."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

from nlu import stand_ins

LOCK = Path(stand_ins.__file__).with_name("requirements.txt")
ABSENT_DISTRIBUTIONS = (
    "tensorflow",
    "keras",
    "boto3",
    "pymongo",
    "slack-sdk",
    "twilio",
    "aiogram",
    "requests",
    "sentry-sdk",
)


def test_nothing_that_is_stood_in_for_is_in_the_lock() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK.read_text(), re.MULTILINE))

    assert "rasa" in locked
    assert not locked & set(ABSENT_DISTRIBUTIONS)
    assert not locked & {name.replace("_", "-").lower() for name in stand_ins.ABSENT}


def test_the_lock_names_hashes_and_no_addresses() -> None:
    text = LOCK.read_text()

    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_names_can_be_imported_and_subclassed() -> None:
    layers = importlib.import_module("tensorflow.keras.layers")

    class Layer(layers.Layer):
        pass

    assert issubclass(Layer, layers.Layer.__mro__[1])


def test_exceptions_can_be_named_where_others_are_caught() -> None:
    errors = importlib.import_module("botocore.exceptions")

    try:
        {}["missing"]
    except (errors.BotoCoreError, errors.ClientError):
        pytest.fail("caught by a stand-in")
    except KeyError:
        assert issubclass(errors.ClientError, Exception)


def test_decorators_leave_their_function_alone() -> None:
    tensorflow = importlib.import_module("tensorflow")

    @tensorflow.function
    def double(number: int) -> int:
        return 2 * number

    assert double(4) == 8


@pytest.mark.parametrize("module", sorted(stand_ins.ABSENT))
def test_using_one_is_refused_by_name(module: str) -> None:
    stood_in = importlib.import_module(module)

    with pytest.raises(stand_ins.NotInTheEngine, match="Session"):
        stood_in.Session("address", timeout=1)


def test_what_is_installed_is_not_stood_in_for() -> None:
    assert importlib.util.find_spec("sqlalchemy").loader is not None  # type: ignore[union-attr]
    assert not isinstance(importlib.util.find_spec("sqlalchemy").loader, stand_ins.StandInFinder)  # type: ignore[union-attr]
