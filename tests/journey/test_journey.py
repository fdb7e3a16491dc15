"""One person, one browser, no keyboard magic: from a file to a served and watched model."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import projects
import pytest
from conftest import need
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
DARK = ["prepare", "train", "evaluate"]


@dataclass
class House:
    """A running ``mll``: its two addresses."""

    pages: str
    service: str


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    need("browser", CHROMIUM is not None)
    command = [sys.executable, "-m", "mll_core.cli", "--home", str(tmp_path / "home")]
    with (tmp_path / "out.txt").open("w") as out:
        mll = subprocess.Popen(
            [*command, "--no-browser"],
            env={**os.environ, "MLL_DEMO": "0", "PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _addresses(tmp_path / "out.txt", mll)
    finally:
        mll.send_signal(signal.SIGTERM)
        mll.wait(30)


def _addresses(out: Path, mll: "subprocess.Popen[bytes]") -> House:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and mll.poll() is None:
        said = out.read_text()
        if "Press Ctrl-C" in said:
            pages = re.search(r"Workbench:\s+(http://\S+)", said)
            service = re.search(r"Scoring service:\s+(http://\S+)/docs", said)
            assert pages
            assert service
            return House(pages[1], service[1])
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


@pytest.fixture
def visit(house: House, tmp_path: Path) -> Iterator[Visit]:
    folder = Path(os.environ.get("MLL_SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(house.pages)
        yield Visit(page, folder)
        browser.close()


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_from_an_uploaded_file_to_a_served_and_watched_model_by_clicks_alone(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    _create(visit, projects.csv(tmp_path, rows=600))
    _train(visit)
    _judge(visit)
    _serve(visit, house)
    _watch(visit, projects.csv(tmp_path, rows=300, seed=1))
    _present(visit, house)


def _create(visit: Visit, file: Path) -> None:
    visit.sees("Use your own data")
    visit.shot("01-home")
    visit.page.locator("input[type=file]").first.set_input_files(file)
    visit.sees("customers_0.csv")
    visit.click("Create the project")
    visit.sees("Ask the right question")
    target = visit.page.get_by_role("combobox", name="The column to predict")
    target.click()
    visit.page.get_by_role("option", name="left", exact=True).click()
    visit.sees("judged by")
    visit.shot("02-business")
    visit.go("2 Data")
    visit.sees("What we understood")
    visit.shot("03-collect")
    visit.go("3 Prepare")
    visit.sees("Add a step")
    visit.shot("04-prepare")


def _train(visit: Visit) -> None:
    visit.go("1 Question")
    visit.click("Train a first model")
    visit.sees("Last update")
    visit.page.reload()  # in the middle of it: nothing is lost
    visit.sees("Ask the right question")
    visit.go("4 Train")
    visit.sees("Train models")
    expect(visit.page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=LATER)
    visit.shot("05-training")
    visit.sees("The leaderboard", LATER)
    visit.shot("06-leaderboard")


def _judge(visit: Visit) -> None:
    visit.go("Next: Judge the model")
    visit.sees("The sealed test is shut.")
    visit.shot("07-sealed")
    visit.click("Open the sealed test")
    visit.sees("What can be said", LATER)
    visit.shot("08-evaluate")


def _serve(visit: Visit, house: House) -> None:
    visit.go("Next: Put it to work")
    visit.sees("Candidate: version 1")
    visit.page.get_by_label("Your role").fill("Head of service")
    visit.page.get_by_label(re.compile("Note|Why it may be used")).fill("Looked at it.")
    visit.click("Approve")
    visit.click("Let it answer")
    visit.sees("Champion: version 1")
    visit.click("Ask the model")
    visit.sees("Moves this answer")
    visit.shot("09-deploy")
    code = visit.page.locator("code", has_text="/predict").first.inner_text()
    assert code.startswith(house.service)
    record = {"calls": 9, "fee": 60.0, "plan": "Gold", "gender": "f"}
    answer = _asked(code, {"records": [record]})
    assert answer["version"] == 1
    assert answer["predictions"][0]["prediction"] == "yes"


def _asked(url: str, body: dict[str, object]) -> dict[str, object]:
    deadline = time.monotonic() + 20
    while True:  # the service sees a new champion within seconds
        answer = httpx.post(url, json=body, timeout=20)
        if answer.status_code == httpx.codes.OK:
            return dict(answer.json())
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.5)


def _watch(visit: Visit, file: Path) -> None:
    visit.go("Next: Watch it")
    visit.sees("New data, such as")
    visit.page.locator("input[type=file]").first.set_input_files(file)
    visit.sees("customers_1.csv")
    visit.click("Compare with the reference")
    visit.sees("What was found", LATER)
    visit.sees("300 rows")
    visit.shot("10-monitor")


def _present(visit: Visit, house: House) -> None:
    visit.go("Story")
    visit.sees("Where it stands")
    visit.shot("11-story")
    visit.go("Activity")
    visit.sees("the log that nobody can change")
    visit.shot("12-activity")
    visit.page.emulate_media(color_scheme="dark")
    for stage in DARK:
        visit.page.goto(f"{house.pages.split('?')[0].rstrip('/')}/{stage}")
        visit.settled()
        visit.shot(f"dark-{stage}")
