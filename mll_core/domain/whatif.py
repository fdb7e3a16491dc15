"""What if: a case made up or taken from a row, what is said of it, and what would change that."""

from typing import Any

from mll_core.domain.movable import May
from mll_core.domain.serving import Prediction
from mll_core.domain.value import Value


class Asked(Value):
    """One column of the form: its kind, the usual value, what was seen and how often.

    ``at`` and ``shares``: numbers and moments in slices of equal width (their middles), else levels
    with their share of the rows.
    """

    column: str
    kind: str
    typical: Any
    low: float | None = None
    high: float | None = None
    whole: bool = False
    at: tuple[Any, ...] = ()
    shares: tuple[float, ...] = ()
    may: May = "either way"


class Support(Value):
    """Whether there are cases like this one among ``rows`` rows that were learned from."""

    near: bool
    rows: int
    sentence: str


class Effect(Value):
    """What one column adds to an answer; ``error``: one standard error, None: exact."""

    column: str
    value: Any
    effect: float
    error: float | None = None


class Case(Value):
    """What is said of one record and why: ``base`` and all effects add up to ``output``."""

    record: dict[str, Any]
    answer: Prediction
    number: float
    """The chance or the value, in the unit of ``label``."""
    label: str
    base: float
    output: float
    unit: str
    method: str
    effects: tuple[Effect, ...]
    support: Support
    sentence: str


class Way(Value):
    """A change that leads to another answer; ``cost`` in typical spreads."""

    changes: dict[str, tuple[Any, Any]]
    cost: float
    number: float
    supported: bool
    sentence: str


class Ways(Value):
    """The smallest changes, those with similar cases first; ``fixed``: what was left alone."""

    goal: str
    ways: tuple[Way, ...]
    fixed: tuple[str, ...]
    sentence: str


class Scenario(Value):
    """One case, or two side by side, kept under a name for everybody in the project."""

    id: str
    name: str
    cases: tuple[dict[str, Any], ...]
    from_row: bool = False
    by: str = ""
    at: str = ""
