"""The types of columns of text, judged by DuckDB over all rows."""

from collections.abc import Mapping, Sequence

import duckdb

from mll_core.infra.warehouse import identifier

_SAMPLE_ROWS = 20_000
_SIDE_BY_SIDE = 60
"""Columns up to which one query asks for all of them; its plan takes the square of their number."""

# Cheap tests: no pattern but on dates. A leading zero is a string between '00' and '0:'.
_PLAIN = (
    "NOT contains({c}, '.') AND NOT contains(lower({c}), 'e') AND NOT contains(lower({c}), 'n')"
)
_NUMBER = {
    "number": "bool_and(try_cast({c} AS DOUBLE) IS NOT NULL AND NOT contains({c}, '_') "
    "AND NOT contains(lower({c}), 'x'))",
    "whole": f"bool_and(try_cast({{c}} AS BIGINT) IS NOT NULL AND {_PLAIN})",
    "digits": f"bool_and({_PLAIN})",
    "zeros": "bool_or((ltrim({c}, ' +-') >= '00' AND ltrim({c}, ' +-') < '0:'))",
}
_BOOLEAN = {"boolean": "bool_and(lower({c}) IN ('true', 'false'))"}
_TIME = {
    "date": "bool_and(length({c}) BETWEEN 8 AND 10 AND try_cast({c} AS DATE) IS NOT NULL)",
    "timestamp": "bool_and({c} ~ '^[0-9]{{4}}[-/].*' AND try_cast({c} AS TIMESTAMPTZ) IS NOT NULL)",
}
_ALL = _NUMBER | _BOOLEAN | _TIME
_TESTS = {
    "BIGINT": _NUMBER,
    "DOUBLE": _NUMBER,
    "BOOLEAN": _BOOLEAN,
    "DATE": _TIME,
    "TIMESTAMP": _TIME,
    "EMPTY": _ALL,
}


def judged(engine: duckdb.DuckDBPyConnection, source: str, names: Sequence[str]) -> dict[str, str]:
    """The type of every column of text that fits all its rows; EMPTY when it holds no value.

    Text in the first rows is text for good; what looks like more is tested for it on every row.
    """
    first = f"(FROM {source} LIMIT {_SAMPLE_ROWS})"
    sample = _judge(engine, first, dict.fromkeys(names, _ALL))
    tests = {name: _TESTS[kind] for name, kind in sample.items() if kind in _TESTS}
    return {**sample, **(_judge(engine, source, tests) if tests else {})}


def _judge(
    engine: duckdb.DuckDBPyConnection, source: str, tests: dict[str, dict[str, str]]
) -> dict[str, str]:
    if len(tests) <= _SIDE_BY_SIDE:
        asked = [
            f"{test.format(c=identifier(name))} FILTER ({identifier(name)} IS NOT NULL)"
            for name, own in tests.items()
            for test in own.values()
        ]
        answers = iter(engine.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchall()[0])
        return {name: _type({test: next(answers) for test in own}) for name, own in tests.items()}
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, own in tests.items():
        alike.setdefault(tuple(own), []).append(name)
    found: dict[str, str] = {}
    for kinds, names in alike.items():
        found |= _judge_below(engine, source, names, {kind: _ALL[kind] for kind in kinds})
    return {name: found[name] for name in tests}


def _judge_below(
    engine: duckdb.DuckDBPyConnection, source: str, names: Sequence[str], tests: dict[str, str]
) -> dict[str, str]:
    """The same with the columns below one another: the plan does not grow with their number."""
    asked = ", ".join(test.format(c="said") for test in tests.values())
    cells = ", ".join(f"{identifier(name)} AS '{place}'" for place, name in enumerate(names))
    rows = engine.execute(
        f"SELECT place, {asked} FROM (UNPIVOT (FROM {source}) ON {cells} "
        "INTO NAME place VALUE said) GROUP BY place"
    ).fetchall()
    answers = {int(place): dict(zip(tests, said, strict=True)) for place, *said in rows}
    nothing = dict.fromkeys(tests)
    return {name: _type(answers.get(place, nothing)) for place, name in enumerate(names)}


def _type(answers: dict[str, bool | None]) -> str:
    """The narrowest type that fits; no answer means no values, so that every type would."""
    if None in answers.values():
        return "EMPTY"
    if answers.get("number") and not (answers["zeros"] and answers["digits"]):
        if answers["whole"]:
            return "BIGINT"
        return "VARCHAR" if answers["digits"] else "DOUBLE"
    kinds = ("boolean", "date", "timestamp")
    return next((kind.upper() for kind in kinds if answers.get(kind)), "VARCHAR")


_FITS = {"DOUBLE": ("BIGINT",), "TIMESTAMP": ("DATE",)}


def widened(judged: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The types with those that are ``wanted`` where every value fits them; text fits everything.

    So a file of a few rows is read as the file the model learned from was.
    """
    return {
        name: wanted[name]
        if name in wanted
        and (kind == "EMPTY" or wanted[name] == "VARCHAR" or kind in _FITS.get(wanted[name], ()))
        else kind
        for name, kind in judged.items()
    }


def cast(column: str, kind: str) -> str:
    """The column as its type in SQL; NaN is missing, times with an offset become UTC."""
    match kind:
        case "VARCHAR" | "EMPTY":
            return column
        case "DOUBLE":
            return f"nullif(CAST({column} AS DOUBLE), 'nan'::DOUBLE)"
        case "TIMESTAMP":
            return f"CAST({column} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        case _:
            return f"CAST({column} AS {kind})"
