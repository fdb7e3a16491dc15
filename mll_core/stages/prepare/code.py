"""A recipe as code that runs without the workbench: SQL, and Python with DuckDB.

Ibis writes the statements; its own DuckDB engine does not work with DuckDB 2 yet.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from mll_core.domain.recipe import Recipe
from mll_core.domain.table_step import TableStep
from mll_core.infra import warehouse
from mll_core.stages.prepare.preview import learned, sample, with_tables


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
        lines += [f"    rows = rows.query({warehouse.ROWS!r}, {statement!r})"]
        rows = warehouse.arrow(statement, rows, **more)
        table = warehouse.table(rows)
    return "\n".join([*lines, "    return rows", ""])


def _said(recipe: Recipe) -> dict[str, str]:
    """What each other table is, by the name a query calls it."""
    steps = [step for step in recipe.running.steps if isinstance(step, TableStep)]
    named = {step.called(source): source for step in steps for source in step.sources()}
    return {name: f"{name}: {_one_line(source)}" for name, source in named.items()}


def _one_line(text: str) -> str:
    return " ".join(text.split())
