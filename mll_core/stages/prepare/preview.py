"""A recipe, or one of its steps, at work on rows a person can look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain.column_units import carried
from mll_core.domain.provenance import ROW
from mll_core.domain.recipe import PreparedRecipe, Recipe
from mll_core.domain.table_step import TableStep
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.few_rows import ready, sample
from mll_core.stages.prepare.shapes import Shape, shapes
from mll_core.stages.prepare.step_by_step import Tables, at_work, learned
from mll_core.stages.prepare.together import looked_at

LOST = 100
"""So many values of a column that become missing are listed."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A recipe, or one step of it, at work on ``n_before`` rows, which ``sampled`` says in words.

    ``before`` and ``after`` hold the first rows; the counts are of all rows looked at. ``changed``
    counts per column the cells that differ, of the rows that are left; ``cells`` marks those of
    ``after``. ``dropped`` holds the first rows that go; ``true`` counts the rows in which a new
    column of true and false is true.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    n_before: int
    n_after: int
    nulls_before: dict[str, int]
    nulls_after: dict[str, int]
    changed: dict[str, int] = field(default_factory=dict)
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    dropped: pd.DataFrame = field(default_factory=pd.DataFrame)
    shapes: tuple[Shape, ...] = ()
    true: dict[str, int] = field(default_factory=dict)
    lost: dict[str, dict[str, int]] = field(default_factory=dict)
    sampled: str = ""
    """Which rows are looked at; empty for all of them."""
    learns: bool = False
    """Whether a step learns: of a sample, only from the rows that are in it."""
    across: bool = False
    """Whether values come from other rows: of a sample, not all of those are there."""
    total: int = 0
    waits_for: tuple[str, ...] = ()
    """Of these whole groups are looked at as soon as they are ``drawn``."""
    drawn: Callable[[], bool] = lambda: True
    units_before: Mapping[str, str] = field(default_factory=dict)
    """Of columns that have one, as the recipe says it; ``units``: of those after."""
    units: Mapping[str, str] = field(default_factory=dict)
    made: tuple[PreparedRecipe, ibis.Schema] | None = None
    """What was done, and to which columns; None: it is not told."""

    @property
    def sql(self) -> str:
        """All of it as one query, written when it is asked for; empty when it is not told."""
        if self.made is None:
            return ""
        prepared, schema = self.made
        return warehouse.to_sql(prepared.apply(ibis.table(schema, name=warehouse.ROWS)))

    def sentence(self) -> str:
        """What happened, in numbers and with their base."""
        of = f" ({self.sampled})" if self.sampled else ""
        cells = sum(self.changed.values())
        columns = sum(count > 0 for count in self.changed.values())
        marked = "".join(f" {n!r} is true in {count:,}." for n, count in self.true.items())
        apart = (
            " Values that come from other rows are shown as far as those are in the sample; a run "
            "looks at all rows."
            if self.sampled and self.across
            else ""
        )
        if self.sampled and self.learns:
            apart += (
                " What a step learns, such as an average or which values are frequent enough for "
                "a column, is learned from these rows here, and from all training rows in a run."
            )
        if self.waits_for:
            names = " and ".join(map(repr, self.waits_for))
            apart += f" All rows of some {names} are being drawn, and shown as soon as they are."
        changed = f"{cells:,} cell{'s' * (cells != 1)} changed in {columns} column"
        told = f"{self._rows()}, {changed}{'s' * (columns != 1)}"
        if not cells and self.n_before == self.n_after:
            told = "nothing changes"
        return f"{self.n_before:,} rows{of}: {told}.{marked}{apart}"

    def _rows(self) -> str:
        """How many rows go; of rows that are made anew, how many there are then."""
        gone = self.n_before - self.n_after
        return (
            f"{gone:,} dropped" if gone == 0 or len(self.dropped) else f"made into {self.n_after:,}"
        )


