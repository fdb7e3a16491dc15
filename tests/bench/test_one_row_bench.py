"""What one record costs to prepare by a recipe of fifteen steps, beside no recipe at all."""

import time
import timeit
from collections.abc import Callable

import pytest
from serving_samples import fit
from serving_samples import rows as customers

from mll_core.catalog import read_steps
from mll_core.domain.recipe import Recipe
from mll_core.infra import quick_path
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.quick_path import QuickPath

STEPS = [
    {"kind": "trim_text", "column": "plan"},
    {"kind": "change_case", "column": "plan", "case": "lower"},
    {"kind": "replace_values", "column": "plan", "values": {"?": None}},
    {"kind": "fill_missing", "column": "plan", "how": "mode"},
    {"kind": "group_rare", "column": "plan", "share": 0.01},
    {"kind": "flag_missing", "column": "age"},
    {"kind": "fill_missing", "column": "age", "how": "median"},
    {"kind": "clip_outliers", "column": "age", "low": 0.01, "high": 0.99},
    {"kind": "derive_column", "to": "age2", "formula": "age * age / 100"},
    {"kind": "scale_numbers", "column": "age2"},
    {"kind": "bin_numbers", "column": "age", "into": "band"},
    {"kind": "date_parts", "column": "since"},
    {"kind": "encode_frequency", "column": "plan", "into": "plan share"},
    {"kind": "encode_order", "column": "plan", "into": "plan place"},
    {"kind": "one_hot", "column": "plan"},
]
ONE = 50


def milliseconds(work: Callable[[], object]) -> float:
    """The fastest of several runs of fifty, per call; computing, for a machine may be busy."""
    work()
    runs = timeit.repeat(work, timer=time.process_time, number=ONE, repeat=7)
    return 1000 * min(runs) / ONE


def ways(model: FittedModel) -> dict[str, Callable[[], object]]:
    """One record made ready for the estimator, as the service does it and the long way."""
    rows = customers(40)
    quick = QuickPath.proved(model, rows)
    assert quick is not None
    one = rows.head(1)[list(model.transformer.kinds_)]
    plain = {name: [quick_path.plain(one[name].iloc[0])] for name in one}
    return {
        "service": lambda: quick.matrix(plain, 1),
        "transformer": lambda: model.transformer.transform(one),
    }


@pytest.mark.bench
def test_one_row_through_fifteen_steps_costs_a_few_milliseconds() -> None:
    steps = read_steps(STEPS)
    assert len(steps) == 15
    frame = customers(2_000)
    none, fifteen = (ways(fit(frame, recipe=r)) for r in (Recipe(), Recipe(steps=steps)))
    for way in none:
        empty, full = milliseconds(none[way]), milliseconds(fifteen[way])
        print(
            f"\n{way:12} one row: {full:6.2f} ms with 15 steps, {empty:6.2f} ms with none, "
            f"ratio {full / empty:5.1f}"
        )
        if way == "service":
            assert full < 5
