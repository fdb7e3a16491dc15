"""Promise 3, at the pages: whatever a name or a value says, it is shown and never obeyed."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import CHROMIUM, FLAGS, IDLE, SOON
from conftest import need
from hostile_text import HOSTILE_TEXTS
from pages_server import pages
from playwright.sync_api import BrowserContext, Page, sync_playwright
from projects import CHEAP
from proving import FULL, Tally, amount, tally

from mll_core.domain.document import SignOff
from mll_core.project import Project
from mll_core.workspace import Workspace
from pages._ui.report import written

pytestmark = [pytest.mark.promise, pytest.mark.browser]
STAGES = ("business", "collect", "prepare", "train", "evaluate", "deploy", "monitor")
EVERY = ("home", *STAGES, "story", "query", "whatif", "activity", "people")
SHOWN = EVERY if FULL else ("prepare", "query")
PER_COLUMN = 5
FOREIGN = (
    "iframe, object, embed, base, form:not(.vega-bindings), [srcdoc], [onerror], [onload]",
    'a[href^="javascript:" i], a[href^="data:" i], a[href*="pwn.invalid"]',
    '[src*="pwn.invalid"], [style*="pwn.invalid"]',
)
"""What no page of ours has, and a text that is obeyed would make."""
ODD = (
    "chosen => [...document.querySelectorAll(chosen.join(','))].map(e => e.outerHTML.slice(0, 300))"
)


def rows(texts: tuple[str, ...], seed: int = 0) -> pd.DataFrame:
    """Columns that are named, and filled, with texts that mean harm; a target that is too."""
    rng = np.random.default_rng(seed)
    count = 300
    calls = rng.poisson(2, count)
    frame = pd.DataFrame({"calls": calls})
    for at in range(0, len(texts), PER_COLUMN):
        frame[texts[at]] = rng.choice(texts[at : at + PER_COLUMN], count)
    frame[f"n {texts[-1]}"] = rng.normal(size=count).round(2)
    odds = 1 / (1 + np.exp(-(0.9 * calls - 2)))
    frame["left"] = np.where(rng.random(count) < odds, texts[2], texts[0])
    return frame


def hostile_project(home: Path, texts: tuple[str, ...]) -> Project:
    """A project in which every place for a person's words holds one of them."""
    workspace = Workspace.open(home, actor=texts[3][:60])
    file = home / (re.sub("[/\\0]", "", texts[2])[:80] + ".parquet")
    rows(texts).to_parquet(file)
    words = iter(texts * 3)
    settings = {
        **CHEAP,
        "brief.question": next(words),
        "brief.decision": next(words),
        "brief.unit": next(words)[:60],
        "brief.stakeholders": [{"name": next(words), "role": next(words)}],
        "brief.constraints": [next(words), next(words)],
        "brief.protected": [texts[0]],
    }
    project = workspace.create_project(texts[1], str(file), target="left", settings=settings)
    signed = SignOff(by=next(words), role=next(words), at="2026-01-01", note=next(words))
    project.history.edit({"brief.sign_offs": [signed.to_json()]}, reason=next(words))
    if FULL:
        finish(project, texts, home)
    return project


def finish(project: Project, texts: tuple[str, ...], home: Path) -> None:
    """Through all stages, with words at each."""
    project.run("evaluate")
    project.deployment.approve(texts[4], texts[5], texts[6])
    project.deployment.promote()
    rows(texts, seed=1).to_parquet(home / "next.parquet")
    project.watching.monitor(str(home / "next.parquet"))


@contextmanager
def watched(context: BrowserContext, own: tuple[str, ...]) -> Iterator[tuple[Page, list[str]]]:
    """A page, and everything on it that should not have happened."""
    seen: list[str] = []
    page = context.new_page()
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: seen.append(f"popup {popup.url}"))

    def route(route: object) -> None:
        address = route.request.url  # type: ignore[attr-defined]
        if address.startswith((*own, "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
            return
        seen.append(f"asked {address}")
        route.abort()  # type: ignore[attr-defined]

    context.route("**/*", route)
    page.on(
        "console",
        lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page, seen
    page.close()


def harm(page: Page) -> list[str]:
    """What a text did to the page that is open."""
    was_set = ["window.PWN was set"] if page.evaluate("window.PWN") else []
    return [*was_set, *page.evaluate(ODD, list(FOREIGN))]


def drive(page: Page, address: str, counts: Tally) -> list[str]:
    """Open one page, open all that folds, point at its charts; what is wrong in the end."""
    page.goto(address)
    page.wait_for_selector(IDLE, timeout=SOON)
    page.wait_for_timeout(300)
    page.wait_for_selector(IDLE, timeout=SOON)
    for fold in page.locator("main details:not([open]) > summary, summary").all()[:12]:
        if fold.is_visible() and not fold.evaluate("e => e.closest('[inert]')"):
            fold.click()
    for chart in page.locator(".js-plotly-plot .nsewdrag").all()[:6]:
        if chart.is_visible():
            box = chart.bounding_box()
            if box:
                chart.scroll_into_view_if_needed()
                chart.hover(force=True)
                counts["charts pointed at"] += 1
    wrong = harm(page)
    if page.get_by_text("Something is wrong in the workbench").count():
        wrong.append("a page broke: " + page.locator("main").inner_text()[:2_000])
    counts["pages driven"] += 1
    return wrong


def test_no_page_is_left_out() -> None:
    there = {file.stem for file in (Path(__file__).parents[2] / "pages").glob("*.py")} - {
        "__init__"
    }
    assert there == set(EVERY)


@pytest.mark.timeout(600)
def test_no_text_of_a_person_becomes_part_of_a_page(tmp_path: Path) -> None:
    need("browser", CHROMIUM is not None)
    texts = HOSTILE_TEXTS if FULL else HOSTILE_TEXTS[:: len(HOSTILE_TEXTS) // 10]
    home = tmp_path / "home"
    home.mkdir()
    wrong: dict[str, list[str]] = {}
    with ThreadPoolExecutor(1) as beside, tally(3, "texts on pages") as counts:
        report = home / "report.html"
        making = beside.submit(hostile_project, home, texts)  # while the pages start
        with pages(home) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            project = making.result()
            if FULL:
                report.write_bytes(written(project))
            for bypass in (False, True) if FULL else (False,):
                size = {"width": 1360, "height": 2400}
                context = browser.new_context(bypass_csp=bypass, viewport=size)
                with watched(context, (served.url, report.as_uri())) as (page, seen):
                    for name in SHOWN:
                        found = drive(page, f"{served.url}/{name}?project={project.slug}", counts)
                        wrong |= {name: [*found, *seen]} if found or seen else {}
                        seen.clear()
                    if FULL:
                        page.goto(report.as_uri())
                        found = harm(page)
                        wrong |= {"report": [*found, *seen]} if found or seen else {}
                        counts["reports opened"] += 1
            browser.close()
        project.rooms.database.close()
        counts["texts in names, columns, values and notes"] = len(texts)
    assert not wrong, json.dumps(wrong, indent=1)
    assert counts["pages driven"] == len(SHOWN) * amount(1, 2)
