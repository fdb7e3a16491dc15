"""What a text file is, judged from its bytes in one streamed pass; nothing is parsed."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from mll_core.domain.errors import UnreadableSource

LONGEST_LINE = 2_000_000
"""Bytes; a letter of UTF-16 counts as one."""
_BLOCK = 1 << 20
_MOST_UNPACKED_RATIO, _UNPACKED_FREE = 200, 10 << 20
_MAGIC = {
    b"PAR1": ("a Parquet file", "Give it the ending .parquet."),
    b"PK\x03\x04": ("a zip archive or an Excel workbook", "Save the sheet as CSV."),
    b"\xd0\xcf\x11\xe0": ("an Excel workbook", "Save the sheet as CSV."),
    b"SQLite format 3": ("an SQLite database", "Export the table as CSV."),
    b"\x1f\x8b": ("packed with gzip", "Give it the ending .csv.gz."),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", "Unpack it first."),
    b"%PDF": ("a PDF document", "Export the table as CSV."),
    b"\x89PNG": ("a picture", "Export the table as CSV."),
    b"\xff\xd8\xff": ("a picture", "Export the table as CSV."),
    b"ARROW1": ("an Arrow file", "Save it as Parquet."),
    b"\x7fELF": ("a program", "Export the table as CSV."),
}


@dataclass(frozen=True)
class Scan:
    """One pass over the bytes. ``mixed``: both line ends occur, as after joining two files."""

    encoding: str
    mixed: bool
    size: int


def open_bytes(path: Path) -> BinaryIO:
    """The unpacked bytes of ``path``."""
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def refuse_absent(path: Path) -> None:
    """Refuse what is not there, is no file, or is empty."""
    if not path.exists():
        raise UnreadableSource(
            f"There is no file {str(path)!r}.", hint="Check the path and its spelling."
        )
    if path.is_dir():
        raise UnreadableSource(
            f"{path.name!r} is a folder, not a file.",
            hint="Name one file, or all of them: folder/*.csv.",
        )
    if not path.is_file():
        raise UnreadableSource(
            f"{path.name!r} is a device, not a file.", hint="Copy its content to a file."
        )
    if path.stat().st_size == 0:
        raise UnreadableSource(f"{path.name!r} is empty.", hint="Export the table again.")


def refuse_foreign(path: Path) -> None:
    """Refuse what is absent, and other formats by their first bytes."""
    refuse_absent(path)
    with path.open("rb") as file:
        start = file.read(16)
    if path.suffix.lower() == ".gz":
        if not start.startswith(b"\x1f\x8b"):
            raise UnreadableSource(
                f"{path.name!r} is not packed with gzip, though its name says so.",
                hint="Drop the ending .gz.",
            )
        return
    for magic, (what, hint) in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableSource(f"{path.name!r} is {what}, not delimited text.", hint=hint)
    if start[8:12] == b"DUCK":
        raise UnreadableSource(
            f"{path.name!r} is a DuckDB database, not delimited text.",
            hint="Export the table as Parquet or CSV.",
        )
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        raise UnreadableSource(
            f"{path.name!r} is a Python pickle, which can run code and is never opened.",
            hint="Save the table as Parquet or CSV.",
        )


def scan(path: Path, encoding: str | None) -> Scan:
    """Read all bytes once. Raises UnreadableSource: NUL bytes, a packing bomb, a wrong encoding."""
    refuse_foreign(path)
    name, packed = path.name, path.stat().st_size
    size, lines = 0, _Lines()
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    utf16 = encoding == "utf-16"
    for block in _blocks(path):
        if size == 0 and block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            utf16 = True
        if b"\0" in block and not utf16:
            where = 1 + lines.ends + block[: block.index(0)].count(b"\n")
            raise UnreadableSource(
                f"{name!r} holds a NUL byte in line {where}; it is no text or is damaged.",
                hint="Export the table again as CSV in UTF-8.",
            )
        size += len(block)
        if size > _UNPACKED_FREE and size > _MOST_UNPACKED_RATIO * packed:
            raise UnreadableSource(
                f"{name!r} unpacks to over {_MOST_UNPACKED_RATIO} times its size.",
                hint="Unpack it yourself, look at it, and give the unpacked file.",
            )
        if lines.add(block) > LONGEST_LINE * (1 + utf16):
            raise line_too_long(f"{name!r} in line {lines.ends + 1:,}")
        utf8 = _still_utf8(utf8, block)
    if size == 0:
        raise UnreadableSource(f"{name!r} is empty.", hint="Export the table again.")
    if utf8 is not None and utf8.getstate()[0]:
        utf8 = None  # the file stops in the middle of a letter
    if encoding == "utf-8" and utf8 is None:
        raise UnreadableSource(
            f"{name!r} is not written in UTF-8.", hint="Leave the encoding open, or set latin-1."
        )
    judged = "utf-16" if utf16 else "utf-8" if utf8 is not None else "latin-1"
    return Scan(encoding or judged, 0 < lines.crlf < lines.ends, size)


class _Lines:
    """The line ends of a file, counted block by block."""

    def __init__(self) -> None:
        self.ends = self.crlf = 0
        self._open = 0
        self._half = b""

    def add(self, block: bytes) -> int:
        """Count one more block; the bytes of the line that was open before it, or that it opens."""
        self.crlf += (self._half + block).count(b"\r\n")
        self.ends += block.count(b"\n")
        self._half = block[-1:] if block.endswith(b"\r") else b""
        end = b"\n" if b"\n" in block else b"\r"
        first, rest = block.find(end), len(block) - block.rfind(end) - 1
        closed = self._open + (len(block) if first < 0 else first)
        self._open = closed if first < 0 else rest
        return max(closed, self._open)


def line_too_long(where: str) -> UnreadableSource:
    """The refusal of a line longer than the reader takes."""
    return UnreadableSource(
        f"{where}: a line is longer than {LONGEST_LINE // 10**6} MB.",
        hint="Look for a missing line end or an unclosed quote.",
    )


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with open_bytes(path) as file:
            while block := file.read(_BLOCK):
                yield block
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableSource(
            f"{path.name!r} is a damaged gzip file: {error}.", hint="Pack or fetch it again."
        ) from error


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, block: bytes
) -> codecs.IncrementalDecoder | None:
    if decoder is not None:
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return None
    return decoder


def decode(blocks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """The text of ``blocks``. Latin-1 is read as Windows-1252, which is what it means today."""
    if encoding == "latin-1":
        for block in blocks:
            try:
                yield block.decode("cp1252")
            except UnicodeDecodeError:
                yield block.decode("latin-1")
        return
    first = next(blocks, b"")
    marked = first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    codec = "utf-8-sig" if encoding == "utf-8" else "utf-16" if marked else "utf-16-le"
    decoder = codecs.getincrementaldecoder(codec)()
    yield decoder.decode(first)
    for block in blocks:
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def transcode(path: Path, encoding: str, to: Path) -> None:
    """Write the text of ``path`` to ``to`` in UTF-8 with one kind of line end."""
    try:
        with to.open("w", encoding="utf-8", newline="") as file:
            held = ""
            for text in decode(_blocks(path), encoding):
                whole = held + text
                held = "\r" if whole.endswith("\r") else ""
                file.write(whole[: len(whole) - len(held)].replace("\r\n", "\n"))
            file.write(held)
    except UnicodeError as error:
        raise UnreadableSource(
            f"{path.name!r} is not written in {encoding}: {error}.",
            hint="Leave the encoding open, or set another one.",
        ) from error
