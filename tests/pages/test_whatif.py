import pytest
from page_cases import cards, open_page, texts
from streamlit.testing.v1 import AppTest

from mll_core.workspace import Workspace


@pytest.fixture
def page(finished: Workspace) -> AppTest:
    return open_page("whatif", project="customers")


def test_a_case_is_prefilled_answered_and_explained(page: AppTest) -> None:
    assert not cards(page)
    said = texts(page)
    assert said.count("Association, not cause") == 1
    assert "The chance of 'yes' is" in said
    assert "Similar cases exist among 320 rows." in said
    assert "What would change the answer?" in said
    page.toggle(key="whatif-ways").set_value(True).run()
    assert "the answer would be" in texts(page)
    assert "Left as it is: gender." in texts(page)


def test_moving_a_slider_moves_the_answer_and_two_cases_stand_side_by_side(page: AppTest) -> None:
    before = page.metric[0].value
    page.slider(key="whatif-a-calls").set_value(6).run()
    assert page.metric[0].value != before
    page.toggle(key="whatif-both").set_value(True).run()
    assert page.slider(key="whatif-b-calls").value == 6
    page.slider(key="whatif-b-calls").set_value(0).run()
    assert not cards(page)
    assert len(page.metric) == 2
    assert "most by calls" in texts(page)


def test_a_number_beyond_what_was_seen_is_typed_and_has_no_similar_case(
    finished: Workspace, page: AppTest
) -> None:
    page.toggle(key="whatif-typed").set_value(True).run()
    page.number_input(key="whatif-a-calls").set_value(99).run()
    assert not cards(page)
    said = texts(page)
    assert "No similar case among 320 rows" in said
    assert "calls = 99.0: never seen." in said
    assert "Never seen: seen from 0 to" in said
    kept = finished.project("customers").whatif.keep("Far", [{"calls": 99.0}])
    other = open_page("whatif", project="customers", scenario=kept.id)
    assert other.number_input(key="whatif-a-calls").value == 99
    assert f"scenario={kept.id}" in other.code[0].value
    other.toggle(key="whatif-typed").set_value(False).run()
    assert not cards(other)
    assert other.slider(key="whatif-a-calls").value < 99


def test_a_case_can_begin_with_a_row_and_be_kept_shared_and_deleted(
    finished: Workspace, page: AppTest
) -> None:
    project = finished.project("customers")
    page.number_input(key="whatif-row").set_value(5).run()
    page.button(key="whatif-take").click().run()
    calls = project.whatif.cases().row(5)["calls"]
    assert page.slider(key="whatif-a-calls").value == calls
    page.text_input(key="whatif-name").set_value("As row five")
    page.button("FormSubmitter:whatif-keep-Keep this").click().run()
    (kept,) = project.whatif.scenarios()
    assert kept.from_row
    other = open_page("whatif", project="customers", scenario=kept.id)
    assert other.slider(key="whatif-a-calls").value == calls
    other.button(key=f"delete-{kept.id}").click().run()
    assert not cards(other)
    assert project.whatif.scenarios() == ()


def test_a_case_that_goes_against_what_decides_what_is_warned_of(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    project.history.edit({"whatif.columns": [{"column": "fee", "follows": "calls"}]})
    page = open_page("whatif", project="customers")
    usual = project.whatif.cases().usual()
    page.slider(key="whatif-a-calls").set_value(usual["calls"] + 1).run()
    assert not any("which it decides" in one.value for one in page.warning)
    page.slider(key="whatif-a-fee").set_value(usual["fee"] - 1).run()
    assert any("calls goes up and fee, which it decides" in one.value for one in page.warning)
    assert not any("gender" in one.value for one in page.warning)
    other = "m" if usual["gender"] == "f" else "f"
    page.selectbox(key="whatif-a-gender").set_value(other).run()
    assert any("gender does not change, it is said" in one.value for one in page.warning)


def test_what_can_be_changed_is_said_once_for_the_project(
    finished: Workspace, page: AppTest
) -> None:
    project = finished.project("customers")
    before = project.states()
    page.selectbox(key="movable").set_value("fee").run()
    page.selectbox(key="may-fee").set_value("not at all").run()
    page.button(key="movable-say").click().run()
    page.toggle(key="whatif-ways").set_value(True).run()
    assert [(one.column, one.may) for one in project.document.whatif.columns] == [
        ("fee", "not at all")
    ]
    assert "Left as it is: fee, gender." in texts(page)
    assert project.states() == before  # nothing goes stale by it
