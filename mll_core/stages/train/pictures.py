"""What MLflow is shown of the winner, drawn from out-of-fold rows: no row of the test is in it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.calibration import BINS
from mll_core.domain.task import Codes, Floats
from mll_core.domain.training import Training
from mll_core.infra.svg import Line, draw

POINTS = 200

Hits = NDArray[np.bool_]


def of(training: Training, truth: Codes | Floats, score: Floats) -> dict[str, str]:
    """SVG pictures by file name; ``score``: (n, k) probabilities or (n,) values, out of fold."""
    drawn = dict(_learning(training))
    if score.ndim == 1:
        return drawn | {"predicted_actual.svg": _numbers(truth.astype(float), score)}
    if score.shape[1] > 2:  # noqa: PLR2004
        best = score.argmax(axis=1)
        return drawn | {"calibration.svg": _calibration(score.max(axis=1), best == truth)}
    said, hit = score[:, 1], truth == 1
    drawn["calibration.svg"] = _calibration(said, hit)
    if 0 < hit.sum() < len(hit):
        drawn |= {"roc.svg": _roc(said, hit), "precision_recall.svg": _precision(said, hit)}
    return drawn


def of_groups(training: Training) -> dict[str, str]:
    """How well groups are apart, by their number: a line for each algorithm."""
    assert training.grouping is not None
    lines: dict[str, list[tuple[float, float]]] = {}
    for tried in training.grouping.tried:
        name = tried.model.split(",")[0]
        lines.setdefault(name, []).append((float(tried.groups), tried.silhouette.value))
    drawn = [Line(name, sorted(points)) for name, points in lines.items()]
    title = "How well groups are apart, by their number"
    return {"silhouette.svg": draw(title, "Number of groups", "Silhouette", drawn)}


def of_queue(score: Floats, known: Codes, share: float) -> dict[str, str]:
    """The scores from the oddest row on, and ROC and precision where some answers are known."""
    rank = np.arange(1, len(score) + 1, dtype=float)
    line = _line("oddness", rank / len(score), np.sort(score)[::-1])
    cut = Line("end of the queue", [(share, 0.0), (share, 1.0)])
    title = "Oddness, from the oddest row on"
    drawn = {"oddness.svg": draw(title, "Share of the rows", "Oddness", [line, cut])}
    told = known >= 0
    said, hit = score[told], known[told] == 1
    if 0 < hit.sum() < len(hit):
        drawn |= {"roc.svg": _roc(said, hit), "precision_recall.svg": _precision(said, hit)}
    return drawn


def _learning(training: Training) -> Iterator[tuple[str, str]]:
    if points := training.learning_curve:
        line = Line("", [(float(p.rows), p.score.value) for p in points])
        title = f"What {training.winner.label} reaches by rows"
        yield "learning_curve.svg", draw(title, "Rows learned from", training.metric, [line])


def _roc(said: Floats, hit: Hits) -> str:
    called, caught = _called(said, hit)
    false, true = (called - caught) / (~hit).sum(), caught / hit.sum()
    lines = [_line("", false, true), Line("by chance", [(0.0, 0.0), (1.0, 1.0)])]
    return draw("ROC curve, out of fold", "False alarms, share", "Found, share", lines)


def _precision(said: Floats, hit: Hits) -> str:
    called, caught = _called(said, hit)
    lines = [_line("", caught[1:] / hit.sum(), caught[1:] / called[1:])]
    return draw("Precision and recall, out of fold", "Found (recall)", "Right (precision)", lines)


def _calibration(said: Floats, hit: Hits) -> str:
    parts = [p for p in np.array_split(np.argsort(said, kind="stable"), BINS) if len(p)]
    means = [(float(said[p].mean()), float(hit[p].mean())) for p in parts]
    lines = [Line("as measured", means), Line("as it should be", [(0.0, 0.0), (1.0, 1.0)])]
    return draw("Calibration, out of fold", "Probability said", "Share that came true", lines)


def _numbers(truth: Floats, score: Floats) -> str:
    some = np.unique(np.linspace(0, len(truth) - 1, POINTS).astype(int))
    low, high = float(score.min()), float(score.max())
    dots = Line("cases", list(zip(score[some].tolist(), truth[some].tolist(), strict=True)), True)
    lines = [dots, Line("as it should be", [(low, low), (high, high)])]
    return draw("Predicted and true, out of fold", "Predicted", "True", lines)


def _called(said: Floats, hit: Hits) -> tuple[Floats, Floats]:
    """How many are called, and of them are right, from nobody to everybody; ties together."""
    order = np.argsort(-said, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(said[order])), len(said) - 1)
    caught = np.cumsum(hit[order])[ends]
    return np.append(0.0, ends + 1.0), np.append(0.0, caught)


def _line(name: str, x: Floats, y: Floats) -> Line:
    some = np.unique(np.linspace(0, len(x) - 1, POINTS).astype(int))
    return Line(name, list(zip(x[some].tolist(), y[some].tolist(), strict=True)))
