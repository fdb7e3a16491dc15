import numpy as np
import pandas as pd
import pytest
from fitted_cases import customers, fit
from seats import seat

from mll_core.domain.task import Task
from mll_core.infra import interactions, response
from mll_core.plugins.views.together import Together


def test_a_planted_pair_is_found_and_columns_that_add_up_are_not() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame(draw.normal(size=(50, 3)), columns=["a", "b", "c"])

    def score(frame: pd.DataFrame) -> "np.ndarray":
        return (frame["a"] * frame["b"] + 2 * frame["c"]).to_numpy()

    found = response.acting_together(score, rows, ["a", "b", "c"], lambda share: None)
    h = {pair: told for pair, (told, _) in found.items()}
    assert h["a", "b"] > 0.9
    assert h["a", "c"] < 1e-6
    assert h["b", "c"] < 1e-6


def test_a_model_of_lines_has_no_pair_and_its_picture_is_there() -> None:
    sheet = Together().look(seat(Task.BINARY))
    assert sheet.sentences[0].startswith("No two of ")
    assert "Friedman's H on 40 rows" in sheet.sentences[1]
    assert {row[2] for row in sheet.grids[0].rows} == {0.0}
    (heat,) = sheet.heats
    assert len(heat.z) == len(heat.y)
    assert {len(line) for line in heat.z} == {len(heat.x)}
    assert any(cell is None for line in heat.z for cell in line)


@pytest.mark.parametrize("kind", ["hist_gradient_boosting", "lightgbm"])
def test_a_planted_pair_of_raw_columns_leads_by_exact_values_of_trees(kind: str) -> None:
    rows = customers(600)
    flip = np.where(rows["city"] == "Oslo", 1.0, -1.0)
    rows["leaves"] = np.where(flip * (rows["age"] - 48) > 0, "yes", "no")
    fitted = fit(rows, Task.BINARY, kind)
    found = interactions.of_trees(fitted, rows, rows.head(100))
    assert found is not None
    first = found.pairs[0]
    assert {first.first, first.second} == {"age", "city"}
    assert first.strength > 1
    assert found.pairs[1].strength < 0.5 * first.strength
    assert found.unit == "log-odds"
    assert "exact for trees" in found.method


def test_trees_that_add_up_on_another_scale_tell_no_pairs_in_the_unit_of_the_answer() -> None:
    rows = customers(300).drop(columns="noise")  # so few columns that all orders are gone through
    for kind in ("hist_gradient_boosting", "lightgbm"):
        fitted = fit(rows, Task.REGRESSION, kind, loss="poisson", trees=20)
        assert interactions.of_trees(fitted, rows, rows.head(50)) is None


def test_more_pairs_than_can_be_held_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = customers(300)
    fitted = fit(rows, Task.BINARY, "lightgbm", trees=5)
    for room, looked in ((100, 50), (30, 30), (10, 0)):
        monkeypatch.setattr(interactions, "NUMBERS", room * (5 + 1) ** 2)
        found = interactions.of_trees(fitted, rows, rows.head(50))
        assert (found.rows if found else 0) == looked
