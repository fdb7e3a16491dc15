import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluate_cases import order, with_brief
from sklearn import metrics

from mll_core.domain.document import Capacity, Criterion, Excluded, PrepareSection, Values
from mll_core.domain.errors import TooFewRows
from mll_core.domain.finding import Advice, Severity, best_first
from mll_core.domain.report import Report
from mll_core.domain.stage import Stage
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.training import Help, Interval, Reached, Skipped
from mll_core.freshness import SECTIONS
from mll_core.stages.evaluate import Order, diagnosis, evaluate
from mll_core.stages.evaluate.exam import sit
from mll_core.stages.evaluate.explaining import explain
from mll_core.stages.evaluate.unit import Unit

VALUES = Values(true_positive=90, false_positive=-10, false_negative=-40)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Order]:
    def made(task: Task) -> Order:
        return order(tmp_path_factory.mktemp(task.value), task, protected=("sex",))

    return {task: made(task) for task in sorted(ANSWERED)}


@pytest.fixture(scope="module")
def reports(orders: dict[Task, Order]) -> dict[Task, Report]:
    return {task: evaluate(made) for task, made in orders.items()}


every_task = pytest.mark.parametrize("task", sorted(ANSWERED))


@every_task
def test_a_report_survives_json(reports: dict[Task, Report], task: Task) -> None:
    text = reports[task].model_dump_json()
    assert Report.model_validate_json(text).model_dump_json() == text


@every_task
def test_every_number_has_its_rows_and_interval(reports: dict[Task, Report], task: Task) -> None:
    report = reports[task]
    assert report.test_rows == 500
    assert set(report.test) == set(report.validation)
    assert report.primary_metric == next(iter(report.test))
    for interval in report.test.values():
        assert interval.n == 500
        assert interval.low <= interval.value <= interval.high
    assert all(interval.n == 900 for interval in report.validation.values())
    assert report.difference.low > 0
    assert report.gate.passed
    assert report.advice == ()


def test_test_numbers_are_scikit_learns(
    reports: dict[Task, Report], orders: dict[Task, Order]
) -> None:
    made = orders[Task.BINARY]
    rows = pd.read_parquet(made.test)
    truth = (rows["leaves"] == made.fitted.classes[1]).astype(int)
    score = made.fitted.score(rows)[:, 1]
    test = reports[Task.BINARY].test
    assert test["roc_auc"].value == pytest.approx(metrics.roc_auc_score(truth, score))
    assert test["brier"].value == pytest.approx(metrics.brier_score_loss(truth, score))
    table = metrics.confusion_matrix(truth, score >= 0.5)
    assert reports[Task.BINARY].confusion == tuple(map(tuple, table.tolist()))


def test_validation_numbers_come_from_the_out_of_fold_predictions(
    reports: dict[Task, Report], orders: dict[Task, Order]
) -> None:
    path = orders[Task.REGRESSION].out_of_fold
    assert path is not None
    table = pd.read_parquet(path)
    expected = metrics.mean_absolute_error(table["truth"], table["score_0"])
    assert reports[Task.REGRESSION].validation["mae"].value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("task", "names"),
    [
        (
            Task.BINARY,
            {"roc", "precision_recall", "calibration", "threshold_recall", "threshold_share"},
        ),
        (Task.MULTICLASS, {"roc:large", "roc:medium", "roc:small", "calibration"}),
        (Task.REGRESSION, {"predicted_actual", "residual_histogram", "residual_by_prediction"}),
    ],
)
def test_curves_are_ready_to_draw(reports: dict[Task, Report], task: Task, names: set[str]) -> None:
    curves = {curve.name: curve for curve in reports[task].curves}
    assert names <= set(curves)
    for curve in curves.values():
        assert 0 < len(curve.x) == len(curve.y) <= 200
        assert curve.x_label
        assert curve.y_label
        assert all(map(math.isfinite, (*curve.x, *curve.y, *curve.low, *curve.high)))


