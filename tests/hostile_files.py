"""Files that mean harm or are damaged, as generators: name, content, and what must happen."""

import gzip
import io
import json
import os
import pickle
import random
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MB = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """One file; ``reads`` says whether it is a table all the same."""

    name: str
    write: Callable[[Path], object]
    reads: bool = False
    ending: str = ".csv"


SLOW = ("1000000 columns", "packed, 200 MB of nothing", "a zip bomb", "Parquet, 400 MB of text")


def corpus(full: bool) -> Iterator[Hostile]:
    """All of them, U1 to U10 of the threats; else without what is slow to make and most names."""
    for part in (_shapes, _texts, _packed, _foreign, _parquet, _more):
        yield from (hostile for hostile in part() if full or hostile.name not in SLOW)
    for number, hostile in enumerate(_names()):
        if full or number % 12 == 0:
            yield hostile


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return _bytes(content.encode(encoding, "surrogatepass"))


TABLE = "a,b,c\n" + "".join(f"{i},{i / 2},word {i % 7}\n" for i in range(200))


def _shapes() -> Iterator[Hostile]:
    for columns in (4_097, 100_000, 1_000_000):
        head = ",".join(f"c{i}" for i in range(columns))
        yield Hostile(f"{columns} columns", _text(f"{head}\n{'1,' * (columns - 1)}1\n"))
    yield Hostile("100,000 empty columns", _text("," * 100_000 + "\n" + "," * 100_000 + "\n"))
    wide = ",".join(f"c{i}" for i in range(4_096))
    row = ",".join("1" for _ in range(4_096))
    yield Hostile("4,096 columns", _text(f"{wide}\n{row}\n{row}\n"), reads=True)
    yield Hostile("a line of 50 MB", lambda p: p.write_bytes(b"a,b\n1,2\n" + b"x" * (50 * MB)))
    yield Hostile("a header of 50 MB", lambda p: p.write_bytes(b"x" * (50 * MB) + b",b\n1,2\n"))
    yield Hostile(
        "a quoted cell of 50 MB",
        lambda p: p.write_bytes(b'a,b\n1,"' + (b"x" * 99 + b"\n") * (MB // 2) + b'"\n'),
    )
    yield Hostile(
        "a line of 3 MB, later", _text(TABLE + "9,9," + "x" * 3_000_000 + "\n" + TABLE[6:])
    )
    yield Hostile("a quote never closed", _text('a,b\n1,"2\n3,4\n5,6\n'))
    yield Hostile("a quote never closed, late", _text(TABLE * 400 + '1,2,"3\n' + TABLE * 400))
    yield Hostile("a quote inside", _text('a,b\n1,x"y"z\n2,"w"v\n'))
    yield Hostile("ragged, longer", _text(TABLE + "1,2,3,4\n"))
    yield Hostile("ragged, shorter", _text(TABLE + "1,2\n"))
    yield Hostile("ragged, first line", _text("a,b\n" + "1,2,3\n" * 50))
    yield Hostile("one column", _text("a\n1\n2\n"))
    yield Hostile("header only", _text("a,b,c\n"))
    yield Hostile("blank lines only", _text("\n\n\n\n"))
    yield Hostile("blanks only", _text(" " * 5_000))
    yield Hostile("delimiters only", _text(",,,,\n,,,,\n"), reads=True)
    yield Hostile("no text at all", _bytes(b""))


def _texts() -> Iterator[Hostile]:
    yield Hostile("NUL in a cell", _bytes(b"a,b\n1,x\0y\n"))
    yield Hostile("NUL far down", _bytes(TABLE.encode() * 300 + b"1,2,\0\n"))
    yield Hostile("NUL in the name", _bytes(b"a\0,b\n1,2\n"))
    yield Hostile("NULs only", _bytes(b"\0" * MB))
    yield Hostile("noise", _bytes(random.Random(1).randbytes(MB)))
    yield Hostile("noise without NUL", _bytes(random.Random(2).randbytes(MB).replace(b"\0", b"x")))
    yield Hostile("UTF-16", _text(TABLE, "utf-16"), reads=True)
    yield Hostile("UTF-16 without its mark", _text(TABLE, "utf-16-le"))
    yield Hostile("UTF-16, cut in a letter", _bytes(TABLE.encode("utf-16")[:-1]))
    yield Hostile("UTF-32", _text(TABLE, "utf-32"))
    yield Hostile("UTF-8 with its mark", _text(TABLE, "utf-8-sig"), reads=True)
    yield Hostile(
        "UTF-8, then Latin-1", _bytes("a,b\nü,1\n".encode() + "ö,2\n".encode("latin-1")), reads=True
    )
    yield Hostile("lone surrogates", _text("a,b\n\ud800,1\n\udfff,2\n"), reads=True)
    yield Hostile("overlong UTF-8", _bytes(b"a,b\n\xc0\xaf,1\n\xe0\x80\xaf,2\n"), reads=True)
    yield Hostile("the mark only", _bytes(b"\xef\xbb\xbf"))
    yield Hostile("the mark of UTF-16 only", _bytes(b"\xff\xfe"))
    yield Hostile(
        "control letters", _bytes(b"a,b\n" + bytes(range(1, 9)) + b",1\nx,2\n"), reads=True
    )
    yield Hostile("returns only", _text("a,b\r1,2\r3,4\r"), reads=True)
    digits = "9" * 5_000
    yield Hostile("5,000 digits", _text(f"a,b\n{digits},1\n{digits},2\n"), reads=True)
    yield Hostile("numbers beyond all", _text("a,b\n1e999999,1\n-1e400,2\n1e-999,3\n"), reads=True)
    yield Hostile("years beyond all", _text("a,b\n99999999-01-01,1\n0000-00-00,2\n"), reads=True)
    yield Hostile("formulas", _text("=cmd|' /C calc'!A0,+b\n=1+1,@SUM(A1)\n-2,\t=x\n"), reads=True)
    yield Hostile(
        "SQL", _text('a,b\n\'); DROP TABLE x; --,1\n"""; COPY x TO \'y\';",2\n'), reads=True
    )


def _packed() -> Iterator[Hostile]:
    def gz(content: bytes, name: str, reads: bool = False) -> Hostile:
        return Hostile(name, _bytes(content), reads, ".csv.gz")

    table = TABLE.encode()
    yield gz(gzip.compress(table), "packed", reads=True)
    yield Hostile(
        "packed, 200 MB of nothing",
        lambda p: p.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (50 * MB), 9)),
        ending=".csv.gz",
    )
    yield gz(gzip.compress(b"a,b\n" + b"\0" * (30 * MB)), "packed NULs")
    bomb = b"a,b\n" + b"1,2\n" * (4 * MB)
    yield gz(gzip.compress(gzip.compress(bomb)), "packed twice")
    yield gz(gzip.compress(bomb[: 4 * MB]) * 40, "packed, 40 members")
    yield gz(gzip.compress(table)[:-9], "packed, cut off")
    yield gz(gzip.compress(table)[:12], "packed, only its start")
    broken = bytearray(gzip.compress(random.Random(3).randbytes(9_000).hex().encode()))
    broken[300] ^= 255
    yield gz(bytes(broken), "packed, damaged inside")
    tail = bytearray(gzip.compress(table))
    tail[-6] ^= 1
    yield gz(bytes(tail), "packed, wrong sum")
    yield gz(gzip.compress(table) + b"rubbish", "packed, rubbish behind")
    yield gz(table, "not packed at all")
    yield gz(gzip.compress(b""), "packed nothing")
    yield gz(b"\x1f\x8b\x08\x1c" + b"\xff" * 40, "packed, hostile header")


