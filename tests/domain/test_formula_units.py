import pandas as pd
import pytest

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.formula_compiler import compile_formula
from mll_core.domain.formula_units import unit_of, written_out
from mll_core.infra import raw_rows, warehouse
from mll_core.plugins.steps.derive_column import DeriveColumn

ROWS = pd.DataFrame({"w": [1.0, 2.0], "h": [100.0, None]})
KNOWN = {"weight": "kg", "height": "cm", "my weight": "g"}
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


def test_a_step_says_what_to_do_about_its_units_too() -> None:
    with pytest.raises(InvalidParameter, match=r"make no unit here.*bare number: amount\("):
        DeriveColumn.of(to="bmi", formula='unit(w, "kg") / unit(h, "m") ** 2')


def test_amounts_are_converted() -> None:
    assert run('convert(unit(w, "kg"), "g")') == [1000, 2000]
    assert run('unit(h, "cm") + convert(unit(w, "m"), "cm")') == [200, None]
    assert run('amount(convert(unit(h, "cm"), "m")) ** 2') == [1, None]


def test_the_sentence_of_a_derived_column_tells_its_unit() -> None:
    step = DeriveColumn.of(to="x", formula='convert(unit(w, "kg"), "lb")')
    assert step.sentence().endswith("It is in lb.")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("weight", "kg"),
        ("weight * 2 + 1", "kg"),
        ('convert(weight, "lb")', "lb"),
        ("weight / (height / 100) ** 2", None),
        ("weight / weight", None),
        ("weight * count", None),
        ("if_missing(weight, 0)", "kg"),
        ("log(weight)", None),
        ("weight if weight > 5 else None", "kg"),
        ("weight + count", "kg"),
        ('`my weight` + convert(weight, "g")', "g"),
    ],
)
def test_columns_bring_their_units(text: str, unit: str | None) -> None:
    assert unit_of(text, KNOWN) == unit


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("weight + height", "cm and kg cannot be added", "amount"),
        ("`my weight` + weight", "g and kg cannot be added", 'convert(weight, "g")'),
        ("weight > `my weight`", "g and kg cannot be compared", 'convert(weight, "g")'),
        ("max(height, weight)", "cm and kg cannot be compared", "amount"),
        ('convert(weight, "cm")', "kg is a weight, cm is a length", "Convert kg to one of: mg"),
        ('unit(weight, "g")', "this is in kg already", "convert"),
        ('unit(5, "cm") < weight', "cm and kg cannot be compared", "amount"),
    ],
)
def test_columns_whose_units_clash_are_refused_with_the_way_out(
    text: str, said: str, hint: str
) -> None:
    with pytest.raises(InvalidParameter, match=said) as caught:
        written_out(text, KNOWN)
    assert hint in caught.value.hint


def test_a_formula_that_converts_a_column_is_written_out_with_its_unit() -> None:
    text = 'convert( weight ,"lb") + convert(`my weight`, "lb") + convert(unit(x, "kg"), "lb")'
    full = written_out(text, KNOWN)
    assert full == (
        'convert( unit(weight, "kg") ,"lb") + convert(unit(`my weight`, "g"), "lb") '
        '+ convert(unit(x, "kg"), "lb")'
    )
    assert written_out(full, KNOWN) == full
    assert written_out("weight + 1", KNOWN) == "weight + 1"
