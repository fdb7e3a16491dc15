import pytest
from page_cases import cards, open_page, texts

from mll_core.domain.stage import Stage
from mll_core.workspace import Workspace

STAGES = [stage.value for stage in Stage]
PAGES = ["home", *STAGES, "story", "query", "whatif", "activity"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_an_empty_workspace_says_what_to_do(empty: Workspace, name: str) -> None:
    page = open_page(name)
    assert not cards(page)
    assert page.title[0].value
    if name in (*STAGES, "story", "query", "whatif"):
        assert "There is no project yet." in texts(page)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_finished_project_is_drawn(finished: Workspace, name: str) -> None:
    page = open_page(name, project="customers")
    assert not cards(page)
    assert len(texts(page)) > 150


@pytest.mark.parametrize("name", STAGES)
def test_an_unknown_project_in_the_address_is_told_with_a_hint(
    finished: Workspace, name: str
) -> None:
    page = open_page(name, project="customer")
    assert not cards(page)
    assert "There is no project 'customer'." in texts(page)
    assert "Did you mean 'customers'?" in texts(page)


def test_the_header_carries_status_data_version_and_the_sealed_rows(finished: Workspace) -> None:
    page = open_page("prepare", project="customers")
    version = finished.project("customers").results.data()
    said = texts(page)
    assert version.short in said
    assert "400 rows" in said
    assert "80 sealed" in said


def test_an_edit_upstream_marks_what_stands_on_it_as_out_of_date(finished: Workspace) -> None:
    finished.project("customers").edit("split.seed", 7)
    page = open_page("train", project="customers")
    assert any("before the change" in warning.value for warning in page.warning)
    assert "out of date" in texts(page)


def test_a_presentation_shows_the_story_alone(finished: Workspace) -> None:
    page = open_page("train", project="customers", present="true")
    assert page.title[0].value == "Who will leave?"
    assert not page.sidebar.selectbox
