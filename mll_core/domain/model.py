"""The contract of a model."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from mll_core.domain.plugin import Plugin
from mll_core.domain.task import ANSWERED, Task
from mll_core.domain.value import Value

if TYPE_CHECKING:
    from mll_core.domain.document import Brief

Demand = Literal["directions", "groups"]
"""What a person may demand of how columns act: see ``Expectations``."""


class Feature(Value):
    """One column of the matrix a model learns from.

    A category holds codes 0..k-1 into ``levels``; NaN is missing or never seen. ``source`` is the
    original column it was made of, for explanations.
    """

    name: str
    source: str
    kind: Literal["number", "category"]
    levels: tuple[str, ...] = ()
    direction: Literal[-1, 0, 1] = 0
    """How the answer may go when it rises: only down, either way, only up."""
    groups: tuple[int, ...] | None = None
    """Numbers of the groups within which it may act together with others; None: with any."""


class Learner(Plugin, ABC):
    """What a leaderboard ranks: a model, or several as one."""

    tasks: ClassVar[frozenset[Task]] = ANSWERED
    complexity: ClassVar[int]
    """Rank from the simplest (0, a baseline) up; ties in the leaderboard go to the lower."""
    baseline: ClassVar[bool] = False
    """Always tried, never counted as an achievement."""
    strong: ClassVar[bool] = False
    """Good on most tables; a search finishes at least one, on fewer rows if it must."""
    interpretable: ClassVar[bool] = False
    """A person can follow each answer: by a rule, a drawing, a table or one curve per column."""


class Model(Learner, ABC):
    """A learning algorithm; its fields are hyper-parameters, their bounds the search space."""

    cost: ClassVar[float] = 1.0
    """Rough time of one fit, relative to the other models; the search begins with what promises
    most for it."""
    promise: ClassVar[float] = 1.0
    """What it usually adds for its time: among models of one cost, the more the sooner."""
    drawn: ClassVar[bool] = False
    """What it learns hangs on chance: the mean of several seeds is better than one."""
    appetite: ClassVar[float] = 40.0
    """Bytes that a training with it takes per number of the table, at the most."""
    working: ClassVar[float] = 24.0
    """Bytes that one fit takes per number it learns from, beyond these, at the most."""
    MANY: ClassVar[int] = 1_000_000
    """From so many rows on, a model that can takes them in batches."""
    batched: ClassVar[float | None] = None
    """The bytes of ``working`` where it takes rows in batches; None: it never does."""
    usual: ClassVar[bool] = False
    """Tried when nobody picks models; the others when the task names them, or to be picked."""
    keeps: ClassVar[frozenset[Demand]] = frozenset()
    """What of ``Expectations`` it can keep to; ``Feature`` says what is demanded."""
    library: ClassVar[str] = ""
    """The library it needs beyond the usual ones; the extra that installs it is named alike."""
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Settings that say what is asked, not how it is learned: a search leaves them alone."""

    @abstractmethod
    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        """A new, unfitted scikit-learn estimator for a float32 matrix laid out as ``features``.

        NaN is missing. What only this algorithm needs (encoding, scaling, filling) is part of it.
        Classification fits integer codes 0..k-1, regression float64 values.
        """

    @classmethod
    def missing(cls) -> str:
        """Why it cannot be used here, and what to do; empty when it can."""
        if not cls.library or find_spec(cls.library):
            return ""
        return f"It needs {cls.library}: pip install 'mll-workbench[{cls.library}]'."

    def suited(self, brief: "Brief") -> Self | None:
        """This model with what the brief says; None when the brief gives it nothing to do."""
        return self

    @property
    def own_scale(self) -> bool:
        """Whether it has a scale for skewed targets itself, and is given them as they are."""
        return False

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        """Fit what ``build`` made, and give it back; ``categories`` are the columns of codes.

        A model that stops early does so on rows it holds out of these, never on others.
        """
        return estimator.fit(matrix, target)

    def weigh(self, estimator: Any, weights: dict[int, float]) -> bool:
        """Have what ``build`` made learn with a weight per class code; False where it cannot."""
        settings = estimator.get_params(deep=True)
        known = [name for name in settings if name.split("__")[-1] == "class_weight"]
        estimator.set_params(**dict.fromkeys(known, weights))
        return bool(known)

    def settled(self, fitted: Sequence[Any]) -> Self:
        """This model with what early stopping found in the folds, for a last fit on all rows."""
        return self

    @classmethod
    def variants(cls) -> tuple[Self, ...]:
        """Other settings worth trying when time is left, the best guess first."""
        return ()
