import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fairlearn.metrics import MetricFrame, demographic_parity_difference, mean_prediction

from mll_core.domain.task import Task
from mll_core.stages.train.fairness import gap


@pytest.fixture
def people() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"sex": draw.choice(["f", "m"], 600), "region": draw.integers(0, 4, 600)})
    return frame.assign(truth=draw.integers(0, 2, 600), label=draw.integers(0, 2, 600))


def table(frame: pd.DataFrame, *columns: str) -> pa.Table:
    return pa.Table.from_pandas(frame[list(columns)], preserve_index=False)


def test_it_is_fairlearns_demographic_parity_difference(people: pd.DataFrame) -> None:
    truth, label = people["truth"].to_numpy(), people["label"].to_numpy()
    each = {
        name: demographic_parity_difference(truth, label, sensitive_features=people[name])
        for name in ("sex", "region")
    }
    assert gap(table(people, "sex"), truth, label, Task.BINARY) == pytest.approx(each["sex"])
    both = gap(table(people, "sex", "region"), truth, label, Task.BINARY)
    assert both == pytest.approx(max(each.values()))


def test_of_numbers_it_is_the_difference_of_mean_errors(people: pd.DataFrame) -> None:
    truth, label = people["truth"] * 10.0, people["label"] * 12.0
    errors = label - truth
    frame = MetricFrame(
        metrics=mean_prediction, y_true=truth, y_pred=errors, sensitive_features=people["sex"]
    )
    found = gap(table(people, "sex"), truth.to_numpy(), label.to_numpy(), Task.REGRESSION)
    assert found == pytest.approx(frame.difference())


def test_small_groups_and_single_ones_are_not_compared(people: pd.DataFrame) -> None:
    truth, label = people["truth"].to_numpy(), people["label"].to_numpy()
    people["one"] = "same"
    people["rare"] = np.where(np.arange(600) < 49, "few", "many")
    assert gap(table(people, "one", "rare"), truth, label, Task.BINARY) is None
    assert gap(table(people), truth, label, Task.BINARY) is None
    assert gap(table(people, "sex"), truth, label, Task.MULTICLASS) is None


def test_missing_is_a_group(people: pd.DataFrame) -> None:
    truth, label = np.zeros(600), np.zeros(600)
    people.loc[:99, "sex"] = None
    label[:100] = 1
    assert gap(table(people, "sex"), truth, label, Task.BINARY) == 1.0
