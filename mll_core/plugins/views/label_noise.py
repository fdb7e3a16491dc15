"""Doubtful labels."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Behind, Sheet
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.view import Seen, View

MOST = 100
FAR = 6.0
"""Robust standard deviations from which an error is no longer taken for noise."""


class LabelNoise(View):
    """Development rows whose out-of-fold prediction contradicts the label most.

    Classes: the probability of another class reaches what is usual for rows that are of it (the
    mean over them), and that of the label does not. Numbers: an error beyond 6 robust standard
    deviations. Source: Northcutt, Jiang & Chuang (2021), Confident Learning.
    """

    label: ClassVar[str] = "Doubtful labels"
    kind: Literal["label_noise"] = "label_noise"
    place: ClassVar[int] = 61
    asks: ClassVar[str] = "Which rows may have a wrong answer in the data?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("held")
        if cases is None:
            hint = "Train again."
            raise NotReady("No out-of-fold predictions were kept.", hint=hint)
        doubt, other = _classes(cases) if cases.classes else _numbers(cases)
        order = np.argsort(-doubt, kind="stable")
        suspects = order[doubt[order] > 0]
        share = len(suspects) / cases.n
        said = (
            f"{len(suspects):,} of {cases.n:,} rows ({100 * share:.1f} %) are contradicted: look "
            "at the first, correct them at the source, or keep them when the label is right. Where "
            "chance has a say in the outcome, most of them are."
            if len(suspects)
            else f"None of {cases.n:,} rows is contradicted beyond what is usual."
        )
        shown = suspects[:MOST]
        told = tuple(
            (_named(cases, cases.truth[row]), _named(cases, other[row]), float(doubt[row]))
            for row in shown
        )
        return Sheet(
            sentences=(said,),
            behind=(
                Behind(
                    title="Most contradicted rows",
                    on="held",
                    places=tuple(shown.tolist()),
                    columns=("label", "rather", "contradiction"),
                    said=told,
                ),
            ),
            stamp=seen.stamp("held"),
        )


def _classes(cases: Predictions) -> tuple[Floats, Floats]:
    """How much more likely the other class is than the label, 0 where it is not; the class."""
    truth, rows = cases.truth.astype(np.int64), np.arange(cases.n)
    k = len(cases.classes)
    own = cases.score[rows, truth]
    usual = np.array([own[truth == c].mean() if (truth == c).any() else np.inf for c in range(k)])
    others = cases.score.copy()
    others[rows, truth] = -1
    likely = np.where(others >= usual, others, -1)
    rather = likely.argmax(axis=1)
    doubted = (likely[rows, rather] >= 0) & (own < usual[truth])
    return np.where(doubted, likely[rows, rather] - own, 0.0).clip(0), rather.astype(float)


def _numbers(cases: Predictions) -> tuple[Floats, Floats]:
    error = cases.score - cases.truth
    middle = np.median(error)
    spread = 1.4826 * np.median(np.abs(error - middle))
    away = np.abs(error - middle) / spread if spread > 0 else np.zeros(cases.n)
    return np.where(away > FAR, away, 0.0), cases.score


def _named(cases: Predictions, value: float) -> str | float:
    return cases.classes[int(value)] if cases.classes else float(value)
