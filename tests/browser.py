"""A running workbench and a person in a real browser, for journeys."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = '[data-testid=stApp][data-test-script-state="notRunning"]'
SOON, LATER = 30_000, 180_000


@dataclass
class House:
    """A running ``mll``: its two addresses, and its process."""

    pages: str
    service: str
    pid: int


@contextmanager
def workbench(
    home: Path, *, demo: bool, environment: Mapping[str, str] | None = None
) -> Iterator[House]:
    """``mll`` on a workspace, until the block ends."""
    command = [sys.executable, "-m", "mll_core.cli", "--home", str(home), "--no-browser"]
    said = home.with_suffix(".out")
    with said.open("w") as out:
        mll = subprocess.Popen(
            [*command, "--ui-port", "18501", "--api-port", "18600"],
            env={
                **(environment or os.environ),
                "MLL_DEMO": "1" if demo else "0",
                "PYTHONUNBUFFERED": "1",
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _addresses(said, mll)
    finally:
        mll.send_signal(signal.SIGTERM)
        mll.wait(30)


def _addresses(out: Path, mll: "subprocess.Popen[bytes]") -> House:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and mll.poll() is None:
        said = out.read_text()
        if "Press Ctrl-C" in said:
            pages = re.search(r"Workbench:\s+(http://\S+)", said)
            service = re.search(r"Scoring service:\s+(http://\S+)/docs", said)
            assert pages
            assert service
            return House(pages[1], service[1], mll.pid)
        time.sleep(0.2)
    pytest.fail(f"mll did not start: {out.read_text()}")


@dataclass
class Visit:
    """A person at the pages, taking pictures."""

    page: Page
    folder: Path

    def shot(self, name: str) -> None:
        """Keep what is on the screen."""
        self.settled()
        assert not self.page.get_by_text("Something is wrong in the workbench").count()
        self.page.screenshot(path=self.folder / f"{name}.png")

    def settled(self) -> None:
        """Wait until nothing is being drawn any more."""
        self.page.wait_for_selector(IDLE, timeout=SOON)
        self.page.wait_for_timeout(400)
        self.page.wait_for_selector(IDLE, timeout=SOON)

    def click(self, name: str) -> None:
        """Press a button."""
        self.settled()
        self.page.get_by_role("button", name=name, exact=True).click()

    def go(self, link: str) -> None:
        """Follow a link of the page or the frame."""
        self.settled()
        self.page.get_by_role("link", name=re.compile(link)).first.click()

    def sees(self, text: str, timeout: int = SOON) -> None:
        """Wait until a text is there."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=timeout)


@contextmanager
def visiting(house: House, folder: Path) -> Iterator[Visit]:
    """A person at the pages; pictures go to MLL_SCREENSHOTS, else to ``folder``."""
    folder = Path(os.environ.get("MLL_SCREENSHOTS") or folder)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(house.pages)
        yield Visit(page, folder)
        browser.close()
