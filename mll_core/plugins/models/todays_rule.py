"""Today's rule."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task

if TYPE_CHECKING:
    from mll_core.domain.document import Brief


class TodaysRule(Model):
    """What is done now, as the brief writes it down: a model is worth what it adds to this.

    A condition parts the rows in two, and the answer is how often each class occurs on either side;
    for numbers it may also be the number that is used now. It reads the columns as stage 3 leaves
    them.
    """

    label: ClassVar[str] = "Today's rule"
    complexity: ClassVar[int] = 1
    baseline: ClassVar[bool] = True
    cost: ClassVar[float] = 0.05
    interpretable: ClassVar[bool] = True
    fixed: ClassVar[frozenset[str]] = frozenset({"rule"})
    kind: Literal["todays_rule"] = "todays_rule"
    rule: str = Field("", description="The rule as a formula; empty: the one in the brief")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from mll_core.infra.estimators.written_rule import WrittenRule

        names = tuple(feature.name for feature in features)
        levels = tuple(feature.levels for feature in features)
        return WrittenRule(self.rule, names, levels, task.classifies)

    def suited(self, brief: "Brief") -> Self | None:
        rule = self.rule or brief.rule
        return self.model_copy(update={"rule": rule}) if rule.strip() else None
