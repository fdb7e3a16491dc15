import numpy as np
import pandas as pd
import pytest
from check_cases import found, found_in, real_parquet
from sklearn.datasets import load_iris
from sklearn.metrics import roc_auc_score

from mll_core.domain.finding import Severity
from mll_core.domain.task import Task
from mll_core.plugins.checks.leaks import Leaks

RNG = np.random.default_rng(0)
N = 4_000
Y = RNG.random(N) < 0.3
LISTEN = Leaks(likely=0.5, likely_r2=0.2)  # says every score


def leaky(strength: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "late": np.where(RNG.random(N) < strength, np.where(Y, "left", "stays"), "?"),
            "noise": RNG.normal(size=N),
            "many": [f"v{i}" for i in RNG.integers(0, 2_000, N)],
            "y": np.where(Y, "yes", "no"),
        }
    )


def test_a_column_filled_in_afterwards_is_held_out_without_asking() -> None:
    (finding,) = found(Leaks(), leaky(0.99), "y", task=Task.BINARY)
    assert finding.column == "late"
    assert finding.severity is Severity.PROBLEM
    assert finding.fix
    assert finding.fix.safe
    assert "Is it known when the decision is taken?" in finding.sentence


def test_a_strong_column_is_asked_about_and_noise_is_not() -> None:
    (finding,) = found(Leaks(), leaky(0.55), "y", task=Task.BINARY)
    assert (finding.column, finding.severity) == ("late", Severity.CHECK)
    assert finding.fix
    assert not finding.fix.safe


def test_many_rare_values_get_no_credit_for_their_noise() -> None:
    scores = {f.column: f.numbers["auc"] for f in found(LISTEN, leaky(0.5), "y", task=Task.BINARY)}
    assert scores.get("many", 0.5) < 0.55


@pytest.mark.parametrize("distinct", [200, 4_000], ids=["counted", "binned"])
def test_the_score_of_a_number_is_the_auc_of_scikit_learn(distinct: int) -> None:
    x = RNG.normal(size=N) + 1.5 * Y
    x = np.round(x, 2) if distinct < N else x
    (finding,) = found(LISTEN, {"x": x, "y": Y.astype(int)}, "y", task=Task.BINARY)
    assert finding.numbers["auc"] == pytest.approx(roc_auc_score(Y, x), abs=0.01)


def test_what_is_low_for_one_answer_and_high_for_both_is_found() -> None:
    x = np.where(Y, 5, RNG.choice([1, 9], N))  # no order tells, the value does
    (finding,) = found(Leaks(), {"x": x, "y": Y.astype(int)}, "y", task=Task.BINARY)
    assert finding.numbers["auc"] == pytest.approx(1, abs=0.01)


def test_a_nearly_known_number_is_found_by_its_r2() -> None:
    y = RNG.gamma(2, 50, N)
    rows = {"paid": y * 1.19 + RNG.normal(0, 1, N), "noise": RNG.normal(size=N), "y": y}
    (finding,) = found(Leaks(), rows, "y", task=Task.REGRESSION)
    assert finding.column == "paid"
    assert finding.numbers["r2"] > 0.99
    assert finding.fix
    assert finding.fix.safe


def test_a_measured_number_in_a_plain_small_table_is_asked_about() -> None:
    frame = load_iris(as_frame=True).frame.rename(columns={"target": "y"})
    findings = found(Leaks(), frame, "y", task=Task.MULTICLASS)
    assert {f.column for f in findings} >= {"petal length (cm)", "petal width (cm)"}
    assert not any(finding.fix and finding.fix.safe for finding in findings)


def test_gaps_are_not_judged_here() -> None:
    rows = {"x": [1.0 if y else None for y in Y], "y": Y.astype(int)}
    assert found(Leaks(), rows, "y", task=Task.BINARY) == []


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "target", "task"),
    [
        ("adult.csv", "income", Task.BINARY),
        ("telco_customer_churn.csv", "Churn", Task.BINARY),
        ("bank_additional_full.csv", "y", Task.BINARY),  # duration: AUC 0.82
        ("california_housing.csv", "median_house_value", Task.REGRESSION),
        ("ames_housing.csv", "SalePrice", Task.REGRESSION),
    ],
)
def test_no_column_of_a_real_table_is_held_out_wrongly(name: str, target: str, task: Task) -> None:
    findings = found_in(Leaks(), real_parquet(name), target, task=task)
    assert not any(finding.fix and finding.fix.safe for finding in findings)


@pytest.mark.parametrize("scale", [1.0, 1e306])
def test_infinite_and_huge_answers_are_no_obstacle(scale: float) -> None:
    draw = np.random.default_rng(3)
    price = draw.normal(size=800)
    columns = {"same": price + 0.001 * draw.normal(size=800), "noise": draw.normal(size=800)}
    answer = np.where(np.arange(800) % 9 == 0, np.inf, scale * price)
    findings = found(Leaks(), {**columns, "price": answer}, "price", task=Task.REGRESSION)
    assert [finding.column for finding in findings] == ["same"]
