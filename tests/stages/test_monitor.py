from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from serving_samples import TARGETS, fit, model, parquet, rows
from sklearn.metrics import mean_absolute_error, roc_auc_score

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief, MonitorSection, Values
from mll_core.domain.errors import InvalidParameter, TooFewRows, UnfitTarget, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.serving import Monitoring
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.training import Interval
from mll_core.infra.bootstrap import Bootstrap
from mll_core.plugins.steps.parse_dates import ParseDates
from mll_core.stages.monitor import Watch, compare, watch

METRIC = {Task.BINARY: "roc_auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "mae"}


def order(folder: Path, current: pd.DataFrame, task: Task = Task.BINARY, **more: Any) -> Watch:
    reference = rows(800)
    fresh = rows(2_000, seed=77)
    fitted = model(task)
    claims = claimed(task, fresh)
    return Watch(
        fitted=fitted,
        reference=parquet(reference, folder / "reference.parquet"),
        current=parquet(current, folder / "current.parquet"),
        section=more.pop("section", MonitorSection()),
        metric=METRIC[task],
        source="week 9",
        version=4,
        reference_metrics={METRIC[task]: claims},
        reference_scores=fitted.score(fresh),
        keys=("id",),
        importance={"age": 0.7, "plan": 0.3},
        **more,
    )


def claimed(task: Task, fresh: pd.DataFrame) -> Interval:
    metric = METRICS[METRIC[task]].of()
    predictions = model(task).predictions(fresh)
    return Bootstrap(resamples=200).intervals({"it": metric}, predictions)["it"]  # type: ignore[dict-item]


def codes(found: Monitoring) -> set[str]:
    return {alert["code"] for alert in found.alerts}


def unlabelled(n: int = 1500, seed: int = 5, **more: Any) -> pd.DataFrame:
    return rows(n, seed=seed, **more).drop(columns=list(TARGETS.values()))


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_rows_like_those_of_training_raise_no_alarm(task: Task, tmp_path: Path) -> None:
    for seed in range(5, 10):
        found = watch(order(tmp_path, rows(1500, seed=seed), task))
        assert codes(found) <= {"performance_drop_unsure"}
        assert not found.dataset_drift
        assert "train" not in {advice["stage"] for advice in found.advice}
        assert (found.source, found.model_version, found.rows) == ("week 9", 4, 1500)
        assert Monitoring.model_validate_json(found.model_dump_json()) == found


def test_planted_drift_is_found_in_its_column_and_in_the_predictions(tmp_path: Path) -> None:
    found = watch(order(tmp_path, unlabelled(shift=12)))
    first, *others = found.drift
    assert first.column == "age"
    assert first.drifted
    assert first.importance == 0.7
    assert not any(row.drifted for row in others)
    assert found.prediction_drift is not None
    assert found.prediction_drift.drifted
    assert {"column_drift", "prediction_drift"} <= codes(found)


def test_drift_of_many_columns_asks_for_a_new_training_when_it_lasts(tmp_path: Path) -> None:
    section = MonitorSection(share_of_columns=0.3)
    once = watch(order(tmp_path, unlabelled(shift=12).assign(active=True), section=section))
    assert once.dataset_drift
    assert [advice["stage"] for advice in once.advice] == ["monitor", "monitor"]
    same = watch(
        order(tmp_path, unlabelled(shift=12).assign(active=True), section=section, previous=once)
    )
    assert same.advice == once.advice
    more = unlabelled(1600, shift=12).assign(active=True)
    twice = watch(order(tmp_path, more, section=section, previous=once))
    assert twice.advice[0]["stage"] == "train"
    assert twice.advice[0]["edit"] == {"path": "data.additions", "append": "week 9"}


def test_values_never_seen_and_gaps_are_said(tmp_path: Path) -> None:
    current = unlabelled()
    current.loc[:300, "plan"] = "gold"
    current.loc[:600, "age"] = np.nan
    found = watch(order(tmp_path, current))
    assert {"unseen_values", "missing_values"} <= codes(found)
    assert "20% of 'plan'" in str(found.alerts)


def test_text_that_the_recipe_reads_as_a_date_is_not_judged(tmp_path: Path) -> None:
    def written(frame: pd.DataFrame, years: int) -> pd.DataFrame:
        later = frame["since"] + pd.DateOffset(years=years)
        return frame.assign(since=later.dt.strftime("%Y-%m-%d"))

    reference = written(rows(800), 0)
    fitted = fit(reference, recipe=Recipe(steps=(ParseDates(column="since"),)))
    current = parquet(written(unlabelled(), 5), tmp_path / "now.parquet")
    before = parquet(reference, tmp_path / "before.parquet")
    found = watch(Watch(fitted, before, current, MonitorSection(), metric="roc_auc"))
    (row,) = [row for row in found.drift if row.column == "since"]
    assert row.statistic == "psi of dates, not judged"
    assert not row.drifted
    assert "since" not in str(found.alerts)


def test_alerts_come_worst_first(tmp_path: Path) -> None:
    current = rows(1500, seed=5, shift=12).assign(active=True)
    current.loc[:300, "plan"] = "gold"
    current["left"] = np.random.default_rng(0).permutation(current["left"])
    found = watch(order(tmp_path, current, section=MonitorSection(share_of_columns=0.3)))
    named = [alert["code"] for alert in found.alerts]
    assert named[:2] == ["performance_drop", "dataset_drift"]
    assert named.index("prediction_drift") < named.index("column_drift")
    assert named[-1] == "unseen_values"


def test_outcomes_that_are_there_are_not_asked_for(tmp_path: Path) -> None:
    moved = rows(1500, seed=5, shift=12)
    asked = [a["sentence"] for a in watch(order(tmp_path, moved)).advice]
    assert not any("Collect outcomes" in sentence for sentence in asked)
    unknown = moved.drop(columns=list(TARGETS.values()))
    asked = [a["sentence"] for a in watch(order(tmp_path, unknown)).advice]
    assert any("Collect outcomes" in sentence for sentence in asked)


def test_performance_against_outcomes_agrees_with_scikit_learn(tmp_path: Path) -> None:
    current = rows(1500, seed=5)
    found = watch(order(tmp_path, current))
    assert found.realised is not None
    expected = roc_auc_score(current["left"] == "yes", model().score(current)[:, 1])
    entry = found.realised["roc_auc"]
    assert entry["value"] == pytest.approx(expected, abs=1e-12)
    assert entry["low"] < entry["value"] < entry["high"]
    assert entry["n"] == 1500


def test_outcomes_in_a_file_of_their_own_are_matched_by_key(tmp_path: Path) -> None:
    whole = rows(1500, seed=5)
    outcomes = whole[["id", "left"]].sample(700, random_state=0)
    found = watch(
        order(
            tmp_path,
            whole.drop(columns=list(TARGETS.values())),
            outcomes=parquet(outcomes, tmp_path / "outcomes.parquet"),
        )
    )
    known = whole[whole["id"].isin(outcomes["id"])]
    expected = roc_auc_score(known["left"] == "yes", model().score(known)[:, 1])
    assert found.realised is not None
    assert found.realised["roc_auc"]["value"] == pytest.approx(expected, abs=1e-12)
    assert found.realised["roc_auc"]["n"] == 700


def test_outcomes_that_cannot_be_matched_are_refused_in_words(tmp_path: Path) -> None:
    whole = rows(200, seed=5)
    outcomes = parquet(whole[["left"]], tmp_path / "outcomes.parquet")
    asked = order(tmp_path, unlabelled(200), outcomes=outcomes)
    with pytest.raises(InvalidParameter, match="no key columns"):
        watch(replace(asked, keys=()))
    with pytest.raises(UnknownColumn, match="outcomes have no column 'id'"):
        watch(asked)


def test_the_estimate_without_outcomes_is_near_the_truth_when_nothing_changed(
    tmp_path: Path,
) -> None:
    fitted = fit(rows(20_000, seed=11))
    current = rows(4_000, seed=12)
    found = watch(
        replace(
            order(tmp_path, current.drop(columns=list(TARGETS.values()))),
            fitted=fitted,
            reference_scores=None,
        )
    )
    expected = roc_auc_score(current["left"] == "yes", fitted.score(current)[:, 1])
    entry = found.estimated["roc_auc"]
    assert entry["low"] - 0.01 < expected < entry["high"] + 0.01
    assert "without outcomes" in entry["method"]
    assert found.realised is None


def test_a_loss_that_shows_in_the_rows_alone_is_told_without_outcomes(tmp_path: Path) -> None:
    near = rows(8_000, seed=31)
    near = near[(near["age"] > 37) & (near["age"] < 43)].drop(columns=list(TARGETS.values()))
    found = watch(order(tmp_path, near))
    (alert,) = (alert for alert in found.alerts if alert["code"] == "estimated_drop")
    assert alert["severity"] == "check"
    assert "without outcomes" in alert["sentence"]
    assert "Collect outcomes" in str(found.advice)


def test_a_model_that_lost_its_skill_is_to_be_retrained(tmp_path: Path) -> None:
    current = rows(1500, seed=5)
    current["left"] = np.random.default_rng(0).permutation(current["left"])
    found = watch(order(tmp_path, current))
    (alert,) = (alert for alert in found.alerts if alert["code"] == "performance_drop")
    assert alert["severity"] == "problem"
    assert "worse than" in alert["sentence"]
    assert found.alerts[0]["severity"] == "problem"
    assert found.advice[0]["stage"] == "train"


def test_numbers_are_judged_by_their_error(tmp_path: Path) -> None:
    current = rows(1500, seed=5)
    found = watch(order(tmp_path, current.assign(spend=current["spend"] + 20), Task.REGRESSION))
    assert found.realised is not None
    expected = mean_absolute_error(current["spend"] + 20, model(Task.REGRESSION).score(current))
    assert found.realised["mae"]["value"] == pytest.approx(expected)
    assert "performance_drop" in codes(found)
    assert found.estimated == {}


def test_money_is_counted_when_the_brief_says_what_decisions_are_worth(tmp_path: Path) -> None:
    values = Values(true_positive=90, false_positive=-10, false_negative=-50, true_negative=0)
    current = rows(1500, seed=5)
    found = watch(order(tmp_path, current, brief=Brief(target="left", values=values)))
    acted = model().score(current)[:, 1] >= 0.5
    left = (current["left"] == "yes").to_numpy()
    total = 90 * (acted & left).sum() - 10 * (acted & ~left).sum() - 50 * (~acted & left).sum()
    assert found.money is not None
    assert found.money["total_value"] == pytest.approx(total)
    assert (found.money["currency"], found.money["basis"]) == ("EUR", "realised")
    assert found.money["total_low"] < total < found.money["total_high"]


def test_too_few_rows_are_said_and_not_judged(tmp_path: Path) -> None:
    found = watch(order(tmp_path, unlabelled(40, shift=30)))
    assert codes(found) == {"too_few_rows"}
    assert found.drift == ()
    assert found.estimated == {}


def test_too_few_outcomes_are_said_and_not_judged(tmp_path: Path) -> None:
    current = rows(1500, seed=5)
    current["left"] = np.random.default_rng(0).permutation(current["left"])
    current.loc[30:, "left"] = None
    found = watch(order(tmp_path, current))
    assert "too_few_outcomes" in codes(found)
    assert "performance_drop" not in codes(found)


def test_columns_that_went_came_or_changed_kind_are_named(tmp_path: Path) -> None:
    current = unlabelled().drop(columns="plan").assign(age="forty", region="north")
    found = watch(order(tmp_path, current))
    by_code = {alert["code"]: alert["column"] for alert in found.alerts if "column" in alert}
    assert by_code["missing_column"] == "plan"
    assert by_code["type_change"] == "age"
    assert by_code["new_column"] == "region"
    assert found.estimated == {}
    assert found.advice[0]["stage"] == "collect"


def test_a_file_that_cannot_be_scored_still_has_its_drift(tmp_path: Path) -> None:
    found = watch(order(tmp_path, unlabelled().assign(age="forty")))
    assert "cannot_score" in codes(found)
    assert any(row.column == "age" and row.drifted for row in found.drift)


def test_the_better_challenger_is_shown_on_the_same_rows(tmp_path: Path) -> None:
    held_out = parquet(rows(3_000, seed=21), tmp_path / "rows.parquet")
    poor = fit(rows(60, seed=1))
    good = fit(rows(4_000, seed=2))
    metric = METRICS["roc_auc"].of()
    found = compare(poor, good, held_out, metric)  # type: ignore[arg-type]
    assert found.verdict == "challenger"
    assert found.rows == 3_000
    assert found.difference.low > 0
    assert found.difference.value == pytest.approx(found.challenger.value - found.champion.value)
    swapped = compare(good, poor, held_out, metric)  # type: ignore[arg-type]
    assert swapped.verdict == "champion"
    gap, low, high = (
        f"{-x:.3g}"
        for x in (swapped.difference.value, swapped.difference.high, swapped.difference.low)
    )
    assert swapped.sentence.startswith(f"The champion is better by {gap} in")
    assert f"{low} to {high}" in swapped.sentence
    same = compare(good, good, held_out, metric)  # type: ignore[arg-type]
    assert same.verdict == "not shown"
    assert "Neither" in same.sentence


def test_lower_is_better_for_errors_when_models_are_compared(tmp_path: Path) -> None:
    held_out = parquet(rows(2_000, seed=21), tmp_path / "rows.parquet")
    poor, good = (fit(rows(n, seed=n), Task.REGRESSION) for n in (60, 4_000))
    found = compare(poor, good, held_out, METRICS["mae"].of())  # type: ignore[arg-type]
    assert found.verdict == "challenger"
    assert found.difference.value > 0


def test_both_act_on_equally_many_when_it_is_known_how_many_can_be_handled(tmp_path: Path) -> None:
    held_out = parquet(rows(1_000, seed=21), tmp_path / "rows.parquet")
    eager, strict = replace(model(), threshold=0.1), replace(model(), threshold=0.7)
    metric: Any = METRICS["recall"].of()
    assert compare(eager, strict, held_out, metric).verdict == "champion"
    same = compare(eager, strict, held_out, metric, share=0.1)
    assert same.verdict == "not shown"
    assert same.champion == same.challenger
    table = pd.read_parquet(held_out)
    truth = table[TARGETS[Task.BINARY]] == model().positive
    top = np.argsort(-model().score(table)[:, 1], kind="stable")[:100]
    assert same.champion.value == pytest.approx(truth.iloc[top].sum() / truth.sum())


def test_classes_coded_in_another_order_are_compared_by_name(tmp_path: Path) -> None:
    held_out = parquet(rows(1_000, seed=21), tmp_path / "rows.parquet")
    one = model()
    turned = replace(one, classes=one.classes[::-1], class_values=one.class_values[::-1])
    found = compare(one, turned, held_out, METRICS["roc_auc"].of())  # type: ignore[arg-type]
    assert found.challenger.value == pytest.approx(1 - found.champion.value)


def test_models_of_other_questions_or_without_outcomes_are_not_compared(tmp_path: Path) -> None:
    metric: Any = METRICS["roc_auc"].of()
    held_out = parquet(rows(500, seed=21), tmp_path / "rows.parquet")
    with pytest.raises(UnfitTarget):
        compare(model(), model(Task.MULTICLASS), held_out, metric)
    with pytest.raises(TooFewRows):
        compare(model(), model(), parquet(unlabelled(99), tmp_path / "none.parquet"), metric)
