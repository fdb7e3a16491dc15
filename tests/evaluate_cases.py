"""A whole small evaluation on real parts: files, fitted models, out-of-fold predictions."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from fitted_cases import TARGETS, customers, fit
from sklearn.model_selection import KFold

from mll_core.catalog import METRICS
from mll_core.domain.data import Column, DataVersion, Split
from mll_core.domain.document import Brief, Document, EvaluateSection
from mll_core.domain.task import Task
from mll_core.domain.training import Run, Training
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.evaluate import Order

PRIMARY = {Task.BINARY: "roc_auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "mae"}
QUICK = EvaluateSection(resamples=200, explain_rows=40)


def order(folder: Path, task: Task, kind: str = "", *, metric: str = "", **brief: Any) -> Order:
    """An order as the lifecycle gives it, for the customers of ``fitted_cases``."""
    kind = kind or ("ridge" if task is Task.REGRESSION else "logistic_regression")
    learned, tested = customers(900, seed=1), customers(500, seed=2)
    fitted, baseline = fit(learned, task, kind), fit(learned, task, "prior")
    for name, frame in {"development": learned, "test": tested}.items():
        frame.to_parquet(folder / f"{name}.parquet")
    _out_of_fold(learned, task, kind).to_parquet(folder / "out_of_fold.parquet")
    about = Document(name="customers", brief=Brief(target=TARGETS[task], **brief), evaluate=QUICK)
    made = Order(
        training=_training(task, kind, metric or PRIMARY[task], learned, fitted, baseline),
        split=_split(learned, tested),
        document=about,
        document_version=3,
        development=folder / "development.parquet",
        test=folder / "test.parquet",
        fitted=fitted,
        baseline=baseline,
        opening=1,
        sealed_sha256="5ea1",
        sealed_at="2026-01-01T00:00:00+00:00",
        out_of_fold=folder / "out_of_fold.parquet",
    )
    return made


def with_brief(made: Order, **brief: Any) -> Order:
    """The same order with other words in the brief."""
    about = made.document
    changed = about.brief.model_copy(update=brief)
    return replace(made, document=about.model_copy(update={"brief": changed}))


def _out_of_fold(frame: pd.DataFrame, task: Task, kind: str) -> pd.DataFrame:
    parts = []
    for fold, (learn, hold) in enumerate(KFold(3, shuffle=True, random_state=0).split(frame)):
        held = frame.iloc[hold]
        said = fit(frame.iloc[learn], task, kind).predictions(held)
        columns = {"row": hold, "fold": fold, "truth": said.truth}
        score = said.score if task.classifies else said.score[:, None]
        columns |= {f"score_{i}": score[:, i] for i in range(score.shape[1])}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts).sort_values("row", ignore_index=True)


def _training(
    task: Task,
    kind: str,
    metric: str,
    frame: pd.DataFrame,
    fitted: FittedModel,
    baseline: FittedModel,
) -> Training:
    def run(name: str, model: FittedModel, **more: Any) -> Run:
        cases = model.predictions(frame)
        scored = Bootstrap(200).intervals({metric: METRICS[metric].of()}, cases)[metric]
        return Run(
            run_id=name,
            model=name,
            label=name.replace("_", " ").capitalize(),
            metric=metric,
            score=scored,
            train_score=scored.value,
            folds=(scored.value,),
            **more,
        )

    return Training(
        run_id="run-1",
        task=task,
        metric=metric,
        metric_reason="Because.",
        classes=fitted.classes,
        leaderboard=(run(kind, fitted, recommended=True), run("prior", baseline, baseline=True)),
        recommended=kind,
        reason="It is the best.",
        model_sha256="a" * 64,
        baseline_sha256="b" * 64,
        threshold=fitted.threshold,
        features=fitted.encoder.features,
        seconds=1.0,
        rows=len(frame),
    )


def _split(learned: pd.DataFrame, tested: pd.DataFrame) -> Split:
    def version(letter: str, frame: pd.DataFrame) -> DataVersion:
        columns = tuple(Column(name=str(n), type=str(t)) for n, t in frame.dtypes.items())
        return DataVersion(sha256=letter * 64, rows=len(frame), columns=columns, source="made up")

    return Split(
        kind="random",
        shaped=version("c", pd.concat([learned, tested])),
        development=version("d", learned),
        test=version("e", tested),
        sealed=version("f", tested),
        folds=3,
        sentence="500 of 1,400 rows are sealed for the test.",
    )
