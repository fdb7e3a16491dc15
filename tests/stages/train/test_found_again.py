"""Groups and odd rows: what MLflow is told of them, and whether they come out the same again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from training_cases import order, people, workshop

from mll_core.domain.document import Brief
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Training
from mll_core.plugins.models.gaussian_mixture import GaussianMixture
from mll_core.plugins.models.isolation_forest import IsolationForest
from mll_core.plugins.models.k_means import KMeans
from mll_core.plugins.models.robust_z_score import RobustZScore
from mll_core.stages import train
from mll_core.stages.train import Order, Tools, again

MODELS = {
    Task.CLUSTERING: (KMeans(groups=2), GaussianMixture(groups=3)),
    Task.ANOMALY: (IsolationForest(trees=10), RobustZScore()),
}
PLOTS = {
    Task.CLUSTERING: {"silhouette.svg"},
    Task.ANOMALY: {"oddness.svg", "roc.svg", "precision_recall.svg"},
}
Found = tuple[Order, Training]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module", params=sorted(MODELS))
def found(request: pytest.FixtureRequest, tools: Tools) -> Found:
    """A training without an answer; of a few odd rows it is known that they are."""
    task, frame = request.param, people(Task.BINARY, 150)
    odd = np.arange(150) % 25 == 0
    frame.loc[odd, "age"] = 300.0
    frame["answer"] = np.where(odd, "yes", "no")
    brief = Brief(target="answer" if task is Task.ANOMALY else None, positive="yes")
    section = TrainSection(models=MODELS[task], trials=4, threads=1)
    if task is Task.CLUSTERING:
        frame = frame.drop(columns="answer")
    asked = order(tools, frame, task, brief=brief, section=section)
    return asked, train.WAYS[asked.kind.way](asked, tools, lambda *_: None, lambda _: None)


def test_every_run_comes_out_the_same_again(found: Found, tools: Tools) -> None:
    asked, training = found
    assert len(training.leaderboard) == 3
    for run in training.leaderboard:
        same = train.reproduce(asked, training, run.run_id, tools)
        assert same["identical"], (run.label, same)
        assert same["learned"] is (True if run.recommended else None)
        assert same["value"]["found"] == run.score.value
        assert same["libraries"] == {}


def test_another_seed_is_not_the_same(found: Found, tools: Tools) -> None:
    asked, training = found
    other = replace(asked, section=asked.section.model_copy(update={"seed": 9}))
    same = train.reproduce(other, training, training.leaderboard[-1].run_id, tools)
    assert not same["identical"]


def test_other_versions_are_listed(
    found: Found, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, training = found
    here = again.libraries()
    monkeypatch.setattr(again, "libraries", lambda: here | {"scikit-learn": "0.1"})
    listed = train.reproduce(asked, training, training.run_id, tools)["libraries"]
    assert listed == {"scikit-learn": [here["scikit-learn"], "0.1"]}


def test_what_every_run_said_is_kept_by_row(found: Found, tools: Tools) -> None:
    training = found[1]
    for run in training.leaderboard:
        kept = pq.read_table(tools.objects.path(str(run.out_of_fold))).to_pandas()
        assert kept["row"].tolist() == list(range(150))
        assert kept.filter(like="score_").sum(axis=1).to_numpy() == pytest.approx(1)


def test_mlflow_holds_the_parent_its_runs_pictures_and_the_model(
    found: Found, tools: Tools
) -> None:
    from mlflow.models import Model

    asked, training = found
    mlflow = tools.tracker._client
    parent = mlflow.get_run(training.mlflow_run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.params["task"] == asked.task
    for run in training.leaderboard:
        kept = mlflow.get_run(run.mlflow_run_id)
        assert kept.data.tags["mlflow.parentRunId"] == training.mlflow_run_id
        assert kept.data.metrics[training.metric] == run.score.value
        assert kept.data.params["model"] == run.model
        for name, value in run.parameters.items():
            assert kept.data.params[name] == str(value)
    drawn = {Path(f.path).name for f in mlflow.list_artifacts(training.mlflow_run_id, "plots")}
    assert drawn == PLOTS[asked.task]
    (made,) = parent.outputs.model_outputs
    folder = Path(mlflow.get_logged_model(made.model_id).artifact_location.removeprefix("file://"))
    sent = [column.name for column in Model.load(folder / "MLmodel").signature.inputs]
    example = json.loads((folder / "input_example.json").read_text())
    assert example["columns"] == sent
    frame = pd.DataFrame(example["data"], columns=sent)
    assert tools.models.load(training.model_sha256).score(frame).shape[0] == 1
    assert not [path for path in folder.iterdir() if path.suffix in {".pkl", ".pickle"}]


def test_draws_of_groups_are_told_one_by_one(found: Found, tools: Tools) -> None:
    asked, training = found
    if asked.task is not Task.CLUSTERING:
        return
    told = tools.tracker._client.get_metric_history(training.winner.mlflow_run_id, "fold_stability")
    assert [point.value for point in told] == list(training.winner.folds)


def test_a_queue_that_is_no_better_than_a_random_one_is_told_so(tools: Tools) -> None:
    frame = people(Task.BINARY, 120)
    frame["answer"] = np.where(np.arange(120) % 12 == 0, "yes", "no")  # nothing tells them
    section = TrainSection(models=(IsolationForest(trees=10),), trials=2, threads=1)
    brief = Brief(target="answer", positive="yes")
    asked = order(tools, frame, Task.ANOMALY, brief=brief, section=section)
    found = train.WAYS["oddness"](asked, tools, lambda *_: None, lambda _: None)
    assert found.reason.endswith("It is not shown to be better than a random queue.")
