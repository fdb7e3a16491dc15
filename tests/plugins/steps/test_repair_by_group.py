import ibis
import pandas as pd
import pytest
from samples import replay

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.repair_by_group import RepairByGroup

ZIP = ["1", "1", "1", "1", "1", "2", "2", "2", None]
CITY = ["Boston", "Boston", "Boston", "Bxston", None, "Salem", "Salem", "Providence", "Bxston"]


def test_gaps_and_slips_become_the_usual_value_of_the_group() -> None:
    after = replay(RepairByGroup(column="city", by=("zip",)), zip=ZIP, city=CITY)["city"]
    assert after == ["Boston"] * 5 + ["Salem", "Salem", "Providence", "Bxston"]


@pytest.mark.parametrize(
    ("what", "fourth", "eighth"), [("gaps", "Bxston", "Providence"), ("all", "Boston", "Salem")]
)
def test_only_gaps_or_all_values_on_request(what: str, fourth: str, eighth: str) -> None:
    step = RepairByGroup(column="city", by=("zip",), what=what)  # type: ignore[arg-type]
    after = replay(step, zip=ZIP, city=CITY)["city"]
    assert after == ["Boston"] * 3 + [fourth, "Boston", "Salem", "Salem", eighth, "Bxston"]


def test_a_group_that_is_small_or_does_not_agree_teaches_nothing() -> None:
    step = RepairByGroup(column="city", by=("zip",), share=0.9, what="all")
    assert replay(step, zip=ZIP, city=CITY)["city"] == CITY
    step = RepairByGroup(column="city", by=("zip",), least=4, what="all")
    assert replay(step, zip=ZIP, city=CITY)["city"] == ["Boston"] * 5 + CITY[5:]


def test_several_columns_decide_together_and_numbers_may() -> None:
    state, code = ["al"] * 4 + ["ak"] * 4, [1.0] * 8
    what = ["al_1", "al_1", "al_1", "ax_1", "ak_1", "ak_1", "ak_1", None]
    step = RepairByGroup(column="what", by=("state", "code"))
    after = replay(step, state=state, code=code, what=what)["what"]
    assert after == ["al_1"] * 4 + ["ak_1"] * 4


def test_equally_frequent_values_are_decided_by_their_letters_not_by_their_order() -> None:
    rows = pd.DataFrame({"by": ["a"] * 4, "c": ["y", "x", "y", "x"]})
    step = RepairByGroup(column="c", by=("by",), share=0.5, what="all")
    for one in (rows, rows[::-1]):
        fitted = RecipeTransformer(Recipe(steps=(step,))).fit(one)
        assert fitted.prepared_.learned[0] == ({"level": "a", "value": "x"},)


def test_a_column_cannot_decide_itself() -> None:
    with pytest.raises(InvalidParameter, match="cannot decide itself"):
        RepairByGroup(column="c", by=("c",)).check(ibis.schema({"c": "string"}))
