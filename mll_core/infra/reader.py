"""Sources to Parquet through DuckDB, streamed: memory does not grow with the rows."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path

import duckdb

from mll_core.domain.connector import Progress, ReadOptions
from mll_core.domain.data import Column
from mll_core.domain.errors import NoRoom, UnreadableSource
from mll_core.infra import text_bytes, text_layout
from mll_core.infra.files import need_room
from mll_core.infra.text_layout import DELIMITERS, Layout
from mll_core.infra.text_types import cast, judged, widened
from mll_core.infra.warehouse import connect, identifier, literal, source

_UNPACKED_FREE, _MOST_RATIO = 256 << 20, 200
_VALUES_FREE, _MOST_VALUES = 200_000_000, 2_000
_ENCODINGS = {"utf-8": "UTF-8", "latin-1": "Latin-1 (Windows-1252)", "utf-16": "UTF-16"}


@dataclass(frozen=True)
class _Text:
    """Delimited text as DuckDB is to read it: every value as text, nothing guessed."""

    files: tuple[Path, ...]
    layout: Layout
    options: ReadOptions

    @property
    def sql(self) -> str:
        layout = self.layout
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in layout.names)
        return (
            f"read_csv([{_listed(self.files)}], "
            f"delim={literal(layout.delimiter)}, quote='\"', escape='\"', "
            f"header={layout.header}, skip={layout.skip}, columns={{{columns}}}, "
            f"auto_detect=false, strict_mode=true, {self._padding}, "
            f"max_line_size={text_bytes.LONGEST_LINE}, allow_quoted_nulls=true, "
            f"nullstr=[{', '.join(map(literal, self.options.null_values or ('',)))}])"
        )

    @property
    def _padding(self) -> str:
        # Filling up and quoted line ends do not go together when parts are read side by side.
        fill = self.options.fill_short_rows
        return "null_padding=true, parallel=false" if fill else "null_padding=false"


def find(source: str) -> list[Path]:
    """The files a path or glob names, in order of name. Raises UnreadableSource."""
    path = Path(source).expanduser()
    if path.exists() or not set(source) & set("*?["):
        return [path]
    found = sorted(Path(name) for name in glob(str(path), recursive=True))
    if not found:
        raise UnreadableSource(f"No file matches {source!r}.", hint="Check the folder.")
    return found


def read_text(
    files: Sequence[Path], options: ReadOptions, parquet: Path, progress: Progress
) -> str:
    """Write delimited text to ``parquet``; how it was understood, in a sentence.

    Types are those that every row fits: whole numbers, numbers, true/false, ISO dates and times,
    else text. Codes with leading zeros and whole numbers beyond 64 bits stay text; 'nan' among
    numbers is missing. Raises UnreadableSource, NoRoom.
    """
    progress(0.0, f"Checking {files[0].name}")
    scans = [text_bytes.scan(file, options.encoding) for file in files]
    need_room(parquet.parent, sum(scan.size for scan in scans))
    layouts = [
        text_layout.lay_out(file, scan.encoding, options)
        for file, scan in zip(files, scans, strict=True)
    ]
    for file, layout in zip(files, layouts, strict=True):
        _refuse_other_columns(files[0], layouts[0], file, layout)
    copies: list[Path] = []
    plain: list[Path] = []
    try:
        for number, (file, scan) in enumerate(zip(files, scans, strict=True)):
            if scan.encoding != "utf-8" or scan.mixed:
                copies.append(parquet.with_suffix(f".{number}.txt"))
                text_bytes.transcode(file, scan.encoding, copies[-1])
            plain.append(copies[-1] if scan.encoding != "utf-8" or scan.mixed else file)
        text = _Text(tuple(plain), layouts[0], options)
        rows = _write_typed(text, files, parquet, progress)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
    encodings = dict.fromkeys(_ENCODINGS[scan.encoding] for scan in scans)
    return _understood(files, layouts[0], " and ".join(encodings), rows)


def read_parquet(files: Sequence[Path], parquet: Path, progress: Progress) -> str:
    """Copy Parquet files to one, NaN as missing; how they were understood.

    Raises UnreadableSource, NoRoom.
    """
    for file in files:
        _refuse_not_parquet(file)
    need_room(parquet.parent, sum(file.stat().st_size for file in files))
    progress(0.1, f"Reading {files[0].name}")
    table = f"read_parquet([{_listed(files)}])"
    with _told(files):
        engine = connect()
        for file in files:
            _refuse_bomb(engine, file)
        described = engine.execute(f"DESCRIBE FROM {table}").fetchall()
        names = [str(row[0]) for row in described]
        if len(names) > text_layout.MOST_COLUMNS:
            raise text_layout.too_wide(files[0], len(names))
        (count,) = engine.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
        if not count:
            raise UnreadableSource(
                f"{files[0].name!r} has columns and no rows.", hint="Export it again, with rows."
            )
        columns = ", ".join(_known(identifier(name), dtype) for name, dtype, *_ in described)
        _copy(engine, f"SELECT {columns} FROM {table}", parquet)
    many = f"{len(files)} Parquet files" if len(files) > 1 else "Parquet"
    return f"{many}, {len(names):,} columns, {count:,} rows."


def _refuse_bomb(engine: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Refuse what would unpack to far more than a table of this size can hold."""
    pages = engine.execute(
        "SELECT coalesce(sum(total_uncompressed_size), 0), coalesce(sum(num_values), 0) "
        f"FROM parquet_metadata([{_listed([file])}])"
    ).fetchall()[0]
    unpacked, values, size = int(pages[0]), int(pages[1]), file.stat().st_size
    if unpacked > max(_UNPACKED_FREE, size * _MOST_RATIO) or values > max(
        _VALUES_FREE, size * _MOST_VALUES
    ):
        raise UnreadableSource(
            f"{file.name!r} unpacks to over {_MOST_RATIO} times its size.",
            hint="Look at it in the program it came from, and write fewer rows.",
        )


