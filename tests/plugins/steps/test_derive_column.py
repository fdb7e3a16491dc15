import ibis
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter, UnknownColumn
from mll_core.plugins.steps.derive_column import DeriveColumn


def test_it_adds_the_value_of_the_formula() -> None:
    step = DeriveColumn(to="ratio", formula="`in come` / n")
    assert replay(step, **{"in come": [6.0, 1.0, None], "n": [3, 0, 1]})["ratio"] == [2, None, None]


def test_name_is_another_word_for_to() -> None:
    assert DeriveColumn.of(name="x", formula="a") == DeriveColumn(to="x", formula="a")


def test_its_sentence_names_the_columns_it_is_made_of_if_any() -> None:
    assert DeriveColumn(to="b", formula="a * 2").sentence() == "Add 'b', which is a * 2, from 'a'."
    assert DeriveColumn(to="two", formula="1 + 1").sentence() == "Add 'two', which is 1 + 1."


def test_bad_formulas_and_taken_names_are_refused() -> None:
    schema = ibis.schema({"a": "int64"})
    with pytest.raises(InvalidParameter, match=r"derive_column\.formula: position 5"):
        DeriveColumn.of(to="b", formula="a + * 2")
    with pytest.raises(UnknownColumn, match=r"derive_column\.formula"):
        DeriveColumn(to="b", formula="z").check(schema)
    with pytest.raises(InvalidParameter, match=r"derive_column\.to: .*already"):
        DeriveColumn(to="a", formula="a").check(schema)
