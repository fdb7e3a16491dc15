"""The contract of a view: one way to look at how a candidate fared."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.connector import Progress
from mll_core.domain.data import Split
from mll_core.domain.document import Document
from mll_core.domain.errors import NotReady
from mll_core.domain.ground import Ground
from mll_core.domain.metric import Metric
from mll_core.domain.plugin import Plugin
from mll_core.domain.report import Stamp
from mll_core.domain.sheet import Rows, Sheet
from mll_core.domain.task import ANSWERED, Codes, Floats, Predictions, Task
from mll_core.domain.training import Interval, Training

if TYPE_CHECKING:
    import pandas as pd

Places = NDArray[np.int64] | NDArray[np.bool_]


class Sampled(Protocol):
    """Resamples of rows, for whoever counts them in another way."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows they are drawn from."""

    @property
    def partial(self) -> bool:
        """Whether these are fewer than there are."""

    @property
    def kept(self) -> int:
        """How many groups are drawn from."""

    @property
    def units(self) -> int:
        """How many there are."""

    def weights(self) -> Iterator[Floats]:
        """How often each row is drawn: chunks of (r, n)."""


class Resampling(Protocol):
    """Intervals by drawing rows, or what belongs together, again and again."""

    @property
    def groups(self) -> Codes | None:
        """What each row belongs to, (n,); None when rows stand alone."""

    def take(self, rows: NDArray[np.bool_]) -> "Resampling":
        """The same for some of the rows."""

    def sample(self, n: int) -> Sampled:
        """What is drawn from ``n`` rows."""

    def intervals(
        self, metrics: Mapping[str, Metric], predictions: Predictions
    ) -> dict[str, Interval]:
        """Each metric's value with its interval."""

    def difference(
        self, metric: Metric, candidate: Predictions, reference: Predictions
    ) -> Interval:
        """Candidate minus reference on the same rows; positive is better."""


class Seen(Protocol):
    """An evaluated candidate, as views look at it: scores of all rows, columns only when asked."""

    @property
    def training(self) -> Training:
        """What was trained."""

    @property
    def document(self) -> Document:
        """What was asked for."""

    @property
    def metric(self) -> Metric:
        """The primary metric."""

    @property
    def split(self) -> Split:
        """How rows were parted."""

    def measure(self, kind: str) -> Metric:
        """A metric by its kind, with what the brief says of values and capacity."""

    def twins(self) -> NDArray[np.bool_]:
        """Which test rows are equal to a development row in all that matters, (n,)."""

    @property
    def time_column(self) -> str | None:
        """The column that says when a row happened, if the project names one."""

    @property
    def columns(self) -> Sequence[str]:
        """Raw columns the model is given, without personal ones."""

    @property
    def progress(self) -> Progress:
        """Tells how far the work is. Raises Stopped when it shall end."""

    def cases(self, on: Rows) -> Predictions | None:
        """What is said of all rows; None when no out-of-fold predictions were kept."""

    def draws(self, on: Rows) -> Resampling:
        """How their intervals are made."""

    def column(self, name: str, on: Rows) -> "pd.Series":
        """One raw column of the same rows, in their order."""

    def rows(self, places: Places, on: Rows) -> "pd.DataFrame":
        """All raw columns of a few of these rows."""

    def score(self, frame: "pd.DataFrame") -> Predictions:
        """What the candidate says of raw rows that hold the target."""

    def stamp(self, on: Rows, rows: int | None = None) -> Stamp:
        """What a number stands on; ``rows``: how many were drawn, when not all."""

    def ground(self, most: int) -> Ground:
        """What is explained: at most so many test rows, or, while the test is shut, others."""


class View(Plugin, ABC):
    """One question about the candidate and its answer; the class docstring says how it is found.

    Worked out only when somebody asks for it, from all rows or a sample that the stamp names.
    """

    tasks: ClassVar[frozenset[Task]] = frozenset(ANSWERED)
    asks: ClassVar[str]
    """The question it answers, in one plain sentence for a person who never heard of it."""
    place: ClassVar[int] = 50
    """Where it stands in the menu; smaller is earlier."""
    heavy: ClassVar[bool] = False
    """Whether it takes more than a second or two, and so is work in the background."""
    told: ClassVar[bool] = False
    """Whether it stands among the evidence unasked; it is then read off what the candidate said."""
    ahead: ClassVar[bool] = False
    """Whether it only asks for ``ground``, and so can be looked at before the test is opened."""

    asked_by: ClassVar[str] = ""
    """The task it belongs to, by name; empty: to all that give such answers."""

    def suits(self, document: Document, training: Training) -> bool:
        """Whether there is something to look at."""
        return self.asked_by in ("", document.brief.task)

    def refuse_unsuited(self, seen: Seen) -> None:
        """Raises NotReady for a candidate that was not asked what this is about."""
        if not self.suits(seen.document, seen.training):
            hint = "Choose another question."
            raise NotReady(f"{self.label}: the project asks for something else.", hint=hint)

    @abstractmethod
    def look(self, seen: Seen) -> Sheet:
        """The answer. Raises Stopped, and MllError when it cannot be given."""


def plain(value: Any) -> Any:
    """A number as JSON has it; what is not finite as None."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
