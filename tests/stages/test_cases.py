from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from samples import parquet
from sklearn.metrics import normalized_mutual_info_score, roc_auc_score

from mll_core.domain.aftermath import told_by_name, words
from mll_core.domain.task import Task
from mll_core.infra import profiler
from mll_core.stages import prepare
from mll_core.stages.prepare import Asked, case, suspects
from mll_core.stages.prepare.cases import auc_interval, r2_interval
from mll_core.stages.prepare.copies import agreement, copy_of, information

N = 2_000


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``answer`` is known by ``code`` (filled for yes only), nearly by ``copy``, and not by x."""
    draw = np.random.default_rng(0)
    yes = draw.random(N) < 0.3
    signed = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 300, N), "D")
    rows = {
        "x": draw.normal(size=N) + yes,
        "code": np.where(yes, draw.choice(["A", "B"], N), None),
        "copy": np.where(draw.random(N) < 0.02, ~yes, yes).astype(float) + draw.normal(0, 0.01, N),
        "signed": signed,
        "left_us": signed + pd.to_timedelta(draw.integers(1, 90, N), "D"),
        "noise": draw.normal(size=N),
        "answer": np.where(yes, "yes", "no"),
    }
    path = tmp_path_factory.mktemp("leaky") / "rows.parquet"
    pd.DataFrame(rows).to_parquet(path)
    return path


@pytest.fixture(scope="module")
def asked(leaky: Path) -> Asked:
    profile = profiler.profile(leaky, "sha")
    return Asked(leaky, profile, "answer", Task.BINARY, moment="signed")


def test_columns_that_know_too_much_are_suspected_each_for_its_reason(asked: Asked) -> None:
    found = suspects(asked)
    assert set(found) == {"code", "copy", "left_us"}
    assert any("missing" in why for why in found["code"])
    assert found["left_us"] == ("It lies after 'signed' in 100 % of 2,000 rows.",)


def test_a_name_that_speaks_of_the_end_is_suspected() -> None:
    assert words("closedAt_date2") == ("closed", "at", "date")
    assert told_by_name("cancelled_on", "y")
    assert told_by_name("churn reason", "has_churned") is not None
    assert told_by_name("reason of churning", "left") is None
    assert told_by_name("income", "left") is None


def test_a_case_says_where_the_values_stand(asked: Asked) -> None:
    code = case(asked, "code", ("why",))
    assert {one.answer: one.share for one in code.filled} == {"no": 0.0, "yes": 1.0}
    assert code.gaps_alone == pytest.approx(1.0)
    copy = case(asked, "copy", ())
    assert copy.copy_of_target
    assert copy.copy_of_target.agree == pytest.approx(0.98, abs=0.01)
    assert copy.copy_of_target.base == pytest.approx(0.7, abs=0.03)
    said = " ".join(case(asked, "x", ()).told("answer", "ROC AUC", "a quick model"))
    assert "By itself it predicts 'answer' with ROC AUC 0.7" in said


def test_a_column_left_of_chance_has_an_interval_that_holds_chance(asked: Asked) -> None:
    noise = case(asked, "noise", ())
    assert noise.alone
    assert noise.alone.low < 0.55
    assert noise.alone.high < 0.58


def test_the_interval_of_auc_is_that_of_rows_drawn_again() -> None:
    draw = np.random.default_rng(1)
    truth = draw.random(1_000) < 0.4
    level = draw.integers(0, 5, 1_000) + 2 * truth
    counts = np.zeros((7, 2, 2))
    np.add.at(counts, (level, np.arange(1_000) % 2, truth.astype(int)), 1)
    low, high = auc_interval(counts, ordered=True)
    again = []
    for _ in range(300):
        rows = draw.integers(0, 1_000, 1_000)
        again.append(roc_auc_score(truth[rows], level[rows]))
    assert (low, high) == pytest.approx(tuple(np.percentile(again, [2.5, 97.5])), abs=0.01)


def test_the_interval_of_r2_holds_its_true_value_in_nearly_all_draws() -> None:
    draw, held = np.random.default_rng(2), 0
    for _ in range(200):
        x = draw.normal(size=300)
        y = x + draw.normal(size=300)  # R² is 0.5
        low, high = r2_interval(float(np.corrcoef(x, y)[0, 1] ** 2), 300)
        held += low <= 0.5 <= high
    assert held / 200 >= 0.9


def test_shared_information_is_scikit_learns_over_the_entropy_of_the_target() -> None:
    draw = np.random.default_rng(3)
    truth = draw.integers(0, 3, 500)
    level = np.where(draw.random(500) < 0.5, truth, draw.integers(0, 3, 500))
    mine = information(level, truth)
    # Over the smaller entropy instead: equal where the target's is the smaller one.
    theirs = normalized_mutual_info_score(truth, level, average_method="min")
    entropies = [-(p * np.log(p)).sum() for p in (np.bincount(c) / 500 for c in (truth, level))]
    assert mine == pytest.approx(theirs * min(entropies) / entropies[0])


def test_unique_values_agree_with_nothing() -> None:
    draw = np.random.default_rng(4)
    truth = draw.integers(0, 2, 1_000)
    assert agreement(np.arange(1_000), truth) < 0.6
    assert agreement(truth.copy(), truth) == 1.0


def test_a_copy_of_a_number_is_counted_to_the_row(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    total = draw.normal(size=400).round(3)
    rows = pd.DataFrame({"total": total, "same": total, 'odd "name"': -total})
    rows.loc[:39, "same"] += 1
    rows.to_parquet(tmp_path / "rows.parquet")
    found = copy_of(tmp_path / "rows.parquet", "same", "total", Task.REGRESSION)
    assert found
    assert found.agree == pytest.approx(0.9)
    turned = copy_of(tmp_path / "rows.parquet", 'odd "name"', "total", Task.REGRESSION)
    assert turned
    assert turned.rank == pytest.approx(-1)


def kin(tmp_path: Path, frame: pd.DataFrame, task: Task = Task.BINARY) -> prepare.Kin:
    path = parquet(tmp_path, frame)
    asked = prepare.Asked(path, profiler.profile(path, "v"), "y", task)
    return prepare.Kin.of(asked)


def grouped(n: int = 1_200) -> pd.DataFrame:
    """Rows of forty shops with an answer, and what was made of the answers of each shop."""
    draw = np.random.default_rng(0)
    shop = draw.integers(0, 40, n)
    yes = draw.random(n) < 0.2 + 0.6 * draw.random(40)[shop]
    frame = pd.DataFrame({"shop": [f"s{one}" for one in shop], "y": np.where(yes, "yes", "no")})
    sums, counts = (np.bincount(shop, w, 40)[shop] for w in (yes, np.ones(n)))
    return frame.assign(
        rate=sums / counts,
        others=(sums - yes) / (counts - 1),
        nearly=np.bincount(shop, yes ^ (draw.random(n) < 0.02), 40)[shop] / counts,
        size=counts,
        area=draw.normal(size=40)[shop],
    )


def test_the_mean_answer_of_a_group_is_found_out_with_the_group(tmp_path: Path) -> None:
    seen = grouped().sample(frac=0.8, random_state=1)  # it was made of rows that are sealed, too
    found = kin(tmp_path, seen).made_of_answers()
    assert set(found) == {"rate", "others", "nearly"}
    assert "It is the same in all rows that agree in 'shop'" in found["rate"]
    assert "are these rows' own answers in it?" in found["nearly"]
    assert "Within 'shop' it changes only with 'y' being" in found["others"]


def test_the_mean_of_numbers_to_predict_is_found_out_too(tmp_path: Path) -> None:
    rows = grouped()
    rows["y"] = np.where(rows["y"] == "yes", 10.0, 0) + rows["area"]
    rows["paid"] = rows.groupby("shop")["y"].transform("mean")
    found = kin(tmp_path, rows, Task.REGRESSION).made_of_answers()
    assert "paid" in found
    assert {"size", "area"}.isdisjoint(found)


def test_near_copies_are_named(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    code = draw.choice(["A", "B", "C"], 600)
    number = draw.normal(size=600)
    frame = pd.DataFrame(
        {
            "code": code,
            "word": np.where(draw.random(600) < 0.005, "two", pd.Series(code).map(ord).astype(str)),
            "number": number,
            "scaled": 3 * number + draw.normal(size=600) / 100,
            "other": draw.choice(["A", "B", "C"], 600),
            "y": draw.choice(["yes", "no"], 600),
        }
    )
    told = kin(tmp_path, frame)
    assert set(told.copies("code")) == {"word"}
    assert "'word' says nearly the same as 'code': either tells 9" in told.copies("code")["word"]
    assert told.copies("number") == {
        "scaled": "'scaled' says nearly the same as 'number': rank correlation +1.000."
    }
    assert told.copies("other") == {}
