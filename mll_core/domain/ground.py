"""What is explained, and where: a model, rows it did not learn from, and usual ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mll_core.domain.report import Stamp

if TYPE_CHECKING:
    import pandas as pd

NOT_CAUSE = (
    "Association, not cause: all of this says what the model goes by. Whether the world would "
    "follow if somebody changed a value, it cannot say."
)


class Draws(Protocol):
    """Intervals by drawing rows again and again; the evaluation has them."""

    def difference(self, metric: Any, candidate: Any, reference: Any) -> Any:
        """Candidate minus reference on the same rows; positive is better."""


@dataclass(frozen=True, eq=False)
class Ground:
    """``rows`` are raw and hold the target; ``usual`` are rows the model learned from.

    Before the sealed test is opened, ``model`` is a copy that was fitted without ``rows``.
    """

    model: Any
    rows: "pd.DataFrame"
    usual: "pd.DataFrame"
    draws: Draws
    stamp: Stamp