def test_the_area_under_the_drawn_curve_is_the_area(reports: dict[Task, Report]) -> None:
    report = reports[Task.BINARY]
    (roc,) = (curve for curve in report.curves if curve.name == "roc")
    assert metrics.auc(roc.x, roc.y) == pytest.approx(report.test["roc_auc"].value, abs=0.01)
    (bins,) = (curve for curve in report.curves if curve.name == "calibration")
    assert sum(bins.counts) == 500
    drawn = [curve for curve in report.curves if curve.name in ("roc", "precision_recall")]
    assert len(drawn) == 2
    for curve in drawn:  # the band holds the curve, and is one
        ends = np.array([curve.low, curve.y, curve.high])
        assert (np.diff(ends, axis=0) >= 0).all()
        assert np.mean(ends[2] - ends[0]) > 0.01
    assert all(low <= y <= high for low, y, high in zip(bins.low, bins.y, bins.high, strict=True))


@every_task
def test_it_explains_in_the_original_columns(reports: dict[Task, Report], task: Task) -> None:
    explanation = reports[task].explanation
    assert explanation is not None
    assert {effect.column for effect in explanation.effects} == {
        "age",
        "usage",
        "city",
        "sex",
        "noise",
    }
    assert explanation.n == 40
    weights = [effect.importance for effect in explanation.effects]
    assert weights == sorted(weights, reverse=True)
    for row in explanation.rows:
        assert row["base"] + sum(row["effects"].values()) == pytest.approx(row["output"])
        assert row["record"]["city"] in {"Oslo", "Bergen", "Vik"}


def test_cases_are_told_without_keys_and_personal_values(orders: dict[Task, Order]) -> None:
    made = orders[Task.BINARY]
    data = made.document.data.model_copy(update={"personal": ("age",), "keys": ("city",)})
    exam = sit(replace(made, document=made.document.model_copy(update={"data": data})))
    explanation = explain(exam)
    assert explanation is not None
    for row in (*explanation.rows, *diagnosis.worst(exam)):
        assert {"age", "city"}.isdisjoint(row["record"])
        assert "usage" in row["record"]


@every_task
def test_the_worst_errors_are_the_worst(reports: dict[Task, Report], task: Task) -> None:
    worst = reports[task].worst
    errors = [row["error"] for row in worst]
    assert len(worst) == 20
    assert errors == sorted(errors, reverse=True)
    assert all(row["truth"] != row["prediction"] for row in worst)


@every_task
def test_claims_are_sentences_bound_to_numbers(reports: dict[Task, Report], task: Task) -> None:
    claims = reports[task].claims
    assert len(claims) >= 2
    for claim in claims:
        assert claim.sentence.endswith(".")
        assert (claim.split, claim.n) == ("test", 500)
        assert claim.data_version == reports[task].data_version
    assert any("beats the best simple rule" in claim.sentence for claim in claims)


@every_task
def test_how_often_its_range_or_its_answers_held_is_counted_on_the_test(
    reports: dict[Task, Report], orders: dict[Task, Order], task: Task
) -> None:
    made = orders[task]
    rows = pd.read_parquet(made.test)
    said, hits = made.fitted.predictions(rows), 0
    for truth, score in zip(said.truth, said.score, strict=True):
        if task is Task.REGRESSION:
            hits += abs(truth - score) <= 10
        else:
            hits += score[int(truth)] >= 0.3 or score.argmax() == truth
    (claim,) = (c for c in reports[task].claims if c.sentence.startswith("Meant to hold for 90"))
    assert claim.value == pytest.approx(hits / 500)
    assert claim.low is not None
    assert claim.low < claim.value


@every_task
def test_a_model_that_carries_over_is_not_overfit(reports: dict[Task, Report], task: Task) -> None:
    finding = reports[task].overfit
    assert finding.severity is Severity.OK
    assert {"train", "validation", "test", "gap"} <= set(finding.numbers)


def test_learning_by_heart_is_said_in_words_with_numbers(orders: dict[Task, Order]) -> None:
    made = orders[Task.BINARY]
    winner = made.training.winner
    known = winner.model_copy(update={"train_score": 0.999})
    board = (known, *made.training.leaderboard[1:])
    training = made.training.model_copy(update={"leaderboard": board})
    finding = evaluate(replace(made, training=training)).overfit
    assert finding.severity is Severity.CHECK
    assert "learned much by heart" in finding.sentence
    assert "0.999 on the rows it learned from" in finding.sentence


