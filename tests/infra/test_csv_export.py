import ast
import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from mll_core.infra.csv_export import CsvWriter, harmless

ROOT = Path(__file__).parents[2]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def written(table: pa.Table, folder: Path, *, raw: bool = False) -> list[list[str]]:
    with CsvWriter(folder / "t.csv", table.schema, raw=raw) as writer:
        writer.write(table)
    with (folder / "t.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("start", STARTS)
def test_text_that_a_spreadsheet_would_run_is_marked_and_nothing_else(start: str) -> None:
    cells = pa.array([f"{start}1+1", f"a{start}", "", None, "'=1"])
    assert harmless(cells).to_pylist() == [f"'{start}1+1", f"a{start}", "", None, "'=1"]


def test_numbers_dates_and_gaps_stay_and_headers_are_cells_too(tmp_path: Path) -> None:
    table = pa.table(
        {
            "-n": [-1, None],
            "@f": [-1.5, 2.0],
            "d": [date(2026, 1, 2), None],
            "c": pa.array(["=1", "b"]).dictionary_encode(),
            "l": [["=1"], None],
            "b": [b"=1", b"x"],
        }
    )
    head, first, second = written(table, tmp_path)
    assert head == ["'-n", "'@f", "d", "c", "l", "b"]
    assert first == ["-1", "-1.5", "2026-01-02", "'=1", "['=1']", "'=1"]
    assert second == ["", "2", "", "b", "", "x"]


def test_raw_text_comes_back_as_it_was(tmp_path: Path) -> None:
    table = pa.table({"=a": [f"{start}1" for start in STARTS]})
    head, *cells = written(table, tmp_path, raw=True)
    assert head == ["=a"]
    assert cells == [[f"{start}1"] for start in STARTS]


WRITERS = {"to_csv", "to_excel", "write_csv", "CSVWriter", "DictWriter", "to_clipboard"}


def calls(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rsplit(".", maxsplit=1)[-1]
            found |= {last} & WRITERS
            found |= {"csv.writer"} if name == "csv.writer" else set()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.upper()
            found |= {"COPY TO CSV"} if "COPY" in words and "FORMAT CSV" in words else set()
    return found


def test_no_other_code_writes_csv_for_people() -> None:
    places = ("app.py", "pages/**/*.py", "mll_core/**/*.py")
    files = [file for place in places for file in ROOT.glob(place)]
    writers = {str(file.relative_to(ROOT)) for file in files if calls(file)}
    assert writers == {"mll_core/infra/csv_export.py"}
