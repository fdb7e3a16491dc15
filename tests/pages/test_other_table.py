"""Another table is joined by clicks: where it is, which columns agree, what is taken."""

from pathlib import Path

import pandas as pd
from page_cases import cards, open_page, texts
from projects import customers

from mll_core.catalog import STEPS
from mll_core.workspace import Workspace


def test_a_table_is_chosen_then_columns_by_menu_and_the_step_is_added(
    finished: Workspace, tmp_path: Path
) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    path = tmp_path / "visits.csv"
    ids = customers()["customer_id"][:300]
    pd.DataFrame({"customer": ids, "visits": range(300)}).to_csv(path, index=False)
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("join_table").run()
    assert "Choose the other table first." in texts(page)
    way = next(b for b in page.get("button_group") if "other-way" in str(b.key))
    way.set_value("Elsewhere").run()
    page.text_input(key="step-0-other-path").set_value(str(path)).run()
    assert "visits.csv: 300 rows, 2 columns" in texts(page)
    own, other = "step-0-JoinTable.on-0-this table", "step-0-JoinTable.on-0-the other table"
    assert page.selectbox(key=other).options == ["customer", "visits"]
    page.selectbox(key=own).set_value("plan")
    page.selectbox(key=other).set_value("visits").run()
    assert any("'plan' holds text, 'visits' of the other table holds num" in c for c in cards(page))
    page.selectbox(key=own).set_value("customer_id")
    page.selectbox(key=other).set_value("customer").run()
    assert not cards(page)
    assert "Look 'customer_id' = 'customer' up in visits.csv" in texts(page)
    page.button(key="step-add").click().run()
    assert not cards(page)
    (step,) = project.recipe.steps
    assert step.plain()["on"] == {"customer_id": "customer"}
    assert step.sources() == (str(path),)
    project.run("prepare")
    split = project.results.split()
    assert split
    assert "visits" in split.shaped.names


def test_values_that_become_columns_are_offered(finished: Workspace) -> None:
    project = finished.project("customers")
    project.edit("prepare.steps", [])
    page = open_page("prepare", project="customers")
    page.selectbox(key="step-kind").set_value("pivot_values").run()
    page.multiselect(key="step-0-PivotValues.by").set_value(["gender"])
    page.selectbox(key="step-0-PivotValues.column").set_value("plan").run()
    values = page.multiselect(key="step-0-PivotValues.values")
    assert sorted(values.options) == ["Basic", "Flex", "Gold"]
    values.set_value(["Gold"]).run()
    assert not cards(page)
    page.button(key="step-add").click().run()
    assert project.recipe.steps == (
        STEPS["pivot_values"].of(by=["gender"], column="plan", values=["Gold"]),
    )