def _foreign() -> Iterator[Hostile]:
    yield Hostile("a pickle", _bytes(pickle.dumps({"a": [1]}, 4)))
    yield Hostile("a pickle of old", _bytes(pickle.dumps({"a": [1]}, 0)))
    yield Hostile("a pickle that acts", _bytes(b"cos\nsystem\n(S'touch owned'\ntR."))
    yield Hostile("a zip", lambda p: _zip(p, {"x.csv": TABLE.encode()}))
    yield Hostile("a zip that slips", lambda p: _zip(p, {"../../owned": b"x"}))
    yield Hostile("a workbook", lambda p: _zip(p, {"xl/workbook.xml": b"<a/>"}), ending=".xlsx")
    yield Hostile("a zip bomb", lambda p: _zip(p, {"xl/sheet1.xml": b"0" * (64 * MB)}))
    yield Hostile("an old workbook", _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)))
    yield Hostile("a database", _sqlite)
    yield Hostile("a database by name", _sqlite, ending=".db")
    yield Hostile("an engine's file", _bytes(bytes(8) + b"DUCK" + bytes(4096)))
    yield Hostile("an engine's file by name", _bytes(bytes(8) + b"DUCK"), ending=".duckdb")
    yield Hostile("a program", _bytes(b"\x7fELF" + bytes(4096)))
    yield Hostile("a picture", _bytes(b"\x89PNG\r\n\x1a\n" + bytes(4096)))
    yield Hostile("a document", _bytes(b"%PDF-1.7\n" + b"x" * 4096))
    yield Hostile("zstd", _bytes(b"\x28\xb5\x2f\xfd" + bytes(400)))
    yield Hostile("a page", _text("<html><script>alert(1)</script><p>No table.</p></html>"))
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
    yield Hostile("billion laughs", _text(laughs))
    yield Hostile("deep JSON", _text("[" * 200_000))
    yield Hostile("deep JSON by name", _text("[" * 200_000), ending=".json")
    yield Hostile("twice the same key", _text(json.dumps({"a": 1}) * 2), ending=".jsonl")
    yield Hostile("a Parquet file by another name", _table)


