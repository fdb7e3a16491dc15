"""The project document: everything a person decides, one section per stage.

Every default is written out in ``project.yaml``. Unknown keys are refused. What a machine finds
out is never here; it is an artefact that names the version of the document it came from.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SerializeAsAny, model_validator

from mll_core.domain.connector import ReadOptions
from mll_core.domain.movable import WhatIfSection
from mll_core.domain.source_address import refuse_password
from mll_core.domain.split_section import SplitSection
from mll_core.domain.step import Step
from mll_core.domain.train_section import TrainSection
from mll_core.domain.value import Value


class Capacity(Value):
    """How many rows can be acted on: "we can call 200 a week"."""

    count: int | None = Field(None, ge=1, description="How many cases can be handled")
    period: str = Field("week", description="In which time")
    cases_per_period: int | None = Field(
        None,
        ge=1,
        description="How many cases come up in that time; none: not known, and then the capacity "
        "does not limit whom to act on",
    )

    @property
    def share(self) -> float | None:
        """The share of cases that can be handled; None unless both numbers are stated."""
        if self.count is None or self.cases_per_period is None:
            return None
        return min(1.0, self.count / self.cases_per_period)


class Values(Value):
    """What each right and wrong decision is worth; costs are negative. None: not stated."""

    currency: str = Field("EUR", description="Unit of the amounts")
    true_positive: float | None = Field(None, description="Acted on, and rightly")
    false_positive: float | None = Field(None, description="Acted on for nothing")
    false_negative: float | None = Field(None, description="Missed")
    true_negative: float | None = Field(None, description="Rightly left alone")
    per_unit_of_error: float | None = Field(
        None, description="For numbers: what one unit of absolute error costs (negative)"
    )

    @property
    def stated(self) -> bool:
        """Whether decisions about classes have a value."""
        return None not in (self.true_positive, self.false_positive, self.false_negative)


class Criterion(Value):
    """What must hold before the model may be used."""

    metric: str = Field(description="Name of a metric")
    at_least: float | None = Field(None, description="The value must be at least this")
    at_most: float | None = Field(None, description="The value must be at most this")
    on: Literal["test", "validation"] = Field("test", description="On which rows")
    group: str | None = Field(None, description="Must hold in every group of this column")

    @model_validator(mode="after")
    def _has_a_bound(self) -> "Criterion":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give at_least or at_most, one of the two")
        return self

    def sentence(self, label: str = "", group: str | None = None) -> str:
        """The criterion in words, with the metric's label and one group when they are given."""
        bound = f"at least {self.at_least:g}" if self.at_least is not None else ""
        bound = bound or f"at most {self.at_most:g}"
        each = f" in every group of {self.group!r}" if self.group else ""
        each = f" where {self.group!r} is {group!r}" if group is not None else each
        return f"{label or self.metric} {bound} on the {self.on} rows{each}."


class Stakeholder(Value):
    """Somebody who cares, and in what role."""

    name: str = Field(description="Name")
    role: str = Field("", description="Role")


class SignOff(Value):
    """Somebody agreed to the brief."""

    by: str = Field(description="Who agrees")
    role: str = Field(description="In what role")
    at: str = Field(description="When, in UTC")
    note: str = Field("", description="Anything to remember")


class Brief(Value):
    """Stage 1, business: the question, the decision, and what counts as success."""

    question: str = Field("", description="The question in one sentence")
    decision: str = Field("", description="What is decided with the answer, and by whom")
    target: str | None = Field(None, description="The column to predict")
    task: str = Field(
        "auto",
        description="What kind of answer; auto: judged from the target. Clustering finds groups, "
        "anomaly rows that stand out: neither needs a target. Count, skewed and quantile ask for a "
        "number in a way of its own",
    )
    positive: str | None = Field(None, description="The class that is sought; none: the rarer one")
    unit: str = Field("", description="One row is one what?")
    capacity: Capacity = Field(Capacity(), description="What can be handled")
    values: Values = Field(Values(), description="What right and wrong decisions are worth")
    primary_metric: str = Field("auto", description="What models are ranked by")
    rule: str = Field(
        "",
        description="Today's rule as a formula over columns, to compare with: who is acted on now,"
        " or the number that is used now",
    )
    quantile: float | None = Field(
        None,
        ge=0.01,
        le=0.99,
        description="For numbers: which quantile is asked, such as 0.9 for a stock that suffices "
        "nine times in ten; none: the usual value",
    )
    criteria: tuple[Criterion, ...] = Field((), description="What must hold before use")
    stakeholders: tuple[Stakeholder, ...] = Field((), description="Who cares")
    constraints: tuple[str, ...] = Field((), description="What must not happen")
    protected: tuple[str, ...] = Field((), description="Columns that must not decide unfairly")
    sign_offs: tuple[SignOff, ...] = Field((), description="Who agreed to this brief")


