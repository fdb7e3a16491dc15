from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from samples import example
from serving_samples import RECORD, fit, model, rows

from mll_core.catalog import STEPS
from mll_core.domain.calibration import Calibration
from mll_core.domain.conformal import Band, Sets
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra import quick_path
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.quick_path import QuickPath
from mll_core.infra.scorer import Scorer

KEEPING = [pytest.param(cls, id=kind) for kind, cls in STEPS.items() if cls.rows == "keep"]
AWKWARD = {"age": 'in "come', "plan": "self", "active": "größe `1`", "since": "when"}


def with_steps(*steps: Step) -> FittedModel:
    return fit(rows(300).rename(columns=AWKWARD), recipe=Recipe(steps=steps))


@pytest.mark.parametrize("cls", KEEPING)
def test_every_step_that_goes_with_a_model_has_a_quick_path(cls: type[Step]) -> None:
    given = rows(90, seed=3).rename(columns=AWKWARD)
    assert QuickPath.proved(with_steps(example(cls)), given) is not None


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_records_are_answered_the_same_with_it_and_without(task: Task) -> None:
    sigmoid = Calibration(method="sigmoid", slope=0.7, shift=0.1)
    reach = Band(goal=0.9, low=-1, high=2) if task is Task.REGRESSION else Sets(goal=0.9, least=0.3)
    fitted = replace(model(task), reach=reach, calibration=sigmoid if task is Task.BINARY else None)
    records = [{**RECORD, "age": age, "plan": plan} for age in (None, 9.5) for plan in ("", "pro")]
    quick = Scorer(fitted, quick=QuickPath.proved(fitted, None))
    assert quick.quick is not None
    assert quick.score([*records, 5]) == Scorer(fitted).score([*records, 5])


def test_many_threads_ask_at_once() -> None:
    fitted = with_steps(*(example(STEPS[kind]) for kind in ("trim_text", "clip_outliers")))
    quick = QuickPath.proved(fitted, None)
    assert quick is not None
    frame = rows(80, seed=4).rename(columns=AWKWARD)[list(fitted.transformer.kinds_)]
    expected = fitted.score(frame)

    def ask(row: int) -> bool:
        columns = {name: [quick_path.plain(frame[name].iloc[row])] for name in frame}
        return np.array_equal(quick.score(columns, 1), expected[[row]])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, [*range(80)] * 3))


def test_a_model_that_would_answer_otherwise_goes_the_long_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = model(n=500).estimator
    monkeypatch.setattr(quick_path, "swift", lambda estimator: other)
    assert QuickPath.proved(model(), rows(50)) is None
    assert "other numbers" in caplog.text
    monkeypatch.setattr(quick_path, "swift", lambda estimator: None)
    assert QuickPath.proved(model(), rows(50)) is None
    assert "does not work" in caplog.text


def test_a_model_whose_query_looks_at_other_rows_goes_the_long_way() -> None:
    fitted = with_steps(example(STEPS["trim_text"]))
    changed = replace(fitted, transformer=fitted.transformer)
    changed.transformer.sql_ = f"SELECT * FROM ({fitted.transformer.sql_}) LIMIT 5"
    assert QuickPath.proved(changed, None) is None


def test_missing_values_of_every_kind_are_none() -> None:
    for missing in (None, float("nan"), pd.NaT, pd.NA, np.nan):
        assert quick_path.plain(missing) is None
