"""Champion against challenger, on the same rows."""

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from mll_core.domain.errors import TooFewRows, UnfitTarget
from mll_core.domain.metric import Metric
from mll_core.domain.serving import Comparison
from mll_core.domain.task import Form, Predictions
from mll_core.domain.training import Interval
from mll_core.infra import labelled_rows
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.scorer import schema_of
from mll_core.stages.monitor.performance import labelled

_FEWEST = 10


def compare(
    champion: FittedModel,
    challenger: FittedModel,
    rows: Path,
    metric: Metric,
    *,
    share: float | None = None,
    seed: int = 0,
) -> Comparison:
    """Both on the same labelled rows (a Parquet file that neither learned from), paired.

    With a ``share`` of rows that can be handled, both act on equally many, those with their
    highest scores: what the more eager one would act on, but no more than can be handled.
    One is better when the 95 % interval of the paired difference leaves out zero. Rows whose
    outcome is missing or is a class that one of them does not know are left out. Raises UnfitRows,
    UnfitTarget, TooFewRows.
    """
    if champion.target != challenger.target or set(champion.classes) != set(challenger.classes):
        what = "The two models do not predict the same target and classes."
        raise UnfitTarget(what, hint="Train the challenger on the same question.")
    names = [*schema_of(champion).kinds, *schema_of(challenger).kinds]
    frame = labelled_rows.read(rows, list(dict.fromkeys(names)), champion.target, None)
    old, new = (_predicted(model, frame) for model in (champion, challenger))
    new = _in_order_of(champion.classes, new)
    if old.n < _FEWEST:
        what = f"{old.n} rows with an outcome are too few to compare models on."
        raise TooFewRows(what, hint="Collect more outcomes.")
    if share is not None and champion.task.form is Form.TWO:
        old, new = _equally_many(share, old, new)
    bootstrap = Bootstrap(seed=seed)
    both = [bootstrap.intervals({"metric": metric}, side)["metric"] for side in (old, new)]
    difference = bootstrap.difference(metric, new, old)
    verdict, sentence = _judged(metric, difference)
    return Comparison(
        metric=metric.kind,
        rows=old.n,
        champion=both[0],
        challenger=both[1],
        difference=difference,
        verdict=verdict,
        sentence=sentence,
    )


def _predicted(model: FittedModel, frame: pd.DataFrame) -> Predictions:
    return labelled(model, frame, model.score(frame.drop(columns=model.target)))


def _in_order_of(classes: tuple[str, ...], predictions: Predictions) -> Predictions:
    """The same with classes coded as ``classes`` has them."""
    if predictions.classes == classes:
        return predictions
    place = np.array([classes.index(name) for name in predictions.classes])
    truth, label = (
        place[codes.astype(np.int64)] for codes in (predictions.truth, predictions.label)
    )
    return Predictions(truth, predictions.score[:, np.argsort(place)], label, classes)


def _equally_many(share: float, *sides: Predictions) -> list[Predictions]:
    most = max(int(side.label.sum()) for side in sides)
    rows = min(most, int(share * sides[0].n + 1e-9))
    return [_acting_on(rows, side) for side in sides]


def _acting_on(rows: int, side: Predictions) -> Predictions:
    label = np.zeros(side.n, dtype=np.int64)
    label[np.argsort(-side.score[:, 1], kind="stable")[:rows]] = 1
    return Predictions(side.truth, side.score, label, side.classes)


def _judged(
    metric: Metric, difference: Interval
) -> tuple[Literal["challenger", "champion", "not shown"], str]:
    value, low, high = difference.value, difference.low, difference.high
    if low > 0:
        by = f"{value:.3g} in {metric.label} (95 % interval {low:.3g} to {high:.3g})"
        return "challenger", f"The challenger is better by {by}."
    if high < 0:
        by = f"{-value:.3g} in {metric.label} (95 % interval {-high:.3g} to {-low:.3g})"
        return "champion", f"The champion is better by {by}."
    ahead = "ahead" if value >= 0 else "behind"
    span = f"95 % interval of its lead {low:.3g} to {high:.3g}"
    what = f"the challenger is {ahead} by {abs(value):.3g} in {metric.label} ({span})"
    return "not shown", f"Neither is shown to be better: {what}."
