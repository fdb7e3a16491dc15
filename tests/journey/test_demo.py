"""The first minute of a new user: the demo is finished, and every page has something to show."""

from pathlib import Path

import pytest
from browser import CHROMIUM, visiting, workbench
from conftest import need

STAGES = {
    "business": "Ask the right question",
    "collect": "What we understood",
    "prepare": "Add a step",
    "train": "The leaderboard",
    "evaluate": "What can be said",
    "deploy": "Champion: version 1",
    "monitor": "What was found",
    "activity": "the log that nobody can change",
    "home": "Churn demo",
}


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_mll_opens_on_a_finished_demo_and_every_page_has_content(tmp_path: Path) -> None:
    need("browser", CHROMIUM is not None)
    with (
        workbench(tmp_path / "home", demo=True) as house,
        visiting(house, tmp_path / "screenshots") as visit,
    ):
        assert "/story?project=churn-demo" in house.pages
        visit.sees("The answer in two minutes")
        visit.shot("demo-story")
        outside: list[str] = []
        visit.page.on("request", lambda request: outside.append(request.url))
        for stage, text in STAGES.items():
            visit.page.goto(house.pages.replace("/story", f"/{stage}"))
            visit.sees(text)
            visit.shot(f"demo-{stage}")
        assert [url for url in outside if "127.0.0.1" not in url and "data:" not in url] == []