class DataSection(Value):
    """Stage 2, collect: where the rows come from."""

    source: Annotated[str, AfterValidator(refuse_password)] = Field(
        "", description="A path, a web address, a database, or sample:NAME"
    )
    options: ReadOptions = Field(ReadOptions(), description="How the source is read")
    keys: tuple[str, ...] = Field((), description="Columns that name a row")
    additions: tuple[str, ...] = Field((), description="Later files whose rows are added")
    personal: tuple[str, ...] = Field(
        (), description="Columns that tell who somebody is: hidden from viewers, logged as codes"
    )
    retention_days: int = Field(
        365, ge=1, le=3650, description="How long data that no newest result stands on is kept"
    )


class Excluded(Value):
    """A column left out of learning, and why."""

    column: str
    reason: str


Known = Literal["before", "at", "after", "not sure"]
"""When the value of a column is known: before the decision, at it, after it."""
Decision = Literal["keep", "leave out", "ask"]


class Verdict(Value):
    """What a person says of a column that may give the answer away."""

    column: str = Field(description="The column")
    known: Known = Field("not sure", description="When its value is known, seen from the decision")
    decision: Decision = Field("ask", description="What is done with it; ask: it is still open")
    by: str = Field("", description="Who says so")
    at: str = Field("", description="When, in UTC")
    why: str = Field("", description="Why")

    def sentence(self) -> str:
        """The verdict in words."""
        when = {
            "before": "known before the decision",
            "at": "known at the decision",
            "after": "known only after the decision",
            "not sure": "not sure when it is known",
        }[self.known]
        what = {"keep": "kept", "leave out": "left out", "ask": "still open"}[self.decision]
        why = f": {self.why}" if self.why else "."
        return f"{what.capitalize()} by {self.by or 'somebody'}, {when}{why}"


class PrepareSection(Value):
    """Stage 3, prepare: the recipe, and the columns left out."""

    steps: tuple[SerializeAsAny[Step], ...] = Field((), description="The recipe, in order")
    exclude: tuple[Excluded, ...] = Field((), description="Columns the model never sees")
    verdicts: tuple[Verdict, ...] = Field(
        (), description="What people said of columns that may give the answer away"
    )
    names: dict[str, int] = Field({}, description="Names of recipes to find again, by version")
    tables: dict[str, str] = Field({}, description="Names of prepared tables to keep, by sha256")

    @property
    def excluded(self) -> frozenset[str]:
        """Names of the columns the model never sees."""
        return frozenset(entry.column for entry in self.exclude)

    @property
    def sources(self) -> tuple[str, ...]:
        """Addresses of the other tables that the steps read, each once."""
        return tuple(dict.fromkeys(source for step in self.steps for source in step.sources()))


class EvaluateSection(Value):
    """Stage 5, evaluate: how the evidence is gathered."""

    resamples: int = Field(1000, ge=100, le=10_000, description="Bootstrap resamples per interval")
    explain_rows: int = Field(300, ge=20, le=10_000, description="Rows explained by SHAP")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Seed of every resample")


class DeploySection(Value):
    """Stage 6, deploy: the address and the rules of approval."""

    name: str = Field("", description="Name in the address; empty: the project's slug")
    needs_approval: bool = Field(True, description="A person must approve before promotion")
    log_requests: bool = Field(True, description="Keep scored requests for monitoring")
    retention_days: int = Field(90, ge=1, le=3650, description="How long scored requests are kept")


class MonitorSection(Value):
    """Stage 7, monitor: what is watched, and when to speak up."""

    drift_threshold: float = Field(
        0.2, ge=0.01, le=5, description="Population stability index above which a column drifted"
    )
    share_of_columns: float = Field(
        0.3, ge=0.01, le=1, description="Share of drifted columns that makes the data drifted"
    )
    performance_drop: float = Field(
        0.05, ge=0.001, le=1, description="Relative loss of the primary metric worth an alert"
    )
    minimum_rows: int = Field(100, ge=10, le=1_000_000, description="Fewer rows are not judged")


class Document(Value):
    """A whole project, as a person decided it."""

    name: str = Field(description="The project's name")
    brief: Brief = Brief()
    data: DataSection = DataSection()
    prepare: PrepareSection = PrepareSection()
    split: SplitSection = SplitSection()
    train: TrainSection = TrainSection()
    evaluate: EvaluateSection = EvaluateSection()
    deploy: DeploySection = DeploySection()
    monitor: MonitorSection = MonitorSection()
    whatif: WhatIfSection = WhatIfSection()

    @property
    def sources(self) -> tuple[str, ...]:
        """Every address that rows are read from: the data, its additions, the recipe's tables."""
        return (self.data.source, *self.data.additions, *self.prepare.sources)

    def get(self, path: str) -> Any:
        """The plain value at a dotted ``path``; KeyError when there is none."""
        found: Any = self.to_json()
        for part in path.split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found


class DocumentVersion(Value):
    """One saved state of the document."""

    version: int
    author: str
    at: str
    reason: str
    text: str
