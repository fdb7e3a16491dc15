"""What if: cases asked of the newest model, and scenarios that are kept and shared."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mll_core.bench import Bench
from mll_core.domain.errors import InvalidParameter, NotReady
from mll_core.domain.identity import Permission
from mll_core.domain.task import ANSWERED
from mll_core.domain.whatif import Scenario
from mll_core.infra.guard import Access, needs
from mll_core.infra.scenarios import Scenarios

if TYPE_CHECKING:
    from mll_core.stages.evaluate.whatif import Cases

MOST_ROWS = 5_000
"""Rows that cases are compared with; of more, so many are drawn."""
LONGEST = 120
INSTEAD = (
    "What if is for models that predict a column. What sets groups apart, or what is unusual in a "
    "row, stands on Evaluate; Deploy says it of a made-up row."
)


class WhatIf:
    """Made-up cases of one project."""

    def __init__(self, bench: Callable[..., Bench], scenarios: Scenarios, access: Access) -> None:
        self.access = access
        self._bench = bench
        self._scenarios = scenarios

    @needs(Permission.VIEW)
    def cases(self) -> "Cases":
        """The newest model and rows it learned from, ready to be asked. Raises NotReady."""
        import numpy as np

        from mll_core.infra import picked_rows
        from mll_core.stages.evaluate.whatif import Cases

        bench = self._bench()
        training, split = bench.training(), bench.split()
        if training.task not in ANSWERED:
            raise NotReady("There is no answer to change here.", hint=INSTEAD)
        draw = np.random.default_rng(bench.document.evaluate.seed)
        places = np.sort(draw.permutation(split.development.rows)[:MOST_ROWS])
        rows = picked_rows.rows(bench.objects.path(split.development.sha256), places)
        return Cases(bench.models().load(training.model_sha256), rows, bench.document)

    @needs(Permission.VIEW)
    def scenarios(self) -> tuple[Scenario, ...]:
        """What was kept, newest first."""
        return self._scenarios.all()

    @needs(Permission.VIEW)
    def scenario(self, id: str) -> Scenario:
        """One that was kept. Raises NotFound."""
        return self._scenarios.one(id)

    @needs(Permission.EDIT)
    def keep(
        self, name: str, cases: Sequence[dict[str, Any]], *, from_row: bool = False
    ) -> Scenario:
        """Keep one case, or two side by side, for everybody in the project.

        ``from_row``: one of them was taken from a row. Raises InvalidParameter, NotReady.
        """
        if not name.strip() or not 1 <= len(cases) <= 2:  # noqa: PLR2004
            what = "A scenario needs a name, and one case or two."
            raise InvalidParameter(what, hint='Such as "Two calls fewer".')
        bench = self._bench()
        rows = bench.split().development.sha256 if from_row else None
        short = name.strip()[:LONGEST]
        return self._scenarios.keep(short, cases, rows, bench.document_version)

    @needs(Permission.EDIT)
    def remove(self, id: str) -> None:
        """Delete a scenario. Raises NotFound."""
        self._scenarios.remove(id)
