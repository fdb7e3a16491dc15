"""The rows of a subject in Parquet files: found, counted, left out; and what only they hold."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mll_core.domain.subject import Marks, Subject
from mll_core.infra import warehouse
from mll_core.infra.scrub import forms, marking, telling
from mll_core.infra.warehouse import identifier, literal

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL")
_MOST = 200
"""Different values of one column beyond which its values are nobody's in particular."""


NONE = Marks()


def matching(path: Path, subject: Subject, marks: Marks = NONE) -> str | None:
    """The SQL condition that holds in the subject's rows of a file; None when it cannot.

    Without all the columns the subject is told by, a row with one of the ``marks`` is theirs.
    """
    types = warehouse.columns(path)
    if set(subject.columns) <= set(types):
        parts = [_equal(c.column, types[c.column], c.value) for c in subject.conditions]
        return f"coalesce({' AND '.join(parts)}, false)"
    texts = ", ".join(literal(form) for mark in marks.texts for form in (mark, *forms(mark)[:2]))
    numbers = ", ".join(repr(number) for number in marks.numbers)
    parts = [
        f"coalesce({identifier(name)} IN ({held}), false)"
        for name, kind in types.items()
        if (held := texts if kind == "VARCHAR" else numbers if _is_number(kind) else "")
    ]
    return " OR ".join(parts) if parts else None


def count(path: Path, condition: str) -> int:
    """How many rows meet the condition."""
    found = warehouse.query(f"SELECT count(*) AS n FROM t WHERE {condition}", t=path)
    return int(found["n"][0].as_py())


def without(path: Path, condition: str, parquet: Path) -> int:
    """Write the rows that do not meet the condition, in their order; how many."""
    return warehouse.write(f"SELECT * FROM rows WHERE NOT ({condition})", path, parquet)


def without_places(path: Path, column: str, rows: Path, condition: str, parquet: Path) -> int:
    """Write a file whose ``column`` holds places in ``rows``, less those that are left out there.

    Places are counted anew, from 0, so that they still fit ``rows`` once they are left out.
    """
    place, kind = identifier(column), warehouse.columns(path)[column]
    left = (
        "SELECT nth, row_number() OVER (ORDER BY nth) - 1 AS place FROM (SELECT "
        f"row_number() OVER () - 1 AS nth, ({condition}) AS gone FROM held) WHERE NOT gone"
    )
    sql = (
        f"SELECT p.* EXCLUDE (__nth) REPLACE (CAST(k.place AS {kind}) AS {place}) FROM "
        f"(SELECT *, row_number() OVER () AS __nth FROM rows) p JOIN ({left}) k "
        f"ON p.{place} = k.nth ORDER BY p.__nth"
    )
    return warehouse.write(sql, path, parquet, held=rows)


def marks_of(files: Mapping[Path, str], subject: Subject, common: Iterable[str]) -> Marks:
    """What the subject's rows hold that no other row of any file does, and what names the subject.

    ``files``: each with the condition that holds in the subject's rows. ``common``: words that are
    never a mark, such as names of columns and classes.
    """
    texts: set[str] = set()
    numbers: set[float] = set()
    for path, condition in files.items():
        for name, kind in warehouse.columns(path).items():
            held = _values(path, name, kind, condition)
            texts |= {value for value in held if isinstance(value, str) and marking(value)}
            numbers |= {float(v) for v in held if _number(v) and telling(float(v))}
    for path, condition in files.items():
        texts, numbers = _unshared(path, condition, texts, numbers)
    told = {form for c in subject.conditions if marking(c.value) for form in forms(c.value)[:2]}
    known = {word.casefold() for word in common}
    numbers |= {float(c.value) for c in subject.conditions if _telling_text(c.value)}
    return Marks(
        texts=tuple(sorted(word for word in texts | told if word.casefold() not in known)),
        numbers=tuple(sorted(numbers)),
    )


def _equal(column: str, kind: str, value: str) -> str:
    name = identifier(column)
    if kind == "VARCHAR":
        return f"nfc_normalize({name}) = nfc_normalize({literal(value)})"
    return f"{name} = TRY_CAST({literal(value)} AS {kind})"


def _values(path: Path, name: str, kind: str, condition: str) -> list[Any]:
    if kind != "VARCHAR" and not _is_number(kind):
        return []
    column = identifier(name)
    sql = f"SELECT DISTINCT {column} AS v FROM t WHERE ({condition}) AND {column} IS NOT NULL"
    found = warehouse.query(f"{sql} LIMIT {_MOST + 1}", t=path)["v"].to_pylist()
    return found if len(found) <= _MOST else []


def _unshared(
    path: Path, condition: str, texts: set[str], numbers: set[float]
) -> tuple[set[str], set[float]]:
    """Those values that none of the other rows of a file has."""
    for name, kind in warehouse.columns(path).items():
        sought: Iterable[Any] = texts if kind == "VARCHAR" else numbers if _is_number(kind) else ()
        listed = ", ".join(literal(v) if isinstance(v, str) else repr(v) for v in sought)
        if not listed:
            continue
        column = identifier(name)
        sql = f"SELECT DISTINCT {column} AS v FROM t WHERE NOT ({condition}) AND {column}"
        shared = warehouse.query(f"{sql} IN ({listed})", t=path)["v"].to_pylist()
        texts = texts - {value for value in shared if isinstance(value, str)}
        numbers = numbers - {float(value) for value in shared if _number(value)}
    return texts, numbers


def _is_number(kind: str) -> bool:
    return kind.removeprefix("U").startswith(_NUMBERS)


def _number(value: object) -> bool:
    return not isinstance(value, str | bool) and value is not None


def _telling_text(value: str) -> bool:
    try:
        return telling(float(value))
    except ValueError:
        return False
