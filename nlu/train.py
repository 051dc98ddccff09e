"""Train the model: `python -m nlu.train [--force]`.

Does nothing when the model on the shelf was trained from the same data. Rasa's own output goes to a log file.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import structlog

from nlu import progress, stand_ins
from nlu.model import LEFTOVER, Label, ModelShelf, fingerprint_of, training_files
from nlu.settings import EngineSettings, SetupError
from nlu.words import refuse, tell

CONFIG = Path(__file__).with_name("config.yml")


def main() -> int:
    """Train if needed; one sentence and status 1 when it can't be done."""
    try:
        settings = EngineSettings.from_environment()
        bring_up_to_date(settings, force="--force" in sys.argv[1:])
    except SetupError as error:
        return refuse(error)
    return 0


def bring_up_to_date(settings: EngineSettings, force: bool = False) -> Label:
    """Make sure that the model on the shelf was trained from the data as it is now.

    Args:
        settings: where data, models and logs are.
        force: train even if nothing changed.

    Raises:
        SetupError: when there is no data, or Rasa refuses it; the old model then stays as it was.
    """
    shelf = ModelShelf(settings.models)
    if not (settings.project / "domain.yml").is_file():
        raise SetupError(
            f"Er staat geen domain.yml in {settings.project}. Start Balie vanuit de map van het project.",
            f"There is no domain.yml in {settings.project}. Start Balie from the project's folder.",
        )
    fingerprint = fingerprint_of(settings.project)
    label = shelf.label()
    if label and label.fingerprint == fingerprint and not force:
        tell("Het taalmodel is bij", "The language model is up to date")
        return label
    with shelf.alone():
        shelf.remove_leftovers()
        tell(
            "Balie leert de taal van de praktijk, dat duurt enkele minuten",
            "Balie learns the language of the practice, which takes some minutes",
        )
        return _train(settings, shelf, fingerprint)


def _train(settings: EngineSettings, shelf: ModelShelf, fingerprint: str) -> Label:
    settings.logs.mkdir(parents=True, exist_ok=True)
    log = settings.logs / "train.log"
    _prepare_environment(shelf)
    with tempfile.TemporaryDirectory(dir=shelf.folder, prefix=LEFTOVER) as workshop, _output_to(log):
        trained = _train_with_rasa(settings.project, Path(workshop))
        if trained is not None:
            return shelf.put(trained, fingerprint)
    raise SetupError(
        f"Het taalmodel kon niet worden gemaakt. De reden staat in {log}.",
        f"The language model couldn't be made. The reason stands in {log}.",
    )


def _train_with_rasa(project: Path, workshop: Path) -> Path | None:
    stand_ins.install()
    domain, *data = training_files(project)
    try:
        import rasa.model_training

        from nlu import negatives

        logging.basicConfig(level=logging.INFO)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
        result = rasa.model_training.train(
            domain=str(domain),
            config=str(CONFIG),
            training_files=[*map(str, data), str(negatives.write(workshop))],
            output=str(workshop),
            fixed_model_name="engine",
            force_training=True,
        )
    except (Exception, SystemExit):
        logging.getLogger("nlu.train").exception("the training failed")
        return None
    return Path(result.model) if result.model else None


def _prepare_environment(shelf: ModelShelf) -> None:
    os.environ["BALIE_VECTOR_FILE"] = str(shelf.vectors)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))


@contextlib.contextmanager
def _output_to(file: Path) -> Iterator[None]:
    """Send all that is printed, by Python or by C, to a file that only its owner can read; show dots meanwhile."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            os.fchmod(log.fileno(), 0o600)
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            with progress.dots(kept[0]):
                yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, original in zip((1, 2), kept, strict=True):
            os.dup2(original, number)
            os.close(original)


if __name__ == "__main__":
    sys.exit(main())