def _zip(path: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def _sqlite(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t (a)")
    database.commit()
    database.close()


def _table(path: Path) -> None:
    pq.write_table(pa.table({"a": range(300), "b": [f"word {i % 9}" for i in range(300)]}), path)


def _parquet_bytes(table: pa.Table, **how: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **how)
    return out.getvalue()


def _parquet() -> Iterator[Hostile]:
    def file(name: str, content: bytes, reads: bool = False) -> Hostile:
        return Hostile(name, _bytes(content), reads, ".parquet")

    good = _parquet_bytes(pa.table({"a": range(300), "b": [f"word {i % 9}" for i in range(300)]}))
    yield file("Parquet", good, reads=True)
    draw = random.Random(4)
    for share in (0.01, 0.3, 0.6, 0.9, 0.999):
        yield file(f"Parquet, cut at {share:.1%}", good[: int(len(good) * share)])
    yield file("Parquet, two marks only", b"PAR1PAR1")
    yield file("Parquet, endless footer", good[:-8] + struct.pack("<I", 2**31) + b"PAR1")
    yield file("Parquet, footer of nothing", good[:-8] + struct.pack("<I", 0) + b"PAR1")
    footer = struct.unpack("<I", good[-8:-4])[0]
    noise = bytearray(good)
    noise[-8 - footer : -8] = draw.randbytes(footer)
    yield file("Parquet, footer of noise", bytes(noise))
    inside = bytearray(good)
    inside[8:200] = draw.randbytes(192)
    yield file("Parquet, noise inside", bytes(inside))
    yield file("text by the name of Parquet", TABLE.encode())
    yield file("a pickle by the name of Parquet", pickle.dumps([1]))
    yield file("Parquet without rows", _parquet_bytes(pa.table({"a": pa.array([], pa.int64())})))
    yield file("Parquet without columns", _parquet_bytes(pa.table({})))
    many = pa.table({f"c{i}": [1] for i in range(5_000)})
    yield file("Parquet of 5,000 columns", _parquet_bytes(many))
    text = "x" * (4 * MB)
    bomb = pa.table({"a": [text + str(i) for i in range(100)], "b": range(100)})
    yield file(
        "Parquet, 400 MB of text", _parquet_bytes(bomb, compression="zstd", use_dictionary=False)
    )
    constant = pa.table({"a": np.zeros(30_000_000, np.int8), "b": np.zeros(30_000_000, np.int8)})
    held = _parquet_bytes(constant, compression="zstd", row_group_size=30_000_000)
    yield file("Parquet, 30 million rows of nothing", held, reads=True)
    deep = pa.array([1])
    for _ in range(150):
        deep = pa.StructArray.from_arrays([deep], ["x"])
    yield file("Parquet, 150 deep", _parquet_bytes(pa.table({"a": deep, "b": [1]})), reads=True)
    nested = pa.table({"a": [[1, 2], [3]], "b": [{"x": 1}, {"x": 2}], "c": [b"\xff\xfe", b"\0"]})
    yield file("Parquet, lists and bytes", _parquet_bytes(nested), reads=True)
    odd = pa.table({"a": [float("nan"), float("inf"), -0.0], "b": [None, None, None]})
    yield file("Parquet, NaN and nothing", _parquet_bytes(odd), reads=True)


HOSTILE_NAMES = (
    'a"; DROP TABLE x; --',
    "a' OR '1'='1",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "{0.__class__}",
    "%s%n%x",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "../../etc/passwd",
    "..\\..\\windows",
    "CON",
    "NUL",
    "/dev/sda",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\uff1d1+1",
    "\u202egnp.exe",
    "\u200b\u200b",
    "a\u0301\u0301\u0301",
    "\u0430",
    "\U0001f4a9",
    "\ufeffx",
    "\x07bell",
    "\x1b[31mred",
    "a\tb",
    "a,b",
    "a;b",
    "a|b",
    'quote "twice" here',
    "back\\slash",
    "dot.in.name",
    "__class__",
    "__proto__",
    "self",
    "select",
    "from",
    "rows",
    "row_id",
    "count(*)",
    "*",
    "?",
    "$1",
    ":name",
    "%",
    "nan",
    "null",
    "true",
    "1",
    "0x10",
    "1e5",
    "x" * 128,
    "y" * 300,
    "z" * 10_000,
    "ÄÖÜ",
    "ß",
    "\u0131",
    "\u00a0x\u00a0",
)


def _names() -> Iterator[Hostile]:
    for name in HOSTILE_NAMES:
        quoted = '"' + name.replace('"', '""') + '"'
        text = f"{quoted},plain\n" + "".join(f"{i},word {i % 3}\n" for i in range(60))
        yield Hostile(f"a column {name[:20]!r}", _text(text), reads=True)
    yield Hostile("names by case", _text("Name,name\n1,2\n"))
    yield Hostile("names alike", _text("a,b,a\n1,2,3\n"))
    yield Hostile("names of blanks", _text('" "," "\n1,2\n'), reads=True)
    yield Hostile("a line end in a name", _text('"a\nb",c\n1,2\n3,4\n'), reads=True)


def _more() -> Iterator[Hostile]:
    yield Hostile("a folder", lambda p: p.mkdir())
    yield Hostile("a pipe", os.mkfifo)
    yield Hostile("a link to nothing", lambda p: p.symlink_to(p.parent / "nothing"))
    yield Hostile("a link in a ring", lambda p: p.symlink_to(p))
    yield Hostile("a link to a device", lambda p: p.symlink_to("/dev/zero"))
    yield Hostile("not there", lambda p: None)
