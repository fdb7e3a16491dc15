"""Few columns instead of many."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain import vectors
from mll_core.domain.columns import NewColumn, NumericColumns
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic


class ReduceNumbers(Step):
    """Make few columns that tell most of what many columns tell together (PCA or SVD).

    In: two to thirty numeric ``columns``. Out: the same rows and ``most`` columns, ``<into> 1`` and
    on, float64: weighted sums of the columns, each telling as much as it can of what those before
    leave. ``PCA`` brings the columns to mean 0 and deviation 1 first, and a missing number counts
    as the mean; ``SVD`` takes them as they are, and it counts as 0.
    Learned: one row per column, ``centre``, ``width`` and its weight in each new column; from at
    most 4,000 different training rows, drawn by their content. The largest weight is positive.
    Source: scikit-learn, PCA after StandardScaler, TruncatedSVD.
    """

    label: ClassVar[str] = "Few columns instead of many (PCA)"
    topic: ClassVar[Topic] = Topic.SIMILAR
    also: ClassVar[str] = "dimension reduction svd components compress principal"
    kind: Literal["reduce_numbers"] = "reduce_numbers"
    columns: NumericColumns = Field(min_length=1, max_length=30, description="Columns to sum up")
    how: Literal["PCA", "SVD"] = Field("PCA", description="PCA: all on one scale; SVD: as they are")
    most: int = Field(2, ge=1, le=10, description="How many new columns")
    into: NewColumn = Field(description="Name of the new columns, which are numbered")

    def makes(self) -> Iterator[tuple[str, str]]:
        for number in range(1, min(self.most, len(self._names())) + 1):
            yield "into", f"{self.into} {number}"

    def learn(self, table: ir.Table) -> ir.Table:
        return vectors.drawn(vectors.points(table, self._names()))

    def summarise(self, rows: Learned) -> Learned:
        import numpy as np

        names, pca = self._names(), self.how == "PCA"
        scale = vectors.Scale(rows, len(names), centred=pca, even=pca)
        top = np.abs(scale.points).max(
            initial=1e-300
        )  # of SVD's plain numbers squares may be endless
        parts = scale.points / top
        _, axes = np.linalg.eigh(parts.T @ (parts * scale.counts[:, None]))
        return scale.learned(vectors.upright(axes[:, ::-1][:, : self.most]))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        at = vectors.scaled(table, self._names(), learned)
        at = at.then(sums=vectors.products(at["point"], vectors.numbers(learned)))
        kept = [at.table[name] for name in table.columns]
        new = [at["sums"][place].name(name) for place, (_, name) in enumerate(self.makes())]
        return at.table.select([*kept, *new])

    def sentence(self) -> str:
        columns = " and ".join(map(repr, self.columns))
        return f"Sum up {columns} in {self.most} columns called {self.into!r} ({self.how})."

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))
