"""The contract of a metric."""

from abc import ABC, abstractmethod
from typing import ClassVar

from mll_core.domain.plugin import Plugin
from mll_core.domain.task import Predictions, Task


class Metric(Plugin, ABC):
    """One number that says how good predictions are; the class docstring has its formula."""

    tasks: ClassVar[frozenset[Task]]
    greater_is_better: ClassVar[bool] = True
    meaning: ClassVar[str]
    """What it says, in one plain sentence for a person who never heard of it."""
    unit: ClassVar[str] = ""
    """``share`` is shown as a percentage, ``target`` in the target's unit, ``money`` in currency."""

    @abstractmethod
    def score(self, predictions: Predictions) -> float:
        """The value on all rows; NaN where it is undefined (one class only, no rows)."""
