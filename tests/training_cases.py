"""Orders for training on small, seeded rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mll_core.catalog import STEPS
from mll_core.domain.data import Column, DataVersion, Split
from mll_core.domain.document import Brief
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.infra.model_store import ModelStore
from mll_core.infra.objects import ObjectStore
from mll_core.infra.tracking import Tracker
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.plugins.models.ridge import Ridge
from mll_core.stages.train import Order, Tools

METRIC = {
    Task.BINARY: "roc_auc",
    Task.MULTICLASS: "log_loss",
    Task.REGRESSION: "rmse",
    Task.CLUSTERING: "silhouette",
    Task.ANOMALY: "average_precision",
}
QUICK = (LightGBM(trees=30), LogisticRegression(), Ridge())
KEY = b"a key of thirty-two bytes, or so"


def people(task: Task, n: int = 400, seed: int = 0) -> pd.DataFrame:
    """Raw rows with an answer that depends on age, town and joined; ``id`` says nothing."""
    draw = np.random.default_rng(seed)
    age, town = draw.integers(18, 80, n).astype(float), draw.choice(["Bonn", "Ulm", "Kiel"], n)
    joined = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 700, n), "D")
    value = (age - 50) / 10 + (town == "Ulm") * 3 + draw.normal(0, 1, n)
    if task is Task.REGRESSION:
        answer: Any = np.exp(value / 3) * 100
    elif task is Task.BINARY:
        answer = np.where(value > 1.5, "yes", "no")
    else:
        answer = np.digitize(value, [-1, 2])
    age[draw.random(n) < 0.1] = np.nan
    rows = {"id": np.arange(n), "age": age, "town": town, "joined": joined, "answer": answer}
    return pd.DataFrame(rows)


def version(frame: pd.DataFrame, objects: ObjectStore) -> DataVersion:
    path = objects.new()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    columns = tuple(Column(name=str(name), type="") for name in frame)
    return DataVersion(sha256=objects.keep(path), rows=len(frame), columns=columns, source="")


def workshop(home: Path) -> Tools:
    def read_steps(entries: Any) -> tuple[Any, ...]:
        return tuple(STEPS[entry["kind"]].of(**entry) for entry in entries)

    store = ModelStore(home, KEY, read_steps)
    return Tools(objects=ObjectStore(home), models=store, tracker=Tracker(home, "people"))


def order(tools: Tools, frame: pd.DataFrame, task: Task, **changes: Any) -> Order:
    """An order on ``frame`` with quick models; ``changes`` replace its fields."""
    data = version(frame, tools.objects)
    split = Split(
        kind="random" if task is Task.REGRESSION else "stratified",
        shaped=data,
        development=data,
        test=data,
        sealed=data,
        folds=3,
        sentence="",
    )
    usual: dict[str, Any] = {
        "split": split,
        "development": tools.objects.path(data.sha256),
        "recipe": Recipe(),
        "excluded": frozenset({"id"}),
        "brief": Brief(target="answer"),
        "task": task,
        "metric": METRIC[task],
        "metric_reason": "",
        "section": TrainSection(models=QUICK, budget_seconds=20, threads=1),
        "project": "people",
        "document_version": 7,
    }
    return Order(**(usual | changes))
