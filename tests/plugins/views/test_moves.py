import numpy as np
import pytest
from fitted_cases import customers, fit
from seats import seat

from mll_core.domain.task import Task
from mll_core.infra import explainer, lineage
from mll_core.plugins.views import moves
from mll_core.plugins.views.moves import Moves

ROWS, NEW = customers(), customers(40, seed=1)


def test_the_strongest_column_comes_first_with_the_error_of_sampling() -> None:
    sheet = Moves().look(seat(Task.REGRESSION))
    assert sheet.sentences[0].startswith("usage moves the answers most")
    assert "All orders that were drawn say the same" in sheet.sentences[1]
    (grid,) = sheet.grids
    assert grid.rows[0][0] == "usage"
    assert {row[3] for row in grid.rows} == {0.0}  # lines: no noise of sums is told as an error


def test_drawn_orders_tell_their_error_and_whole_ones_have_none() -> None:
    fitted = fit(ROWS, Task.BINARY, "neural_network")
    sampled = explainer.explain(fitted, ROWS, NEW)
    assert sampled.error is not None
    again = explainer.explain(fitted, ROWS, NEW, seed=9)
    apart = np.abs(sampled.values - again.values).mean()
    assert 0 < sampled.error.mean() < 20 * apart
    assert "one standard error" in moves._sampled(False, sampled.error)
    assert explainer.explain(fit(ROWS, Task.BINARY, "lightgbm"), ROWS, NEW).exact


def test_columns_after_a_recipe_are_told_by_the_raw_ones() -> None:
    fitted = fit(ROWS, Task.REGRESSION, "ridge")
    origin = lineage.origins(fitted, ROWS)
    assert origin == {name: (name,) for name in ("age", "usage", "city", "sex", "noise")}
    found = explainer.explain(fitted, ROWS, NEW)
    made = {**origin, "age": ("born",), "usage": ("calls", "days")}
    told = lineage.raw(found, made)
    assert told.sources[:2] == ("born", "usage (made from calls, days)")
    assert told.values.sum(axis=1) == pytest.approx(found.values.sum(axis=1))
    both = lineage.summed(found, [("age", "usage"), ("city",), ("sex",), ("noise",)])
    assert both.sources[0] == "age + usage"
    assert both.values.sum(axis=1) == pytest.approx(found.values.sum(axis=1))


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
@pytest.mark.parametrize(
    "kind", ["random_forest", "decision_tree", "hist_gradient_boosting", "xgboost", "catboost"]
)
def test_trees_are_exact_and_add_up(kind: str, task: Task) -> None:
    if kind in ("xgboost", "catboost"):
        pytest.importorskip(kind)
    settings = {"trees": 20} if kind == "random_forest" else {}
    fitted = fit(ROWS, task, kind, **settings)
    found = explainer.explain(fitted, ROWS, NEW)
    assert found.exact
    assert found.base + found.values.sum(axis=1) == pytest.approx(found.output, abs=1e-6)
    said = fitted.score(NEW)
    if task is Task.REGRESSION:
        assert found.output == pytest.approx(said, rel=1e-4)
    elif task is Task.BINARY or found.unit == "probability":
        p = said[:, 1] if task is Task.BINARY else said.max(axis=1)
        expected = p if found.unit == "probability" else np.log(p / (1 - p))
        assert found.output == pytest.approx(expected, abs=1e-4)
