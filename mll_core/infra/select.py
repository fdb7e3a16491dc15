"""One SELECT, and names as a database quotes them.

A courtesy that words a refusal early. The walls are the database's: a read-only transaction, a
protocol that takes one statement, and a role that may only read.
"""

import re

from mll_core.domain.errors import InvalidParameter
from mll_core.infra.database_address import Asked

_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/"
    r"|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$|;|[A-Za-z_]\w*|.",
    re.DOTALL,
)
_PART = re.compile(r"\"((?:[^\"]|\"\")+)\"|([^\".]+)")
_FIRST = ("select", "with", "values", "table", "from")
_HINT = "Ask for rows with one SELECT, such as: SELECT * FROM orders WHERE year = 2026"


def statement(asked: Asked, *, mark: str = '"') -> str:
    """The SELECT that gives the rows asked for. ``mark``: what a database quotes names with.

    Raises InvalidParameter for anything but one SELECT, and for names that are none.
    """
    if asked.table:
        return f"SELECT * FROM {quoted(asked.table, mark)}"
    return one_select(asked.query)


def quoted(name: str, mark: str = '"') -> str:
    """``schema.table`` with each part quoted; a part with a dot in it is put in double quotes."""
    parts, place, ended = [], 0, False
    while found := _PART.match(name, place):
        parts.append(found[1].replace('""', '"') if found[1] else found[2])
        place = found.end()
        ended = not name.startswith(".", place)
        if ended:
            break
        place += 1
    if not ended or place != len(name) or "\0" in name:
        raise InvalidParameter(f"{name[:80]!r} is no name of a table.", hint="Write schema.table.")
    return ".".join(f"{mark}{part.replace(mark, mark * 2)}{mark}" for part in parts)


def one_select(query: str) -> str:
    """``query`` without a final semicolon. Raises InvalidParameter."""
    if "\0" in query:
        raise InvalidParameter("The query holds a NUL sign.", hint=_HINT)
    tokens = [found for found in _TOKEN.finditer(query) if not _is_silent(found[0])]
    while tokens and tokens[-1][0] == ";":
        query = query[: tokens.pop().start()]
    if any(token[0] == ";" for token in tokens):
        raise InvalidParameter("The query holds more than one statement.", hint=_HINT)
    first = next((token[0].lower() for token in tokens if token[0] != "("), "")
    if first not in _FIRST:
        what = f"The query begins with {first[:40]!r}" if first else "The query is empty"
        raise InvalidParameter(f"{what}: only rows are read.", hint=_HINT)
    return query


def _is_silent(token: str) -> bool:
    return token.isspace() or token.startswith(("--", "/*"))
