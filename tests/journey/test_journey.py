"""One person, one browser, no keyboard magic: from a file to a served and watched model."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import outside
import projects
import pytest
from browser import CHROMIUM, LATER, SOON, House, Visit, visiting, workbench
from conftest import need
from playwright.sync_api import expect

DARK = ["prepare", "train", "evaluate"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    need("browser", CHROMIUM is not None)
    with (
        outside.nobody() as spy,
        workbench(tmp_path / "home", demo=False, environment=spy.environment()) as found,
        outside.watched(spy, found.pid),
    ):
        yield found


@pytest.fixture
def visit(house: House, tmp_path: Path) -> Iterator[Visit]:
    with visiting(house, tmp_path / "screenshots") as found:
        yield found


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
    _stop_and_go_on(visit)
    visit.shot("06-leaderboard")
    _compare_and_choose(visit)


def _stop_and_go_on(visit: Visit) -> None:
    visit.click("Stop")
    go_on = visit.page.get_by_role("button", name="Go on", exact=True)
    expect(go_on).to_be_enabled(timeout=LATER)
    kept = visit.page.get_by_text(re.compile("Found so far|what was finished is compared"))
    expect(kept.first).to_be_visible()
    visit.shot("05-stopped")
    visit.click("Go on")
    visit.sees("Last update")
    expect(visit.page.get_by_text("Last update")).to_have_count(0, timeout=LATER)
    visit.sees("The leaderboard", LATER)


def _compare_and_choose(visit: Visit) -> None:
    visit.sees("Compare two models")
    visit.sees("On the same 15 parts of the rows")
    seconds = visit.page.get_by_role("spinbutton", name="Seconds for the whole search")
    seconds.fill("6")
    seconds.press("Enter")
    visit.settled()
    take = visit.page.locator("button:enabled", has_text="Take ").first
    chosen = take.inner_text().rpartition("Take ")[2].strip()
    take.click()
    visit.sees("Last update")
    expect(visit.page.get_by_text("Last update")).to_have_count(0, timeout=LATER)
    visit.sees(f"Recommended: {chosen}")


def _judge(visit: Visit) -> None:
    visit.go("Next: Judge the model")
    visit.sees("The sealed test is shut.")
    visit.shot("07-sealed")
    visit.click("Open the sealed test")
    visit.sees("What can be said", LATER)
    visit.shot("08-evaluate")
    _threshold_and_an_error(visit)


def _threshold_and_an_error(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("tab", name="Threshold", exact=True).click()
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    moved = page.get_by_role("tabpanel").get_by_text("points")  # by how much what is called moved
    expect(moved.first).to_be_visible(timeout=SOON)
    page.get_by_role("tab", name="Right and wrong").click()
    cell = page.get_by_role("tabpanel").locator(".scatterlayer .point:visible").nth(1)
    cell.click(force=True)
    visit.sees("the surest first")
    visit.shot("08-an-error")


def _printed(visit: Visit) -> None:
    """The story on paper."""
    visit.settled()
    with visit.page.expect_download(timeout=LATER) as found:
        visit.page.get_by_role("button", name="PDF", exact=True).click()
    paper = found.value.path().read_bytes()
    assert found.value.suggested_filename.endswith("-report.pdf")
    assert paper.startswith(b"%PDF-")


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
    _printed(visit)
    visit.go("Activity")
    visit.sees("the log that nobody can change")
    visit.shot("12-activity")
    visit.page.emulate_media(color_scheme="dark")
    for stage in DARK:
        visit.page.goto(f"{house.pages.split('?')[0].rstrip('/')}/{stage}")
        visit.settled()
        visit.shot(f"dark-{stage}")
