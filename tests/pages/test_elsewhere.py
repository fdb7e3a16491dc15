"""Rows from the web or a database, by the form of the pages."""

import projects
import pytest
from page_cases import cards, open_page
from streamlit.testing.v1 import AppTest
from web_servers import says, serving

from mll_core.infra.addresses import ALLOW
from mll_core.workspace import Workspace


def fill(page: AppTest, **fields: str) -> None:
    for name, value in fields.items():
        page.text_input(key=f"home-{name}").set_value(value)
    page.run()


def test_a_project_is_made_from_a_web_address(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = projects.customers().to_csv(index=False).encode()
    with serving(says(content)) as server:
        monkeypatch.setenv(ALLOW, f"127.0.0.1:{server.port}")
        page = open_page("home")
        fill(page, **{"OnTheWeb.url": server.url("/customers.csv")})
        assert page.text_input(key=f"home-name-{server.url('/customers.csv')}").value == "Customers"
        page.button(key="home-create").click().run()
    assert not cards(page)
    (summary,) = empty.projects()
    project = empty.project(summary.slug)
    assert project.results.data().rows == 400
    assert "unprotected_source" in {finding.code for finding in project.results.findings()}


def test_a_database_is_asked_field_by_field_and_a_refusal_is_a_card(empty: Workspace) -> None:
    page = open_page("home")
    page.segmented_control(key="home-where").set_value("A database").run()
    fill(
        page,
        **{"InADatabase.host": "127.0.0.1", "InADatabase.database": "sales"},
        **{"InADatabase.user": "ana", "InADatabase.table": "orders"},
    )
    page.button(key="home-create").click().run()
    (card,) = cards(page)
    assert "not on the public internet" in card
    assert "MLL_ALLOW_HOSTS=127.0.0.1:5432" in card
    assert not empty.projects()


def test_a_path_is_no_web_address_and_nothing_is_read(empty: Workspace) -> None:
    page = open_page("home")
    fill(page, **{"OnTheWeb.url": "file:///etc/passwd"})
    (card,) = cards(page)
    assert "This is not a web address." in card
    assert page.button(key="home-create").disabled


def test_a_password_in_the_address_is_refused_and_not_repeated(empty: Workspace) -> None:
    page = open_page("home")
    fill(page, **{"OnTheWeb.url": "https://ana:hunter2@data.example.org/x.csv"})
    page.button(key="home-create").click().run()
    (card,) = cards(page)
    assert "carries a password" in card
    assert "hunter2" not in card
    assert not empty.projects()
