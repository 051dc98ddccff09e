"""Importing a policy text: how well it fits the pack is said, and a text of somebody else is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from balie.commands.practice import app
from balie.errors import SetupError
from casework.packs import load_pack
from casework.passages import current_policy


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a practice that nothing was imported for yet."""
    monkeypatch.setenv("BALIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BALIE_PRACTICE", "release-connect")
    return tmp_path / "home"


def text_of(pack: str, tmp_path: Path, leave_out: int = 0) -> Path:
    """A text in which the passages of this pack's answers stand under their headings, but for the first so many answers."""
    answers = [answer for answer in load_pack(pack).answers.values() if answer.passages][leave_out:]
    parts = [
        f"# {ref.heading}\n\n{ref.begins} en zo verder.\n" for answer in answers for ref in answer.passages
    ]
    file = tmp_path / f"{pack}.md"
    file.write_text("\n".join(parts), encoding="utf-8")
    return file


@pytest.mark.parametrize("other", ["apples", "refleact"])
def test_a_text_that_is_not_the_practices_own_is_refused_and_not_kept(
    other: str, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "apples.txt"
    file.write_text("Dit is zomaar een tekst over appels. Wij komen om appels.")
    done = CliRunner().invoke(app, ["import", str(file if other == "apples" else text_of(other, tmp_path))])
    assert isinstance(done.exception, SetupError)
    assert "0 van de 13 antwoorden" in done.exception.dutch
    assert "0 of the 13 answers" in done.exception.english
    assert current_policy(home / "policy") is None


def test_a_refused_text_is_taken_when_it_is_asked_for(home: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["import", "--anyway", str(text_of("refleact", tmp_path))])
    assert done.exit_code == 0
    assert "0 van de 13 antwoorden vinden hun passage" in done.output
    assert current_policy(home / "policy") is not None


def test_it_is_said_how_many_answers_find_their_passage(home: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["import", str(text_of("release-connect", tmp_path, leave_out=2))])
    assert done.exit_code == 0
    assert "11 van de 13 antwoorden vinden hun passage" in done.output
    assert "practice check" in done.output
