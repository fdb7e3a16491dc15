"""Rows that are nearly the same, in groups for a person to judge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa

from mll_core.domain.connector import Progress, part, quiet
from mll_core.domain.content import content
from mll_core.domain.errors import UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.value import Value
from mll_core.infra import copied, near_rows, raw_rows, warehouse
from mll_core.infra.few_rows import sample
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import learned

COUNTING = "Counting the different rows"
MOST = 100_000
"""So many different rows are compared; of more, the first ones in the order of their content."""


class Group(Value):
    """Rows that say nearly the same: their ``contents`` in words, the values, how many rows each.

    The first is the one to keep: the most frequent, then the most complete. ``score``: how alike
    the least alike pair in it is that joined it, from 0 to 1.
    """

    contents: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    counts: tuple[int, ...]
    score: float


class NearRows(Value):
    """What is compared: rows, by some columns."""

    columns: tuple[str, ...]
    least: float = 0.9


class Near(Value):
    """The groups among ``compared`` of the ``distinct`` contents."""

    groups: tuple[Group, ...]
    distinct: int
    compared: int


def near(
    recipe: Recipe,
    path: Path,
    columns: Sequence[str],
    least: float = 0.9,
    others: Mapping[str, Path] | None = None,
    *,
    progress: Progress = quiet,
) -> Near:
    """Rows that agree nearly in ``columns`` after ``recipe``; rows that agree wholly count as one.

    Raises UnknownColumn, and what ``progress`` raises.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others or {}, whole=True)
    table = learned(recipe, rows, more).apply(raw_rows.normal(warehouse.table(path)))
    for name in columns:
        if name not in table.columns:
            raise UnknownColumn.named(name, where="columns", among=table.columns)
    said = table.select(
        _content=content(table, columns), **{name: table[name].cast("string") for name in columns}
    )
    counted = said.group_by(said.columns).aggregate(_rows=ibis._.count())
    first = (
        f"WITH g AS MATERIALIZED ({warehouse.to_sql(counted)}) "
        "SELECT *, (SELECT count(*) FROM g) AS _all "
        f"FROM g ORDER BY _rows DESC, _content LIMIT {MOST}"
    )
    tables = {warehouse.ROWS: path, **more}
    found = copied.arrow(first, tables, part(progress, 0.0, 0.7), COUNTING)
    progress(0.7, "Comparing them")
    total = int(found.column("_all")[0].as_py()) if len(found) else 0
    found = found.append_column("place", pa.array(range(len(found)), pa.int64()))
    groups = _grouped(near_rows.pairs(found, columns, least))
    return Near(
        groups=tuple(_group(found, columns, places, score) for places, score in groups),
        distinct=total,
        compared=len(found),
    )


def decided(groups: Sequence[Group]) -> dict[str, str]:
    """What each row that goes says, and the row that stays in its place: the first of its group."""
    return {gone: one.contents[0] for one in groups for gone in one.contents[1:]}


def _grouped(pairs: list[tuple[int, int, float]]) -> list[tuple[list[int], float]]:
    """Places that hang together, and the lowest score among them; the most alike first."""
    head: dict[int, int] = {}

    def top(place: int) -> int:
        while head.setdefault(place, place) != place:
            place = head[place]
        return place

    for one, other, _ in pairs:
        first, second = sorted((top(one), top(other)))
        head[second] = first
    members: dict[int, set[int]] = defaultdict(set)
    scores: dict[int, list[float]] = defaultdict(list)
    for one, other, score in pairs:
        members[top(one)] |= {one, other}
        scores[top(one)].append(score)
    found = [(sorted(members[at]), min(scores[at])) for at in members]
    return sorted(found, key=lambda group: (-group[1], group[0]))


def _group(rows: pa.Table, columns: Sequence[str], places: list[int], score: float) -> Group:
    told = rows.take(places).to_pylist()
    told.sort(key=lambda row: (-row["_rows"], sum(row[name] is None for name in columns)))
    return Group(
        contents=tuple(row["_content"] for row in told),
        values=tuple(tuple(row[name] for name in columns) for row in told),
        counts=tuple(row["_rows"] for row in told),
        score=score,
    )
