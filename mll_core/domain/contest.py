"""A person, today's rule and the model on the same few cases: who is right how often."""

from typing import Any, Literal

from mll_core.domain.errors import NotFound
from mll_core.domain.sheet import Rows
from mll_core.domain.training import Interval
from mll_core.domain.value import Value

CASES = 20
"""How many cases a person is asked about."""


class Shown(Value):
    """What is shown of a case once a guess is kept: what was guessed, said and true."""

    guess: Any
    rule: Any = None
    """What today's rule says, or the best simple one; None when there is neither."""
    model: Any
    truth: Any
    at: str = ""


class Case(Value):
    """One real case: the columns the model sees. ``shown`` only after the guess is kept."""

    number: int
    record: dict[str, Any]
    shown: Shown | None = None


class Sitting(Value):
    """The cases one person is asked about, in their order; ``classes`` are empty for numbers."""

    on: Rows
    told: str
    """Which rows these are, and how they were drawn."""
    classes: tuple[str, ...]
    target: str
    cases: tuple[Case, ...]

    @property
    def next(self) -> Case | None:
        """The first case without a guess; None when all are guessed."""
        return next((case for case in self.cases if case.shown is None), None)

    def at(self, number: int) -> Case:
        """One of them, from 1 on. Raises NotFound."""
        if not 1 <= number <= len(self.cases):
            raise NotFound.named("case", str(number), [str(one.number) for one in self.cases])
        return self.cases[number - 1]

    @property
    def guessed(self) -> tuple[Shown, ...]:
        """What is known of the cases that were guessed."""
        return tuple(case.shown for case in self.cases if case.shown is not None)


class Contest(Value):
    """How everybody fared on the cases that were guessed.

    ``scores``: by ``you``, ``rule`` and ``model``, the share that was right, or for numbers by how
    much they are off on average. ``apart``: of the same cases, model minus you and model minus
    rule, better is positive.
    """

    measure: Literal["right", "off"]
    n: int
    scores: dict[str, Interval]
    apart: dict[str, Interval]
    rule: str = ""
    """Which rule it is."""
    sentences: tuple[str, ...] = ()
