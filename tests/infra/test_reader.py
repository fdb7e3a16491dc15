"""Text and Parquet files become Parquet; what is wrong with a file is said in a sentence."""

import gzip
import pickle
import time
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_data import real

from mll_core.domain.connector import ReadOptions, quiet
from mll_core.domain.errors import MllError, NoRoom, UnreadableSource
from mll_core.infra import reader

OPTIONS = ReadOptions()


def write(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, options: ReadOptions = OPTIONS) -> tuple[pd.DataFrame, dict[str, str], str]:
    parquet = path.parent / "out.parquet"
    understood = reader.read_text([path], options, parquet, quiet)
    _, columns = reader.describe(parquet)
    return pd.read_parquet(parquet), {c.name: c.type for c in columns}, understood


def refusal(path: Path, options: ReadOptions = OPTIONS) -> UnreadableSource:
    before = set(path.parent.iterdir())
    with pytest.raises(UnreadableSource) as caught:
        reader.read_text([path], options, path.parent / "out.parquet", quiet)
    left = set(path.parent.iterdir()) - before - {path.parent / "out.parquet"}
    assert not left, "working copies are removed"
    assert caught.value.hint.endswith((".", "!"))
    return caught.value


def test_types_are_those_that_every_row_fits(tmp_path: Path) -> None:
    lines = ["n,x,b,d,t,code,big,word,late,empty"]
    row = "1,1.5,true,2024-01-31,2024-01-31 10:00:00,007,99999999999999999999,a,1,"
    lines += [row] * 30_000
    lines += ["2,2,FALSE,2024-02-01,2024-02-01,010,1,b,one,"]
    rows, types, understood = read(write(tmp_path, "\n".join(lines)))
    assert types == {
        "n": "BIGINT",
        "x": "DOUBLE",
        "b": "BOOLEAN",
        "d": "DATE",
        "t": "TIMESTAMP",
        "code": "VARCHAR",
        "big": "VARCHAR",
        "word": "VARCHAR",
        "late": "VARCHAR",  # a number in the first 30,000 rows, and then a word
        "empty": "VARCHAR",
    }
    assert rows["code"].iloc[0] == "007"
    assert rows["empty"].isna().all()
    assert understood == "Text in UTF-8, comma between values, 10 columns, 30,001 rows."


@pytest.mark.parametrize("text", ["NA", "None", "null", "nan?", "n/a", "-", " "])
def test_only_empty_text_is_missing(tmp_path: Path, text: str) -> None:
    rows, _, _ = read(write(tmp_path, f"a,b\nx,{text}\ny,\nz,w\n"))
    assert rows["b"].tolist()[0] == text
    assert rows["b"].isna().tolist() == [False, True, False]


