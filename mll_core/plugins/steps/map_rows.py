"""A map on which similar rows lie together."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import vectors
from mll_core.domain.columns import NewColumn, NumericColumns
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_LANDMARKS = 20


class MapRows(Step):
    """Place each row on a map by how alike it is to twenty typical rows: alike rows lie together.

    Unlike sums of columns (PCA) it follows bent shapes too.
    In: two to twelve numeric ``columns``, brought to one scale; a missing number counts as the
    mean. Out: the same rows and ``axes`` columns, ``<into> 1`` and on, float64.
    Learned: one row per column, ``centre``, ``width`` and its place in each landmark (the middles
    of twenty groups); one more row per axis with its ``start``, its ``reach`` and what each
    landmark weighs; from at most 4,000 different training rows, drawn by their content.
    Source: Schölkopf, Smola & Müller (1998), kernel PCA with Gaussian likeness, on the landmarks;
    scikit-learn, KernelPCA.
    """

    label: ClassVar[str] = "A map of similar rows"
    topic: ClassVar[Topic] = Topic.SIMILAR
    also: ClassVar[str] = "umap embedding dimension reduction similarity"
    remembers: ClassVar[bool] = True
    kind: Literal["map_rows"] = "map_rows"
    columns: NumericColumns = Field(min_length=1, max_length=12, description="What is compared")
    axes: int = Field(2, ge=1, le=5, description="How many axes the map has")
    into: NewColumn = Field(description="Name of the axes, which are numbered")

    def makes(self) -> Iterator[tuple[str, str]]:
        for number in range(1, self.axes + 1):
            yield "into", f"{self.into} {number}"

    def learn(self, table: ir.Table) -> ir.Table:
        return vectors.drawn(vectors.points(table, self._names()))

    def summarise(self, rows: Learned) -> Learned:
        scale = vectors.Scale(rows, len(self._names()))
        landmarks = vectors.middles(scale, _LANDMARKS, 0)
        return scale.learned(landmarks.T) + vectors.likeness_axes(landmarks, self.axes)

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        names = self._names()
        columns, axes = learned[: len(names)], learned[len(names) :]
        at, landmarks = vectors.scaled(table, names, columns), vectors.numbers(columns)
        kept = [at.table[name] for name in table.columns]
        if not landmarks:
            nowhere = [ibis.null("float64").name(name) for _, name in self.makes()]
            return at.table.select([*kept, *nowhere])
        reach = exact(-float(axes[0]["reach"] or 0))
        apart = vectors.squared_distances(at["point"], landmarks)
        at = at.then(alike=apart.map(lambda square: (square * reach).exp()))
        by = [[float(axis[f"v{n}"] or 0) for n in range(1, len(landmarks) + 1)] for axis in axes]
        at = at.then(places=vectors.products(at["alike"], by))
        kept = [at.table[name] for name in table.columns]
        new = [
            (at["places"][n] + exact(float(axis["start"] or 0))).name(name)
            for n, (axis, (_, name)) in enumerate(zip(axes, self.makes(), strict=True))
        ]
        return at.table.select([*kept, *new])

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns))
        return f"Place rows alike in {columns} together, on {self.axes} axes called {self.into!r}."

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))
