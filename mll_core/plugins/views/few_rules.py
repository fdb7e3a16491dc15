"""In a few rules."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.metric import shown
from mll_core.domain.sheet import Sheet
from mll_core.domain.task import Task
from mll_core.domain.view import Seen, View

MOST_ROWS = 4_000
GOOD, POOR = 0.8, 0.5


class FewRules(View):
    """A tree of at most eight answers, grown on what the model says of every other row (not on the
    truth), and compared with the model on the rows between. Its fidelity is the share of the
    model's ups and downs that it follows there; below 80 % its rules are a sketch.
    """

    label: ClassVar[str] = "In a few rules"
    kind: Literal["few_rules"] = "few_rules"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS, Task.REGRESSION})
    place: ClassVar[int] = 37
    ahead: ClassVar[bool] = True
    asks: ClassVar[str] = "What would a handful of rules say that answer much as the model does?"

    def look(self, seen: Seen) -> Sheet:
        from mll_core.infra import surrogate
        from mll_core.infra.readable import Readable

        ground = seen.ground(MOST_ROWS)
        answer = Readable.of(ground.model, ground.rows)
        classifies = ground.model.task.classifies
        name = ground.model.classes[answer.code] if classifies else ground.model.target

        def told(value: float) -> str:
            return f"{name} {shown(value, 'share' if classifies else 'target')}"

        try:
            found = surrogate.grow(ground.rows, answer(ground.rows), seen.columns, told)
        except ValueError as error:
            raise NotReady(f"There are no rules to find: {error}", hint="Add columns.") from error
        word = (
            "the rules can stand for the model"
            if found.fidelity >= GOOD
            else "they are a sketch of it"
            if found.fidelity >= POOR
            else "the model does much that they leave out: do not decide by them"
        )
        said = [
            f"The rules follow {100 * max(0.0, found.fidelity):.0f} % of the ups and downs of the "
            f"model's answers, on {found.judged:,} rows they did not see: {word}."
        ]
        if ground.model.threshold is not None:
            same = (found.said >= ground.model.threshold) == (found.model >= ground.model.threshold)
            said.append(f"They decide as the model does for {100 * np.mean(same):.0f} of 100 rows.")
        return Sheet(sentences=tuple(said), tree=found.inside, stamp=ground.stamp)
