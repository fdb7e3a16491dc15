import pytest
from coverage_runs import KNOWN, share


@pytest.mark.parametrize("name", ["accuracy", "mae", "mae, by customer"])
def test_an_interval_holds_the_truth_about_19_times_in_20(name: str) -> None:
    """A slice; the full figures are in tests/bench/test_interval_coverage_bench.py."""
    assert 0.89 <= share(name, 150, 120) <= 0.99


def test_rows_of_one_customer_drawn_one_by_one_would_promise_too_much() -> None:
    assert share("mae, by customer", 100, 120, by_group=False) < 0.8


def test_every_kind_of_metric_is_simulated() -> None:
    assert {"accuracy", "roc_auc", "mae", "rmse"} <= {name.split(",")[0] for name in KNOWN}
