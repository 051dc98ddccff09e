"""Training: only when something changed, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlu import model as shelves
from nlu import negatives, progress
from nlu.model import ModelShelf, fingerprint_of, training_files
from tests.nlu.conftest import PROJECT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small project that a test may change."""
    return Path(shutil.copytree(PROJECT, tmp_path / "project"))


@pytest.fixture
def home(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained home that a test may change."""
    return Path(shutil.copytree(trained, tmp_path / "home"))


def train(home: Path, project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"BALIE_HOME": str(home), "BALIE_PROJECT": str(project), **more}
    return subprocess.run(
        [sys.executable, "-m", "nlu.train"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_unchanged_data_is_not_trained_again(home: Path, project: Path) -> None:
    before = (home / "models" / "engine.tar.gz").stat().st_mtime_ns

    done = train(home, project)

    assert done.returncode == 0
    assert "up to date" in done.stdout
    assert done.stderr == ""
    assert (home / "models" / "engine.tar.gz").stat().st_mtime_ns == before


def test_changed_data_is_trained_and_the_output_kept_in_a_log(home: Path, project: Path) -> None:
    old = ModelShelf(home / "models").label()
    data = project / "data" / "nlu" / "nlu.yml"
    data.write_text(data.read_text().replace("goeieavond", "goeienavond samen"))

    done = train(home, project)
    new = ModelShelf(home / "models").label()

    assert done.returncode == 0
    said, *dots = done.stdout.splitlines()
    assert "learns the language" in said
    assert set("".join(dots)) <= {" ", "."}
    assert done.stderr == ""
    assert old is not None
    assert new is not None
    assert new.fingerprint == fingerprint_of(project) != old.fingerprint
    assert "CalibratedClassifier" in (home / "logs" / "train.log").read_text()
    assert (home / "logs" / "train.log").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in (home / "models").iterdir()) == [
        ".training.lock",
        "engine.json",
        "engine.tar.gz",
        "vectors.npz",
    ]


def test_what_a_killed_training_left_is_deleted_by_the_next(home: Path, project: Path) -> None:
    left = home / "models" / "training-abc"
    left.mkdir()
    (left / "half.tar.gz").write_bytes(b"half")
    (project / "domain.yml").write_text("intents: [")  # this one fails early, and cleans up all the same

    assert train(home, project).returncode == 1

    assert not left.exists()


def test_dots_show_that_it_goes_on_and_end_with_a_line(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out, progress.dots(out.fileno(), every=0.01):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and (tmp_path / "out").stat().st_size < 6:
            time.sleep(0.01)

    assert re.fullmatch(r"  \.{4,}\n", (tmp_path / "out").read_text())


def test_what_is_done_at_once_shows_no_dots(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out, progress.dots(out.fileno()):
        pass

    assert (tmp_path / "out").read_text() == ""


@pytest.mark.parametrize("damage", ["cut", "no label", "nonsense label"])
def test_a_half_trained_model_is_noticed_and_trained_again(home: Path, project: Path, damage: str) -> None:
    shelf = ModelShelf(home / "models")
    if damage == "cut":
        shelf.model.write_bytes(shelf.model.read_bytes()[:2000])
    elif damage == "no label":
        shelf.label_file.unlink()
    else:
        shelf.label_file.write_text('{"fingerprint": 1')
    assert shelf.label() is None

    assert train(home, project).returncode == 0

    assert shelf.label() is not None


@pytest.mark.parametrize("bad", ["intents: [", "nothing: here"])
def test_data_that_rasa_refuses_leaves_the_old_model_in_place(home: Path, project: Path, bad: str) -> None:
    old = ModelShelf(home / "models").label()
    (project / "domain.yml").write_text(bad)

    done = train(home, project)

    assert done.returncode == 1
    assert "train.log" in done.stderr
    assert "Traceback" not in done.stderr
    assert ModelShelf(home / "models").label() == old


def test_a_folder_without_a_domain_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    done = train(home, tmp_path)

    assert done.returncode == 1
    assert "domain.yml" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_the_fingerprint_follows_everything_that_a_model_depends_on(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {fingerprint_of(project)}
    (project / "data" / "rules" / "more.yml").write_text("version: '3.1'\nrules: []\n")
    seen.add(fingerprint_of(project))
    (project / "data" / "rules" / "more.yml").rename(project / "data" / "rules" / "renamed.yml")
    seen.add(fingerprint_of(project))
    (project / "domain.yml").write_text((project / "domain.yml").read_text() + "\n")
    seen.add(fingerprint_of(project))
    room = Path(
        shutil.copytree(shelves.ENGINE_ROOM, tmp_path / "room", ignore=shutil.ignore_patterns(".venv"))
    )
    monkeypatch.setattr(shelves, "ENGINE_ROOM", room)
    for name in shelves.TRAINED_BY:
        (room / name).write_bytes((room / name).read_bytes() + b"\n")
        seen.add(fingerprint_of(project))

    assert len(seen) == 4 + len(shelves.TRAINED_BY)


def test_practice_packs_are_no_training_data(project: Path) -> None:
    before = fingerprint_of(project)
    (project / "data" / "practices").mkdir()
    (project / "data" / "practices" / "pack.yml").write_text("rules: here\n")

    assert fingerprint_of(project) == before
    assert not any("practices" in file.parts for file in training_files(project))


def test_the_label_names_the_very_model(trained: Path) -> None:
    label = json.loads((trained / "models" / "engine.json").read_text())

    assert label == {
        "fingerprint": fingerprint_of(PROJECT),
        "digest": shelves.digest(trained / "models" / "engine.tar.gz"),
    }


def test_negatives_are_diverse_dutch_lines(tmp_path: Path) -> None:
    lines = negatives.lines()

    assert len(lines) == len(set(lines)) == negatives.HOW_MANY
    assert all(len(line.split()) >= negatives.SHORTEST_WORDS for line in lines)
    assert len(" ".join(lines)) < 100 * len(lines)
    assert negatives.lines(5) == lines[:5]
    written = negatives.write(tmp_path).read_text()
    assert "intent: |-\n" in written or "out_of_scope" in written


def test_the_negatives_are_read_by_rasa(tmp_path: Path) -> None:
    from rasa.shared.nlu.training_data.loading import load_data

    examples = load_data(str(negatives.write(tmp_path))).intent_examples

    assert [example.get("text") for example in examples] == negatives.lines()
    assert {example.get("intent") for example in examples} == {negatives.INTENT}


def test_the_negatives_are_in_no_file_of_the_project() -> None:
    project_text = " ".join(file.read_text() for file in training_files(PROJECT))

    assert not any(line in project_text for line in negatives.lines())
