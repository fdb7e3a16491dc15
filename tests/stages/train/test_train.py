import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sklearn
from real_data import real
from training_cases import QUICK, order, people, version, workshop

from mll_core.catalog import METRICS
from mll_core.domain.document import Brief, Capacity, Values
from mll_core.domain.errors import NotFound, Stopped, TooFewRows, UnfitTarget, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Run, Training
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.ridge import Ridge
from mll_core.plugins.steps.clip_outliers import ClipOutliers
from mll_core.stages import prepare, train
from mll_core.stages.train import Order, Tools, trial
from mll_core.stages.train.clock import Clock


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def trainings(tools: Tools) -> dict[Task, tuple[Order, Training, list[tuple[Run, ...]]]]:
    """One training per task, with the leaderboards it published on the way."""
    found = {}
    for task in sorted(ANSWERED):
        section = TrainSection(models=QUICK, trials=10, threads=1)
        asked, boards = order(tools, people(task), task, section=section), []
        found[task] = (asked, train.train(asked, tools, publish=boards.append), boards)
    return found


def of_one_model(tools: Tools, frame: pd.DataFrame, task: Task, **changes: object) -> Order:
    section = TrainSection(models=(LightGBM(trees=10),), trials=4, threads=1)
    return order(tools, frame, task, **({"section": section} | changes))


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_a_training_ranks_models_and_keeps_a_winner_that_scores_raw_rows(
    task: Task, tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    asked, found, _ = trainings[task]
    metric = METRICS[asked.metric]
    assert {"prior", "best_single_column", "lightgbm"} <= {run.model for run in found.leaderboard}
    values = [run.score.value for run in found.leaderboard]
    assert values == sorted(values, reverse=metric.greater_is_better)
    assert found.winner.recommended
    assert not found.winner.baseline
    assert [run.recommended for run in found.leaderboard].count(True) == 1
    fresh = people(task, seed=1)
    kept = (found.model_sha256, str(found.baseline_sha256))
    model, baseline = (metric().score(tools.models.load(k).predictions(fresh)) for k in kept)
    assert (model > baseline) == metric.greater_is_better
    assert "id" not in [feature.source for feature in found.features]


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_out_of_fold_predictions_are_one_row_per_row_and_give_the_scores_again(
    task: Task, tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    from sklearn import metrics

    _, found, _ = trainings[task]
    run = next(run for run in found.leaderboard if run.model == "lightgbm")
    table = pq.read_table(tools.objects.path(str(run.out_of_fold))).to_pandas()
    assert table["row"].tolist() == list(range(400))
    by_fold = [part for _, part in table.groupby("fold")]
    if task is Task.REGRESSION:
        again = [np.sqrt(metrics.mean_squared_error(p["truth"], p["score"])) for p in by_fold]
    elif task is Task.BINARY:
        again = [metrics.roc_auc_score(p["truth"], p["score_1"]) for p in by_fold]
    else:
        names = ["score_0", "score_1", "score_2"]
        again = [metrics.log_loss(p["truth"], p[names]) for p in by_fold]
    np.testing.assert_allclose(run.folds, again, rtol=1e-9)
    assert run.score.value == pytest.approx(np.mean(again))
    assert run.score.low < run.score.value < run.score.high


def test_the_leaderboard_is_published_as_it_grows(
    trainings: dict[Task, tuple[Order, Training, list[tuple[Run, ...]]]],
) -> None:
    _, found, boards = trainings[Task.BINARY]
    assert [len(board) for board in boards] == list(range(1, len(found.leaderboard) + 1))


def test_mlflow_holds_the_parent_and_every_run(
    tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    _, found, _ = trainings[Task.BINARY]
    mlflow = tools.tracker._client
    parent = mlflow.get_run(found.mlflow_run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["document_version"] == "7"
    for run in found.leaderboard:
        kept = mlflow.get_run(run.mlflow_run_id)
        assert kept.data.metrics["roc_auc"] == run.score.value
        assert kept.data.tags["mlflow.parentRunId"] == found.mlflow_run_id


def test_mlflow_has_what_is_needed_to_judge_the_winner_and_to_send_it_a_row(
    tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    asked, found, _ = trainings[Task.BINARY]
    from mlflow.models import Model

    mlflow = tools.tracker._client
    parent = mlflow.get_run(found.mlflow_run_id)
    plots = {Path(f.path).name for f in mlflow.list_artifacts(found.mlflow_run_id, "plots")}
    assert {"roc.svg", "precision_recall.svg", "calibration.svg"} <= plots
    lock = mlflow.download_artifacts(found.mlflow_run_id, "environment.txt")
    assert f"scikit-learn=={sklearn.__version__}" in Path(lock).read_text().splitlines()
    (made,) = parent.outputs.model_outputs
    folder = Path(mlflow.get_logged_model(made.model_id).artifact_location.removeprefix("file://"))
    said = Model.load(folder / "MLmodel")
    sent = [column.name for column in said.signature.inputs]
    example = json.loads((folder / "input_example.json").read_text())
    assert example["columns"] == sent
    model = tools.models.load(found.model_sha256)
    assert model.inputs.keys() - {asked.target} == set(sent)
    frame = pd.DataFrame(example["data"], columns=example["columns"])
    assert model.score(frame).shape == (1, 2)
    assert (folder / f"{found.model_sha256}.skops").exists()
    assert not [path for path in folder.iterdir() if path.suffix in {".pkl", ".pickle"}]


def test_a_budget_of_settings_gives_the_same_leaderboard_however_slow_the_machine_is(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = (Ridge(), LightGBM(trees=10))
    section = TrainSection(models=models, threads=1, trials=6, ensembles=False)
    asked = order(tools, people(Task.REGRESSION), Task.REGRESSION, section=section)

    def board(found: Training) -> list[object]:
        return [(r.label, r.parameters, r.score, r.tied, r.recommended) for r in found.leaderboard]

    one = train.train(asked, tools)
    slow = Clock(1.0, -1e6)  # a clock would be over before it began
    assert slow.left < 0
    monkeypatch.setattr(trial.time, "perf_counter", iter(np.arange(1e6) ** 2).__next__)
    two = train.train(asked, tools)
    assert board(one) == board(two)
    assert one.reason == two.reason
    learned = [run for run in one.leaderboard if not run.baseline]
    assert len(learned) <= 6
    assert {"ridge", "lightgbm"} == {run.model for run in learned}
    assert any("tuned" in run.label for run in learned)


def test_settings_beyond_the_count_have_no_turn(tools: Tools) -> None:
    section = TrainSection(models=(Ridge(), LightGBM(trees=10)), threads=1, trials=1)
    asked = order(tools, people(Task.REGRESSION), Task.REGRESSION, section=section)
    found = train.train(asked, tools)
    assert [run.model for run in found.leaderboard if not run.baseline] == ["lightgbm"]
    (skipped,) = (s for s in found.skipped if s.model == "Ridge regression")
    assert skipped.reason == "All 1 settings to try were used up before its turn."


def test_the_same_order_gives_the_same_scores_and_predictions(
    tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    frame = people(Task.MULTICLASS)
    one, other = (train.train(of_one_model(tools, frame, Task.MULTICLASS), tools) for _ in range(2))
    first = {run.label: (run.folds, run.out_of_fold) for run in one.leaderboard}
    second = {run.label: (run.folds, run.out_of_fold) for run in other.leaderboard}
    assert {"LightGBM", "Best single column"} <= first.keys()
    assert first == second


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_a_run_can_be_reproduced_from_its_order(
    task: Task, tools: Tools, trainings: dict[Task, tuple[Order, Training, list]]
) -> None:
    asked, found, _ = trainings[task]
    again = train.reproduce(asked, found, found.recommended, tools)
    assert again["identical"], again
    assert again["learned"] is True
    other = train.reproduce(replace(asked, section=TrainSection(seed=5)), found, _lgb(found), tools)
    assert not other["predictions"]
    with pytest.raises(NotFound):
        train.reproduce(asked, found, "nothing", tools)


def _lgb(found: Training) -> str:
    return next(run.run_id for run in found.leaderboard if run.label == "LightGBM")


def test_held_out_rows_change_nothing_that_is_learned(tools: Tools) -> None:
    from mll_core.stages.train import rows as development

    frame = people(Task.BINARY)
    recipe = Recipe(steps=(ClipOutliers(column="age"),))
    asked = order(tools, frame, Task.BINARY, recipe=recipe)
    rows = development.read(asked)
    parts = development.parts(rows, asked, lambda share, message: None)
    places, held = rows.cuts[0]
    changed = frame.copy()
    changed.loc[held, ["age", "town"]] = [1e9, "Atlantis"]
    changed.loc[held, "joined"] = pd.Timestamp("1900-01-01")
    strange = development.read(order(tools, changed, Task.BINARY, recipe=recipe))
    again = development.learn(strange, asked, places)
    assert again.encoder == parts[0].learned.encoder
    assert again.transformer.state() == parts[0].learned.transformer.state()
    assert np.array_equal(again.matrix, parts[0].learned.matrix, equal_nan=True)


def test_how_many_rows_are_prepared_at_a_time_changes_nothing(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mll_core.stages.train import rows as development

    recipe = Recipe(steps=(ClipOutliers(column="age"),))
    asked = order(tools, people(Task.BINARY), Task.BINARY, recipe=recipe)
    rows = development.read(asked)
    whole = development.learn(rows, asked)
    monkeypatch.setattr(development, "BATCH", 60)
    batched = development.learn(rows, asked)
    assert batched.encoder == whole.encoder
    assert np.array_equal(batched.matrix, whole.matrix, equal_nan=True)


def stop_after(message: str) -> Callable[[float, str], None]:
    def progress(share: float, said: str) -> None:
        if said.startswith(message):
            raise Stopped("Stopped.", hint="Start again.")

    return progress


def test_stop_keeps_what_is_finished(tools: Tools) -> None:
    asked = of_one_model(tools, people(Task.BINARY, 390), Task.BINARY)
    found = train.train(asked, tools, stop_after("LightGBM, tuned 1"))
    assert found.stopped
    assert found.winner.label == "LightGBM"
    assert tools.models.load(found.model_sha256).score(people(Task.BINARY)).shape == (400, 2)


def test_stop_before_anything_is_finished_says_so(tools: Tools) -> None:
    asked = of_one_model(tools, people(Task.BINARY, 380), Task.BINARY)
    with pytest.raises(Stopped, match="before a model had finished"):
        train.train(asked, tools, stop_after("LightGBM"))
    with pytest.raises(Stopped):
        train.train(asked, tools, stop_after("Preparing"))


def test_progress_is_sentences_with_a_growing_share(tools: Tools) -> None:
    said: list[tuple[float, str]] = []
    asked = of_one_model(tools, people(Task.BINARY), Task.BINARY)
    train.train(asked, tools, lambda share, message: said.append((share, message)))
    messages = [message for _, message in said]
    assert "LightGBM: fold 3 of 3" in messages
    assert any(
        message.startswith("LightGBM, tuned 1: fold 1 of 3, best so far 0.") for message in messages
    )
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert shares[-1] <= 1


@pytest.mark.parametrize(
    ("frame", "changes", "error", "match"),
    [
        (people(Task.BINARY).head(10), {}, TooFewRows, "Only 10 development rows"),
        (people(Task.BINARY), {"brief": Brief()}, UnfitTarget, "no column to predict"),
        (people(Task.BINARY), {"brief": Brief(target="churn")}, UnknownColumn, "churn"),
        (people(Task.BINARY), {"metric": "rmse"}, NotFound, "rmse"),
        (people(Task.BINARY), {"brief": Brief(target="town")}, UnfitTarget, "has 3 classes"),
        (people(Task.BINARY).assign(answer="a"), {}, UnfitTarget, "one value only"),
    ],
)
def test_an_order_that_cannot_be_trained_is_refused_in_words(
    frame: pd.DataFrame,
    changes: dict[str, object],
    error: type[Exception],
    match: str,
    tools: Tools,
) -> None:
    with pytest.raises(error, match=match) as caught:
        train.train(order(tools, frame, Task.BINARY, **changes), tools)
    assert caught.value.hint


def test_one_validation_cut_gives_an_interval_too(tools: Tools) -> None:
    frame = people(Task.REGRESSION)
    asked = of_one_model(tools, frame, Task.REGRESSION)
    found = train.train(replace(asked, split=asked.split.model_copy(update={"folds": 1})), tools)
    run = found.winner
    assert len(run.folds) == 1
    assert run.score.low < run.score.value < run.score.high
    table = pq.read_table(tools.objects.path(str(run.out_of_fold)))
    assert len(table) == 80


def test_repeated_folds_keep_each_row_once_out_of_fold(tools: Tools) -> None:
    asked = of_one_model(tools, people(Task.BINARY, 120), Task.BINARY)
    split = asked.split.model_copy(update={"repeats": 2})
    found = train.train(replace(asked, split=split), tools)
    assert len(found.winner.folds) == 6
    table = pq.read_table(tools.objects.path(str(found.winner.out_of_fold))).to_pandas()
    assert table["row"].tolist() == list(range(120))


def test_a_class_absent_from_a_fold_is_no_obstacle(tools: Tools) -> None:
    frame = people(Task.MULTICLASS)
    frame["answer"] = frame["answer"].astype(str)
    frame.loc[7, "answer"] = "rare"
    found = train.train(of_one_model(tools, frame, Task.MULTICLASS), tools)
    assert found.classes == ("0", "1", "2", "rare")
    assert tools.models.load(found.model_sha256).score(frame).shape == (400, 4)


def test_money_and_capacity_decide_the_threshold(tools: Tools) -> None:
    frame = people(Task.BINARY)
    values = Values(true_positive=100, false_positive=-1, false_negative=0, currency="EUR")
    brief = Brief(target="answer", values=values)
    found = train.train(
        of_one_model(tools, frame, Task.BINARY, brief=brief, metric="expected_value"), tools
    )
    assert "value per case" in found.threshold_reason
    capacity = Brief(target="answer", capacity=Capacity(count=20, cases_per_period=200))
    found = train.train(of_one_model(tools, frame, Task.BINARY, brief=capacity), tools)
    table = pq.read_table(tools.objects.path(str(found.winner.out_of_fold))).to_pandas()
    assert (table["score_1"] >= found.threshold).mean() <= 0.1
    assert "20 of 200 can be handled per week" in found.threshold_reason


def test_a_model_that_does_not_fit_the_time_is_skipped_with_the_reason(tools: Tools) -> None:
    frame = people(Task.BINARY, 12_000)
    wide = pd.concat([frame, *(frame["age"].rename(f"n{i}") * i for i in range(20))], axis=1)
    asked = order(tools, wide, Task.BINARY, section=TrainSection(budget_seconds=5, threads=1))
    found = train.train(asked, tools)
    assert any(run.model in ("lightgbm", "hist_gradient_boosting") for run in found.leaderboard)
    assert any(" s" in skipped.reason for skipped in found.skipped)


def test_a_tracking_server_that_is_away_costs_no_training_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'nowhere' / 'db'}")
    (tmp_path / "nowhere").write_text("a file where a folder should be")
    tools = workshop(tmp_path)
    found = train.train(of_one_model(tools, people(Task.BINARY), Task.BINARY), tools)
    assert found.mlflow_run_id is None
    (lost,) = [skipped for skipped in found.skipped if skipped.model == "MLflow"]
    assert "not told" in lost.reason
    assert tools.models.load(found.model_sha256).task is Task.BINARY


def test_what_has_no_turn_is_not_told_as_tried_and_is_counted_in_the_reason(tools: Tools) -> None:
    wide = people(Task.BINARY, 12_000)
    wide = pd.concat([wide, *(wide["age"].rename(f"n{i}") * i for i in range(20))], axis=1)
    asked = order(tools, wide, Task.BINARY, section=TrainSection(budget_seconds=5, threads=1))
    told: list[str] = []
    found = train.train(asked, tools, lambda share, message: told.append(message))
    late = [skipped.model for skipped in found.skipped if " turn" in skipped.reason]
    assert not [message for message in told if message.split(":")[0] in late]
    unfinished = [s for s in found.skipped if s.model not in ("Tuning", "MLflow")]
    assert not unfinished or "for lack of time" in found.reason


@pytest.mark.real
def test_adult_reaches_its_sealed_test_score_in_a_minute(tools: Tools) -> None:
    data = version(pd.read_csv(real("adult.csv")), tools.objects)
    plan = prepare.SplitPlan(section=SplitSection(), target="income", task=Task.BINARY)
    split = prepare.split(Recipe(), tools.objects.path(data.sha256), plan, tools.objects)
    asked = replace(
        order(tools, people(Task.BINARY), Task.BINARY),
        split=split,
        development=tools.objects.path(split.development.sha256),
        brief=Brief(target="income"),
        excluded=frozenset(),
        section=TrainSection(budget_seconds=60),
    )
    found = train.train(asked, tools)
    test = pq.read_table(tools.objects.path(split.test.sha256)).to_pandas()
    model = tools.models.load(found.model_sha256)
    assert METRICS["roc_auc"]().score(model.predictions(test)) >= 0.925
    assert found.seconds <= 66
