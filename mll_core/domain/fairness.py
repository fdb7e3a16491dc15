"""What fairness may mean, how far a model is from each meaning, and what each would ask."""

from typing import Any, Literal, NamedTuple

from mll_core.domain.training import Interval
from mll_core.domain.value import Value

Verdict = Literal["even", "uneven", "not sure"]


class Definition(NamedTuple):
    """One meaning of fairness: the rates that must be alike in every group.

    Two groups are alike when the lower rate is at least ``ratio`` of the higher, or when they are
    at most ``gap`` apart. ``shares``: rates between 0 and 1.
    """

    label: str
    meaning: str
    rates: tuple[str, ...]
    gap: float | None = None
    ratio: float | None = None
    shares: bool = True

    @property
    def rule(self) -> str:
        """What counts as even, in words."""
        if self.ratio is not None:
            return f"the lowest at least {100 * self.ratio:g} % of the highest"
        return f"at most {100 * (self.gap or 0):g} points apart"


FOUR_FIFTHS = 0.8
"""The ratio of selection rates below which a difference needs a reason.

Source: Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR 1607.4 D.
"""
WIDE = 0.1

DEFINITIONS = {
    "demographic_parity": Definition(
        "Called equally often",
        "Each group has the same share of cases that are called, whoever really is one.",
        ("selection_rate",),
        ratio=FOUR_FIFTHS,
    ),
    "equal_opportunity": Definition(
        "Found equally often",
        "Of those who really are, the same share is found in each group.",
        ("true_positive_rate",),
        gap=WIDE,
    ),
    "equalised_odds": Definition(
        "Wrong equally often",
        "Who really is one is found, and who is none is wrongly called, equally often.",
        ("true_positive_rate", "false_positive_rate"),
        gap=WIDE,
    ),
    "predictive_parity": Definition(
        "Right equally often",
        "Of those called, the same share really is one in each group.",
        ("precision",),
        gap=WIDE,
    ),
    "calibration": Definition(
        "Probabilities mean the same",
        "What the model says comes true as often in each group: nobody is over- or underrated.",
        ("calibration_gap",),
        gap=0.05,
        shares=False,
    ),
    "even_accuracy": Definition(
        "Right equally often",
        "The share of answers that are right is the same in each group.",
        ("accuracy",),
        ratio=FOUR_FIFTHS,
    ),
    "even_errors": Definition(
        "Off by as much",
        "Answers are off by the same amount in each group, on average.",
        ("mae",),
        ratio=FOUR_FIFTHS,
        shares=False,
    ),
}
"""By code. Sources: Hardt, Price & Srebro (2016), Equality of Opportunity; Chouldechova (2017),
Fair prediction with disparate impact; Verma & Rubin (2018), Fairness definitions explained."""

RATES = {
    "selection_rate": "called",
    "true_positive_rate": "found, of those who really are",
    "false_positive_rate": "wrongly called, of those who are none",
    "precision": "right, of those called",
    "calibration_gap": "overrated, on average",
    "accuracy": "answered right",
    "mae": "off on average",
}
"""What each rate counts, in words."""


class Parity(Value):
    """How far one definition is from holding for one column, or two ``together``.

    ``difference`` is highest minus lowest with an interval that allows for having looked for them;
    ``ratio`` lowest over highest. ``p_value``: of all groups being alike; ``adjusted``: with every
    test of the audit counted (Holm).
    """

    column: str
    together: bool = False
    definition: str
    rate: str
    lowest: str
    highest: str
    low: Interval
    high: Interval
    difference: Interval
    ratio: float
    ratio_of: str = ""
    """Of which rate, where it is another one that is furthest apart."""
    p_value: float
    adjusted: float
    verdict: Verdict
    sentence: str

    @property
    def apart(self) -> str:
        """The difference with its interval: points of a share, or the target's own unit."""
        ends = (self.difference.value, self.difference.low, self.difference.high)
        if self.rate == "mae":
            return "{:,.4g} ({:,.4g} to {:,.4g})".format(*ends)
        return "{:.1f} points ({:.1f} to {:.1f})".format(*(100 * end for end in ends))


class Demand(Value):
    """What it would take to meet one definition by a threshold per group, and what it would cost.

    ``groups``: per group ``{"group", "threshold", "called", "called_before", "right"}``, counts of
    rows. ``money``: the change in value on these rows, NaN without values in the brief.
    """

    column: str
    definition: str
    groups: tuple[dict[str, Any], ...]
    accuracy: float
    accuracy_before: float
    money: float
    sentence: str


class Conflict(Value):
    """Definitions that cannot all hold for this column, and why, in words."""

    column: str
    definitions: tuple[str, ...]
    sentence: str


class Proxy(Value):
    """A column that tells much of a protected one: 0 nothing, 1 all of it."""

    column: str
    proxy: str
    strength: float
    sentence: str


class Small(Value):
    """A group with too few rows to be compared."""

    column: str
    group: str
    n: int


class Audit(Value):
    """All about the fairness of one candidate on the test rows."""

    parities: tuple[Parity, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    demands: tuple[Demand, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    left_out: tuple[Small, ...] = ()
