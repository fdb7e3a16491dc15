"""A query of nested selects as one select of expressions over the raw columns."""

from dataclasses import dataclass

ALLOWED = {"expressions", "from_", "from", "kind", "hint", "operation_modifiers"}


@dataclass(frozen=True)
class FlatQuery:
    """What one select does to each row on its own.

    ``passed``: columns that come out as a raw column is. ``sql``: one select of the ``computed``
    columns over the table ``rows``, of which it reads ``inputs``; empty when none is computed.
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
        query = merge_subqueries(pushdown_projections(sqlglot.parse_one(sql, read="duckdb")))
    except SqlglotError:
        return None
    several = (exp.Subquery, exp.Window, exp.AggFunc, exp.Star, exp.Unnest, exp.Explode)
    used = {name for name, value in query.args.items() if value}
    if not isinstance(query, exp.Select) or used - ALLOWED or query.find(*several):
        return None
    if len(list(query.find_all(exp.Table))) != 1:
        return None
    passed, computed = {}, []
    for column in query.expressions:
        plain = column.unalias()
        if isinstance(plain, exp.Column):
            passed[column.alias_or_name] = plain.name
        else:
            computed.append(column)
    query.set("expressions", computed)
    inputs = tuple(sorted({column.name for column in query.find_all(exp.Column)}))
    if computed and not inputs:
        return None
    names = tuple(column.alias_or_name for column in computed)
    return FlatQuery(passed, names, inputs, query.sql("duckdb") if computed else "")
