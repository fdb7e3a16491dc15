"""Simulations of training whose truth is known: models that are equally good, rows to come."""

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

from mll_core.domain.conformal import Band, Sets
from mll_core.domain.task import Codes, Floats, Task
from mll_core.stages.train.held_out import HeldOut
from mll_core.stages.train.ranking import Standing, judge
from mll_core.stages.train.reach import reach

Model = Callable[..., Floats]
FOLDS, REPEATS = 5, 3
GOAL = 0.9
NEW = 400
SETTINGS: dict[str, tuple[int, int, int]] = {
    "rmse, 2 models, 100 rows": (2, 100, 1),
    "rmse, 8 models, 400 rows": (8, 400, 1),
    "rmse, 8 models, folds drawn 3 times": (8, 400, REPEATS),
    "rmse, 30 models, 400 rows": (30, 400, 1),
    "auc, 2 models, 100 rows": (2, 100, 1),
    "auc, 8 models, 400 rows": (8, 400, 1),
}
"""Models, rows, and how often the folds are drawn."""


def equals(name: str, seed: int) -> list[Standing]:
    """As many cross-validated models as ``name`` says, none better than another.

    Each sees what all see and two columns of its own; the answer owes as much to everyone's.
    """
    models, n, repeats = SETTINGS[name]
    draw = np.random.default_rng((3, seed))
    common, own = draw.normal(size=(n, 2)), draw.normal(size=(n, models, 2))
    answer = 0.5 * common.sum(1) + 0.5 * own.sum((1, 2)) / models**0.5 + draw.normal(size=n)
    judged = _closeness
    if name.startswith("auc"):
        answer, judged = (answer > 0.5).astype(np.float64), _area
    seen = [np.c_[np.ones(n), common, own[:, model]] for model in range(models)]
    scores: list[list[float]] = [[] for _ in range(models)]
    for _ in range(repeats):
        fold = draw.permutation(n) % FOLDS
        for held in (fold == i for i in range(FOLDS)):
            for columns, reached in zip(seen, scores, strict=True):
                said = _numbers(columns[~held], answer[~held], columns[held])
                reached.append(judged(answer[held], said))
    return [Standing(f"{k}", f"{k}", np.array(s), 3, 1.0, False) for k, s in enumerate(scores)]


def called_better(name: str, times: int) -> tuple[float, float]:
    """In what share of simulations an equally good model is said to be behind, and all are."""
    any_behind = all_behind = 0
    for seed in range(times):
        standings = equals(name, seed)
        verdict = judge(standings, 1 / (FOLDS - 1), greater=True)
        any_behind += len(verdict.tied) < len(standings)
        all_behind += not verdict.tied
    return any_behind / times, all_behind / times


def held_numbers(n: int, times: int, *, growing: bool = False) -> tuple[float, float]:
    """In what share of new rows the range held the truth, and what training said it would.

    ``growing``: errors that grow with the value.
    """
    shares = []
    for seed in range(times):
        draw = np.random.default_rng((4, seed))
        seen = np.c_[np.ones(n + NEW), draw.normal(size=(n + NEW, 3))]
        truth = seen @ [2, 1, 0.5, 0] + draw.standard_t(4, n + NEW)
        truth = np.exp(1 + truth / 3) if growing else truth
        scores = _crossed(seen, truth, n, _numbers)
        band, covered = reach(HeldOut(*scores), Task.REGRESSION, GOAL)
        assert isinstance(band, Band)
        low, high = band.around(_numbers(seen[:n], truth[:n], seen[n:]))
        inside = (truth[n:] >= low) & (truth[n:] <= high)
        shares.append((inside.mean(), covered.share.value))
    return tuple(map(float, np.mean(shares, axis=0)))


def held_classes(n: int, times: int, classes: int = 3) -> tuple[float, float]:
    """In what share of new rows the set held the true class, and what training said it would."""
    shares = []
    for seed in range(times):
        draw = np.random.default_rng((5, seed))
        truth = draw.integers(0, classes, n + NEW)
        seen = draw.normal(size=(n + NEW, 3)) + 1.2 * np.eye(classes, 3)[truth]
        scores = _crossed(seen, truth, n, _classes)
        sets, covered = reach(HeldOut(*scores), Task.MULTICLASS, GOAL)
        assert isinstance(sets, Sets)
        members = sets.members(_classes(seen[:n], truth[:n], seen[n:]))
        shares.append((members[np.arange(NEW), truth[n:]].mean(), covered.share.value))
    return tuple(map(float, np.mean(shares, axis=0)))


def _crossed(
    seen: Floats, truth: Codes | Floats, n: int, model: Model
) -> tuple[list[Codes | Floats], list[Floats]]:
    """Truths and scores of the first ``n`` rows, fold by fold, by a model of the other folds."""
    folds = [np.arange(n) % FOLDS == i for i in range(FOLDS)]
    seen, truth = seen[:n], truth[:n]
    return [truth[at] for at in folds], [model(seen[~at], truth[~at], seen[at]) for at in folds]


def _numbers(seen: Floats, truth: Floats, new: Floats) -> Floats:
    return np.asarray(new @ np.linalg.lstsq(seen, truth, rcond=None)[0])


def _classes(seen: Floats, truth: Codes, new: Floats) -> Floats:
    """Probabilities by the distance to the middle of each class."""
    middles = np.array([seen[truth == one].mean(0) for one in range(truth.max() + 1)])
    odds = np.exp(-((new[:, None] - middles) ** 2).sum(-1) / 2)
    return np.asarray(odds / odds.sum(1, keepdims=True))


def _closeness(truth: Floats, said: Floats) -> float:
    return -float(np.sqrt(((truth - said) ** 2).mean()))


def _area(truth: Floats, said: Floats) -> float:
    true = truth == 1
    ones, all_ = int(true.sum()), len(true)
    if ones in {0, all_}:
        return float("nan")
    return float((rankdata(said)[true].sum() - ones * (ones + 1) / 2) / (ones * (all_ - ones)))
