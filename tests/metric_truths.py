"""What scikit-learn or scipy says of weighted predictions, for every metric by its kind."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sklearn import metrics

from mll_core.domain.task import Floats, Predictions, Task

Truth = Callable[[Predictions, Floats], float]
QUIET: dict[str, Any] = {"zero_division": np.nan}


def called(cases: Predictions) -> Floats:
    return cases.score[:, 1]


def one_hot(cases: Predictions) -> Floats:
    return np.eye(len(cases.classes))[cases.truth]


def among(cases: Predictions, weights: Floats) -> list[int]:
    """The classes that occur, with weight."""
    return [c for c in range(len(cases.classes)) if weights[cases.truth == c].sum() > 0]


def labels(cases: Predictions) -> list[int]:
    return list(range(len(cases.classes)))


def lost(cases: Predictions, weights: Floats) -> float:
    both = dict(sample_weight=weights, labels=labels(cases))
    return float(metrics.log_loss(cases.truth, cases.score, **both))


def brier(cases: Predictions, weights: Floats) -> float:
    if len(cases.classes) == 2:
        return float(metrics.brier_score_loss(cases.truth, called(cases), sample_weight=weights))
    return float(np.average(((cases.score - one_hot(cases)) ** 2).sum(axis=1), weights=weights))


def area(cases: Predictions, weights: Floats) -> float:
    each = range(1, 2) if len(cases.classes) == 2 else among(cases, weights)
    found = [
        metrics.roc_auc_score(cases.truth == c, cases.score[:, c], sample_weight=weights)
        for c in each
    ]
    return float(np.mean(found))


def purity(cases: Predictions, weights: Floats) -> float:
    each = [1] if len(cases.classes) == 2 else among(cases, weights)
    found = [
        metrics.average_precision_score(cases.truth == c, cases.score[:, c], sample_weight=weights)
        for c in each
    ]
    return float(np.mean(found))


def apart(cases: Predictions, weights: Floats) -> float:
    missed, found, _ = metrics.roc_curve(
        cases.truth, called(cases), sample_weight=weights, drop_intermediate=False
    )
    return float(np.abs(found - missed).max())


def of_labels(score: Callable[..., float], **more: Any) -> Truth:
    return lambda cases, w: float(score(cases.truth, cases.label, sample_weight=w, **more))


def of_classes(score: Callable[..., Any], **more: Any) -> Truth:
    """The mean over classes of what is defined."""

    def truth(cases: Predictions, weights: Floats) -> float:
        both = dict(sample_weight=weights, labels=labels(cases), average=None)
        return float(np.nanmean(score(cases.truth, cases.label, **both, **more)))

    return truth


def of_values(score: Callable[..., float], **more: Any) -> Truth:
    return lambda cases, w: float(score(cases.truth, cases.score, sample_weight=w, **more))


def repeated(cases: Predictions, weights: Floats) -> Predictions:
    """Each row as often as it weighs."""
    return cases.take(np.repeat(np.arange(cases.n), weights.astype(int)))


def of_space(score: Callable[..., float]) -> Truth:
    return lambda cases, w: float(score(repeated(cases, w).space, repeated(cases, w).label))


def recall_of(negative: bool) -> Truth:
    return of_labels(metrics.recall_score, pos_label=0 if negative else 1, **QUIET)


def spared(cases: Predictions, weights: Floats) -> float:
    """Specificity of each class against the rest is the recall of the rest."""
    each = [
        metrics.recall_score(cases.truth != c, cases.label != c, sample_weight=weights, **QUIET)
        for c in range(len(cases.classes))
    ]
    return float(np.nanmean(each))


def symmetric(cases: Predictions, weights: Floats) -> float:
    pair = zip(cases.truth, cases.score, strict=True)
    off = [0.0 if t == p == 0 else 2 * abs(p - t) / (abs(p) + abs(t)) for t, p in pair]
    return float(np.average(off, weights=weights))


def near(cases: Predictions, weights: Floats) -> float:
    off = np.abs(cases.score - cases.truth) <= 0.1 * np.abs(cases.truth)
    return float(np.average(off, weights=weights))


def top(cases: Predictions, weights: Floats) -> tuple[float, float]:
    """Weight of the positives among the tenth with the highest scores, and of that tenth."""
    room = max(1.0, np.floor(0.1 * weights.sum() + 1e-9))
    left, found = room, 0.0
    for score in np.unique(called(cases))[::-1]:
        tie = called(cases) == score
        share = min(1.0, left / weights[tie].sum()) if weights[tie].sum() else 0.0
        found += share * weights[tie & (cases.truth == 1)].sum()
        left -= share * weights[tie].sum()
    return found, room


def of_top(part: Callable[[float, float, float, float], float]) -> Truth:
    def truth(cases: Predictions, weights: Floats) -> float:
        found, taken = top(cases, weights)
        return part(found, taken, weights[cases.truth == 1].sum(), weights.sum())

    return truth


def mean_of_counts(cases: Predictions, weights: Floats) -> float:
    """Expected value at its defaults: one for each true positive."""
    return float(np.average((cases.truth == 1) & (cases.label == 1), weights=weights))


BINARY: Mapping[str, Truth] = {
    "accuracy": of_labels(metrics.accuracy_score),
    "balanced_accuracy": of_labels(metrics.balanced_accuracy_score),
    "precision": of_labels(metrics.precision_score, **QUIET),
    "recall": recall_of(negative=False),
    "specificity": recall_of(negative=True),
    "f1": of_labels(metrics.f1_score, **QUIET),
    "f_beta": of_labels(metrics.fbeta_score, beta=2, **QUIET),
    "matthews": of_labels(metrics.matthews_corrcoef),
    "cohen_kappa": of_labels(metrics.cohen_kappa_score),
    "roc_auc": area,
    "average_precision": purity,
    "ks": apart,
    "log_loss": lost,
    "brier": brier,
    "expected_value": mean_of_counts,
    "precision_at_capacity": of_top(lambda found, taken, positives, n: found / taken),
    "recall_at_capacity": of_top(lambda found, taken, positives, n: found / positives),
    "lift_at_capacity": of_top(lambda found, taken, positives, n: found * n / taken / positives),
}
MULTICLASS: Mapping[str, Truth] = {
    **{kind: BINARY[kind] for kind in ("accuracy", "balanced_accuracy", "matthews", "cohen_kappa")},
    **{kind: BINARY[kind] for kind in ("roc_auc", "average_precision", "log_loss", "brier")},
    "macro_f1": of_classes(metrics.f1_score, **QUIET),
    "macro_precision": of_classes(metrics.precision_score, **QUIET),
    "macro_specificity": spared,
}
REGRESSION: Mapping[str, Truth] = {
    "mae": of_values(metrics.mean_absolute_error),
    "rmse": of_values(metrics.root_mean_squared_error),
    "r2": of_values(metrics.r2_score),
    "mape": of_values(metrics.mean_absolute_percentage_error),
    "pinball": of_values(metrics.mean_pinball_loss),
    "poisson_deviance": of_values(metrics.mean_poisson_deviance),
    "gamma_deviance": of_values(metrics.mean_gamma_deviance),
    "bias": lambda cases, w: float(np.average(cases.score - cases.truth, weights=w)),
    "expected_cost": of_values(metrics.mean_absolute_error),
    "smape": symmetric,
    "within_tolerance": near,
    "median_absolute_error": lambda cases, w: float(
        np.median(np.repeat(np.abs(cases.score - cases.truth), w.astype(int)))
    ),
}
ANOMALY: Mapping[str, Truth] = {
    **{kind: BINARY[kind] for kind in BINARY if kind.endswith("_at_capacity")},
    "roc_auc": area,
    "average_precision": purity,
    "queue_overlap": lambda cases, w: float(
        metrics.precision_score(cases.truth, cases.label, sample_weight=w, zero_division=np.nan)
    ),
}
CLUSTERING: Mapping[str, Truth] = {
    "silhouette": of_space(metrics.silhouette_score),
    "davies_bouldin": of_space(metrics.davies_bouldin_score),
    "calinski_harabasz": of_space(metrics.calinski_harabasz_score),
    "stability": lambda cases, w: float(
        metrics.adjusted_rand_score(repeated(cases, w).truth, repeated(cases, w).label)
    ),
}
TRUTHS: Mapping[Task, Mapping[str, Truth]] = {
    Task.BINARY: BINARY,
    Task.MULTICLASS: MULTICLASS,
    Task.REGRESSION: REGRESSION,
    Task.CLUSTERING: CLUSTERING,
    Task.ANOMALY: ANOMALY,
}
