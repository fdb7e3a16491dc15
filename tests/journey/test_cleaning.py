"""A dirty file is cleaned from what the checks found, by clicks; undone, reordered, compared."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import CHROMIUM, House, Visit, visiting
from conftest import need
from pages_server import pages
from playwright.sync_api import expect

from mll_core.workspace import Workspace

CITIES = ("Lisbon", "Porto", "Braga")
SLIPS = {7: "lisbon ", 19: "LISBON", 31: "Lisbonn", 43: "Pôrto", 55: "Porto."}


def dirty(folder: Path, rows: int = 300) -> Path:
    """Orders as somebody typed them: amounts and dates as text, weights in two units, slips."""
    draw = np.random.default_rng(0)
    n = np.arange(rows)
    weight = draw.uniform(1, 9, rows).round(1)
    frame = pd.DataFrame(
        {
            "city": [SLIPS.get(i, CITIES[i % 3]) for i in n],
            "price": [f"€ {value:,.2f}" for value in draw.uniform(5, 2_500, rows)],
            "weight": [f"{w} kg" if i % 4 else f"{w * 1000:.0f} g" for i, w in enumerate(weight)],
            "ordered": [f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2024" for i in n],
            "returned": np.where(draw.random(rows) < 0.3, "yes", "no"),
        }
    )
    frame.loc[[11, 23], "price"] = "?"
    path = folder / "orders.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The pages alone, open at a project of the dirty file: nothing here is a job."""
    need("browser", CHROMIUM is not None)
    home = tmp_path / "home"
    project = Workspace.open(home).create_project("Orders", str(dirty(tmp_path)), target="returned")
    with pages(home) as served:
        address = f"{served.url}/prepare?project={project.slug}"
        yield House(pages=address, service="", pid=served.pid)


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_dirty_file_is_cleaned_undone_reordered_and_compared(
    house: House, tmp_path: Path
) -> None:
    with visiting(house, tmp_path / "screenshots") as visit:
        visit.sees("Add a step")
        _merge(visit)
        _keep(visit, "merged")
        _accept(visit)
        _undo_and_reorder(visit)
        _compare(visit)


def _accept(visit: Visit) -> None:
    visit.settled()
    visit.page.get_by_text(re.compile(r"\d+ proposals of the data checks")).click()
    visit.shot("20-proposals")
    _press(visit, "proposals-all")
    visit.sees("with a decimal point in kg")
    visit.sees("as dates")
    expect(visit.page.get_by_text("proposals of the data checks")).to_have_count(0)
    visit.shot("21-accepted")


def _keep(visit: Visit, name: str) -> None:
    visit.page.get_by_text("Versions, code, copies").click()
    visit.page.get_by_label("Name of the recipe as it stands").fill(name)
    visit.click("Keep under this name")
    visit.sees("Compare with")


def _merge(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="Look-alikes").click()
    visit.page.get_by_role("combobox", name="Column", exact=True).first.click()
    visit.page.get_by_role("option", name="city", exact=True).click()
    visit.page.locator(".st-key-alike-method button", has_text="Few letters").click()
    visit.sees("2 groups")
    visit.settled()  # a tick that is set while the page is still drawn may be lost
    visit.page.get_by_text("Merge", exact=True).first.click()
    visit.sees("Merge 3 spellings")
    visit.shot("22-look-alikes")
    _press(visit, "alike-merge")
    visit.sees("1 group")
    visit.page.get_by_role("tab", name="Recipe", exact=True).click()


def _undo_and_reorder(visit: Visit) -> None:
    visit.settled()
    before = _sentences(visit)
    assert any("'Lisbonn' by 'Lisbon'" in one for one in before)
    _press(visit, "step-down-0")
    visit.settled()
    moved = _sentences(visit)
    assert moved[:2] == before[1::-1]
    _press(visit, "recipe-undo")
    visit.settled()
    assert _sentences(visit) == before
    _press(visit, "recipe-redo")
    visit.settled()
    assert _sentences(visit) == moved


def _compare(visit: Visit) -> None:
    visit.page.locator(".st-key-step-menu-0 button").first.click()
    visit.page.get_by_text("Remove", exact=True).click()
    visit.settled()
    expect(visit.page.get_by_text("new", exact=True).first).to_be_visible()
    expect(visit.page.get_by_text("same", exact=True).first).to_be_visible()
    visit.shot("23-compared")
    visit.page.emulate_media(color_scheme="dark")
    visit.shot("dark-23-compared")


def _press(visit: Visit, key: str) -> None:
    visit.settled()
    visit.page.locator(f".st-key-{key} button").first.click()


def _sentences(visit: Visit) -> list[str]:
    """The steps of the recipe as the list says them, without their numbers."""
    lines = visit.page.get_by_text(re.compile(r"^\d+\. ")).all_inner_texts()
    return [line.split(". ", 1)[1] for line in lines]
