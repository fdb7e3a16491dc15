"""A recipe as code that runs without the workbench: SQL, Python with DuckDB, and PySpark.

Ibis writes the statements; its own DuckDB engine does not work with DuckDB 2 yet.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Step
from mll_core.domain.table_step import TableStep
from mll_core.infra import warehouse
from mll_core.infra.few_rows import sample
from mll_core.stages.prepare.preview import with_tables
from mll_core.stages.prepare.step_by_step import learned


def as_sql(recipe: Recipe, path: Path, others: Mapping[str, Path] | None = None) -> str:
    """The whole recipe as one statement over the table ``rows``, as DuckDB understands it.

    Other tables are called as the first comment lines say. What steps learn is learned on the
    sample a preview shows. Raises as ``preview`` does.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others or {})
    query = warehouse.to_sql(learned(recipe, rows, more).apply(warehouse.table(rows)))
    return "\n".join([*(f"-- {said}" for said in _said(recipe).values()), query])


def as_python(recipe: Recipe, path: Path, others: Mapping[str, Path] | None = None) -> str:
    """The recipe as a function over a DuckDB relation, a statement per step.

    The rows come with four kinds of column (number, boolean, text, time), as the workbench reads
    them; the other tables are arguments of the function. What steps learn is learned on the sample
    a preview shows.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others or {})
    names = ["rows", *_said(recipe)]
    given = ", ".join(f"{name}: duckdb.DuckDBPyRelation" for name in names)
    lines = [
        "import duckdb",
        "",
        "",
        *(f"# {said}" for said in _said(recipe).values()),
        f"def prepare({given}) -> duckdb.DuckDBPyRelation:",
        f'    """Prepare the rows in {len(recipe.running.steps)} steps."""',
    ]
    table = warehouse.table(rows)
    for number, step in enumerate(recipe.running.steps, 1):
        one = Recipe(steps=(step,))
        prepared = one.learn(table, partial(warehouse.records, rows=rows, **more))
        after = prepared.apply(table)
        statement = warehouse.to_sql(after)
        lines += [f"    # {number}. {_one_line(step.sentence())}"]
        lines += [f"    rows = rows.query({_BEFORE!r}, {_over_before(statement)!r})"]
        rows = warehouse.arrow(statement, rows, **more)
        table = warehouse.table(rows)
    return "\n".join([*lines, "    return rows", ""])


def as_pyspark(recipe: Recipe, path: Path, others: Mapping[str, Path] | None = None) -> str:
    """The recipe as a function over a PySpark data frame, a statement per step.

    The rows come as for ``as_python``; the session's time zone must be UTC and its ANSI mode off.
    Raises InvalidParameter for a step that Spark would do otherwise.
    """
    rows, _ = sample(path)
    recipe, more = with_tables(recipe, others or {})
    given = [f"{name}: DataFrame" for name in ("rows", *_said(recipe))]
    lines = [
        "from pyspark.sql import DataFrame, SparkSession",
        "",
        "",
        *(f"# {said}" for said in _said(recipe).values()),
        f"def prepare(spark: SparkSession, {', '.join(given)}) -> DataFrame:",
        f'    """Prepare the rows in {len(recipe.running.steps)} steps."""',
        '    spark.conf.set("spark.sql.session.timeZone", "UTC")',
        '    spark.conf.set("spark.sql.ansi.enabled", "false")',
        *(f"    {name}.createOrReplaceTempView({name!r})" for name in _said(recipe)),
    ]
    table = warehouse.table(rows)
    for number, step in enumerate(recipe.running.steps, 1):
        _refuse_in_spark(number, step)
        prepared = Recipe(steps=(step,)).learn(table, partial(warehouse.records, rows=rows, **more))
        after = prepared.apply(table)
        lines += [
            f"    # {number}. {_one_line(step.sentence())}",
            f"    rows.createOrReplaceTempView({warehouse.ROWS!r})",
            f"    rows = spark.sql({warehouse.to_spark(after)!r})",
        ]
        rows = warehouse.arrow(warehouse.to_sql(after), rows, **more)
        table = warehouse.table(rows)
    return "\n".join([*lines, "    return rows", ""])


OTHERWISE_IN_SPARK: Mapping[str, str] = {
    "text_terms": "Spark cuts words apart otherwise",
    "time_since": "Spark counts whole seconds where the workbench counts millionths",
}
"""Steps whose values would not be the same, and why."""


def _refuse_in_spark(number: int, step: Step) -> None:
    kind = str(step.kind)
    capitals = kind == "change_case" and step.plain().get("case") == "upper"
    why = OTHERWISE_IN_SPARK.get(kind, CAPITALS if capitals else "") or (
        "Spark keeps no order of rows" if step.rows != "keep" and kind not in IN_ANY_ORDER else ""
    )
    if why:
        what = f"Step {number} ({step.label}) cannot be written for Spark: {why}."
        hint = "Switch the step off, or prepare the whole table here and give Spark that file."
        raise InvalidParameter(what, hint=hint)


CAPITALS = "Spark writes ß as SS in capitals"
IN_ANY_ORDER = ("filter_rows", "keep_period", "drop_sparse_rows")
"""Steps that choose rows, each by itself."""


_BEFORE = "rows_before_this_step"
"""What a statement of the code calls its rows: a caller may well have a table named rows."""


def _over_before(statement: str) -> str:
    """A statement over ``rows`` that says itself what those are."""
    rows = f"WITH {warehouse.ROWS} AS (FROM {_BEFORE})"
    tables = statement.removeprefix("WITH ")
    return f"{rows} {statement}" if tables == statement else f"{rows}, {tables}"


def _said(recipe: Recipe) -> dict[str, str]:
    """What each other table is, by the name a query calls it."""
    steps = [step for step in recipe.running.steps if isinstance(step, TableStep)]
    named = {step.called(source): source for step in steps for source in step.sources()}
    return {name: f"{name}: {_one_line(source)}" for name, source in named.items()}


def _one_line(text: str) -> str:
    return " ".join(text.split())
