"""The command that asks a project's tables in SQL."""

from argparse import ArgumentParser, Namespace
from typing import Any

from mll_core.commands.command import Answer, Command
from mll_core.domain.question import QueryResult
from mll_core.questions import PAGE
from mll_core.workspace import Workspace

_WIDEST = 40


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="a slug or a project.yaml")
    parser.add_argument("sql", metavar="SQL", help="one question, in quotes")
    parser.add_argument("--limit", type=int, default=PAGE, metavar="N", help="rows to show")
    parser.add_argument("-o", "--out", metavar="FILE", help="all rows into a .csv or .parquet file")


def _sql(asked: Namespace) -> Answer:
    project = Workspace.open(asked.home).project(asked.project)
    value: dict[str, Any] = {"project": project.slug}
    if asked.out:
        rows = project.questions.download(asked.sql, asked.out)
        line = f"{rows:,} rows written to {asked.out}"
        return Answer({**value, "rows": rows, "out": asked.out}, [line])
    result = project.query(asked.sql, limit=asked.limit)
    return Answer({**value, **result.to_json()}, _lines(result))


def _lines(result: QueryResult) -> list[str]:
    """The answer as a table of text."""
    cells = [list(result.names), *([_text(value) for value in row] for row in result.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    more = ", there are more: --limit, or -o FILE for all" if result.more else ""
    return [*lines, f"({len(result.rows):,} rows in {result.seconds:.2f} s{more})"]


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    text = text.replace("\n", " ")
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


COMMANDS = {"sql": Command("Ask a project's tables in SQL.", _sql, _declare)}
