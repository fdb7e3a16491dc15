"""Right and wrong."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.metric import confusion, shown_with_interval
from mll_core.domain.sheet import Behind, Grid, Heat, Sheet
from mll_core.domain.task import Codes, Predictions, Task
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

MOST, IN_ALL = 200, 20_000
"""Rows kept of one cell, and of all of them."""


class Confusion(View):
    """How often each true class was answered by which, on the sealed test (the confusion matrix),
    and the rows of each cell, the surest first. Of each class the share answered rightly, with its
    95 % interval by Wilson, by group or block where the split is.
    """

    label: ClassVar[str] = "Right and wrong"
    kind: Literal["confusion"] = "confusion"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 5
    told: ClassVar[bool] = True
    asks: ClassVar[str] = "Which classes are taken for which, and which rows are they?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        counts = confusion(cases)
        filled = [(int(i), int(j)) for i, j in zip(*np.nonzero(counts), strict=True)]
        place = {cell: number for number, cell in enumerate(filled)}
        most = max(1, min(MOST, IN_ALL // len(filled)))
        codes = range(len(cases.classes))
        heat = Heat(
            title="Answered and true",
            x_label="Answered",
            y_label="True",
            z_label="Share of the class",
            x=cases.classes,
            y=cases.classes,
            z=tuple(tuple(float(n) / max(1, int(row.sum())) for n in row) for row in counts),
            words=tuple(tuple(f"{n:,}" for n in row) for row in counts),
            rows=tuple(tuple(place.get((i, j)) for j in codes) for i in codes),
        )
        return Sheet(
            sentences=_said(cases, counts, _right(seen, cases)),
            heats=(heat,),
            grids=(_grid(seen, cases, counts),),
            behind=tuple(_behind(cases, *cell, most) for cell in filled),
            stamp=seen.stamp("test"),
        )


def _right(seen: Seen, cases: Predictions) -> Interval:
    return seen.draws("test").intervals({"it": seen.measure("accuracy")}, cases)["it"]


def _said(cases: Predictions, counts: Codes, right: Interval) -> tuple[str, ...]:
    told = shown_with_interval(right.value, right.low, right.high, "share")
    said = [f"{told} of {cases.n:,} rows are answered rightly."]
    wrong = counts - np.diag(np.diag(counts))
    if wrong.any():
        i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
        said.append(
            f"The commonest error: {int(wrong[i, j]):,} of {int(counts[i].sum()):,} rows that are "
            f"{cases.classes[i]!r} are answered {cases.classes[j]!r}."
        )
    return tuple(said)


def _grid(seen: Seen, cases: Predictions, counts: Codes) -> Grid:
    rows = []
    for code, name in enumerate(cases.classes):
        mine = cases.truth == code
        found = share(cases.label[mine] == code, seen.draws("test").take(mine).groups)
        told = "no rows"
        if found.n:
            told = shown_with_interval(found.value, found.low, found.high, "share")
        rows.append((name, told, *(int(n) for n in counts[code])))
    heads = tuple(f"answered {name}" for name in cases.classes)
    return Grid(
        title="Each true class", columns=("True", "Rightly (95 %)", *heads), rows=tuple(rows)
    )


def _behind(cases: Predictions, truth: int, label: int, most: int) -> Behind:
    places = np.flatnonzero((cases.truth == truth) & (cases.label == label))
    sure = cases.score[places, label]
    order = places[np.argsort(-sure, kind="stable")][:most]
    name, said = cases.classes[truth], cases.classes[label]
    return Behind(
        title=f"{len(places):,} rows that are {name!r} and were answered {said!r}",
        on="test",
        places=tuple(order.tolist()),
        columns=(f"probability of {said}",),
        said=tuple((float(cases.score[row, label]),) for row in order),
    )
