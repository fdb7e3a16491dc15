import pytest
from page_cases import cards, open_page, texts

from mll_core.catalog import STEPS
from mll_core.workspace import Workspace

NEEDS_MORE = ("formula", "text", "pairs")


def test_a_step_is_previewed_then_added_and_undone(finished: Workspace) -> None:
    project = finished.project("customers")
    before = project.document.prepare.steps
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("clip_outliers").run()
    assert "cells changed" in texts(page)
    page.button(key="step-add").click().run()
    assert not cards(page)
    assert [step.kind for step in project.document.prepare.steps] == [
        *(step.kind for step in before),
        "clip_outliers",
    ]
    page.button(key="recipe-undo").click().run()
    assert project.document.prepare.steps == before


@pytest.mark.parametrize("kind", STEPS)
def test_the_form_of_every_step_is_drawn_from_its_fields(finished: Workspace, kind: str) -> None:
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value(kind).run()
    assert not page.exception
    assert not any("unexpected" in card for card in cards(page))


def test_a_column_is_left_out_with_its_reason(finished: Workspace) -> None:
    project = finished.project("customers")
    there = len(project.document.prepare.exclude)
    page = open_page("prepare", project="customers")
    keys = f"prepare.exclude-{there}-Excluded."
    page.selectbox(key=f"{keys}column").set_value("plan")
    page.text_input(key=f"{keys}reason").set_value("not known in time")
    next(b for b in page.button if b.label == "Add a column").click().run()
    assert project.document.prepare.exclude[-1].column == "plan"
    assert "not known in time" in texts(page)


def test_the_split_tells_its_sentence_and_the_balance(finished: Workspace) -> None:
    page = open_page("prepare", project="customers")
    assert finished.project("customers").results.split().sentence in texts(page)


def test_no_step_is_begun_for_anybody_and_columns_left_out_are_not_offered(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    page = open_page("prepare", project="customers")
    assert page.selectbox(key="step-kind").value is None
    assert not [button for button in page.button if button.key == "step-add"]
    excluded = {one.column for one in project.document.prepare.exclude}
    assert "customer_id" in excluded
    page.selectbox(key="step-kind").set_value("clip_outliers").run()
    picked = next(b for b in (*page.selectbox, *page.multiselect) if "Outliers" in str(b.key))
    assert picked.options
    assert not excluded & set(picked.options)