def test_money_is_told_when_values_are_stated(orders: dict[Task, Order]) -> None:
    report = evaluate(with_brief(orders[Task.BINARY], values=VALUES))
    assert report.money is not None
    assert report.money == report.test["expected_value"]
    (_, fp), (fn, tp) = report.confusion
    assert report.money.value == pytest.approx((90 * tp - 10 * fp - 40 * fn) / 500)
    first, second = report.claims[:2]
    gain = (130 * tp - 10 * fp) / 500
    assert first.value == pytest.approx(gain)
    assert f"is worth {gain:.2f} EUR" in first.sentence
    assert "per case more than acting on no case" in first.sentence
    assert f"({report.money.value:.2f} EUR instead of " in first.sentence
    assert "than acting on every case" in second.sentence
    (curve,) = (curve for curve in report.curves if curve.name == "threshold_value")
    at = curve.x.index(0.5)
    assert curve.y[at] == pytest.approx(report.money.value)


def test_only_what_can_be_handled_is_counted(orders: dict[Task, Order]) -> None:
    week = Capacity(count=10, cases_per_period=100)
    made = with_brief(orders[Task.BINARY], values=VALUES, capacity=week, unit="one customer")
    report = evaluate(made)
    (_, fp), (fn, tp) = report.confusion
    assert tp + fp > 50
    first, second = report.claims[:2]
    found = round(report.test["precision_at_capacity"].value * 50)
    assert found > 50 * tp / (tp + fp)  # the highest scores come first
    assert first.value == pytest.approx((130 * found - 10 * (50 - found)) / 500)
    assert f"It calls {tp + fp}; only the 50 that can be handled count, highest" in first.sentence
    assert "per customer more than acting on no customer" in first.sentence
    assert "as many customers as can be handled, chosen at random" in second.sentence
    base = (tp + fn) / 500
    at_random = 0.1 * (130 * base - 10 * (1 - base))
    assert second.value == pytest.approx(first.value - at_random)
    assert any(c.sentence.startswith("Of 100 customers called") for c in report.claims)


def test_that_acting_costs_money_is_said_even_when_the_gate_is_met(
    orders: dict[Task, Order],
) -> None:
    values = Values(true_positive=1, false_positive=-50, false_negative=0)
    criteria = (Criterion(metric="roc_auc", at_least=0.5),)
    report = evaluate(with_brief(orders[Task.BINARY], values=values, criteria=criteria))
    assert report.gate.passed
    first = report.claims[0]
    assert first.value < 0
    assert first.sentence.startswith("Acting on it costs money: ")
    assert "per case less than acting on no case" in first.sentence
    assert report.advice[0].evidence == first.sentence


def test_acting_on_nobody_is_said(orders: dict[Task, Order]) -> None:
    made = with_brief(orders[Task.BINARY], values=VALUES)
    report = evaluate(replace(made, fitted=replace(made.fitted, threshold=1.1)))
    assert report.claims[0].sentence.startswith("It acts on none of the 500 tested cases")
    assert report.claims[0].value == 0


@pytest.mark.parametrize(
    ("stated", "many"),
    [
        ("one customer", "customers"),
        ("loan application", "loan applications"),
        ("a company", "companies"),
        ("Address", "addresses"),
        ("one customer on one Monday", "cases"),
        ("customers", "cases"),
        ("", "cases"),
    ],
)
def test_cases_are_called_what_the_brief_calls_them(stated: str, many: str) -> None:
    assert Unit.of(stated).many == many


def test_costs_are_told_for_numbers(orders: dict[Task, Order]) -> None:
    report = evaluate(with_brief(orders[Task.REGRESSION], values=Values(per_unit_of_error=-2)))
    assert report.money is not None
    assert report.money.value == pytest.approx(2 * report.test["mae"].value)


