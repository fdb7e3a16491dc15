"""Scores."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mll_core.domain.errors import NotReady
from mll_core.domain.histogram import bars
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.task import Codes, Floats, Predictions, Task
from mll_core.domain.view import Seen, View
from mll_core.infra.shares import share

BARS, MOST_CLASSES = 30, 4


class Scores(View):
    """How the scores of rows that are of a class lie, beside those of the others: the share of the
    rows in each thirtieth of the scale, with 95 % intervals by Wilson, by group or block where the
    split is. Of more than two classes the four commonest.
    """

    label: ClassVar[str] = "Scores"
    kind: Literal["scores"] = "scores"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 18
    told: ClassVar[bool] = True
    asks: ClassVar[str] = "Does it tell the classes apart, or do their scores lie together?"

    def look(self, seen: Seen) -> Sheet:
        cases, groups = seen.cases("test"), seen.draws("test").groups
        if cases is None or not cases.n:
            raise NotReady("There is no test row.", hint="Open the sealed test.")
        said, plots = [], []
        for name, score, parts in _apart(cases):
            series = tuple(_line(one, score, rows, groups) for one, rows in parts.items())
            label = f"Score of {name!r}"
            plots.append(Plot(title=label, x_label=label, y_label="Share of them", series=series))
            middles = (f"{np.median(score[rows]):.2f} ({one})" for one, rows in parts.items())
            said.append(f"Half of the rows have a {label[0].lower()}{label[1:]} of at least ")
            said[-1] += f"{', '.join(middles)}."
        return Sheet(sentences=tuple(said), plots=tuple(plots), stamp=seen.stamp("test"))


def _apart(cases: Predictions) -> Iterator[tuple[str, Floats, dict[str, NDArray[np.bool_]]]]:
    """The class, its score, and which rows are of which kind."""
    if len(cases.classes) == 2:  # noqa: PLR2004
        parts = {f"really {name}": cases.truth == code for code, name in enumerate(cases.classes)}
        yield cases.classes[1], cases.score[:, 1], {k: v for k, v in parts.items() if v.any()}
        return
    common = np.bincount(cases.truth.astype(np.int64), minlength=len(cases.classes))
    for code in np.argsort(-common, kind="stable")[:MOST_CLASSES]:
        name, mine = cases.classes[code], cases.truth == code
        parts = {f"really {name}": mine, "really another": ~mine}
        yield name, cases.score[:, code], {k: v for k, v in parts.items() if v.any()}


def _line(name: str, score: Floats, rows: NDArray[np.bool_], groups: Codes | None) -> Series:
    edges, codes = bars(score[rows], 0.0, 1.0, BARS)
    mine = None if groups is None else groups[rows]
    found = [share(codes == bar, mine) for bar in range(BARS)]
    return Series(
        name=name,
        x=tuple(((edges[1:] + edges[:-1]) / 2).tolist()),
        y=tuple(one.value for one in found),
        low=tuple(one.low for one in found),
        high=tuple(one.high for one in found),
        counts=tuple(np.bincount(codes, minlength=BARS).tolist()),
    )
