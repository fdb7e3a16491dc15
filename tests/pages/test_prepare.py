from pathlib import Path

import pandas as pd
import pytest
from page_cases import cards, open_page, texts
from projects import customers
from streamlit.testing.v1 import AppTest

from mll_core.catalog import STEPS
from mll_core.domain.topic import Topic
from mll_core.stages.prepare import step_by_step
from mll_core.workspace import Workspace

NEEDS_MORE = ("formula", "text", "pairs")


def test_a_step_is_previewed_then_added_and_undone(finished: Workspace) -> None:
    project = finished.project("customers")
    before = project.document.prepare.steps
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("clip_outliers").run()
    assert "1 cell changed" in texts(page)
    page.button(key="step-add").click().run()
    assert not cards(page)
    assert [step.kind for step in project.document.prepare.steps] == [
        *(step.kind for step in before),
        "clip_outliers",
    ]
    assert page.button(key="recipe-undo").help.startswith("Takes out: ")
    page.button(key="recipe-undo").click().run()
    assert project.document.prepare.steps == before
    assert page.button(key="recipe-redo").help.startswith("Brings back: ")


def test_the_whole_recipe_is_shown_at_work_until_a_step_is_chosen(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    assert "What the recipe does" not in texts(open_page("prepare", project="customers"))
    project.recipe.add(STEPS["change_case"].of(column="plan", case="upper"))
    page = open_page("prepare", project="customers")
    assert not cards(page)
    assert "What the recipe does" in texts(page)
    assert "400 cells changed in 1 column" in texts(page)
    page.selectbox(key="step-kind").set_value("clip_outliers").run()
    assert "What the recipe does" not in texts(page)
    assert not cards(page)


def test_a_step_is_found_by_plain_words_and_by_topic(finished: Workspace) -> None:
    page = open_page("prepare", project="customers")
    assert len(page.selectbox(key="step-kind").options) == len(STEPS)
    page.text_input(key="step-asked").set_value("duplicates").run()
    offered = [b.label for b in page.button if str(b.key).startswith("step-take-")]
    assert offered[0] == "Drop duplicate rows"
    page.button(key="step-take-drop_duplicates").click().run()
    assert page.selectbox(key="step-kind").value == "drop_duplicates"
    page.text_input(key="step-asked").set_value("xylophone").run()
    assert page.selectbox(key="step-kind").value is None
    assert "No step is called that" in texts(page)
    page.text_input(key="step-asked").set_value("")
    page.selectbox(key="step-topic").select_index(list(Topic).index(Topic.PAST)).run()
    options = page.selectbox(key="step-kind").options
    assert all(option.startswith("Use what happened before: ") for option in options)
    assert len(options) == sum(cls.topic is Topic.PAST for cls in STEPS.values())


@pytest.mark.parametrize("kind", STEPS)
def test_the_form_of_every_step_is_drawn_from_its_fields(finished: Workspace, kind: str) -> None:
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value(kind).run()
    assert not page.exception
    assert not any("unexpected" in card for card in cards(page))


def test_a_column_is_left_out_with_its_reason(finished: Workspace) -> None:
    project = finished.project("customers")
    there = len(project.document.prepare.exclude)
    page = open_page("prepare", project="customers", prepare="Left out")
    keys = f"prepare.exclude-{there}-Excluded."
    page.selectbox(key=f"{keys}column").set_value("plan")
    page.text_input(key=f"{keys}reason").set_value("not known in time")
    next(b for b in page.button if b.label == "Add a column").click().run()
    assert project.document.prepare.exclude[-1].column == "plan"
    assert "not known in time" in texts(page)


def test_the_split_tells_its_sentence_and_the_balance(finished: Workspace) -> None:
    page = open_page("prepare", project="customers", prepare="Split")
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


def menu(page: AppTest, number: int, choice: str) -> AppTest:
    """Pick something from the menu of a step."""
    return page.get("menu_button")[number].click(choice).run()


def test_a_step_is_changed_commented_copied_switched_off_and_named(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    project.recipe.add(STEPS["trim_text"].of(column="plan"))
    project.recipe.add(STEPS["change_case"].of(column="plan", case="lower"))
    page = open_page("prepare", project="customers")
    menu(page, 1, "Change")
    box = next(b for b in page.get("button_group") if "ChangeCase.case" in str(b.key))
    box.set_value("upper").run()
    assert "cells changed" in texts(page)
    page.button(key="step-save").click().run()
    assert project.recipe.steps[1].plain()["case"] == "upper"
    menu(page, 0, "Comment or group")
    page.text_input(key="comment-0").set_value("blanks of the old system")
    page.text_input(key="group-0").set_value("Tidy")
    next(b for b in page.button if b.label == "Save").click().run()
    assert "blanks of the old system" in texts(page)
    menu(page, 0, "Switch off")
    assert not project.recipe.steps[0].enabled
    menu(page, 1, "Copy")
    menu(page, 2, "Remove")
    page.button(key="recipe-undo").click().run()
    assert len(project.recipe.steps) == 3
    page.button(key="recipe-redo").click().run()
    assert len(project.recipe.steps) == 2
    page.text_input(key="recipe-name-text").set_value("as agreed")
    next(b for b in page.button if b.label == "Keep under this name").click().run()
    assert list(project.recipes.names) == ["as agreed"]
    assert not cards(page)


def test_proposals_are_accepted_all_at_once(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.exclude", [])
    waiting = len(project.recipe.proposals())
    assert waiting
    page = open_page("prepare", project="customers")
    key = "proposals-all" if waiting > 1 else "proposal-0"
    page.button(key=key).click().run()
    assert not project.recipe.proposals()


def test_a_click_on_a_list_that_somebody_changed_does_nothing_and_says_so(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    project.recipe.add(STEPS["trim_text"].of(column="plan"))
    project.recipe.add(STEPS["fill_missing"].of(column="plan", how="mode"))
    project.recipe.add(STEPS["drop_duplicates"].of(), at=0)
    project.recipe.move(0, 1)
    page = open_page("prepare", project="customers")
    assert page.button(key="step-down-1").disabled  # rows are chosen before anything is learned
    assert page.button(key="step-up-2").disabled
    assert not page.button(key="step-up-1").disabled
    project.recipe.remove(1)
    project.recipe.add(STEPS["change_case"].of(column="plan"))
    page = open_page("prepare", project="customers")
    project.recipe.move(1, 2)
    now = project.recipe.steps
    page.button(key="step-down-1").click().run()
    assert any("Somebody changed the recipe meanwhile." in card for card in cards(page))
    assert project.recipe.steps == now


def test_spellings_that_look_alike_are_ticked_and_merged_by_one_step(finished: Workspace) -> None:
    project = finished.project("customers")
    formula = '"gold*" if plan == "Gold" and calls == 1 else plan'
    project.edit("prepare.steps", [{"kind": "derive_column", "to": "words", "formula": formula}])
    page = open_page("prepare", project="customers", prepare="Look-alikes")
    assert "Compared" not in texts(page)
    page.selectbox(key="alike-column").set_value("words").run()
    assert "Compared 4 different values in 400 rows: **1 group** that look alike." in texts(page)
    page.checkbox[0].uncheck().run()
    assert page.button(key="alike-merge").disabled
    page.checkbox[0].check()
    next(box for box in page.text_input if box.label == "Becomes").set_value("Golden").run()
    page.button(key="alike-merge").click().run()
    assert project.recipe.steps[-1].plain() == {
        "kind": "replace_values",
        "column": "words",
        "values": {"Gold": "Golden", "gold*": "Golden"},
    }
    assert "**0 groups** that look alike" in texts(page)
    assert not cards(page)


def test_a_step_over_the_past_shows_its_cells_and_the_split_that_it_needs(
    finished: Workspace, tmp_path: Path
) -> None:
    days = pd.date_range("2024-01-01", periods=400, freq="h").astype(str)
    customers(400).assign(seen=days).to_csv(tmp_path / "seen.csv", index=False)
    finished.create_project("Visits", str(tmp_path / "seen.csv"), target="left").run("collect")
    project = finished.project("visits")
    page = open_page("prepare", project="visits")
    page.selectbox(key="step-kind").set_value("lag_values").run()
    page.multiselect(key="step-0-LagValues.columns").set_value(["calls"]).run()
    assert not cards(page)
    assert "0 dropped, 400 cells changed in 1 column." in texts(page)
    assert "Split by time on 'seen'." in texts(page)  # nobody chose a split yet
    page.button(key="step-add").click().run()
    assert [step.kind for step in project.document.prepare.steps] == ["lag_values"]
    assert "looks at other rows. Tested are rows drawn by chance" in texts(page)
    project.edit("split.time_column", "seen")
    assert "drawn by chance" not in texts(open_page("prepare", project="visits"))


def test_a_step_that_looks_ahead_is_refused_where_the_split_by_time_was_chosen(
    finished: Workspace, tmp_path: Path
) -> None:
    days = pd.date_range("2024-01-01", periods=400, freq="h").astype(str)
    customers(400).assign(seen=days).to_csv(tmp_path / "seen.csv", index=False)
    finished.create_project("Visits", str(tmp_path / "seen.csv"), target="left").run("collect")
    finished.project("visits").edit("split.time_column", "seen")
    page = open_page("prepare", project="visits")
    page.selectbox(key="step-kind").set_value("fill_by_time").run()
    page.segmented_control(key="step-0-FillByTime.how").set_value("backward").run()
    assert any(
        "looks at later rows" in card and "Fill forward instead" in card for card in cards(page)
    )
    assert not [button for button in page.button if button.key == "step-add"]
    page.segmented_control(key="step-0-FillByTime.how").set_value("forward").run()
    assert not cards(page)
    assert page.button(key="step-add")


def test_values_that_cannot_be_read_are_listed_and_may_be_read_as_something_else(
    finished: Workspace,
) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("change_type").run()
    next(b for b in page.selectbox if "ChangeType.column" in str(b.key)).set_value("plan").run()
    assert any("3 values in 400 rows cannot be read" in str(one.value) for one in page.warning)
    put = {"edited_rows": {0: {"Read it as": "1"}}}
    page.session_state["lost-change_type-plan"] = put
    page.run()
    page.button(key="step-add").click().run()
    assert [step.kind for step in project.recipe.steps] == ["replace_values", "change_type"]
    assert not cards(page)


def test_rows_that_look_alike_are_judged_and_dropped_by_one_step(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    page = open_page("prepare", project="customers", prepare="Look-alikes")
    page.multiselect(key="near-columns").set_value(["customer_id", "plan"]).run()
    page.slider(key="near-least").set_value(99).run()
    assert "**0 groups** of rows that look alike" in texts(page)
    page.multiselect(key="near-columns").set_value(["plan", "gender", "left"]).run()
    page.slider(key="near-least").set_value(70).run()
    box = next(one for one in page.checkbox if "The same" in one.label)
    assert page.button(key="near-drop").disabled
    box.check().run()
    page.button(key="near-drop").click().run()
    (step,) = project.recipe.steps
    assert step.plain()["kind"] == "drop_near_duplicates"
    assert step.plain()["columns"] == ["plan", "gender", "left"]
    assert not cards(page)


def test_a_formula_is_put_together_from_menus(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("filter_rows").run()
    key = next(str(one.key) for one in page.text_input if "FilterRows.formula" in str(one.key))
    page.selectbox(key=f"{key}-of").set_value("fee").run()
    page.selectbox(key=f"{key}-is").set_value("is at least").run()
    page.text_input(key=f"{key}-value").set_value("20").run()
    page.button(key=f"{key}-and").click().run()
    page.selectbox(key=f"{key}-of").set_value("plan").run()
    page.selectbox(key=f"{key}-is").set_value("is one of").run()
    page.text_input(key=f"{key}-value").set_value("Gold, Flex").run()
    page.button(key=f"{key}-or").click().run()
    assert page.text_input(key=key).value == 'fee >= 20 or plan in ("Gold", "Flex")'
    page.button(key="step-add").click().run()
    (step,) = project.recipe.steps
    assert step.plain()["formula"] == 'fee >= 20 or plan in ("Gold", "Flex")'
    page.selectbox(key="step-kind").set_value("derive_column").run()
    key = next(str(one.key) for one in page.text_input if "DeriveColumn.formula" in str(one.key))
    page.selectbox(key=f"{key}-function").set_value("round").run()
    assert "For example: `round(price / 3, 2)`" in texts(page)
    page.button(key=f"{key}-put-function").click().run()
    page.selectbox(key=f"{key}-column").set_value("fee").run()
    assert page.text_input(key=key).value == "round(fee"


def test_a_formula_is_completed_put_right_and_knows_units(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [{"kind": "state_unit", "columns": ["fee"], "unit": "kg"}])
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("derive_column").run()
    key = next(str(one.key) for one in page.text_input if "DeriveColumn.formula" in str(one.key))
    page.text_input(key=key.replace(".formula", ".to")).set_value("pounds")
    page.text_input(key=key).set_value("convert(fe").run()
    page.button(key=f"{key}-offer-0").click().run()
    assert page.text_input(key=key).value == "convert(fee"
    assert not page.button(key=f"{key}-offer-0").help.startswith("text")
    page.text_input(key=key).set_value('convert(fee, "l').run()
    assert page.button(key=f"{key}-offer-0").label == "lb"
    page.button(key=f"{key}-offer-0").click().run()
    assert page.text_input(key=key).value == 'convert(fee, "lb")'
    assert not cards(page)
    page.button(key="step-add").click().run()
    assert project.recipe.steps[-1].plain()["formula"] == 'convert(fee, "lb")'
    key = next(str(one.key) for one in page.text_input if "DeriveColumn.formula" in str(one.key))
    page.text_input(key=key).set_value("rond(fee)").run()
    page.button(key=f"{key}-meant").click().run()
    assert page.text_input(key=key).value == "round(fee)"
    page.text_input(key=key.replace(".formula", ".to")).set_value("both")
    page.text_input(key=key).set_value("fee + pounds").run()
    assert "kg and lb cannot be added" in cards(page)[0]
    assert "Derive a column, “How it is computed”: at letter 1" in cards(page)[0]
    assert "convert" in cards(page)[0]


def test_an_unfinished_form_says_calmly_what_is_missing(finished: Workspace) -> None:
    page = open_page("prepare", project="customers")
    for kind, words in (
        ("aggregate_rows", "Still to fill in: “One row for each of these”."),
        ("filter_rows", "Still to fill in: “What must be true of a row”."),
        ("bin_numbers", "Still to fill in: “Name of the new column”."),
    ):
        page.selectbox(key="step-kind").set_value(kind).run()
        assert words in [info.value for info in page.info]
        assert not cards(page)


def test_a_closed_tab_asks_nothing(finished: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    finished.project("customers").recipe.add(STEPS["trim_text"].of(column="plan"))
    asked: list[object] = []
    new = step_by_step._new
    monkeypatch.setattr(step_by_step, "_new", lambda *a: asked.append(a[0]) or new(*a))
    step_by_step._MEMORY.clear()
    page = open_page("prepare", project="customers", prepare="Split")
    assert not asked
    assert "The recipe" not in [header.value for header in page.header]
    page = open_page("prepare", project="customers")
    assert asked
    there = len(asked)
    page.selectbox(key="step-kind").set_value("clip_outliers").run()
    assert len(asked) == there + 1  # the steps that were there are not learned again


def test_the_page_marks_the_steps_that_do_not_work(finished: Workspace) -> None:
    gone = STEPS["trim_text"].of(column="wage").model_dump(mode="json")
    works = STEPS["change_case"].of(column="plan", case="upper").model_dump(mode="json")
    finished.project("customers").edit("prepare.steps", [gone, works, gone])
    page = open_page("prepare", project="customers")
    marks = [one.value for one in page.error if "does not work" in one.value]
    assert [mark[:6] for mark in marks] == ["Step 1", "Step 3"]
    assert "'wage'" in marks[0]
    assert not page.exception