def test_intervals_say_by_what_they_are_drawn_and_when_that_is_too_little(
    reports: dict[Task, Report],
) -> None:
    report = reports[Task.BINARY]
    assert report.drawn == "Intervals of 95 %, by rows."
    few = report.model_copy(update={"units": 12}).drawn
    assert few.startswith("Intervals of 95 %, by 12 groups of rows that belong together. So few")
    assert "too few" not in report.model_copy(update={"units": 20}).drawn


def test_advice_names_stage_edit_and_evidence(orders: dict[Task, Order]) -> None:
    made = orders[Task.BINARY]
    criteria = (
        Criterion(metric="recall", at_least=0.9),
        Criterion(metric="roc_auc", at_least=0.76),
        Criterion(metric="roc_auc", at_least=0.99, group="city"),
    )
    made = with_brief(made, criteria=criteria)
    held = PrepareSection(exclude=(Excluded(column="noise", reason="Leaks the answer."),))
    late = (Skipped(model="neural_network", reason="No time was left."),)
    training = made.training.model_copy(update={"skipped": late})
    document = made.document.model_copy(update={"prepare": held})
    report = evaluate(replace(made, document=document, training=training))
    assert not report.gate.passed
    said = {advice.sentence: advice for advice in report.advice}
    for advice in report.advice:
        assert re.search(r"\d", advice.evidence), advice.sentence
        document.get(advice.edit)
        assert advice.edit.split(".")[0] in SECTIONS[advice.stage]
        assert advice.fix is None or advice.fix.path == advice.edit
    (threshold,) = (a for s, a in said.items() if s.startswith("Decide from a score"))
    assert threshold.stage is Stage.BUSINESS
    assert threshold.fix is not None
    assert threshold.fix.path == "brief.values"
    assert Values(**threshold.fix.value).stated
    paths = {advice.fix.path for advice in report.advice if advice.fix}
    assert "train.budget_seconds" in paths
    text = " ".join(said)
    for words in ("Collect more rows: 500 test rows", "with 'city' 'Vik'", "If 'noise' really"):
        assert words in text


def test_more_rows_are_advised_when_the_learning_curve_still_rises(
    orders: dict[Task, Order],
) -> None:
    made = with_brief(orders[Task.BINARY], criteria=(Criterion(metric="recall", at_least=0.999),))
    curve = tuple(
        Reached(rows=rows, score=Interval(value=value)) for rows, value in ((450, 0.7), (900, 0.74))
    )
    rises = Help(what="rows", gain=Interval(value=0.02), shown=True, sentence="More rows help.")
    level = rises.model_copy(update={"shown": False})
    for help, advised in ((rises, True), (level, False)):
        training = made.training.model_copy(update={"learning_curve": curve, "helps": (help,)})
        report = evaluate(replace(made, training=training))
        told = [one for one in report.advice if "1,800 instead of 900" in one.sentence]
        assert bool(told) == advised
        for one in told:
            assert (one.stage, one.edit) == (Stage.COLLECT, "data.additions")
            assert "0.04 per doubling (from 450 to 900 rows)" in one.evidence
            assert one.gain == 0.02
            assert one.expected.startswith("ROC AUC better by 0.02, by the last doubling")
        places = [one.meets or one.gain is None for one in report.advice]
        assert report.advice[0].meets  # a threshold was seen to meet it
        assert places.index(False, 0) == 1 if advised else all(places)


def test_advice_that_meets_a_criterion_comes_first_then_what_is_expected_to_bring_most() -> None:
    def one(sentence: str, **more: object) -> Advice:
        return Advice(stage=Stage.TRAIN, sentence=sentence, **more)

    given = [one("worse", gain=-0.1), one("untold"), one("some", gain=0.01)]
    given += [one("much", gain=0.2), one("meets", meets=True)]
    ranked = [advice.sentence for advice in best_first(given)]
    assert ranked == ["meets", "much", "some", "untold", "worse"]


def test_every_criterion_that_is_met_needs_no_advice_and_costs_need_one(
    orders: dict[Task, Order],
) -> None:
    met = with_brief(orders[Task.BINARY], criteria=(Criterion(metric="roc_auc", at_least=0.5),))
    assert evaluate(met).advice == ()
    dear = with_brief(met, values=Values(true_positive=1, false_positive=-50, false_negative=0))
    (first, *_) = evaluate(dear).advice or [None]
    assert first is None or (first.stage, first.edit) == (Stage.BUSINESS, "brief.values")


