"""What an interaction with the recipe of ten million rows costs the process that draws the pages.

``MLL_BENCH_ROWS`` makes the table smaller; ``MLL_BENCH_HOME`` keeps the workspace for another time.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.test_profile_bench import write_table
from bench.test_scale_bench import ROWS, STEPS
from page_cases import cards, open_page
from streamlit.testing.v1 import AppTest

from mll_core.infra import few_rows
from mll_core.workspace import Project, Workspace
from pages._ui.server import warming


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of that many rows, its data judged by the checks."""
    home = Path(os.environ.get("MLL_BENCH_HOME", tmp_path / "home"))
    monkeypatch.setenv("MLL_HOME", str(home))
    workspace = Workspace.open(home, actor="ana")
    if not any(one.slug == "big" for one in workspace.projects()):
        table = tmp_path / "t.parquet"
        write_table(ROWS, table)
        workspace.create_project("Big", str(table), target="answer")
        table.unlink()
    found = workspace.project("big")
    found.results.findings()
    found.edit("prepare.steps", [*STEPS[:3], {"kind": "trim_text", "column": "c300"}, *STEPS[3:11]])
    return found


@pytest.fixture
def nobody_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole groups are drawn when the page was drawn; what that costs is told apart from it."""
    monkeypatch.setattr(few_rows, "PAUSE", 60.0)


@pytest.mark.bench
@pytest.mark.usefixtures("nobody_draws")
@pytest.mark.timeout(3_600)
def test_an_interaction_with_the_recipe_costs_less_than_a_second(project: Project) -> None:
    told: dict[str, float] = {}

    def timed(what: str, do: Callable[[], AppTest]) -> AppTest:
        before = time.process_time()
        page = do()
        told[what] = time.process_time() - before
        assert not [card for card in cards(page) if "unexpected" in card]
        return page

    def menu(number: int, choice: str) -> AppTest:
        return page.get("menu_button")[number].click(choice).run()

    def button(key: str) -> AppTest:
        return page.button(key=key).click().run()

    warming.at_once()  # as the server does it before anybody comes; the sample came with the data
    warming.later(pause=0.0)
    page = timed("the very first look", lambda: open_page("prepare", project="big"))
    page = timed("open", lambda: open_page("prepare", project="big"))
    chosen = page.selectbox(key="step-kind").set_value("encode_frequency")
    timed("choose a step", chosen.run)
    key = next(str(box.key) for box in page.selectbox if "EncodeFrequency.column" in str(box.key))
    timed("pick its column", page.selectbox(key=key).set_value("c20").run)
    name = page.text_input(key=key.replace(".column", ".into")).set_value("c20 share")
    timed("preview it", name.run)
    timed("add it", lambda: button("step-add"))
    timed("close it", page.selectbox(key="step-kind").set_value(None).run)
    assert len(project.recipe.steps) == 13
    timed("reorder", lambda: button("step-down-5"))
    timed("switch off", lambda: menu(6, "Switch off"))
    timed("undo", lambda: button("recipe-undo"))
    timed("switch off the first, which chooses rows", lambda: menu(0, "Switch off"))
    timed("undo again", lambda: button("recipe-undo"))
    timed("edit the third", lambda: menu(2, "Change"))
    timed("close it again", lambda: button("step-close"))
    timed("edit the last", lambda: menu(12, "Change"))
    timed("close the last", lambda: button("step-close"))
    timed(
        "choose a step over the past",
        page.selectbox(key="step-kind").set_value("rolling_figures").run,
    )
    key = next(str(box.key) for box in page.multiselect if "RollingFigures.columns" in str(box.key))
    timed("pick its number", page.multiselect(key=key).set_value(["x1"]).run)
    timed(
        "pick its time",
        page.selectbox(key=key.replace(".columns", ".time")).set_value("moment").run,
    )
    timed(
        "pick whose past",
        page.multiselect(key=key.replace(".columns", ".by")).set_value(["c50000"]).run,
    )
    page = timed("look-alikes", lambda: open_page("prepare", project="big", prepare="Look-alikes"))
    page = timed("compare spellings", page.selectbox(key="alike-column").set_value("note").run)
    timed("compare rows", page.multiselect(key="near-columns").set_value(["note", "c300"]).run)
    assert {one.key for one in page.button} >= {"compare-values", "compare-rows"}
    before = time.process_time()
    few_rows._drawn(project.results.data_path(), ("c300", "k1"))
    print(f"\nWhole groups drawn beside the page: {time.process_time() - before:.2f}")
    print(f"\n{ROWS:,} rows, CPU seconds of the pages:")
    print("\n".join(f"{what}: {seconds:.2f}" for what, seconds in told.items()))
    assert max(told.values()) < 1.0
