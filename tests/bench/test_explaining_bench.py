"""How long it takes to explain 10,000 rows of 20 columns, and to ask about a made-up case."""

import time

import numpy as np
import pandas as pd
import pytest
from fitted_cases import fit

from mll_core.domain.document import Document
from mll_core.domain.task import Task
from mll_core.infra import explainer
from mll_core.stages.evaluate.whatif import Cases

pytestmark = pytest.mark.bench
ROWS, COLUMNS = 10_000, 20


def table(rows: int = ROWS) -> pd.DataFrame:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(rows, COLUMNS - 2)))
    frame.columns = [f"c{at}" for at in range(COLUMNS - 2)]
    frame["city"] = draw.choice(["Oslo", "Bergen", "Vik"], rows)
    frame["plan_kind"] = draw.choice(list("abcdef"), rows)
    push = frame["c0"] + frame["c1"] * frame["c2"] + (frame["city"] == "Vik")
    frame["leaves"] = np.where(draw.random(rows) < 1 / (1 + np.exp(-push)), "yes", "no")
    return frame


@pytest.mark.parametrize("kind", ["lightgbm", "xgboost", "catboost", "hist_gradient_boosting"])
def test_ten_thousand_rows_of_twenty_columns_are_explained_in_seconds(kind: str) -> None:
    rows = table()
    fitted = fit(rows, Task.BINARY, kind)
    explainer.explain(fitted, rows, rows.head(5))
    started = time.process_time()
    found = explainer.explain(fitted, rows, rows)
    spent = time.process_time() - started
    print(f"\n{kind}: SHAP of {ROWS:,} x {COLUMNS}: {spent:.1f} s of CPU")
    assert found.exact
    assert found.base + found.values.sum(axis=1) == pytest.approx(found.output, abs=1e-4)
    assert spent < 30


def test_a_case_and_the_smallest_change_are_told_while_one_waits() -> None:
    rows = table(5_000)
    cases = Cases(fit(rows, Task.BINARY, "lightgbm"), rows, Document(name="bench"))
    record = cases.usual()
    cases.ask(record)
    for what, do in {"a case": cases.ask, "the smallest change": cases.ways}.items():
        started = time.process_time()
        do(record)
        print(f"\n{what}: {1000 * (time.process_time() - started):.0f} ms of CPU")
