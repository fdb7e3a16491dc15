"""A large file by clicks, in a real browser: from Home to a project, by an owner and an account."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, FLAGS, LATER, SOON, Visit
from conftest import need
from pages_server import Pages, pages
from playwright.sync_api import Browser, Page, expect, sync_playwright
from projects import csv

from mll_core.domain.identity import Role
from mll_core.workspace import Workspace

PASSWORD = "seven small wooden boats"


@pytest.fixture
def browser() -> Iterator[Browser]:
    need("browser", CHROMIUM is not None)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def person(browser: Browser, tmp_path: Path, scheme: str) -> Visit:
    size = {"width": 1360, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    folder = Path(os.environ.get("MLL_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return Visit(context.new_page(), folder)


def bring(visit: Visit, file: Path, name: str) -> Page:
    """Follow the link, choose the file, send it: the page that came then."""
    visit.settled()
    visit.shot(f"{name}-before")
    with visit.page.context.expect_page() as opened:
        visit.page.get_by_role("link", name="Bring a file over 200 MB").click()
    page = opened.value
    page.get_by_label("A table as a file").set_input_files(file)
    page.screenshot(path=visit.folder / f"{name}.png")
    page.get_by_role("button", name="Bring it in").click()
    return page


def test_a_file_is_brought_to_home_and_becomes_a_project(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    Workspace.open(home).database.close()
    file = csv(tmp_path)
    with pages(home) as served:
        visit = person(browser, tmp_path, "light")
        visit.page.goto(f"{served.url}/home")
        after = Visit(bring(visit, file, "bring-light"), visit.folder)
        field = after.page.get_by_role("textbox", name="Or the path of a file")
        expect(field).to_have_value(str(next((home / "uploads").glob("*/*"))), timeout=SOON)
        assert "source=" not in after.page.url
        after.shot("bring-after")
        after.click("Create the project")
        after.page.wait_for_url("**/business**", timeout=LATER)
    assert [one.name for one in Workspace.open(home).projects()] == ["Customers 0"]


def test_an_account_names_the_file_it_brought_and_a_viewer_brings_none(
    browser: Browser, tmp_path: Path
) -> None:
    workspace = Workspace.open(tmp_path / "home")
    workspace.setting_up.admin(workspace.setting_up.token(), "root", PASSWORD)
    for name, role in (("ana", Role.ANALYST), ("vera", Role.VIEWER)):
        workspace.accounts.create(name, PASSWORD)
        workspace.members.give(name, role)
    with pages(workspace.home, {"MLL_AUTH": "local"}) as served:
        ana = person(browser, tmp_path, "dark")
        sign_in(ana, served, "ana", "/home")
        after = Visit(bring(ana, csv(tmp_path), "bring-dark"), ana.folder)
        field = after.page.get_by_role("textbox", name="The file you brought")
        expect(field).to_be_disabled(timeout=SOON)
        after.click("Create the project")
        after.page.wait_for_url("**/business**", timeout=LATER)
        vera = person(browser, tmp_path, "dark")
        sign_in(vera, served, "vera", "/bring")
        expect(vera.page.get_by_role("alert")).to_contain_text("only look on")
        vera.page.screenshot(path=vera.folder / "bring-viewer.png")
    told = [event for event in workspace.events() if event.kind == "upload.brought"]
    assert [event.actor for event in told] == ["ana"]


def sign_in(visit: Visit, served: Pages, name: str, path: str) -> None:
    visit.page.goto(f"{served.url}/sign-in?next={path}")
    visit.page.get_by_label("Name").fill(name)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
