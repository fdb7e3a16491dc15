"""Whether both parts of a split are alike, in figures that scipy and scikit-learn give as well."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from samples import parquet
from scipy import stats
from sklearn.metrics import roc_auc_score

from mll_core.domain.finding import Severity
from mll_core.infra import adversary, differences, repeated
from mll_core.infra.adversary import Asked
from mll_core.infra.differences import Parts

RNG = np.random.default_rng(0)


def parts(home: Path, learn: pd.DataFrame, test: pd.DataFrame, *, drawn: bool = True) -> Parts:
    return Parts(parquet(home, learn, "learn"), parquet(home, test, "test"), drawn)


def test_shares_differ_by_newcombes_interval_and_the_chi_squared_test(tmp_path: Path) -> None:
    learn = pd.DataFrame({"plan": ["a"] * 60 + ["b"] * 30 + [None] * 10})
    test = pd.DataFrame({"plan": ["a"] * 15 + ["b"] * 20 + ["c"] * 5})
    made = differences.balance(parts(tmp_path, learn, test), "plan", "protected")
    counts = {level.value: (level.learned, level.tested) for level in made.levels}
    assert counts == {"a": (60, 15), "b": (30, 20), "(missing)": (10, 0), "c": (0, 5)}
    table = np.array(list(counts.values()))
    assert made.p_value == pytest.approx(stats.chi2_contingency(table, correction=False)[1])
    level = made.levels[0]
    assert (level.development, level.test) == (0.6, 0.375)
    p, q = (stats.binomtest(k, n).proportion_ci(method="wilson") for k, n in ((15, 40), (60, 100)))
    assert level.difference.low == pytest.approx(-0.225 - np.hypot(0.375 - p.low, q.high - 0.6))
    assert level.difference.high == pytest.approx(-0.225 + np.hypot(p.high - 0.375, 0.6 - q.low))
    assert "More than chance would make" in made.sentence


def test_newcombes_interval_is_that_of_his_paper() -> None:
    """Newcombe (1998), table II, example (a): 56/70 against 48/80, method 10."""
    found = differences.shares(48, 56, 80, 70)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_few_rows_of_two_values_are_judged_exactly(tmp_path: Path) -> None:
    learn, test = pd.DataFrame({"y": ["no"] * 9 + ["yes"]}), pd.DataFrame({"y": ["no", "yes"] * 3})
    made = differences.balance(parts(tmp_path, learn, test), "y", "target")
    assert made.p_value == pytest.approx(stats.fisher_exact([[9, 3], [1, 3]])[1])
    assert "Fisher" in made.method


def test_numbers_differ_by_welchs_interval(tmp_path: Path) -> None:
    learn, test = RNG.normal(10, 2, 300), RNG.normal(11, 5, 80)
    both = parts(tmp_path, *(pd.DataFrame({"price": p}) for p in (learn, test)), drawn=False)
    made = differences.balance(both, "price", "target")
    theirs = stats.ttest_ind(test, learn, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    (level,) = made.levels
    assert made.p_value == pytest.approx(theirs.pvalue)
    assert level.difference.value == pytest.approx(test.mean() - learn.mean())
    assert (level.difference.low, level.difference.high) == pytest.approx((*interval,))
    assert (level.learned, level.tested) == (300, 80)


@pytest.mark.parametrize("values", [["same"] * 40, [1.0] * 40, [None] * 39 + ["x"]])
def test_a_column_with_nothing_in_it_is_compared_without_a_fuss(
    tmp_path: Path, values: list[Any]
) -> None:
    frame = pd.DataFrame({"x": values})
    made = differences.balance(parts(tmp_path, frame, frame), "x", "protected")
    assert made.sentence


def test_the_area_and_its_interval_are_those_of_delong() -> None:
    scores, labels = RNG.normal(size=400), (np.arange(400) % 3 == 0).astype(int)
    scores[:200] += 0.6 * labels[:200]
    scores = scores.round(1)  # with ties
    found = adversary.auc(scores, labels)
    assert found.value == pytest.approx(roc_auc_score(labels, scores))
    ours, theirs = scores[labels == 1], scores[labels == 0]
    wins = (ours[:, None] > theirs) + 0.5 * (ours[:, None] == theirs)
    se = np.sqrt(wins.mean(1).var(ddof=1) / len(ours) + wins.mean(0).var(ddof=1) / len(theirs))
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * se, rel=0.01)
    wider = adversary.auc(np.repeat(scores, 4), np.repeat(labels, 4), np.repeat(np.arange(400), 4))
    assert wider.high - wider.low == pytest.approx(found.high - found.low, rel=1e-6)


def test_a_random_draw_cannot_be_told_and_a_drift_can_by_its_column(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "x": RNG.normal(size=900),
            "plan": RNG.choice(["a", "b", None], 900),
            "day": pd.date_range("2024-01-01", periods=900, freq="h"),
            "y": RNG.integers(0, 2, 900),
        }
    )
    drawn = RNG.random(900) < 0.3
    both = parts(tmp_path, rows[~drawn], rows[drawn])
    told = adversary.telling(Asked(both.development, both.test, {"y"}, "random"))
    assert not told.can
    assert "cannot tell" in told.sentence
    moved = rows[drawn].assign(x=rows[drawn]["x"] + 1.5)
    both = parts(tmp_path, rows[~drawn], moved)
    told = adversary.telling(Asked(both.development, both.test, {"y"}, "random"))
    assert told.can
    assert told.tellers[0].column == "x"
    assert "A draw should not show this" in told.sentence
    both = parts(tmp_path, rows.iloc[:600], rows.iloc[600:])
    told = adversary.telling(Asked(both.development, both.test, {"y"}, "time"))
    assert told.expected
    assert told.tellers[0].column == "day"
    assert "That is expected" in told.sentence


def test_groups_that_are_on_one_side_do_not_tell_it(tmp_path: Path) -> None:
    who = RNG.integers(0, 60, 900)
    rows = pd.DataFrame({"who": who, "home": RNG.normal(size=60)[who], "y": who % 2})
    tested = np.isin(who, np.arange(15))
    both = parts(tmp_path, rows[~tested], rows[tested])
    told = adversary.telling(Asked(both.development, both.test, {"y", "who"}, "group", "who"))
    assert not told.can


@pytest.mark.parametrize(
    ("rows", "groups", "said"),
    [(20, None, "30 rows in each part"), (40, 1, "2 groups in each part")],
)
def test_with_too_little_nothing_is_asked_and_that_is_said(
    tmp_path: Path, rows: int, groups: int | None, said: str
) -> None:
    learn = pd.DataFrame({"x": range(rows), "who": np.arange(rows) % (groups or rows), "y": 1})
    both = parts(tmp_path, learn, learn.assign(who=learn["who"] + rows))
    told = adversary.telling(Asked(both.development, both.test, {"y"}, "group", groups and "who"))
    assert told.auc is None
    assert not told.can
    assert said in told.sentence


def test_few_groups_and_empty_columns_are_asked_with_fewer_folds(tmp_path: Path) -> None:
    rows = pd.DataFrame({"who": np.arange(200) // 50, "x": range(200), "void": [None] * 200})
    rows["nan"], rows["same"] = np.nan, 7
    both = parts(tmp_path, rows[:100], rows[100:])
    told = adversary.telling(Asked(both.development, both.test, {"who"}, "group", "who"))
    assert told.auc
    assert told.rows == 200
    empty = adversary.telling(
        Asked(both.development, both.test, {"who", "x", "same"}, "group", "who")
    )
    assert empty.auc
    assert empty.auc.value == 0.5


def test_rows_on_both_sides_are_counted_and_listed_from_one(tmp_path: Path) -> None:
    learn = pd.DataFrame({"id": range(6), "x": [1, 1, 2, 3, 4, 4], "y": list("aabbcc")})
    test = pd.DataFrame({"id": [0, 7, 8], "x": [1, 4, 9], "y": list("aaa")})
    both = parts(tmp_path, learn, test)
    found = repeated.repeats(both.development, both.test, {"id", "y"}, grouped=False)
    assert (found.exact, found.alike, found.tested_exact, found.tested_alike) == (1, 4, 1, 2)
    assert found.ignored == ("id", "y")
    assert found.finding.severity is Severity.CHECK
    assert "split by the column that names whose rows they are" in found.finding.sentence
    assert found.finding.fix
    assert found.finding.fix.value == {"kind": "drop_duplicates", "columns": ["x"]}
    shown = repeated.first(both.development, both.test, {"id", "y"})
    assert sorted(shown["id"]) == [0, 1, 4, 5]  # none of the test
    nothing = repeated.repeats(both.development, both.development, {"id", "x", "y"}, grouped=True)
    assert (nothing.exact, nothing.alike) == (6, 0)
