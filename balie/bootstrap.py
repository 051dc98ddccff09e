"""Sets Balie up on a fresh machine: `make run` and `make test` call it first. Plain Python 3.11 or newer, nothing installed.

It makes two environments from the locks: the product's in `.venv`, the engine's in `nlu/.venv`. What is already as the lock
says is left alone, so a second start takes a blink.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
ENGINE = ROOT / "nlu" / ".venv"
TUNING = ROOT / "nlu" / "tuning"
UV = VENV / "bin" / "uv"
LOG = ROOT / ".venv" / "setup.log"


class Stop(Exception):
    """Set-up can't go on. Holds one Dutch sentence with the remedy, and the same in English."""

    def __init__(self, dutch: str, english: str) -> None:
        super().__init__(f"{dutch}\n{english}")


def main(purpose: str) -> int:
    """Set up for `purpose`: run, test, check, tune or lock. Returns the exit status."""
    if sys.version_info < (3, 11):
        print("Balie heeft Python 3.11 of nieuwer nodig. Geef een nieuwere op: make run PYTHON=python3.12")
        print("Balie needs Python 3.11 or newer. Name a newer one: make run PYTHON=python3.12")
        return 1
    try:
        if purpose == "lock":
            _uv()
            _lock()
            return 0
        _set_up(purpose)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_up(purpose: str) -> None:
    tests = purpose in {"test", "check"}
    _uv()
    steps: list[Callable[[], None]] = [lambda: _product(tests), lambda: _engine(tests)]
    if purpose == "check":
        steps = steps[:1]
    if purpose == "test":
        steps.append(_browser)
    if purpose == "tune":
        steps.append(_tuning)
    problems: list[BaseException] = []

    def attempt(step: Callable[[], None]) -> None:
        try:
            step()
        except BaseException as problem:  # handed to the main thread, which tells it
            problems.append(problem)

    threads = [threading.Thread(target=attempt, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def _uv() -> None:
    lock = ROOT / "requirements" / "uv.txt"
    if UV.exists() and _up_to_date(VENV, "uv", lock):
        return
    _tell("Balie maakt zijn eigen Python-omgeving", "Balie makes its own Python environment")
    if not (VENV / "bin" / "python").exists():
        _run([sys.executable, "-m", "venv", str(VENV)], "venv")
    _run([str(VENV / "bin" / "pip"), "install", "-q", "--require-hashes", "-r", str(lock)], "pip")
    _mark(VENV, "uv", lock)


def _product(tests: bool) -> None:
    lock = ROOT / "requirements" / ("dev.txt" if tests else "product.txt")
    if _up_to_date(VENV, lock.stem, lock) or (
        not tests and _up_to_date(VENV, "dev", ROOT / "requirements/dev.txt")
    ):
        return
    _tell("Balie zet de balie en het bureau klaar", "Balie installs the front desk and the coach's desk")
    python = str(VENV / "bin" / "python")
    _run(
        [
            str(UV),
            "pip",
            "install",
            "-q",
            "--python",
            python,
            "--require-hashes",
            "--compile-bytecode",
            "-r",
            str(lock),
        ],
        "uv",
    )
    _run(
        [
            str(UV),
            "pip",
            "install",
            "-q",
            "--python",
            python,
            "--no-deps",
            "--no-build-isolation",
            "-e",
            str(ROOT),
        ],
        "uv",
    )
    _mark(VENV, lock.stem, lock)


def _engine(tests: bool) -> None:
    locks = [ROOT / "nlu" / "requirements.txt"]
    if tests:
        locks.append(ROOT / "nlu" / "requirements-test.txt")
    if not (ENGINE / "bin" / "python").exists():
        _tell("Balie maakt de omgeving van de taalmotor", "Balie makes the language engine's environment")
        try:
            _run(
                [str(UV), "venv", "-q", "--allow-existing", "--python", "3.10", str(ENGINE)],
                "uv",
                cwd=ROOT / "nlu",
            )
        except Stop:
            shutil.rmtree(ENGINE, ignore_errors=True)
            raise Stop(
                "Python 3.10 is niet gevonden; de taalmotor heeft die nodig. Installeer hem, bijvoorbeeld met 'uv python install "
                "3.10' of 'pyenv install 3.10', en begin opnieuw.",
                "Python 3.10 was not found; the language engine needs it. Install it, for example with 'uv python install 3.10' or "
                "'pyenv install 3.10', and start again.",
            ) from None
    for lock in locks:
        if _up_to_date(ENGINE, lock.stem, lock):
            continue
        _tell("Balie zet de taalmotor klaar", "Balie installs the language engine")
        python = str(ENGINE / "bin" / "python")
        command = [
            str(UV),
            "pip",
            "install",
            "-q",
            "--python",
            python,
            "--no-deps",
            "--require-hashes",
            "--compile-bytecode",
        ]
        _run([*command, "-r", str(lock)], "uv")
        _mark(ENGINE, lock.stem, lock)


def _tuning() -> None:
    """What tunes the sentence encoder: PyTorch, some gigabytes, for those who change the training data a lot."""
    venv, lock = TUNING / ".venv", TUNING / "requirements.txt"
    if _up_to_date(venv, "tuning", lock):
        return
    _tell("Balie zet klaar wat de taal bijstelt", "Balie installs what tunes the language")
    _run([str(UV), "venv", "-q", "--allow-existing", "--python", sys.executable, str(venv)], "uv")
    python = str(venv / "bin" / "python")
    _run([str(UV), "pip", "install", "-q", "--python", python, "--require-hashes", "-r", str(lock)], "uv")
    _mark(venv, "tuning", lock)


def _browser() -> None:
    if shutil.which("chromium") or shutil.which("google-chrome") or (VENV / ".browser").exists():
        return
    _tell("Balie haalt een browser voor de tests", "Balie fetches a browser for the tests")
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run(["apt-get", "update", "-qq"], "apt-get")
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], "apt-get")
        return
    while not (VENV / "bin" / "playwright").exists():
        time.sleep(1)
    _run([str(VENV / "bin" / "playwright"), "install", "chromium"], "playwright")
    (VENV / ".browser").touch()


