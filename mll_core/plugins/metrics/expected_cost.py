"""Expected cost."""

from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from mll_core.domain.document import Brief
from mll_core.domain.metric import MeanMetric
from mll_core.domain.task import Floats, Predictions, Task


class ExpectedCost(MeanMetric):
    """Mean of |prediction - truth| x what one unit of error costs."""

    label: ClassVar[str] = "Expected cost"
    kind: Literal["expected_cost"] = "expected_cost"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.REGRESSION})
    greater_is_better: ClassVar[bool] = False
    highest: ClassVar[float | None] = None
    unit: ClassVar[str] = "money"
    needs: ClassVar[str] = "brief.values.per_unit_of_error"
    meaning: ClassVar[str] = "What the errors cost per case, at the cost stated in the brief."
    per_unit: float = Field(1.0, ge=0, le=1e12, description="Cost of one unit of absolute error")

    @classmethod
    def of_brief(cls, brief: Brief) -> Self:
        stated = brief.values.per_unit_of_error
        return cls.of() if stated is None else cls.of(per_unit=abs(stated))

    @classmethod
    def usable(cls, brief: Brief) -> bool:
        return brief.values.per_unit_of_error is not None

    def parts(self, predictions: Predictions) -> Floats:
        return self.per_unit * np.abs(predictions.score - predictions.truth)[:, None]