def test_the_advised_threshold_does_meet_the_criterion(orders: dict[Task, Order]) -> None:
    made = with_brief(
        orders[Task.BINARY],
        criteria=(Criterion(metric="recall", at_least=0.9, on="validation"),),
    )
    report = evaluate(made)
    fix = next(advice.fix for advice in report.advice if advice.fix)
    missed = -fix.value["false_negative"]
    at = 1 / (1 + missed)  # where a false alarm and a miss weigh the same
    path = made.out_of_fold
    assert path is not None
    table = pd.read_parquet(path)
    assert metrics.recall_score(table["truth"], table["score_1"] >= at - 1e-3) >= 0.9


def test_without_baseline_nothing_is_claimed_to_be_better(orders: dict[Task, Order]) -> None:
    report = evaluate(replace(orders[Task.REGRESSION], baseline=None, out_of_fold=None))
    assert math.isnan(report.difference.value)
    assert report.baseline == {}
    assert report.validation == {}
    assert not report.gate.passed
    assert report.gate.criteria[0].verdict == "not sure"


def test_progress_runs_from_nothing_towards_all(orders: dict[Task, Order]) -> None:
    said: list[float] = []
    evaluate(orders[Task.REGRESSION], lambda share, _: said.append(share))
    assert said == sorted(said)
    assert said[0] == 0
    assert said[-1] <= 1


def test_too_few_test_rows_are_refused_with_what_to_do(
    orders: dict[Task, Order], tmp_path: Path
) -> None:
    made = orders[Task.BINARY]
    few = tmp_path / "few.parquet"
    pd.read_parquet(made.test).head(5).to_parquet(few)
    with pytest.raises(TooFewRows, match="Only 5 test rows"):
        evaluate(replace(made, test=few))


def test_a_class_never_learned_is_left_out_of_the_test(
    orders: dict[Task, Order], tmp_path: Path
) -> None:
    made = orders[Task.BINARY]
    rows = pd.read_parquet(made.test)
    rows.loc[:9, "leaves"] = "perhaps"
    rows.to_parquet(tmp_path / "odd.parquet")
    assert evaluate(replace(made, test=tmp_path / "odd.parquet")).test_rows == 490


@pytest.mark.parametrize("kind", ["group", "time"])
def test_rows_that_belong_together_widen_the_interval(
    orders: dict[Task, Order], tmp_path: Path, kind: str
) -> None:
    made = orders[Task.REGRESSION]
    for name in ("development", "test"):
        rows = pd.read_parquet(getattr(made, name))
        rows["who"] = np.arange(len(rows)) // 50
        rows.to_parquet(tmp_path / f"{name}.parquet")
    split = made.split.model_copy(update={"kind": kind, f"{kind}_column": "who"})
    again = replace(
        made,
        split=split,
        development=tmp_path / "development.parquet",
        test=tmp_path / "test.parquet",
    )
    assert evaluate(again).test["mae"].low != evaluate(made).test["mae"].low


def test_the_same_order_gives_the_same_numbers(orders: dict[Task, Order]) -> None:
    first, again = (
        evaluate(orders[Task.MULTICLASS]).model_copy(update={"created": ""}) for _ in range(2)
    )
    assert first.model_dump_json() == again.model_dump_json()


def test_of_a_quantile_it_is_told_how_often_it_suffices_and_not_how_far_it_is_off(
    orders: dict[Task, Order],
) -> None:
    made = with_brief(orders[Task.REGRESSION], quantile=0.8)
    cases = sit(made).candidate
    (told,) = [claim for claim in evaluate(made).claims if "stays at or below" in claim.sentence]
    assert told.value == pytest.approx(np.mean(cases.truth <= cases.score))
    assert told.sentence.endswith("; 80 were asked for.")
    assert told.needs == ("brief.quantile",)
    assert not any("off by" in claim.sentence for claim in evaluate(made).claims)