def preview(
    recipe: Recipe,
    path: Path,
    *,
    step: int | None = None,
    limit: int = 50,
    others: Mapping[str, Path] | None = None,
    patient: bool = True,
) -> Preview:
    """Show ``recipe``, or only its ``step`` (from 0), at work.

    It learns on the rows it shows; training learns again, on training rows only. ``others``: the
    other tables it reads, by address; ``patient``: see ``looked_at``. Raises UnknownColumn,
    WrongColumnKind, InvalidParameter, UnreadableSource, NotReady.
    """
    recipe, more = with_tables(recipe, others or {})
    first = 0 if step is None else step
    steps = recipe.steps
    if step is not None:  # shown at work, also when it is switched off
        steps = (*steps[:step], steps[step].model_copy(update={"enabled": True}))
    whole = Recipe(steps=steps)
    seen = looked_at(whole, path, patient=patient)
    rows = seen.rows
    raw, done = (at_work(one, rows, more) for one in (Recipe(steps=steps[:first]), whole))
    rest = Recipe(steps=steps[first:])
    reshaped = any(one.rows == "shape" for one in rest.running.steps)
    # Cells are compared over the rows that are left; rows made anew have none to compare.
    stayed = np.arange(0) if reshaped else _stayed(rest, raw.rows, more)
    before, after = warehouse.to_pandas(raw.rows), warehouse.to_pandas(done.rows)
    left = after if reshaped else _left(before, stayed)
    cells = _differing(left, after)
    changed = {str(name): int(count) for name, count in cells.sum().items()}
    return Preview(
        before=before.head(limit),
        after=after.head(limit),
        n_before=len(before),
        n_after=len(after),
        nulls_before=_nulls(before),
        nulls_after=_nulls(after),
        changed=changed,
        cells=cells.head(limit),
        dropped=before.head(0) if reshaped else before[~before.index.isin(stayed)].head(limit),
        shapes=shapes(before, after, changed),
        true=_true(before, after),
        lost=_lost(left, after),
        sampled=seen.sentence,
        learns=any(one.learns for one in whole.running.steps),
        across=not seen.by and any(one.rows in ("window", "shape") for one in whole.running.steps),
        total=seen.total,
        waits_for=seen.waits_for,
        drawn=partial(ready, path, seen.waits_for),
        units_before=carried(steps[:first]),
        units=carried(steps),
        made=(learned(whole, rows, more), warehouse.table(rows).schema()),
    )


def with_tables(
    recipe: Recipe, others: Mapping[str, Path], *, whole: bool = False
) -> tuple[Recipe, Tables]:
    """The recipe, told of its other tables; and these, by the names its queries call them.

    Tables whose rows are only added come as a sample unless ``whole``, as the rows do.
    """
    told = recipe.given({s: warehouse.table(path).schema() for s, path in others.items()})

    def rows(step: TableStep, source: str) -> warehouse.Rows:
        return sample(others[source])[0] if step.appends and not whole else others[source]

    return told, {
        step.called(source): rows(step, source)
        for step in told.steps
        if isinstance(step, TableStep)
        for source in step.sources()
        if source in others
    }


def _stayed(recipe: Recipe, rows: pa.Table, more: Tables) -> NDArray[np.int64]:
    """Which of ``rows`` come out of steps that choose rows, in the order in which they do."""
    if not recipe.shaping.steps:
        return np.arange(len(rows))
    numbered = rows.append_column(ROW, _numbers(len(rows)))
    chosen = at_work(Recipe(steps=recipe.shaping.steps), numbered, more).rows
    numbers: NDArray[np.int64] = chosen.column(ROW).to_numpy()
    return numbers


@lru_cache(4)
def _numbers(rows: int) -> pa.Array:
    """The same array each time, so that what was done to numbered rows is found again."""
    return pa.array(np.arange(rows))


def _left(before: pd.DataFrame, stayed: NDArray[np.int64]) -> pd.DataFrame:
    """The rows of ``before`` that stayed, in the order in which they came out."""
    if np.array_equal(stayed, np.arange(len(before))):
        return before
    return before.iloc[stayed].reset_index(drop=True)


def _lost(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Per column the values that were there and are missing now, with their rows."""
    found = {}
    for name in before.columns.intersection(after.columns):
        gone = before[name].notna() & after[name].isna()
        if gone.any():
            counts = before.loc[gone, name].astype("str").value_counts(sort=False).sort_index()
            most = counts.sort_values(ascending=False, kind="stable").head(LOST)
            found[str(name)] = {str(value): int(count) for value, count in most.items()}
    return found


def _nulls(frame: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in frame.isna().sum().items()}


def _true(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, int]:
    new = {n: after[n].dropna().infer_objects() for n in after.columns if n not in before}
    return {str(n): int(marks.sum()) for n, marks in new.items() if marks.dtype == bool}


def _differing(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Which cells of ``after`` are not what they were; in a new column all of them."""
    marks = {}
    for name in after.columns:
        if name not in before:
            marks[name] = np.ones(len(after), dtype=bool)
            continue
        old, new = before[name], after[name]
        if old.dtype != new.dtype:
            old, new = old.astype(object), new.astype(object)
        same = (old == new) | (old.isna() & new.isna())
        marks[name] = (~same.astype(bool)).to_numpy()
    return pd.DataFrame(marks, index=after.index)


def values(
    recipe: Recipe, path: Path, column: str, most: int, others: Mapping[str, Path] | None = None
) -> list[str]:
    """The most frequent values of ``column`` after ``recipe``, as text, at most ``most``."""
    recipe, more = with_tables(recipe, others or {})
    worked = at_work(recipe, looked_at(recipe, path).rows, more)
    after = worked.table
    known = after.select(value=after[column]).filter(ibis._["value"].notnull())
    counts = known.group_by("value").aggregate(n=ibis._.count())
    first = counts.order_by(ibis.desc("n"), "value").limit(most)
    return [str(raw_rows.as_text(row["value"])) for row in warehouse.records(first, worked.rows)]
