"""How delimited text is laid out, judged from its first lines: delimiter, header, names."""

import csv
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mll_core.domain.connector import ReadOptions
from mll_core.domain.errors import UnreadableSource
from mll_core.infra.text_bytes import LONGEST_LINE, decode, open_bytes

MOST_COLUMNS = 4_096
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOK = 1 << 18
_LOOK_LINES = 200
_LISTED = 5


@dataclass(frozen=True)
class Layout:
    """How the text is to be parsed; ``skip`` blank lines stand before the first row."""

    delimiter: str
    header: bool
    names: tuple[str, ...]
    skip: int
    notes: tuple[str, ...] = ()


def lay_out(path: Path, encoding: str, options: ReadOptions) -> Layout:
    """Judge delimiter, header and names from the first lines. Raises UnreadableSource."""
    with open_bytes(path) as file:
        start = file.read(_LOOK + 1)
    try:
        text = "".join(decode(iter([start[:_LOOK] if encoding != "utf-16" else start]), encoding))
    except UnicodeDecodeError:  # cut in the middle of a letter
        cut = start[: start.rfind(b"\n") + 1] or start[: _LOOK - 4]
        text = cut.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    _refuse_long_lines(path, text, whole=len(start) <= _LOOK)
    body = text.lstrip("\r\n")
    skip = len(text[: len(text) - len(body)].replace("\r\n", "\n"))
    tables = {
        d: _parse(body, d) for d in ([options.delimiter] if options.delimiter else DELIMITERS)
    }
    delimiter = max(tables, key=lambda d: _steadiness(tables[d]))
    rows = tables[delimiter]
    if not rows:
        raise UnreadableSource(f"{path.name!r} holds no rows.", hint="Export the table again.")
    _refuse_odd_start(path, rows, skip)
    _refuse_width(path, rows[0], options.delimiter)
    header = _has_header(rows) if options.header is None else options.header
    names, notes = _names(path, rows[0]) if header else _numbered(len(rows[0]))
    if header and len(rows) == 1:
        raise UnreadableSource(
            f"{path.name!r} has a header and no rows.", hint="Export the table again, with rows."
        )
    return Layout(delimiter, header, names, skip, notes)


def _refuse_long_lines(path: Path, text: str, *, whole: bool) -> None:
    # Cheap guard for a header of many columns: those are counted before the engine sees the file.
    first = text.lstrip("\r\n").split("\n", 1)
    if len(first) == 1 and not whole:
        widest = max(first[0].count(d) for d in DELIMITERS)
        if widest >= MOST_COLUMNS:
            raise too_wide(path, widest + 1, at_least=True)


def too_wide(path: Path, columns: int, *, at_least: bool = False) -> UnreadableSource:
    """The refusal of a table with too many columns."""
    count = f"{'over ' if at_least else ''}{columns:,}"
    return UnreadableSource(
        f"{path.name!r} has {count} columns; at most {MOST_COLUMNS:,} are read.",
        hint="Keep the columns you need, or turn columns into rows.",
    )


def _parse(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        rows = list(islice((row for row in reader if row), _LOOK_LINES))
    except csv.Error:
        return []
    cut = len(rows) > 1 and len(rows) < _LOOK_LINES and not text.endswith(("\n", "\r"))
    return rows[:-1] if cut and len(rows[-1]) < len(rows[0]) else rows


def _steadiness(rows: list[list[str]]) -> tuple[bool, float, int]:
    if not rows:
        return False, 0.0, 0
    width, agreeing = Counter(map(len, rows)).most_common(1)[0]
    return width > 1, round(agreeing / len(rows), 2), width


def _refuse_odd_start(path: Path, rows: list[list[str]], skip: int) -> None:
    width, agreeing = Counter(map(len, rows)).most_common(1)[0]
    if len(rows[0]) < width and agreeing > len(rows) / 2:
        raise UnreadableSource(
            f"{path.name!r} in line {skip + 1}: {len(rows[0])} values where most lines have "
            f"{width}.",
            hint="Delete what stands above the table, so that its header comes first.",
        )


def _refuse_width(path: Path, first: list[str], stated: str | None) -> None:
    if len(first) > MOST_COLUMNS:
        raise too_wide(path, len(first))
    if len(first) == 1 and not stated:
        tried = ", ".join(DELIMITERS.values())
        raise UnreadableSource(
            f"{path.name!r} has one column, {first[0][:60]!r}; tried {tried}.",
            hint="A table needs a column to predict and one to predict it from. State the "
            "delimiter if it is another one, or if the file truly has one column.",
        )


def _has_header(rows: list[list[str]]) -> bool:
    """Without a header the first line is like the others: numbers above numbers, no text."""
    numbers_above = 0
    for number, cell in enumerate(rows[0]):
        below = [row[number] for row in rows[1:] if len(row) > number and row[number].strip()]
        if below and all(map(_is_number, below)):
            if not _is_number(cell):
                return True
            numbers_above += 1
    return numbers_above == 0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbered(count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = tuple(f"column_{number}" for number in range(1, count + 1))
    return names, ("no header line: columns are named column_1, column_2, ...",)


def _names(path: Path, first: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names, notes, taken = [], [], {cell.strip().casefold() for cell in first}
    for number, cell in enumerate(first, start=1):
        name = cell.strip()
        if not name:
            name = f"column_{number}"
            while name in taken:
                name += "_"
            notes.append(f"column {number} has no name and is called {name!r}")
        elif name != cell:
            notes.append(f"blanks around the name {name!r} are dropped")
        names.append(name)
    counts = Counter(name.casefold() for name in names)
    twice = list(dict.fromkeys(name for name in names if counts[name.casefold()] > 1))
    if twice:
        listed = ", ".join(map(repr, twice[:_LISTED])) + (", ..." if len(twice) > _LISTED else "")
        raise UnreadableSource(
            f"{path.name!r} has columns with the same name: {listed}.",
            hint="Give every column its own name; upper and lower case count as the same.",
        )
    return tuple(names), tuple(notes)
