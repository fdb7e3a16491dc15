"""The gallery and the demo: seeded, quick, and as they say they are."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from data import churn, gallery
from data.gallery import SAMPLES

every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


@every_sample
def test_a_sample_is_as_its_card_says(sample: gallery.Sample) -> None:
    start = time.process_time()
    rows = sample.make()
    assert time.process_time() - start < 2
    assert rows.shape == (sample.rows, sample.columns)
    assert rows[sample.target].notna().all()
    assert set(sample.protected) | set(sample.keys) <= set(rows.columns)
    assert sample.question.endswith("?")
    assert sample.description.endswith(".")
    classes = rows[sample.target].nunique()
    if sample.task == "regression":
        assert pd.api.types.is_numeric_dtype(rows[sample.target])
        assert classes > 20
    else:
        assert (classes == 2) == (sample.task == "binary")
    assert sample.positive is None or sample.positive in set(rows[sample.target])


@every_sample
def test_a_sample_is_always_the_same_bytes(sample: gallery.Sample, tmp_path: Path) -> None:
    first, second = (gallery.write(sample.name, tmp_path / side) for side in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_the_gallery_is_wide() -> None:
    assert len(SAMPLES) >= 10
    assert {sample.task for sample in SAMPLES.values()} == {"binary", "multiclass", "regression"}
    with pytest.raises(KeyError):
        gallery.write("nothing", Path())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> churn.Churn:
    return churn.write_churn(tmp_path_factory.mktemp("demo"))


def features(rows: pd.DataFrame) -> pd.DataFrame:
    left_out = [churn.KEY, "signup_date", churn.LEAK, churn.TARGET]
    return rows.drop(columns=left_out, errors="ignore").fillna({"age": 43, "hours_30d": 11})


def model(rows: pd.DataFrame) -> object:
    numbers = rows.select_dtypes("number").columns.tolist()
    words = [name for name in rows if name not in numbers]
    encode = make_column_transformer(
        (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), words)
    )
    return make_pipeline(encode, LogisticRegression(max_iter=500))


def test_the_demo_is_a_real_export(demo: churn.Churn) -> None:
    rows = pd.read_csv(demo.train)
    assert rows.shape == (12_084, 24)
    assert rows.duplicated().sum() == 84
    assert rows[churn.KEY].nunique() == 12_000
    assert (rows[churn.TARGET] == "yes").mean() == pytest.approx(0.2, abs=0.02)
    shapes = rows["signup_date"].str.replace(r"[0-9]", "9", regex=True)
    shapes = shapes.str.replace(r"[A-Za-z]+", "mon", regex=True)
    assert set(shapes) == {"9999-99-99", "99.99.9999", "99 mon 9999"}
    assert (rows["satisfaction"] == -1).mean() > 0.1
    assert rows["referral"].isin(["unknown", "n/a", "?"]).mean() > 0.05


def test_the_demo_can_be_learned_and_its_leak_is_a_leak(demo: churn.Churn) -> None:
    rows = pd.read_csv(demo.train).drop_duplicates()
    answer, columns = rows[churn.TARGET] == "yes", features(rows)
    area = cross_val_score(model(columns), columns, answer, cv=3, scoring="roc_auc").mean()
    assert 0.80 <= area <= 0.86
    assert roc_auc_score(answer, rows[churn.LEAK] != "none") > 0.95


def test_the_weeks_drift_and_their_outcomes_come_late(demo: churn.Churn) -> None:
    train = pd.read_csv(demo.train)
    weeks, outcomes = [[pd.read_csv(p) for p in files] for files in (demo.weeks, demo.outcomes)]
    assert len(weeks) == len(outcomes) == 8
    for week, outcome in zip(weeks, outcomes, strict=True):
        assert week.columns.tolist() == [name for name in train if name != churn.TARGET]
        assert set(week[churn.KEY]) == set(outcome[churn.KEY])
        assert not set(week[churn.KEY]) & set(train[churn.KEY])
        assert (week[churn.LEAK] == "none").all()
        assert outcome.columns.tolist() == [churn.KEY, churn.TARGET, "recorded_on"]
    fees = [week["monthly_fee"].mean() for week in weeks]
    assert np.corrcoef(fees, range(8))[0, 1] > 0.9
    assert fees[-1] > 1.15 * train["monthly_fee"].mean()
    assert "Flex" in set(weeks[-1]["plan"]) - set(train["plan"])
    churned = [(outcome[churn.TARGET] == "yes").mean() for outcome in outcomes]
    assert np.mean(churned[4:]) > np.mean(churned[:4]) + 0.05


def test_the_demo_is_written_within_a_second(tmp_path: Path) -> None:
    start = time.process_time()
    churn.write_churn(tmp_path)
    assert time.process_time() - start < 1
