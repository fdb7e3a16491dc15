"""A recipe as code that runs without the workbench: SQL, and Python with DuckDB.

Ibis writes the statements; its own DuckDB engine does not work with DuckDB 2 yet.
"""

from functools import partial
from pathlib import Path

from mll_core.domain.recipe import Recipe
from mll_core.infra import warehouse
from mll_core.stages.prepare.preview import learned, sample


def as_sql(recipe: Recipe, path: Path) -> str:
    """The whole recipe as one statement over the table ``rows``, as DuckDB understands it.

    What steps learn is learned on the sample a preview shows. Raises as ``preview`` does.
    """
    rows, _ = sample(path)
    return warehouse.to_sql(learned(recipe, rows).apply(warehouse.table(rows)))


def as_python(recipe: Recipe, path: Path) -> str:
    """The recipe as a function over a DuckDB relation, a statement per step.

    The rows come with four kinds of column (number, boolean, text, time), as the workbench reads
    them. What steps learn is learned on the sample a preview shows.
    """
    rows, _ = sample(path)
    lines = [
        "import duckdb",
        "",
        "",
        "def prepare(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:",
        f'    """Prepare the rows in {len(recipe.running.steps)} steps."""',
    ]
    table = warehouse.table(rows)
    for number, step in enumerate(recipe.running.steps, 1):
        one = Recipe(steps=(step,))
        prepared = one.learn(table, partial(warehouse.records, rows=rows))
        after = prepared.apply(table)
        statement = warehouse.to_sql(after)
        lines += [f"    # {number}. {_one_line(step.sentence())}"]
        lines += [f"    rows = rows.query({warehouse.ROWS!r}, {statement!r})"]
        rows = warehouse.arrow(statement, rows)
        table = warehouse.table(rows)
    return "\n".join([*lines, "    return rows", ""])


def _one_line(text: str) -> str:
    return " ".join(text.split())
