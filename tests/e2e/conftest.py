"""Whole Balies for whole conversations: one per practice pack, kept for all tests that need it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.running import Balie


@pytest.fixture(scope="module", params=["release-connect", "refleact"])
def balie(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balie]:
    """A running Balie of each practice pack in turn."""
    running = Balie(tmp_path_factory.mktemp(request.param) / "home", request.param)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where it is, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()
