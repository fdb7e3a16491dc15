"""Whether the two parts of a split are alike: in what matters, all together, and row by row."""

from typing import Literal

from mll_core.domain.finding import Finding
from mll_core.domain.training import Interval
from mll_core.domain.value import Value


class Level(Value):
    """One value of a column in both parts: its share of the rows, or the mean when it has numbers.

    ``difference``: test minus development, with its 95 % interval. ``learned`` and ``tested``: how
    many rows; with a mean, all that have a value.
    """

    value: str
    learned: int
    tested: int
    development: float
    test: float
    difference: Interval


class Balance(Value):
    """One column in both parts, and how likely chance alone makes them differ as much."""

    column: str
    role: Literal["target", "protected"]
    kind: Literal["shares", "mean"]
    levels: tuple[Level, ...]
    p_value: float | None
    """None where there is nothing to test, such as a column with one value."""
    method: str
    """The test by name, with its source."""
    sentence: str


class Teller(Value):
    """A column by which rows of the test can be told, and the AUC that is lost without it."""

    column: str
    loss: float


class Telling(Value):
    """Whether a model can tell test rows from rows to learn from; 0.5 is a guess."""

    auc: Interval | None = None
    """None where there is too little to ask; the sentence says of what."""
    rows: int
    tellers: tuple[Teller, ...] = ()
    expected: bool
    """Rows were parted by time or by a person: then a difference is no fault of the draw."""
    sentence: str

    @property
    def can(self) -> bool:
        """Whether it is better than a guess, within its interval."""
        return self.auc is not None and self.auc.low > 0.5  # noqa: PLR2004


class Repeats(Value):
    """Rows to learn from that are equal to a test row, in all columns and in all that matter."""

    exact: int
    alike: int
    """In all columns but the target, the keys and the column that says the part."""
    tested_exact: int
    tested_alike: int
    """How many test rows they are equal to."""
    ignored: tuple[str, ...] = ()
    finding: Finding
