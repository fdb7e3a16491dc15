import pandas as pd
import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.formula_compiler import compile_formula
from mll_core.domain.formula_units import unit_of
from mll_core.infra import raw_rows, warehouse
from mll_core.plugins.steps.derive_column import DeriveColumn

ROWS = pd.DataFrame({"w": [1.0, 2.0], "h": [100.0, None]})
TABLE = raw_rows.conform(ROWS, raw_rows.kinds(ROWS))


def run(text: str) -> list[object]:
    table = warehouse.table(TABLE)
    query = table.select(z=compile_formula(text, table))
    return [row["z"] for row in warehouse.records(query, TABLE)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ('unit(w, "kg")', "kg"),
        ('unit(w, "Kilos") * 2', "kg"),
        ('unit(w, "kg") / unit(h, "kg")', None),
        ('convert(unit(h, "cm"), "in") + unit(1, "in")', "in"),
        ('round(unit(w, "kg") / 3, 1)', "kg"),
        ('max(unit(w, "kg"), unit(5, "kg"))', "kg"),
        ('amount(unit(w, "kg")) / amount(unit(h, "m")) ** 2', None),
        ('unit(w, "kg") if h > 5 else None', "kg"),
        ('unit(w, "kg") is missing', None),
        ("w + h", None),
    ],
)
def test_the_unit_of_a_result_follows_from_the_formula(text: str, unit: str | None) -> None:
    assert unit_of(text) == unit
    compile_formula(text, warehouse.table(TABLE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('unit(w, "kg") + unit(h, "cm")', "cm and kg cannot be added"),
        ('unit(w, "kg") + 5', "a plain number and kg cannot be added"),
        ('unit(w, "kg") > unit(h, "lb")', "kg and lb cannot be compared"),
        ('convert(unit(w, "kg"), "cm")', "kg is a weight, cm is a length"),
        ('convert(w, "cm")', "what is converted has no unit"),
        ('unit(unit(w, "kg"), "g")', "this is in kg already"),
        ('unit(w, "kg") * unit(h, "cm")', "kg and cm make no unit here"),
        ('log(unit(w, "kg"))', "log takes no kg"),
        ('unit(w, "stones")', "here stands the name of a unit"),
        ("unit(w, kg)", "here stands the name of a unit"),
    ],
)
def test_units_that_do_not_go_together_are_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(InvalidParameter, match=said) as caught:
        compile_formula(text, warehouse.table(TABLE))
    assert caught.value.hint


def test_amounts_are_converted() -> None:
    assert run('convert(unit(w, "kg"), "g")') == [1000, 2000]
    assert run('unit(h, "cm") + convert(unit(w, "m"), "cm")') == [200, None]
    assert run('amount(convert(unit(h, "cm"), "m")) ** 2') == [1, None]


def test_the_sentence_of_a_derived_column_tells_its_unit() -> None:
    step = DeriveColumn.of(to="x", formula='convert(unit(w, "kg"), "lb")')
    assert step.sentence().endswith("It is in lb.")
