"""What looks alike in the rows a recipe works on: shown to a person, who decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis

from mll_core.domain.clusters import REACH, Cluster, Method, clusters
from mll_core.domain.columns import holds
from mll_core.domain.errors import UnknownColumn, WrongColumnKind
from mll_core.domain.recipe import Recipe
from mll_core.infra import raw_rows, warehouse
from mll_core.infra.few_rows import sample
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import learned

MOST = 100_000
"""So many different values of a column are compared; of more, the most frequent ones."""


@dataclass(frozen=True)
class Alike:
    """The clusters among ``compared`` of the ``distinct`` values of a column, in ``rows`` rows."""

    clusters: tuple[Cluster, ...]
    rows: int
    distinct: int
    compared: int


def alike(
    recipe: Recipe,
    path: Path,
    column: str,
    method: Method,
    reach: float = REACH,
    others: Mapping[str, Path] | None = None,
) -> Alike:
    """The spellings of a text column that look alike after ``recipe``, over all rows.

    What steps learn is learned on the sample a preview shows. Raises UnknownColumn,
    WrongColumnKind.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others or {}, whole=True)
    table = learned(recipe, rows, more).apply(raw_rows.normal(warehouse.table(path)))
    if column not in table.columns:
        raise UnknownColumn.named(column, where="column", among=table.columns)
    if not table[column].type().is_string():
        message = f"column: needs text, {column!r} holds {holds(table[column].type())}."
        raise WrongColumnKind(message, hint="Pick a text column.")
    groups = table.filter(table[column].notnull()).group_by(value=table[column])
    counted = groups.aggregate(n=ibis._.count())
    totals = counted.aggregate(rows=ibis._.n.sum(), distinct=ibis._.count())
    (all_of_it,) = warehouse.records(totals, path, **more)
    most = counted.order_by(ibis.desc("n"), "value").limit(MOST)
    counts = {
        str(row["value"]): int(row["n"] or 0) for row in warehouse.records(most, path, **more)
    }
    return Alike(
        clusters=clusters(counts, method, reach),
        rows=int(all_of_it["rows"] or 0),
        distinct=int(all_of_it["distinct"] or 0),
        compared=len(counts),
    )
