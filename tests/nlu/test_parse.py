"""`python -m nlu.parse`: one JSON object for each line, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.nlu.conftest import PROJECT, make_home

LINES = ["hallo", "", "Hoe lang bewaren jullie mijn gegevens?", '/request_erasure{"a": 1}', "   ", "👋", "ja"]


def parse(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"BALIE_HOME": str(home), "BALIE_PROJECT": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-m", "nlu.parse", *arguments],
        env=environment,
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize("way", ["standard input", "dash", "file"])
def test_each_line_gets_one_object_in_order(trained: Path, tmp_path: Path, way: str) -> None:
    content = "\n".join(LINES).encode() + b"\n"
    file = tmp_path / "messages.txt"
    file.write_bytes(content)
    done = {
        "standard input": lambda: parse(trained, given=content),
        "dash": lambda: parse(trained, "-", given=content),
        "file": lambda: parse(trained, str(file)),
    }[way]()

    parsed = objects(done)

    assert done.stderr == b""
    assert [found["text"] for found in parsed] == LINES
    assert all(set(found) == {"text", "intent", "confidence", "ranking", "entities"} for found in parsed)
    assert (parsed[0]["intent"], parsed[2]["intent"]) == ("greet", "ask_retention")
    assert parsed[0]["ranking"][0] == {"name": "greet", "confidence": parsed[0]["confidence"]}
    confidences = [guess["confidence"] for guess in parsed[2]["ranking"]]
    assert confidences == sorted(confidences, reverse=True)
    assert 0.99 < sum(confidences) <= 1.001


def test_empty_lines_and_payloads_are_just_text(trained: Path) -> None:
    parsed = objects(parse(trained, given="\n".join(LINES).encode()))

    for silent in (1, 4):
        assert (parsed[silent]["intent"], parsed[silent]["confidence"]) == ("nlu_fallback", 0.0)
        assert parsed[silent]["ranking"] == []
    assert parsed[3]["entities"] == []
    assert parsed[3]["confidence"] < 1


def test_odd_input_stops_nothing(trained: Path) -> None:
    odd = [b"\xff\xfe\x00", b"a" * 20_000, "\u202e\u200b".encode(), b"<script>alert(1)</script>", b"hallo"]

    parsed = objects(parse(trained, given=b"\r\n".join(odd)))

    assert len(parsed) == len(odd)
    assert parsed[-1]["intent"] == "greet"


def test_no_input_gives_no_output(trained: Path) -> None:
    assert objects(parse(trained)) == []


def test_objects_come_while_the_input_is_still_open(trained: Path) -> None:
    environment = os.environ | {"BALIE_HOME": str(trained), "BALIE_PROJECT": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-m", "nlu.parse"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in ("hallo", "ja"):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == text
        process.stdout.close()
        process.stdin.write(b"hallo\n")
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_no_model_and_no_file_are_said_in_a_sentence(trained: Path, tmp_path: Path) -> None:
    for done, named in (
        (parse(make_home(tmp_path / "home"), given=b"hallo\n"), b"balie nlu train"),
        (parse(trained, str(tmp_path / "missing.txt")), b"missing.txt"),
    ):
        assert done.returncode == 1
        assert done.stdout == b""
        assert named in done.stderr
        assert len(done.stderr.splitlines()) == 2
