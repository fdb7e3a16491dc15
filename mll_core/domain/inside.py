"""What a model that can be followed looks like inside: a tree, curves, or a table of points."""

import math

from mll_core.domain.value import Value

SHOWN = 6
"""So many levels are named; of more the number is told."""


class Condition(Value):
    """What a value must be: within bounds, or one of some levels; ``missing`` values may hold too.

    ``above`` is not itself within the bounds, ``at_most`` is.
    """

    column: str
    above: float | None = None
    at_most: float | None = None
    levels: tuple[str, ...] | None = None
    missing: bool = False
    gaps: bool = True
    """Whether values were ever missing; where none was, the words do not speak of it."""

    def holds(self, value: float | str | None) -> bool:
        """Whether a number, or the level of a category, fulfils it; None and NaN are missing."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return self.missing
        if isinstance(value, str):
            return self.levels is None or value in self.levels
        low = -math.inf if self.above is None else self.above
        return low < value <= (math.inf if self.at_most is None else self.at_most)

    @property
    def words(self) -> str:
        """The condition as it is read aloud."""
        gap = " or missing" if self.missing and self.gaps else ""
        if self.levels is not None:
            return f"{self.column} is {_named(self.levels)}{gap}"
        if self.above is not None and self.at_most is not None:
            return f"{self.column} is above {self.above:.6g}, at most {self.at_most:.6g}{gap}"
        if self.above is not None:
            return f"{self.column} is above {self.above:.6g}{gap}"
        if self.at_most is not None:
            return f"{self.column} is at most {self.at_most:.6g}{gap}"
        return f"{self.column} is missing" if self.missing else f"{self.column} is known"

    def within(self, other: "Condition") -> "Condition":
        """Both conditions on the same column in one."""
        levels = self.levels
        if other.levels is not None:
            levels = tuple(level for level in other.levels if levels is None or level in levels)
        above = [bound for bound in (self.above, other.above) if bound is not None]
        below = [bound for bound in (self.at_most, other.at_most) if bound is not None]
        return Condition(
            column=self.column,
            above=max(above, default=None),
            at_most=min(below, default=None),
            levels=levels,
            missing=self.missing and other.missing,
            gaps=self.gaps,
        )


class Node(Value):
    """A place in a tree: its question, or its answer when it is a leaf.

    ``x`` runs along the leaves, ``y`` down from the root at 0; ``parent`` is a place, -1 for the
    root. ``answer`` is a share of the positive class, of the likeliest class, or a value.
    """

    parent: int
    yes: bool
    """Whether one comes here from the parent by yes."""
    x: float
    y: int
    question: str = ""
    answer: float
    said: str
    """The answer in words."""
    rows: int
    leaf: bool


class Rule(Value):
    """One way through a tree: all conditions hold, so this is the answer."""

    conditions: tuple[Condition, ...]
    answer: float
    said: str
    rows: int

    @property
    def words(self) -> str:
        """The rule as it is read aloud."""
        if not self.conditions:
            return f"Always: {self.said}."
        return f"If {' and '.join(c.words for c in self.conditions)}: {self.said}."


class Curve(Value):
    """How the answer moves along one column: ``effect`` at each of ``at``, 0 on average."""

    column: str
    at: tuple[float | str, ...]
    effect: tuple[float, ...]


class Points(Value):
    """Points for one range of one column."""

    column: str
    range: str
    points: int


class Inside(Value):
    """Whatever of these the model is made of; ``unit`` is that of the curves."""

    nodes: tuple[Node, ...] = ()
    rules: tuple[Rule, ...] = ()
    curves: tuple[Curve, ...] = ()
    unit: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    """Columns that also act together, beyond their curves."""
    calibrated: bool = False
    """Whether the sum of curves or points is put right by a calibration before it is told."""
    start: int = 0
    points: tuple[Points, ...] = ()


def _named(levels: tuple[str, ...]) -> str:
    if not levels:
        return "none of its names"
    if len(levels) > SHOWN:
        return f"one of {len(levels)}: {', '.join(levels[:SHOWN])}, …"
    *first, last = levels
    return f"{', '.join(first)} or {last}" if first else last