def test_text_that_means_missing_can_be_stated(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,NA\n2,\n3,4\n")
    rows, types, _ = read(path, ReadOptions(null_values=("", "NA")))
    assert types["b"] == "BIGINT"
    assert rows["b"].isna().tolist() == [True, True, False]


def test_numbers_are_not_rounded_and_not_guessed(tmp_path: Path) -> None:
    path = write(
        tmp_path, "whole,half,under,hex,nan\n1,1.5,1_000,0x1F,1\n2,2,5,7,nan\n1e3,3,6,8,3\n"
    )
    rows, types, _ = read(path)
    assert list(types.values()) == ["DOUBLE", "DOUBLE", "VARCHAR", "VARCHAR", "DOUBLE"]
    assert rows["half"].tolist() == [1.5, 2, 3]
    assert rows["nan"].isna().tolist() == [False, True, False]


def test_dates_that_could_be_read_two_ways_stay_text(tmp_path: Path) -> None:
    rows, types, _ = read(write(tmp_path, "when,n\n01/02/2012,1\n02/02/2012,2\n"))
    assert types["when"] == "VARCHAR"
    assert rows["when"].tolist() == ["01/02/2012", "02/02/2012"]


def test_times_with_an_offset_become_utc(tmp_path: Path) -> None:
    rows, types, _ = read(
        write(tmp_path, "t,n\n2024-01-01T10:00:00+02:00,1\n2024-01-01 09:00:00,2\n")
    )
    assert types["t"] == "TIMESTAMP"
    assert rows["t"].dt.hour.tolist() == [8, 9]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [delimiter.join(["name", "value", "note"]), delimiter.join(["a", "1", '"x, y; z"'])]
    rows, _, _ = read(write(tmp_path, "\n".join([*lines, *lines[1:] * 3])))
    assert rows.columns.tolist() == ["name", "value", "note"]
    assert rows["note"].unique().tolist() == ["x, y; z"]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("latin-1", "Latin-1"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", None),
    ],
)
def test_the_encoding_is_found_and_said(tmp_path: Path, encoding: str, said: str | None) -> None:
    path = write(tmp_path, "größe,ort\n1,Köln\n2,Besançon\n".encode(encoding))
    if said is None:  # UTF-16 without its mark looks like NUL bytes
        assert "NUL" in str(refusal(path))
        rows, _, _ = read(path, ReadOptions(encoding="utf-16"))
    else:
        rows, _, understood = read(path)
        assert said in understood
    assert rows.columns.tolist()[0].endswith("größe")
    assert rows["ort"].tolist() == ["Köln", "Besançon"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_are_read(tmp_path: Path, end: str) -> None:
    rows, _, _ = read(write(tmp_path, end.join(["a,b", "1,2", '3,"x y"', ""])))
    assert rows["b"].tolist() == ["2", "x y"]


def test_line_ends_may_be_mixed_and_blank_lines_stand_around(tmp_path: Path) -> None:
    rows, _, _ = read(write(tmp_path, '\r\n\na,b\r\n1,2\n\n3,"4\n4"\r\n\n\n'))
    assert rows["b"].tolist() == ["2", "4\n4"]


def test_packed_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"a,b\n1,x\n2,y\n"), "table.csv.gz")
    assert read(path)[0]["b"].tolist() == ["x", "y"]


def test_a_file_without_header_gets_numbered_names(tmp_path: Path) -> None:
    rows, _, understood = read(write(tmp_path, "1,x,3\n4,y,6\n"))
    assert rows.columns.tolist() == ["column_1", "column_2", "column_3"]
    assert len(rows) == 2
    assert "no header line" in understood
    assert len(read(write(tmp_path, "2019,2020\n4,6\n"), ReadOptions(header=True))[0]) == 1


def test_a_column_without_name_is_numbered_and_said(tmp_path: Path) -> None:
    rows, _, understood = read(write(tmp_path, "a,,column_2, c \n1,2,3,4\n"))
    assert rows.columns.tolist() == ["a", "column_2_", "column_2", "c"]
    assert "column 2 has no name and is called 'column_2_'" in understood
    assert "blanks around the name 'c' are dropped" in understood


def test_several_files_with_the_same_columns_are_read_in_order(tmp_path: Path) -> None:
    for number in (2, 1, 3):
        write(tmp_path, f"a,b\n{number},x\n", f"part{number}.csv")
    files = reader.find(str(tmp_path / "part*.csv"))
    understood = reader.read_text(files, OPTIONS, tmp_path / "out.parquet", quiet)
    assert pd.read_parquet(tmp_path / "out.parquet")["a"].tolist() == [1, 2, 3]
    assert understood.startswith("3 text files")
    write(tmp_path, "a,c\n1,2\n", "part4.csv")
    with pytest.raises(UnreadableSource, match=r"'part4.csv' differs from 'part1.csv'.*'b', 'c'"):
        reader.read_text(
            reader.find(str(tmp_path / "part*.csv")), OPTIONS, tmp_path / "o.parquet", quiet
        )
    with pytest.raises(UnreadableSource, match="No file matches"):
        reader.find(str(tmp_path / "none*.csv"))


