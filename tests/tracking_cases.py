"""A training that was never run, for what MLflow is told of one."""

from mll_core.domain.task import Task
from mll_core.domain.training import Interval, Reached, Run, Training

RUN = Run(
    run_id="t-1",
    model="ridge",
    label="Ridge regression",
    parameters={"alpha": 3.0, "note": "x" * 9000},
    metric="rmse",
    score=Interval(value=2.0, low=1.5, high=2.5, n=90),
    train_score=1.8,
    folds=(1.9, 2.0, 2.1),
    metrics={"mae": Interval(value=1.1, low=float("nan"), high=float("nan"), n=90)},
)

TRAINING = Training(
    run_id="t",
    task=Task.REGRESSION,
    metric="rmse",
    metric_reason="",
    leaderboard=(RUN,),
    recommended="t-1",
    reason="",
    model_sha256="a" * 64,
    learning_curve=(
        Reached(rows=50, score=Interval(value=2.5)),
        Reached(rows=90, score=Interval(value=2.0)),
    ),
)
