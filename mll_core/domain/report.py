"""The evaluation report: claims bound to numbers, and the gate."""

from typing import Any, Literal

from mll_core.domain.discovered import Grouping, Oddness
from mll_core.domain.document import Criterion
from mll_core.domain.fairness import Audit
from mll_core.domain.finding import Advice, Finding
from mll_core.domain.task import Task
from mll_core.domain.training import Interval
from mll_core.domain.value import Value

FEW = 20
"""Of fewer rows, or groups, simulated intervals hold the truth in 88 to 94 of 100 tests."""
DEFAULT_CRITERION = (
    "Better than the best baseline on the test rows, "
    "with a 95 % interval of the difference above zero."
)
"""What must hold when the brief states no criterion."""


class Claim(Value):
    """A sentence a stakeholder may repeat, bound to its number, its rows and its data."""

    sentence: str
    value: float
    low: float | None = None
    high: float | None = None
    split: Literal["test", "validation", "development"]
    n: int
    data_version: str
    needs: tuple[str, ...] = ()
    """Paths of the document it stands on, beside ``COMMON``."""


COMMON = (
    "data",
    "prepare",
    "split",
    "train",
    "brief.target",
    "brief.task",
    "brief.positive",
    "brief.primary_metric",
    "evaluate.resamples",
    "evaluate.seed",
)
"""Paths of the document that every claim stands on."""
DECIDING = ("brief.values", "brief.capacity")
"""What a claim about decisions stands on beside them: the threshold follows from these."""
DATA, MODEL = "the rows", "the model"
"""Inputs that are no path of the document: the data version, and the newest training."""


class Change(Value):
    """An input that is not as it was when the report was made, and that in words."""

    input: str
    sentence: str


class Standing(Value):
    """What changed since a report was made; empty when all of it still stands."""

    changes: tuple[Change, ...] = ()

    def against(self, claim: Claim) -> tuple[str, ...]:
        """Why a claim no longer stands, a sentence each; empty when it does."""
        inputs = {DATA, MODEL, *COMMON, *claim.needs}
        return tuple(change.sentence for change in self.changes if change.input in inputs)

    def against_gate(self) -> tuple[str, ...]:
        """Why the verdict of the gate no longer stands."""
        inputs = {DATA, MODEL, *COMMON, *DECIDING, "brief.criteria"}
        return tuple(change.sentence for change in self.changes if change.input in inputs)


class Stamp(Value):
    """What a number stands on."""

    rows: int
    split: str
    """Which rows, in words: "the sealed test", "the development rows, held out"."""
    of: int = 0
    """How many there are, when ``rows`` were drawn from them; else 0."""
    data_version: str
    document_version: int


class CriterionResult(Value):
    """One criterion judged. ``verdict`` is ``not sure`` when the interval straddles the bound."""

    sentence: str
    metric: str
    value: float
    low: float
    high: float
    n: int = 0
    """On how many rows; 0 where it is not about rows."""
    met: bool
    verdict: Literal["met", "not met", "not sure"]
    group: str | None = None
    criterion: Criterion | None = None
    """What was asked; None for the default criterion."""


class Gate(Value):
    """All criteria together; ``passed`` when each is met by its value."""

    passed: bool
    criteria: tuple[CriterionResult, ...]
    sealed_sha256: str
    """Hash of the criteria as they were written before the test set was opened."""
    sealed_at: str


class Curve(Value):
    """Points of a curve, at most 200, ready to draw.

    Names, binary: ``roc``, ``precision_recall``, ``calibration``, ``scores:CLASS``,
    ``threshold_precision``, ``threshold_recall``, ``threshold_share``, ``threshold_value``; more
    classes: ``roc:CLASS``, ``calibration``; numbers: ``predicted_actual``, ``residual_histogram``,
    ``residual_by_prediction``. ``counts`` are the rows behind each point.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str
    y_label: str
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()


class GroupMetric(Value):
    """Metrics in one group of a protected column; ``n`` rows.

    Binary: also ``selection_rate``, ``true_positive_rate``, ``false_positive_rate``, ``precision``,
    ``base_rate`` and ``mean_score``.
    """

    column: str
    group: str
    n: int
    metrics: dict[str, Interval]


class ColumnEffect(Value):
    """How much one original column moves predictions: mean absolute SHAP value, and its shape.

    ``points`` are (value of the column as text or number, SHAP value) of explained rows.
    """

    column: str
    importance: float
    points: tuple[tuple[Any, float], ...] = ()


class Explanation(Value):
    """SHAP in original columns over ``n`` rows of the test set."""

    method: str
    unit: str
    base_value: float
    n: int
    effects: tuple[ColumnEffect, ...]
    rows: tuple[dict[str, Any], ...] = ()
    """A few example rows: ``{"record": {...}, "prediction": ..., "effects": {column: value}}``."""


class MetricCard(Value):
    """What a metric is called and says, so that a report can be read on its own."""

    label: str
    meaning: str
    unit: str = ""
    greater_is_better: bool = True
    formula: str = ""
    range: str = ""
    """From where to where it goes, and which end is good."""
    good: str = ""
    """What a good value is for this problem: against no model, the baseline and today's rule."""


class Report(Value):
    """Everything evaluation found out about one candidate."""

    run_id: str
    model: str
    model_sha256: str
    task: Task
    primary_metric: str
    classes: tuple[str, ...] = ()
    threshold: float | None = None
    data_version: str
    document_version: int
    test_rows: int
    units: int = 0
    """Of how many groups or blocks of rows that belong together they are; 0: each stands alone."""
    opening: int
    """This was the n-th opening of this test set; 1 is worth most."""
    test: dict[str, Interval]
    validation: dict[str, Interval]
    baseline: dict[str, Interval]
    rule: dict[str, Interval] = {}
    """Today's rule on the same rows; empty when none is written down."""
    difference: Interval
    """Primary metric on the test set, candidate minus best baseline, paired; better is positive."""
    overfit: Finding
    confusion: tuple[tuple[int, ...], ...] = ()
    curves: tuple[Curve, ...] = ()
    groups: tuple[GroupMetric, ...] = ()
    fairness: tuple[Finding, ...] = ()
    audit: Audit = Audit()
    money: Interval | None = None
    """What a test row is worth, or costs, on average, at the values in the brief."""
    currency: str = ""
    explanation: Explanation | None = None
    worst: tuple[dict[str, Any], ...] = ()
    """The worst errors as rows: ``{"record": {...}, "truth": ..., "prediction": ..., "error"}``."""
    claims: tuple[Claim, ...] = ()
    gate: Gate
    advice: tuple[Advice, ...] = ()
    grouping: Grouping | None = None
    """The groups on the test rows, when groups were looked for."""
    oddness: Oddness | None = None
    """The queue among the test rows, when rows that stand out were looked for."""
    created: str = ""
    cards: dict[str, MetricCard] = {}
    """A card for every metric named in the report, by its kind."""

    @property
    def drawn(self) -> str:
        """By what the intervals of the test are, and whether that is enough, in words."""
        by = f"{self.units:,} groups of rows that belong together" if self.units else "rows"
        said = f"Intervals of 95 %, by {by}."
        if (self.units or self.test_rows) < FEW:
            said += (
                f" So few {'groups' if self.units else 'rows'} are too few for a sure interval: "
                "it may hold the truth in fewer than 93 of 100 tests."
            )
        return said

    @property
    def stamp(self) -> Stamp:
        """What every number on the test stands on."""
        return Stamp(
            rows=self.test_rows,
            split="the sealed test",
            data_version=self.data_version,
            document_version=self.document_version,
        )