def _known(column: str, dtype: str) -> str:
    # Not isnan(): DuckDB 2.0 folds it to false by a Parquet file's minimum and maximum.
    if dtype not in ("DOUBLE", "FLOAT"):
        return column
    return f"CASE WHEN isfinite({column}) OR isinf({column}) THEN {column} END AS {column}"


def describe(parquet: Path) -> tuple[int, tuple[Column, ...]]:
    """Rows and columns of a Parquet file."""
    engine, file = connect(), source(parquet)
    columns = engine.execute(f"DESCRIBE FROM {file}").fetchall()
    (rows,) = engine.execute(f"SELECT count(*) FROM {file}").fetchall()[0]
    return int(rows), tuple(Column(name=row[0], type=row[1]) for row in columns)


def _write_typed(text: _Text, files: Sequence[Path], parquet: Path, progress: Progress) -> int:
    with _told(files):
        engine = connect()
        progress(0.1, "Judging the types of the columns")
        types = widened(judged(engine, text.sql, text.layout.names), text.options.types)
        progress(0.4, "Writing the data version")
        columns = ", ".join(
            f"{cast(identifier(name), kind)} AS {identifier(name)}" for name, kind in types.items()
        )
        _copy(engine, f"SELECT {columns} FROM {text.sql}", parquet)
        (rows,) = engine.execute(f"SELECT count(*) FROM {source(parquet)}").fetchall()[0]
    if not rows:
        raise UnreadableSource(
            f"{files[0].name!r} has a header and no rows.", hint="Export the table again."
        )
    progress(1.0, f"{rows:,} rows read")
    return int(rows)


def _copy(engine: duckdb.DuckDBPyConnection, query: str, parquet: Path) -> None:
    engine.execute(f"COPY ({query}) TO {literal(str(parquet))} (FORMAT parquet, COMPRESSION zstd)")


def _listed(files: Sequence[Path]) -> str:
    """The paths as the engine lists them; ``*``, ``?`` and ``[`` in a name are just letters."""
    names = ("".join(f"[{c}]" if c in "*?[" else c for c in str(file)) for file in files)
    return ", ".join(map(literal, names))


@contextmanager
def _told(files: Sequence[Path]) -> Iterator[None]:
    """Turn the engine's words into ours."""
    name = files[0].name if len(files) == 1 else f"one of {len(files)} files"
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise NoRoom(f"{name!r} needs more memory.", hint="Close other work first.") from error
    except duckdb.Error as error:
        message = str(error)
        line = re.search(r"on Line: (\d+)", message)
        where = f" in line {int(line[1]):,}" if line else ""
        raise _refusal(f"{name!r}{where}", message) from error


_LONG = "Mend that line; text that holds the delimiter needs quotes around it."
_SHORT = "Mend it; or set data.options.fill_short_rows to true, if only last values are missing."


def _refusal(where: str, message: str) -> UnreadableSource:
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        return UnreadableSource(
            f"{where}: {counts[2]} values where the header has {counts[1]} columns.",
            hint=_SHORT if int(counts[2]) < int(counts[1]) else _LONG,
        )
    if "unterminated quote" in message or "unquoted" in message.lower():
        return UnreadableSource(
            f"{where}: a quote is opened and not closed.",
            hint='Close it, or write a quote inside text twice: "".',
        )
    if "Maximum line size" in message:
        return text_bytes.line_too_long(where)
    if "No space left" in message:
        raise NoRoom("The disk is full.", hint="Free some space and try again.")
    said = message.split("\n", 1)[0]
    return UnreadableSource(f"{where} cannot be read: {said}", hint="Export the table again.")


def _refuse_other_columns(first: Path, a: Layout, other: Path, b: Layout) -> None:
    if (a.names, a.delimiter, a.header, a.skip) == (b.names, b.delimiter, b.header, b.skip):
        return
    odd = sorted(set(a.names) ^ set(b.names))
    what = f"columns {', '.join(map(repr, odd[:3]))}" if odd else "order or kind of columns"
    raise UnreadableSource(
        f"{other.name!r} differs from {first.name!r} in its {what}.",
        hint="Read together only files with the same columns in the same order.",
    )


def _refuse_not_parquet(file: Path) -> None:
    try:
        text_bytes.refuse_foreign(file)
    except UnreadableSource as error:
        if "a Parquet file" in str(error):
            return
        raise
    raise UnreadableSource(
        f"{file.name!r} is not a Parquet file, though its name says so.",
        hint="Give it the ending of what it is, such as .csv.",
    )


def _understood(files: Sequence[Path], layout: Layout, encoding: str, rows: int) -> str:
    what = f"{len(files)} text files" if len(files) > 1 else "Text"
    between = DELIMITERS.get(layout.delimiter, repr(layout.delimiter))
    facts = [f"{what} in {encoding}", f"{between} between values"]
    facts += [f"{len(layout.names):,} columns", f"{rows:,} rows"]
    return "; ".join([", ".join(facts), *layout.notes]) + "."
