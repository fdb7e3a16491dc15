"""A query of nested selects as few selects of expressions over the raw columns, at best one."""

from dataclasses import dataclass
from typing import Any

ALLOWED = {"expressions", "from_", "from", "kind", "hint", "operation_modifiers"}


@dataclass(frozen=True)
class FlatQuery:
    """What a query does to each row on its own.

    ``passed``: columns that come out as a raw column is. ``sql``: a query of the ``computed``
    columns over the table ``rows``, of which it reads ``inputs``; empty when none is computed. It
    is one select, unless a long expression is used so often that it is computed in one of its own.
    """

    passed: dict[str, str]
    computed: tuple[str, ...]
    inputs: tuple[str, ...]
    sql: str


def flat(sql: str) -> FlatQuery | None:
    """The same query flattened; None when it does more than compute each row from itself."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.merge_subqueries import merge_subqueries
    from sqlglot.optimizer.pushdown_projections import pushdown_projections

    try:
        query = _without_stars(sqlglot.parse_one(sql, read="duckdb"))
        kept = _read_in_lambdas(query)
        for select in kept:  # a select with an offset is not merged
            select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        query = merge_subqueries(pushdown_projections(query), max_copy_factor=0)
        for select in kept:
            select.set("offset", None)
    except SqlglotError:
        return None
    selects = _selects(query)
    if not selects:
        return None
    passed, computed = {}, []
    for column in query.expressions:
        if source := _raw(column, selects[1:]):
            passed[column.alias_or_name] = source
        else:
            computed.append(column)
    query.set("expressions", computed)
    if computed and len(selects) > 1:
        query = pushdown_projections(query)
        selects = _selects(query)
    inputs = _inputs(selects[-1])
    if computed and not inputs:
        return None
    names = tuple(column.alias_or_name for column in computed)
    return FlatQuery(passed, names, inputs, query.sql("duckdb") if computed else "")


def _read_in_lambdas(query: Any) -> list[Any]:
    """The selects that compute what a lambda reads: within it that would be done per element."""
    from sqlglot import exp

    kept = []
    for one in query.find_all(exp.Lambda):
        for column in (c for c in one.find_all(exp.Column) if c.table):
            select, name = _below(one.find_ancestor(exp.Select)), column.name
            while select is not None:
                made = next(c for c in select.expressions if c.alias_or_name == name).unalias()
                if not isinstance(made, exp.Column):
                    kept.append(select)
                    break
                select, name = _below(select), made.name
    return kept


def _below(select: Any) -> Any:
    """The select that ``select`` is over; None when it is over a table."""
    from sqlglot import exp

    source = select.find(exp.From)
    return source.this.this if source and isinstance(source.this, exp.Subquery) else None


def _without_stars(query: Any) -> Any:
    """The query without selects that pass on all of the next one and do nothing else."""
    from sqlglot import exp

    for select in list(query.find_all(exp.Select)):
        used = {name for name, value in select.args.items() if value}
        if not select.is_star or len(select.expressions) > 1 or used - {"expressions", "from_"}:
            continue
        if (below := _below(select)) is not None:
            query = below if select is query else query
            select.replace(below)
    return query


def _selects(query: Any) -> list[Any]:
    """The selects of a query, each over the next; empty when it is not that alone."""
    from sqlglot import exp

    several = (exp.Window, exp.AggFunc, exp.Star, exp.Unnest, exp.Explode)
    if not isinstance(query, exp.Select) or query.find(*several):
        return []
    selects: list[Any] = []
    inner: Any = query
    while isinstance(inner, exp.Select):
        if {name for name, value in inner.args.items() if value} - ALLOWED:
            return []
        selects.append(inner)
        inner = _below(inner)
    queries = len(list(query.find_all(exp.Query, exp.Table)))
    return selects if queries == 2 * len(selects) else []


def _raw(column: Any, below: list[Any]) -> str | None:
    """The raw column that ``column`` is, whatever it is called; None when it is computed."""
    from sqlglot import exp

    plain = column.unalias()
    for select in below:
        if not isinstance(plain, exp.Column):
            return None
        plain = next(c for c in select.expressions if c.alias_or_name == plain.name).unalias()
    return plain.name if isinstance(plain, exp.Column) else None


def _inputs(select: Any) -> tuple[str, ...]:
    """The columns a select reads; the names inside its lambdas are none."""
    from sqlglot import exp

    lambdas = select.find_all(exp.Lambda)
    inside = {id(c) for one in lambdas for c in one.find_all(exp.Column) if not c.table}
    columns = (c for c in select.find_all(exp.Column) if id(c) not in inside)
    return tuple(sorted({column.name for column in columns}))
