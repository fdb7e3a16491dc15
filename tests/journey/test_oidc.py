"""Signing in with the identity provider of the house, in a browser, against a real one."""

from pathlib import Path

import pytest
from browser import CHROMIUM, FLAGS, SOON, Visit
from conftest import need
from oidc_provider import CLIENT, SECRET, provider
from pages_server import pages
from playwright.sync_api import expect, sync_playwright

from mll_core.domain.identity import Role
from mll_core.workspace import Workspace

ANA = {"sub": "0042", "email": "ana@example.org", "email_verified": True}


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_the_provider_says_who_it_is_and_the_workbench_what_they_may(tmp_path: Path) -> None:
    need("browser", CHROMIUM is not None)
    workspace = Workspace.open(tmp_path / "home")
    workspace.members.give("ana@example.org", Role.ADMIN)
    with provider() as house, sync_playwright() as playwright:
        settings = {
            "MLL_AUTH": "oidc",
            "MLL_OIDC_ISSUER": house.url,
            "MLL_OIDC_CLIENT_ID": CLIENT,
            "MLL_OIDC_CLIENT_SECRET": SECRET,
        }
        with pages(workspace.home, settings) as served:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_context().new_page()
            visit = Visit(page, tmp_path)

            def come_in(**claims: object) -> None:
                house.claims = {**ANA, **claims}
                page.goto(f"{served.url}/home")
                page.get_by_role("link", name="Sign in with your organisation").click()
                page.get_by_role("link", name="Yes").click()

            come_in(sub="0001", email="eve@example.org")
            expect(page.get_by_text("have no role here")).to_be_visible(timeout=SOON)
            come_in(sub="0002", email_verified=False)
            expect(page.get_by_text("have no role here")).to_be_visible(timeout=SOON)
            assert not [c for c in page.context.cookies() if c["name"] == "mll_session"]

            come_in()
            visit.sees("may do everything")
            names = {cookie["name"]: cookie for cookie in page.context.cookies()}
            assert names["mll_session"]["sameSite"] == "Strict"
            assert not [name for name in names if name.startswith("_streamlit_user")]
            assert house.tokens == 3

            visit.click("Sign out")
            expect(page.get_by_role("link", name="Sign in with your")).to_be_visible(timeout=SOON)
            page.goto(f"{served.url}/home")
            expect(page.get_by_role("link", name="Sign in with your")).to_be_visible(timeout=SOON)

            come_in(email="ana.silva@example.org")  # known by who they are, not by the address
            visit.sees("may do everything")
            written = [path for path in tmp_path.rglob("*") if path.is_file()]
            assert not [path for path in written if SECRET.encode() in path.read_bytes()]
            browser.close()
    assert [one.name for one in workspace.accounts.all()] == ["ana@example.org"]


def test_what_is_missing_is_said_before_anything_starts(tmp_path: Path) -> None:
    started = pages(tmp_path / "home", {"MLL_AUTH": "oidc"})
    with pytest.raises(AssertionError, match="MLL_OIDC_ISSUER, MLL_OIDC_CLIENT_ID"), started:
        pass
