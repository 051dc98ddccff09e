"""`balie nlu report`: the real engine measured on a few sentences, and a page that holds figures and no sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from balie import engine, home, report
from balie.settings import Settings
from tests.e2e.running import MODELS

pytestmark = pytest.mark.e2e

SENTENCES = {
    "nl.yml": {
        "request_access": ["mag ik mijn hele dossier eens inkijken"],
        "greet": ["hallo daar"],
        "crisis": ["ik wil dood"],
    },
    "en.yml": {"request_erasure": ["please delete everything you have on me"], "thank": ["thanks a lot"]},
    "out_of_scope.yml": {"nl": ["hoe laat vertrekt de trein naar Breda"], "en": ["how do I boil an egg"]},
    "fresh/nl.yml": {"greet": ["goedemorgen allemaal"]},
    "fresh/en.yml": {"greet": ["good morning all"]},
    "blind/nl.yml": {"goodbye": ["tot ziens dan maar"]},
    "blind/en.yml": {"goodbye": ["goodbye for now"]},
    "blind/out_of_scope.yml": {"nl": ["hoeveel weegt een olifant"], "en": ["who won the cup final"]},
    "blind/crisis.yml": {
        "crisis": {"nl": ["ik ga er een eind aan maken"], "en": ["I want to die"]},
        "lookalike": {"nl": ["ik lach me dood"], "en": ["this heat is killing me"]},
    },
    "letters.yml": [
        {
            "text": "Wis al mijn gegevens. En ik wil een klacht indienen.",
            "requests": ["request_erasure", "file_complaint"],
        }
    ],
    "looked_at.yml": {"blind": "nobody"},
    "yes_no.yml": {"affirm": {"nl": ["ja"], "en": ["yes"]}, "deny": {"nl": ["nee"], "en": ["no"]}},
}


def test_the_report_tells_figures_and_no_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sentences"
    for name, content in SENTENCES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(content))
    danger = {
        "few": {
            "crisis": {"suicide": ["ik wil niet meer leven"]},
            "harmless": ["ik ben doodmoe van het werk"],
        }
    }
    (tmp_path / "danger.yml").write_text(yaml.safe_dump(danger))
    monkeypatch.setattr(report, "SENTENCES", folder)
    monkeypatch.setattr(report, "CRISIS_SENTENCES", tmp_path / "danger.yml")
    settings = Settings(home=tmp_path / "home", models=MODELS)
    home.prepare(settings)
    engine.train(settings)

    page, figures = report.write(settings, datetime.now(UTC))

    assert figures["languages"]["both"]["sentences"] == 5
    assert figures["languages"]["both"]["accuracy"] == 1.0
    assert figures["yes_no"] == {"affirm": {"nl": 1.0, "en": 1.0}, "deny": {"nl": 1.0, "en": 1.0}}
    assert figures["letters"]["exactly_right"] == 1.0
    assert figures["languages"]["blind, en"]["sentences"] == 1
    assert {name: one["sentences"] for name, one in figures["out_of_scope"].items()} == {"own": 2, "blind": 2}
    few, blind = figures["crisis"][-2:]
    assert (blind["crisis"], blind["caught"], blind["harmless"], blind["alarms"]) == (2, 2, 2, 0)
    assert (few["crisis"], few["caught"], few["numbers_shown"], few["alarms"]) == (1, 1, 1, 0)
    text = page.read_text()
    assert "request_access" in text
    assert "What Balie understands" in text
    assert "nobody" in text
    for sentence in ("mag ik mijn hele dossier", "delete everything", "vertrekt de trein"):
        assert sentence not in text
