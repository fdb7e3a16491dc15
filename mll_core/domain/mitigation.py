"""The contract of a mitigation: another way of learning or deciding that is fairer to groups."""

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.group_cuts import Hits
from mll_core.domain.plugin import Plugin
from mll_core.domain.task import Floats
from mll_core.domain.training import Interval
from mll_core.domain.value import Value
from mll_core.domain.worth import Change

Groups = NDArray[np.int64]
Cut = Callable[[Hits, Floats], float]
"""The score from which on the decision sheet acts, by truths and scores it is told."""


@dataclass(frozen=True, eq=False)
class Known:
    """Held-out rows whose truth is known: (n,) scores, hits and group codes."""

    score: Floats
    hit: Hits
    group: Groups


class Mitigation(Plugin, ABC):
    """Two classes only. A subclass changes how a model learns, how it is decided, or both."""

    cost: ClassVar[int] = 1
    """How often it learns, roughly: the cheap ones have their turn first."""

    def fit(self, estimator: Any, matrix: Any, hit: Hits, group: Groups) -> Any:
        """``estimator``, or one made of it, fitted; it must have ``predict_proba``."""
        return estimator.fit(matrix, hit.astype(np.int64))

    def decide(self, known: Known, score: Floats, group: Groups, cut: Cut) -> Hits:
        """Who is called, of (m,) new rows; learned from the ``known`` ones alone."""
        return np.asarray(score >= cut(known.hit, known.score))


class Moved(Value):
    """A gap between groups without and with a mitigation, on the same held-out rows."""

    definition: str
    before: float
    after: float


class Tried(Value):
    """What one mitigation does to the gaps, and its price on held-out rows.

    ``money``: per case, None without values in the brief.
    """

    mitigation: str
    label: str
    gaps: tuple[Moved, ...]
    score: Change
    right: Change
    money: Change | None = None
    sentence: str


class Mitigated(Value):
    """Mitigations tried for one protected column, with a quick model on the folds of training."""

    column: str
    metric_label: str
    model: str
    score: Interval
    tried: tuple[Tried, ...] = ()
    left_out: tuple[str, ...] = ()
    """What could not be tried, and why."""


class Mitigations(Value):
    """The newest try for each protected column."""

    columns: tuple[Mitigated, ...] = ()
