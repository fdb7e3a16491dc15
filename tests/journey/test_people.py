"""People with roles, in one browser: the first admin, an analyst, an approver, and who has none."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import projects
import pytest
from browser import CHROMIUM, FLAGS, SOON, Visit
from conftest import need
from pages_server import Pages, pages
from playwright.sync_api import Browser, expect, sync_playwright

from mll_core.workspace import Workspace

PASSWORD = "seven small wooden boats"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    need("browser", CHROMIUM is not None)
    workspace = projects.finished(tmp_path)
    workspace.project("customers").edit("split.seed", 5)
    workspace.project("customers").run("evaluate")
    return workspace


@pytest.fixture
def served(workspace: Workspace) -> Iterator[Pages]:
    with pages(workspace.home, {"MLL_AUTH": "local"}) as running:
        yield running


@pytest.fixture
def browser(workspace: Workspace) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def person(browser: Browser, served: Pages, folder: Path) -> Visit:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    folder = Path(os.environ.get("MLL_SCREENSHOTS") or folder)
    folder.mkdir(parents=True, exist_ok=True)
    return Visit(context.new_page(), folder)


def sign_in(visit: Visit, served: Pages, name: str, path: str = "/") -> None:
    visit.page.goto(f"{served.url}{path}")
    visit.page.get_by_label("Name").fill(name)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    visit.settled()


def _set_up(workspace: Workspace, root: Visit, served: Pages) -> None:
    """The first admin, by token, makes three accounts."""
    page = root.page
    page.goto(f"{served.url}/set-up")
    page.screenshot(path=root.folder / "set-up.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=root.folder / "set-up-dark.png")
    page.emulate_media(color_scheme="light")
    page.get_by_label("Set-up token").fill(workspace.setting_up.token())
    page.get_by_label("Your name").fill("root")
    page.get_by_label("Password, at least").fill(PASSWORD)
    page.get_by_label("The same password").fill(PASSWORD)
    page.get_by_role("button", name="Make the first account").click()
    root.sees("may do everything")
    cookie = next(c for c in page.context.cookies() if c["name"] == "mll_session")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)
    assert "mll_session" not in page.evaluate("document.cookie")

    root.go("People")
    for name in ("ana", "boris", "cleo"):
        root.sees("Add somebody")
        page.get_by_role("textbox", name="Name or e-mail address").fill(name)
        page.get_by_role("textbox", name="First password").fill(PASSWORD)
        root.click("Add")
        expect(page.get_by_text(name, exact=True).first).to_be_visible(timeout=SOON)
    root.shot("people")
    page.emulate_media(color_scheme="dark")
    root.shot("people-dark")
    workspace.members.give("ana", "analyst", "customers")
    workspace.members.give("boris", "approver", "customers")


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_an_admin_makes_accounts_and_each_may_do_what_their_role_says(
    workspace: Workspace, served: Pages, browser: Browser, tmp_path: Path
) -> None:
    _set_up(workspace, person(browser, served, tmp_path), served)
    ana = person(browser, served, tmp_path)
    sign_in(ana, served, "ana", "/deploy?project=customers")
    ana.sees("this needs approver")
    expect(ana.page.get_by_role("button", name="Approve")).to_be_disabled()
    assert not ana.page.get_by_role("link", name="People").count()
    ana.shot("analyst")

    cleo = person(browser, served, tmp_path)
    sign_in(cleo, served, "cleo", "/deploy?project=customers")
    cleo.sees("There is no project")
    assert "Customers" not in cleo.page.locator("body").inner_text()

    boris = person(browser, served, tmp_path)
    sign_in(boris, served, "boris", "/deploy?project=customers")
    boris.page.get_by_role("textbox", name="Your role").fill("Head of service")
    why = boris.page.get_by_role("textbox", name=re.compile("Why it may"))
    if why.count():
        why.fill("A pilot.")
    boris.click("Approve")
    boris.sees("Approved by")
    boris.click("Let it answer")
    boris.sees("Champion")

    boris.settled()
    workspace.accounts.disable("boris")
    boris.page.get_by_role("link", name=re.compile("Home")).first.click()
    expect(boris.page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SOON)
    ana.click("Sign out")
    expect(ana.page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SOON)
    ana.page.goto(f"{served.url}/deploy?project=customers")
    expect(ana.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert {"root", "boris"} <= {event.actor for event in workspace.events(None)}