def test_stars_and_brackets_in_a_name_are_letters(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n", "odd [1] 'x'.csv")
    assert reader.find(str(path)) == [path]
    assert len(read(path)[0]) == 1


WIDE = ",".join(f"c{i}" for i in range(5_000))
FAULTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "header only": (b"a,b\n", "has a header and no rows"),
    "blank": (b"\n\n\n", "holds no rows"),
    "one column": (b"a\n1\n2\n", "has one column, 'a'; tried comma, semicolon, tab, bar"),
    "twice": (b"a,b,a\n1,2,3\n", "same name: 'a'"),
    "twice by case": (b"a,b,A\n1,2,3\n", "same name: 'a', 'A'"),
    "short row": (b"a,b\n1,2\n3\n", "in line 3: 1 values where the header has 2 columns"),
    "long row": (b"a,b\n1,2\n3,4,5\n", "in line 3: 3 values where the header has 2 columns"),
    "open quote": (b'a,b\n1,"2\n3,4\n', "in line 2: a quote is opened and not closed"),
    "nul": (b"a,b\n1,2\n3,\x004\n", "NUL byte in line 3"),
    "long line": (b"a,b\n1," + b"x" * 2_100_000 + b"\n3,4\n", "a line is longer than 2 MB"),
    "too wide": (WIDE.encode() + b"\n" + WIDE.encode() + b"\n", "has 5,000 columns"),
    "junk above": (b"Report 2024\na,b,c\n1,2,3\n4,5,6\n", "in line 1: 1 values where most lines"),
    "excel": (b"PK\x03\x04xxxx", "Excel workbook"),
    "old excel": (b"\xd0\xcf\x11\xe0xxxx", "Excel workbook"),
    "parquet": (b"PAR1xxxxPAR1", "is a Parquet file"),
    "duckdb": (b"12345678DUCK5678", "is a DuckDB database"),
    "sqlite": (b"SQLite format 3\0", "an SQLite database"),
    "pickle": (pickle.dumps({"a": 1}), "is a Python pickle"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "packed with gzip"),
}


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS)
def test_bad_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    error = refusal(write(tmp_path, content))
    assert message in str(error)
    assert "table.csv" in str(error)


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in str(refusal(tmp_path / "absent.csv"))
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in str(refusal(tmp_path / "folder.csv"))


def test_a_huge_header_is_refused_within_a_second(tmp_path: Path) -> None:
    header = ",".join(f"column{i}" for i in range(100_000))
    path = write(tmp_path, f"{header}\n{header}\n" * 2)
    start = time.process_time()
    assert "columns; at most 4,096" in str(refusal(path))
    assert time.process_time() - start < 1


def test_a_packing_bomb_is_refused(tmp_path: Path) -> None:
    bomb = write(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 3_000_000), "bomb.csv.gz")
    assert "unpacks to over 200 times its size" in str(refusal(bomb))
    cut = write(tmp_path, gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "cut.csv.gz")
    assert "damaged gzip" in str(refusal(cut))
    assert "not packed" in str(refusal(write(tmp_path, "a,b\n1,2\n", "plain.csv.gz")))


def test_a_stated_encoding_that_is_wrong_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,é\n".encode("latin-1"))
    assert "not written in UTF-8" in str(refusal(path, ReadOptions(encoding="utf-8")))


def test_one_column_is_read_when_the_delimiter_is_stated(tmp_path: Path) -> None:
    rows, _, _ = read(write(tmp_path, "a\n1\n2\n"), ReadOptions(delimiter=","))
    assert rows["a"].tolist() == [1, 2]


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a,b\n1,2\n")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Use", (), {"free": 1000})())
    with pytest.raises(NoRoom, match="MB are free"):
        reader.read_text([path], OPTIONS, tmp_path / "out.parquet", quiet)
    assert list(tmp_path.iterdir()) == [path]


def test_parquet_is_copied_with_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.to_datetime(["2024-01-01"] * 2)})
    frame.to_parquet(tmp_path / "in.parquet")
    understood = reader.read_parquet([tmp_path / "in.parquet"], tmp_path / "out.parquet", quiet)
    assert understood == "Parquet, 3 columns, 2 rows."
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out.parquet"), frame, check_dtype=False
    )