def _lock() -> None:
    """Write the locks anew from the .in files: versions and hashes, no addresses."""
    compile_ = [
        str(UV),
        "pip",
        "compile",
        "-q",
        "--generate-hashes",
        "--universal",
        "--no-header",
        "--no-emit-index-url",
    ]
    folder = ROOT / "requirements"
    product = [*compile_, "--python-version", "3.11"]
    _run([*product, str(folder / "uv.in"), "-o", str(folder / "uv.txt")], "uv")
    _run([*product, str(folder / "dev.in"), "-o", str(folder / "dev.txt")], "uv")
    _run(
        [
            *product,
            str(folder / "product.in"),
            "-c",
            str(folder / "dev.txt"),
            "-o",
            str(folder / "product.txt"),
        ],
        "uv",
    )
    _run([*product, str(TUNING / "requirements.in"), "-o", str(TUNING / "requirements.txt")], "uv")
    engine = ROOT / "nlu"
    overridden = [*compile_, "--python-version", "3.10", "--overrides", str(engine / "overrides.txt")]
    _run([*overridden, str(engine / "requirements.in"), "-o", str(engine / "requirements.txt")], "uv")
    _run(
        [*overridden, str(engine / "requirements-test.in"), "-o", str(engine / "requirements-test.txt")], "uv"
    )


def _run(command: list[str], name: str, cwd: Path = ROOT) -> None:
    # pyenv tells its children which Python it chose for us (PYENV_VERSION); the engine's folder chooses another.
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYENV_VERSION", "PYENV_DIR"}
    environment = {key: value for key, value in os.environ.items() if key not in left_out}
    environment |= {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "hardlink",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}\n{done.stderr}\n")
    raise Stop(
        f"Het klaarzetten is niet gelukt bij de stap {name}; er is niets half gedaan. Kijk of er internet is en ruimte op de schijf, "
        f"en begin opnieuw. Wat er misging staat in {LOG}.",
        f"Setting up failed at the step {name}; nothing is half done. Check the network and the space on the disk, and start again. "
        f"What went wrong is in {LOG}.",
    )


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + str(sys.version_info[:2]).encode()).hexdigest()


def _up_to_date(venv: Path, name: str, lock: Path) -> bool:
    stamp = venv / f".{name}.lock"
    return stamp.exists() and stamp.read_text() == _digest(lock)


def _mark(venv: Path, name: str, lock: Path) -> None:
    (venv / f".{name}.lock").write_text(_digest(lock))


def _tell(dutch: str, english: str) -> None:
    print(f"  {dutch} · {english}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
