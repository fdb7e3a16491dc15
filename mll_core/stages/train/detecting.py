"""Detectors compared: by what is known of some rows, else by how much of the queue stays."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mll_core.catalog import METRICS, MODELS
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.metric import Metric
from mll_core.domain.model import Model
from mll_core.domain.task import Codes, Floats, Predictions
from mll_core.domain.training import Interval, Run, Skipped
from mll_core.infra.unanswered_model import OddModel
from mll_core.stages.train import unanswered
from mll_core.stages.train.order import Order
from mll_core.stages.train.race import Overdue
from mll_core.stages.train.unanswered import Allowance, Found

FOLDS = 3
HALVES = 1
"""How often the rows are halved to see how much of the queue stays."""
MOST_SCORED = 10_000
QUEUE = 0.01
FEWEST_QUEUED = 5
FEWEST_KNOWN = 5
"""Known odd rows below which detectors are not judged by them."""
RANDOM = "A random queue"


@dataclass(eq=False)
class Detector:
    """One detector that was tried: its scores of rows it had not learned from."""

    model: Model | None
    label: str
    score: Floats
    both: Predictions
    """Queues of two halves: ``truth`` is in the first, ``label`` in the second."""
    seconds: float
    metrics: dict[str, Interval] = field(default_factory=dict)

    @property
    def baseline(self) -> bool:
        """Whether it is only there to compare with."""
        return self.model is None or self.model.baseline


def share_of(brief: Brief, rows: int) -> float:
    """The share of rows that can be looked at: as stated, else one in a hundred."""
    stated = brief.capacity.share
    return stated if stated is not None else min(1.0, max(QUEUE, FEWEST_QUEUED / max(1, rows)))


def known_codes(labels: pd.Series | None, positive: str | None, rows: int) -> Codes:
    """1 where a row is known to be odd, 0 where it is known not to be, -1 where nothing is."""
    if labels is None:
        return np.full(rows, -1)
    from mll_core.infra.target_values import name_of

    text = [name_of(v) if ok else None for v, ok in zip(labels, labels.notna(), strict=True)]
    return np.array([-1 if name is None else int(name == positive) for name in text])


@dataclass(eq=False)
class Comparing:
    """Tries every detector on rows it did not learn from."""

    order: Order
    found: Found
    allowance: Allowance
    known: Codes
    share: float
    detectors: list[Detector] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def metric(self) -> str:
        """What detectors are ranked by: what is known, when that is enough."""
        few = int((self.known == 1).sum()) < FEWEST_KNOWN or not (self.known == 0).any()
        return "queue_overlap" if few else self.order.metric

    def tries(self) -> Iterator[Detector]:
        """Each detector as it is done. Raises UnfitTarget when none is."""
        for model in self._models():
            if not model.baseline and (spent := self.allowance.spent()):
                self.skipped.append(Skipped(model=model.label, reason=spent))
                continue
            must = not any(not one.baseline for one in self.detectors)
            try:
                work = partial(self.detector, model)
                yield self.keep(self.allowance.watched(work, model.label, must=must))
            except Overdue:
                self.skipped.append(Skipped(model=model.label, reason=unanswered.WHILE))
            except (ValueError, np.linalg.LinAlgError) as error:
                why = f"It cannot learn these rows: {str(error).splitlines()[0]}"
                self.skipped.append(Skipped(model=model.label, reason=why))
        if not any(not one.baseline for one in self.detectors):
            reasons = " ".join(f"{one.model}: {one.reason}" for one in self.skipped)
            hint = "Give it more time, or choose other detectors."
            raise UnfitTarget(f"No detector finished. {reasons}", hint=hint)
        yield self.keep(self.by_chance())

    def _models(self) -> list[Model]:
        chosen = [m for m in self.order.section.models if self.order.task in m.tasks]
        for model in self.order.section.models:
            if model not in chosen:
                why = "It does not look for rows that stand out."
                self.skipped.append(Skipped(model=model.label, reason=why))
        shelf = [cls.of() for cls in MODELS.values() if issubclass(cls, OddModel)]
        baselines = [model for model in shelf if model.baseline]
        learned = chosen or [model for model in shelf if model.usual and not model.baseline]
        return baselines + sorted((m for m in learned if not m.baseline), key=lambda m: m.cost)

    def keep(self, detector: Detector) -> Detector:
        """The detector, measured, among those compared."""
        detector.metrics = self._measured(detector)
        self.detectors.append(detector)
        return detector

    def detector(self, model: Model) -> Detector:
        """What ``model`` says of rows it did not learn from. Raises ValueError, LinAlgError."""
        started, matrix = time.monotonic(), self.found.matrix
        draw = np.random.default_rng((self.order.section.seed, 3))
        fold = draw.permutation(len(matrix)) % FOLDS
        score = np.empty(len(matrix))
        for i in range(FOLDS):
            score[fold == i] = self._scored(model, fold != i, fold == i)
        scored = np.sort(draw.permutation(len(matrix))[:MOST_SCORED])
        halves = [draw.permutation(len(matrix)) % 2 == 0 for _ in range(HALVES)]
        pairs = [
            (self._scored(model, half, scored), self._scored(model, ~half, scored))
            for half in halves
        ]
        both = _queues(pairs, self.share)
        return Detector(model, model.label, score, both, time.monotonic() - started)

    def by_chance(self) -> Detector:
        """A random queue: what looking at any rows would find."""
        draw, n = np.random.default_rng((self.order.section.seed, 4)), len(self.found.matrix)
        both = _queues([(draw.random(n), draw.random(n)) for _ in range(HALVES)], self.share)
        return Detector(None, RANDOM, draw.random(n), both, 0.0)

    def _scored(self, model: Model, learn: Any, scored: Any) -> Floats:
        matrix = self.found.matrix
        fitted = unanswered.fitted(model, self.found.learned, self.order, matrix[learn])
        return np.asarray(fitted.predict_proba(matrix[scored])[:, 1])

    def _measured(self, detector: Detector) -> dict[str, Interval]:
        seed = self.order.section.seed
        overlap = {"queue_overlap": METRICS["queue_overlap"].of()}
        found = unanswered.intervals(overlap, detector.both, seed)
        told = self.known >= 0
        if (self.known == 1).any() and (self.known == 0).any():
            cases = labelled(detector.score[told], self.known[told], self.share)
            found |= unanswered.intervals(judging(self.order, self.share), cases, seed)
        return found


def labelled(score: Floats, known: Codes, share: float) -> Predictions:
    """Scores beside what is known, acting on the top ``share``."""
    cut = np.quantile(score, 1 - share) if len(score) else 1.0
    both = np.column_stack([1 - score, score])
    return Predictions(known, both, (score >= cut).astype(np.int64), ("usual", "odd"))


def judging(order: Order, share: float) -> dict[str, Metric]:
    """The metrics that judge scores by what is known, with the capacity."""
    found = unanswered.of_task(order)
    found.pop("queue_overlap", None)
    return {
        kind: METRICS[kind].of(share=share) if "share" in METRICS[kind].parameters() else metric
        for kind, metric in found.items()
    }


def as_run(detector: Detector, run_id: str, metric: str) -> Run:
    """The detector as the leaderboard shows it."""
    unknown = Interval(value=float("nan"), n=len(detector.score))
    score = detector.metrics.get(metric, unknown)
    model = detector.model
    return Run(
        run_id=run_id,
        model=model.kind if model else "random",
        label=detector.label,
        parameters=model.model_dump(mode="json", exclude={"kind"}) if model else {},
        metric=metric,
        score=score,
        train_score=score.value,
        folds=(),
        metrics=detector.metrics,
        seconds=detector.seconds,
        baseline=detector.baseline,
    )


def _queues(pairs: list[tuple[Floats, Floats]], share: float) -> Predictions:
    """Which rows are in the queues of both of a pair, for all pairs: the oddest ``share``."""
    first, second = (np.concatenate([_top(pair[side], share) for pair in pairs]) for side in (0, 1))
    score = np.column_stack([1.0 - second, second.astype(np.float64)])
    return Predictions(first, score, second, ("usual", "odd"))


def _top(score: Floats, share: float) -> Codes:
    queued = np.zeros(len(score), dtype=np.int64)
    queued[np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]] = 1
    return queued