def test_nan_in_parquet_becomes_missing(tmp_path: Path) -> None:
    table = pa.table({"x": pa.array([1.0, float("nan"), float("inf"), None]), "y": [1, 2, 3, 4]})
    pq.write_table(table, tmp_path / "in.parquet")
    reader.read_parquet([tmp_path / "in.parquet"], tmp_path / "out.parquet", quiet)
    read_back = pq.read_table(tmp_path / "out.parquet")["x"].to_pylist()
    assert read_back == [1.0, None, float("inf"), None]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a,b\n1,2\n", "not a Parquet file"), (b"PAR1 cut off", "cannot be read"), (b"", "is empty")],
)
def test_what_is_not_parquet_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = write(tmp_path, content, "x.parquet")
    with pytest.raises(UnreadableSource, match=message):
        reader.read_parquet([path], tmp_path / "out.parquet", quiet)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=20))
def test_any_text_comes_back_as_pandas_reads_it(rows: list[tuple[str, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        frame = pd.DataFrame(rows, columns=["first one", "s'e\"cond"])
        frame = pd.concat([frame, pd.DataFrame([["a word", "a word"]], columns=frame.columns)])
        frame.to_csv(path, index=False)
        expected = pd.read_csv(path, dtype=str, keep_default_na=False)
        try:
            got, _, _ = read(path)
        except MllError as error:
            pytest.fail(f"{error} for {path.read_bytes()!r}")
        assert got.fillna("").to_numpy().tolist() == expected.to_numpy().tolist()


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "adult.csv",
        "telco_customer_churn.csv",
        "ames_housing.csv",
        "bike_sharing_hour.csv",
        "bank_additional_full.csv",
        "dirty/fifa21_raw.csv",
        "dirty/uncleaned_ds_jobs.csv",
        "dirty/madrid_bike_accidents_2019.csv",
        "dirty/beers_dirty.csv",
    ],
)
def test_real_files_hold_what_pandas_finds_in_them(name: str, tmp_path: Path) -> None:
    path = real(name)
    parquet = tmp_path / "out.parquet"
    reader.read_text([path], OPTIONS, parquet, quiet)
    sep = ";" if "bank" in name or "madrid" in name else ","
    expected = pd.read_csv(path, sep=sep, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    names, types = expected.columns, {c.name: c.type for c in reader.describe(parquet)[1]}
    assert [n.strip() for n in names if not n.startswith("Unnamed")] == [
        n for n in types if not n.startswith("column_")
    ]
    got = duckdb.sql(f"FROM '{parquet}'")
    assert len(got) == len(expected)
    for column, dtype in types.items():
        source = names[list(types).index(column)]
        values = [row[0] for row in got.project(f'"{column}"').fetchall()]
        text = expected[source].tolist()
        assert [v is None for v in values] == [t == "" for t in text]
        if dtype in ("BIGINT", "DOUBLE"):
            assert [float(t) for t in text if t] == [float(v) for v in values if v is not None]
        elif dtype == "VARCHAR":
            assert [t for t in text if t] == [v for v in values if v is not None]


def test_lines_that_lack_their_last_values_are_refused_unless_they_may_be_filled(
    tmp_path: Path,
) -> None:
    file = tmp_path / "short.csv"
    file.write_text('a,b,c\n1,2,3\n4,"x\ny"\n5\n')
    with pytest.raises(UnreadableSource, match="2 values where the header has 3") as caught:
        reader.read_text([file], ReadOptions(), tmp_path / "out.parquet", quiet)
    assert "fill_short_rows" in caught.value.hint
    reader.read_text([file], ReadOptions(fill_short_rows=True), tmp_path / "out.parquet", quiet)
    rows = pd.read_parquet(tmp_path / "out.parquet").astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        [1, "2", 3],
        [4, "x\ny", None],
        [5, None, None],
    ]
