"""What a refusal of the engine is called on the pages."""

import pytest

from mll_core.catalog import STEPS
from pages._ui import places

RECIPE = (
    STEPS["trim_text"].of(column="plan"),
    STEPS["fill_missing"].of(column="income"),
    STEPS["fill_missing"].of(column="calls"),
)


@pytest.mark.parametrize(
    ("engine", "person"),
    [
        (
            "steps.0.trim_text: this step looks at other rows.",
            "Step 1, Trim text: this step looks at other rows.",
        ),
        (
            "steps.1.fill_missing.column: 'left' is the target.",
            "Step 2, Fill missing values, “Column to fill”: 'left' is the target.",
        ),
        (
            "prepare.steps.1.how: Input should be 'mean', got 'men'.",
            "Step 2, Fill missing values, “With what”: Input should be 'mean', got 'men'.",
        ),
        (
            "fill_missing.column: the table has no column 'calls'.",
            "Step 3, Fill missing values, “Column to fill”: the table has no column 'calls'.",
        ),
        (
            "trim_text.column: the table has no column 'x'.",
            "Step 1, Trim text, “Column to trim”: the table has no column 'x'.",
        ),
        (
            "derive_column.formula: position 3: there is no function 'lg'.",
            "Derive a column, “How it is computed”: at letter 3: there is no function 'lg'.",
        ),
        (
            "steps.1: fill_missing learns, so drop_duplicates cannot come after it.",
            "Step 2, Fill missing values: “Fill missing values” learns, so “Drop duplicate rows” "
            "cannot come after it.",
        ),
        (
            "split.time_column: no column is named.",
            "“A date or time”: no column is named.",
        ),
        ("Somebody changed the recipe: look again.", "Somebody changed the recipe: look again."),
        ("note: no path, only a word.", "note: no path, only a word."),
    ],
)
def test_a_dotted_path_becomes_what_stands_on_the_page(engine: str, person: str) -> None:
    assert places.said(engine, RECIPE) == person


def test_a_name_in_quotes_is_somebodys_column_and_stays() -> None:
    told = places.said("trim_text.column: the table has no column 'one_hot'.")
    assert told.endswith("'one_hot'.")


def test_every_field_of_every_step_has_a_name_that_fits_into_a_sentence() -> None:
    for cls in STEPS.values():
        for name, info in cls.parameters().items():
            assert 2 <= len(places.short(name, info)) <= 64, (cls, name)
