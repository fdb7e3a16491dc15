"""Worst errors."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.metric import shown
from mll_core.domain.sheet import Behind, Sheet
from mll_core.domain.surprise import surprise
from mll_core.domain.task import Floats, Predictions
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

MOST, TENTH = 100, 0.1
SURE, TARGET = 0.9, "target"


class WorstErrors(View):
    """The test rows whose truth surprises it most, worst first. Classes: answered wrongly, by 1
    minus the probability of what was true. Numbers: by how far off they are. The shares of rows
    with 95 % intervals by Wilson, by group or block where the split is.
    """

    label: ClassVar[str] = "Worst errors"
    kind: Literal["worst_errors"] = "worst_errors"
    place: ClassVar[int] = 33
    told: ClassVar[bool] = True
    asks: ClassVar[str] = "Which rows does it get most wrong, and have they something in common?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        error = surprise(cases)
        order = np.argsort(-error, kind="stable")[:MOST]
        worst = order[error[order] > 0]
        said = _sure(seen, cases, error) if cases.classes else _most(error)
        shown = tuple(
            (_named(cases, cases.truth[row]), _named(cases, cases.label[row]), float(error[row]))
            for row in worst
        )
        behind = Behind(
            title="Worst errors",
            on="test",
            places=tuple(worst.tolist()),
            columns=("true", "answered", "error"),
            said=shown,
        )
        return Sheet(sentences=(said,), behind=(behind,), stamp=seen.stamp("test"))


def _sure(seen: Seen, cases: Predictions, error: Floats) -> str:
    groups = seen.draws("test").groups
    wrong, sure = share(error > 0, groups), share(error >= SURE, groups)
    ends = (f"{100 * one.low:.1f} to {100 * one.high:.1f}" for one in (wrong, sure))
    return (
        f"{100 * wrong.value:.1f} % of {cases.n:,} rows ({next(ends)}) are answered wrongly; in "
        f"{100 * sure.value:.1f} % ({next(ends)}) what was true was given 1 in 10 or less."
    )


def _most(error: Floats) -> str:
    ranked, whole = np.sort(error)[::-1], float(error.sum())
    if not whole > 0:
        return "No row is off at all."
    few = max(1, round(TENTH * len(ranked)))
    part = float(ranked[:few].sum()) / whole
    return (
        f"The worst {few:,} of {len(ranked):,} rows make {100 * part:.0f} % of the whole error, "
        f"each off by {shown(float(ranked[few - 1]), TARGET)} or more; the worst by "
        f"{shown(float(ranked[0]), TARGET)}."
    )


def _named(cases: Predictions, value: float) -> str | float:
    return cases.classes[int(value)] if cases.classes else float(value)
