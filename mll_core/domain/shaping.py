"""The part of a recipe that runs once, before the split: rows are chosen and made, values stay raw.

A step that keeps the rows and learns nothing may stand before one that looks at rows: the date is
read, then looked back by. It is worked out in passing, so that the later step sees what it made;
then the raw values are put back, and the model replays it as it replays every such step. What a
later step makes stays.

Where raw values cannot be put back, the step is done here and not replayed: before rows are made
anew (``changes`` is None), and when it touches a column that a step here changes in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis.expr.types as ir

from mll_core.domain import at_work
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.provenance import HIDDEN
from mll_core.domain.step import Step

_KEPT = f"{HIDDEN}kept "


@dataclass(frozen=True)
class Shaping:
    """Running steps up to the last that looks at rows; ``passing``: the places of those that are
    only worked out in passing."""

    steps: tuple[Step, ...]
    passing: frozenset[int]

    @classmethod
    def of(cls, running: Sequence[Step]) -> "Shaping":
        """The part of the steps that run which is done before the split."""
        last = max((i for i, step in enumerate(running) if step.rows != "keep"), default=-1)
        steps = tuple(running[: last + 1])
        looking = {i for i, step in enumerate(steps) if step.rows != "keep"}
        anew = max((i for i in looking if steps[i].changes is None), default=-1)
        later = range(anew + 1, len(steps))
        changed = {name for i in later if i in looking for name in steps[i].changes or ()}
        passing = {i for i in later if i not in looking}
        while done := {i for i in passing if changed & (_read(steps[i]) | _written(steps[i]))}:
            passing -= done
            changed |= {name for i in done for name in _written(steps[i])}
        return cls(steps, frozenset(passing))

    @property
    def only_chooses(self) -> bool:
        """Whether the rows that come out are rows that went in, with all their values and no more.

        A step that reads another table may add its columns.
        """
        looking = (step for i, step in enumerate(self.steps) if i not in self.passing)
        return all(step.rows == "drop" and not step.sources() for step in looking)

    def shape(self, table: ir.Table, run: at_work.Run) -> ir.Table:
        """The rows of ``table`` that are chosen and made, raw but for what is made here.

        Raises what the steps raise, and InvalidParameter for a column made here whose name a step
        in passing has used.
        """
        work = _Passing(table, table.columns)
        for place, step in enumerate(self.steps):
            at_work.refuse(step, work.table, run)
            passing = place in self.passing
            work = work.keeping(step) if passing else work
            work = work.after(at_work.one_select(step, work.table, ()), passing)
            if not passing and (taken := work.taken):
                what = f"steps.{place}.{step.kind}: a step before it has used the name {taken[0]!r}"
                raise InvalidParameter(f"{what}.", hint="Give the new column a name of its own.")
        return work.raw()


@dataclass(frozen=True)
class _Passing:
    """A table at work: what its columns were called at first, which raw values are kept aside, and
    which columns were made in passing."""

    table: ir.Table
    first: Sequence[str]
    kept: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    taken: tuple[str, ...] = field(default=())
    """Columns that a step made last whose names were used in passing."""

    def keeping(self, step: Step) -> "_Passing":
        """With the columns that ``step`` changes kept aside as they are."""
        changed = step.changes or frozenset()
        new = [n for n in self.table.columns if n in changed - self.kept - self.made]
        if not new:
            return self
        wider = self.table.mutate([self.table[name].name(_KEPT + name) for name in new])
        return _Passing(wider.view(), self.first, self.kept | {*new}, self.made)

    def after(self, table: ir.Table, passing: bool) -> "_Passing":
        """With the table that a step made of it."""
        new = [name for name in table.columns if name not in self.table.columns]
        made = self.made | {*new} if passing else self.made
        taken = () if passing else tuple(name for name in new if name in self.kept | self.made)
        return _Passing(table, self.first, self.kept, made, taken)

    def raw(self) -> ir.Table:
        """The table with what was kept aside in its place, and without what was made in passing."""
        if not self.kept and not self.made:
            return self.table
        there = [name for name in self.table.columns if not name.startswith(_KEPT)]
        names = dict.fromkeys([*self.first, *there, *sorted(self.kept)])
        columns = [
            self.table[_KEPT + name if name in self.kept else name].name(name)
            for name in names
            if name in self.kept or (name in there and name not in self.made)
        ]
        return self.table.select(columns).view()


def _read(step: Step) -> set[str]:
    return {name for _, name, _ in step.picks()}


def _written(step: Step) -> set[str]:
    return {*(step.changes or ()), *(name for _, name in step.makes())}
