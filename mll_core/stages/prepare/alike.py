"""What looks alike in the rows a recipe works on: shown to a person, who decides."""

from collections.abc import Mapping
from pathlib import Path

import ibis

from mll_core.domain.clusters import REACH, Cluster, Method, clusters
from mll_core.domain.columns import holds
from mll_core.domain.connector import Progress, part, quiet
from mll_core.domain.errors import UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.domain.value import Value
from mll_core.infra import copied, raw_rows, warehouse
from mll_core.infra.few_rows import sample
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import learned

COUNTING = "Counting the values"
MOST = 100_000
"""So many different values of a column are compared; of more, the most frequent ones."""


class Spellings(Value):
    """What is compared: the values of one column, by a method."""

    column: str
    method: Method = "fingerprint"
    reach: float = REACH


class Alike(Value):
    """The clusters among ``compared`` of the ``distinct`` values of a column, in ``rows`` rows."""

    clusters: tuple[Cluster, ...]
    rows: int
    distinct: int
    compared: int


def alike(
    recipe: Recipe,
    path: Path,
    asked: Spellings,
    others: Mapping[str, Path] | None = None,
    *,
    progress: Progress = quiet,
) -> Alike:
    """The spellings of a text column that look alike after ``recipe``, over all rows.

    What steps learn is learned on the sample a preview shows. Raises UnknownColumn,
    WrongColumnKind, and what ``progress`` raises.
    """
    column, (few, _) = asked.column, sample(path)
    recipe, more = with_tables(recipe, others or {}, whole=True)
    table = learned(recipe, few, more).apply(raw_rows.normal(warehouse.table(path)))
    if column not in table.columns:
        raise UnknownColumn.named(column, where="column", among=table.columns)
    if not table[column].type().is_string():
        message = f"column: needs text, {column!r} holds {holds(table[column].type())}."
        raise WrongColumnKind(message, hint="Pick a text column.")
    groups = table.filter(table[column].notnull()).group_by(value=table[column])
    counted = groups.aggregate(n=ibis._.count())
    most = (
        f"WITH g AS MATERIALIZED ({warehouse.to_sql(counted)}) "
        "SELECT *, (SELECT sum(n) FROM g) AS rows, (SELECT count(*) FROM g) AS distinct_ "
        f"FROM g ORDER BY n DESC, value LIMIT {MOST}"
    )
    tables = {warehouse.ROWS: path, **more}
    found = copied.arrow(most, tables, part(progress, 0.0, 0.5), COUNTING)
    progress(0.5, "Comparing them")
    names = ("value", "n", "rows", "distinct_")
    values, counts, rows, distinct = (found.column(name).to_pylist() for name in names)
    return Alike(
        clusters=clusters(dict(zip(values, counts, strict=True)), asked.method, asked.reach),
        rows=int(rows[0]) if rows else 0,
        distinct=int(distinct[0]) if distinct else 0,
        compared=len(values),
    )
