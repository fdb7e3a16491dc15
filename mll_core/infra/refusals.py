"""What the engine of the SQL console says, in the words of the person who asks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from mll_core.domain.errors import MllError, NoRoom, UnfitQuestion, nearest

_PLACE = re.compile(r"\n\nLINE (\d+): (.*)\n( *)\^", re.DOTALL)
_LINE = re.compile(r"\n\nLINE (\d+): ")
_NEAR = re.compile(r'syntax error at or near "(.*?)"', re.DOTALL)
_NAMED = re.compile(r'(Table|Function|View|Type|Macro) with name "?(.+?)"? does not exist')
_COLUMN = re.compile(r'(?:column|binding) (?:named |name )?"(.+?)"')
_FILE = re.compile(r"[/\\]|\.(csv|tsv|parquet|json|xlsx?|db|duckdb|gz|txt)\b|://")
_READS = "This console only asks; it changes nothing."
_OUTSIDE = "This console can read only the project's tables."
_WRITING = ("read-only mode", "is attached in read-only", "configuration has been locked")
_BEYOND = (
    *("file system operations", "disabled", "disabled by configuration", "extension", "secret"),
    *("not implemented in this", "attach", "ATTACH", "in-memory database", "LocalFileSystem"),
)
_LONGEST = 300


def only_reads() -> UnfitQuestion:
    """The refusal of whatever would change something."""
    hint = "Ask with SELECT, FROM, DESCRIBE or SUMMARIZE; rows are changed by steps, under Prepare."
    return UnfitQuestion(_READS, hint=hint)


def one_line_up(error: duckdb.Error) -> duckdb.Error:
    """The same error of a question that was asked within a line of ours above it."""
    up = _LINE.sub(lambda line: f"\n\nLINE {max(1, int(line[1]) - 1)}: ", str(error))
    return type(error)(up)


@contextmanager
def explained(engine: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Turn what goes wrong in the engine into a sentence with a hint."""
    try:
        yield
    except MllError:
        raise
    except (duckdb.Error, ValueError, RuntimeError) as error:
        found = refusal(error, _tables(engine))
        if isinstance(error, duckdb.ParserException):
            found.hint += _quoting(engine)
        raise found from error


def refusal(error: Exception, tables: dict[str, list[str]]) -> MllError:
    """One error of the engine for a person; ``tables``: what there is to ask, with columns."""
    said = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        what = "The question needs more memory than one may take."
        return NoRoom(what, hint="Ask for fewer rows or columns, or summarise first.")
    if isinstance(error, duckdb.InterruptException):
        what = "The question took too long and was stopped."
        return UnfitQuestion(what, hint="Ask for fewer rows, or summarise first.")
    if isinstance(error, duckdb.ParserException):
        return _unread(said)
    return _forbidden(error, said, tables) or _unanswered(said, tables)


def _forbidden(error: Exception, said: str, tables: dict[str, list[str]]) -> UnfitQuestion | None:
    if any(word in said for word in _WRITING):
        return only_reads()
    outside = duckdb.PermissionException, duckdb.IOException, duckdb.HTTPException
    if isinstance(error, outside) or not isinstance(error, duckdb.Error):
        return _outside(tables)
    return None


def _unanswered(said: str, tables: dict[str, list[str]]) -> UnfitQuestion:
    if missing := _missing(said, tables):
        return missing
    if any(word in said for word in _BEYOND):
        return _outside(tables)
    return UnfitQuestion(f"The question cannot be answered: {_plain(said)}", hint=_where(said))


def _outside(tables: dict[str, list[str]]) -> UnfitQuestion:
    hint = f"Ask {' or '.join(tables)}; other data comes in on the Collect page."
    return UnfitQuestion(_OUTSIDE, hint=hint)


def _unread(said: str) -> UnfitQuestion:
    near = _NEAR.search(said)
    if near is None:
        what = f"The question cannot be read: {_plain(said)}"
        return UnfitQuestion(what, hint=_where(said))
    return UnfitQuestion(f"The question cannot be read near {near[1][:80]!r}.", hint=_where(said))


def _where(said: str) -> str:
    place = _PLACE.search(said)
    if place is None:
        return "Look at the examples, or ask for less at once."
    line, text, spaces = place[1], place[2], place[3]
    at = max(0, len(spaces) - len(f"LINE {line}: "))
    around = text[max(0, at - 20) : at + 20].strip()
    return f"Look at line {line}, letter {at + 1}: … {around} …"


def _missing(said: str, tables: dict[str, list[str]]) -> UnfitQuestion | None:
    """A name that is not there, and the nearest that is."""
    if named := _NAMED.search(said):
        kind, name = named.groups()
        if kind == "Table" and _FILE.search(name):
            return _outside(tables)
        if kind in ("Table", "View"):
            return UnfitQuestion(f"There is no table {name[:80]!r}.", hint=nearest(name, tables))
        what = f"There is no {kind.lower()} {name[:80]!r}."
        return UnfitQuestion(what, hint=_where(said))
    if "Referenced table" in said and (table := re.search('table "(.+?)"', said)):
        what = f"The question names {table[1][:80]!r} without asking it."
        return UnfitQuestion(what, hint="Name the table after FROM or JOIN.")
    if "eferenced column" in said and (column := _COLUMN.search(said)):
        names = sorted({name for columns in tables.values() for name in columns})
        what = f"There is no column {column[1][:80]!r}."
        return UnfitQuestion(what, hint=nearest(column[1], names))
    return None


def _plain(said: str) -> str:
    """The engine's own sentence, without its kind, its places and its advice on settings."""
    first = re.split(r"\n| Use \"SET|You might need|Candidate", said.split("Error: ", 1)[-1])[0]
    first = re.sub(r"/proc/\S+|fd/\d+", "the tables", first)
    return f"{first[:_LONGEST].rstrip('. ')}."


def _quoting(engine: duckdb.DuckDBPyConnection) -> str:
    """Columns whose names are words of SQL must be quoted: said where a question cannot be read."""
    words = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    columns = {name for names in _tables(engine).values() for name in names}
    also = sorted(columns & {word for (word,) in engine.execute(words).fetchall()})
    quoted = ", ".join(f'"{name}"' for name in also)
    return f" In double quotes, for they are also words of SQL: {quoted}." if also else ""


def _tables(engine: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Tables with their columns; nothing when the engine is past answering."""
    with suppress(duckdb.Error):  # there may be nothing to roll back
        engine.rollback()
    try:
        found = engine.execute("SHOW ALL TABLES").fetchall()
    except duckdb.Error:
        return {}
    return {row[2]: list(row[3]) for row in found if row[1] == "main"}
