"""The trained model on disk: where it lies, what it was trained from, and whether it is whole.

A model counts only together with its label, a small file written last that names the fingerprint of the training data
and the digest of the model. Training that was broken off leaves no label, so the next start trains again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from nlu.settings import SetupError

ENGINE_ROOM = Path(__file__).resolve().parent
TRAINED_BY = (
    "config.yml",
    "encoder.py",
    "tuned.npz",
    "held_back.py",
    "chars.py",
    "classifier.py",
    "negatives.py",
    "requirements.txt",
)
"""Files of this room that a model depends on, besides domain and data."""
LEFTOVER = "training-"
"""How the folders begin in which models are trained."""
DATA_FOLDERS = ("nlu", "rules", "stories")


@dataclass(frozen=True)
class Label:
    """What is known of the model: the fingerprint of what it was trained from and its own SHA-256."""

    fingerprint: str
    digest: str


class ModelShelf:
    """The folder that holds one model, `engine.tar.gz`, and its label, `engine.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = folder / "engine.tar.gz"
        self.label_file = folder / "engine.json"
        self.vectors = folder / "vectors.npz"

    def label(self) -> Label | None:
        """The label, when there is a whole model under it."""
        try:
            label = Label(**json.loads(self.label_file.read_text(encoding="utf-8")))
            return label if digest(self.model) == label.digest else None
        except (OSError, ValueError, TypeError):
            return None

    def whole_label(self) -> Label:
        """The label of a model that can be loaded.

        Raises:
            SetupError: when the model is missing or half-trained.
        """
        label = self.label()
        if label is None:
            raise no_whole_model(self.folder)
        return label

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Train one at a time on this shelf, also between processes; another one waits."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / ".training.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def remove_leftovers(self) -> None:
        """Delete the workshops of trainings that were killed. Only for who is alone on this shelf."""
        for workshop in self.folder.glob(f"{LEFTOVER}*"):
            shutil.rmtree(workshop, ignore_errors=True)

    def put(self, trained: Path, fingerprint: str) -> Label:
        """Take a freshly trained model in; until the label is written the shelf counts as empty."""
        label = Label(fingerprint, digest(trained))
        self.label_file.unlink(missing_ok=True)
        trained.replace(self.model)
        beside = self.label_file.with_suffix(".part")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(asdict(label), file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.label_file)
        return label


def no_whole_model(folder: Path) -> SetupError:
    """What to say when the model is missing, half-trained or can't be loaded."""
    return SetupError(
        f"Er staat geen compleet taalmodel in {folder}. Maak het met `balie nlu train`.",
        f"There is no complete language model in {folder}. Make it with `balie nlu train`.",
    )


def training_files(project: Path) -> list[Path]:
    """All files of domain and training data, in a fixed order. Practice packs are not among them."""
    return [project / "domain.yml", *_data_files(project)]


def fingerprint_of(project: Path) -> str:
    """One digest of everything that a model depends on."""
    total = hashlib.sha256()
    for name, file in _named_sources(project):
        total.update(f"{name}\0{digest(file)}\n".encode())
    return total.hexdigest()


def digest(file: Path) -> str:
    """SHA-256 of a file's content, in hex.

    Raises:
        OSError: when it can't be read.
    """
    total = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _data_files(project: Path) -> list[Path]:
    return sorted(file for folder in DATA_FOLDERS for file in (project / "data" / folder).rglob("*.yml"))


def _named_sources(project: Path) -> Iterator[tuple[str, Path]]:
    for file in training_files(project):
        yield file.relative_to(project).as_posix(), file
    for name in TRAINED_BY:
        yield f"engine/{name}", ENGINE_ROOM / name
