from pathlib import Path

import pandas as pd
import pytest

from mll_core.domain.subject import Subject
from mll_core.infra import subject_rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "name": ["Zolta\u0300n", "Ines", None, "Zolt\u00e0n"],
            "number": [7318264095, 1, 2, 7318264095],
            "ratio": [0.5, None, 12.5, 12.5],
            "born": pd.to_datetime(["1961-03-07", "1970-01-01", None, "1961-03-07"]),
            "here": [True, False, None, True],
            "plan": ["Gold plan", "Gold plan", "Flex plan", "Rare plan"],
        }
    )
    frame.to_parquet(tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("name=Zolt\u00e0n", 2),
        ("name=zolt\u00e0n", 0),
        ("name=None", 0),
        ("name=NULL", 0),
        ("number=7318264095", 2),
        ("number=7318264095.0", 2),
        ("number=many", 0),
        ("ratio=12.50", 2),
        ("born=1961-03-07", 2),
        ("born=yesterday", 0),
        ("here=true", 2),
    ],
)
def test_rows_are_matched_by_the_type_of_the_column(path: Path, where: str, rows: int) -> None:
    condition = subject_rows.matching(path, Subject.of([where]))
    assert condition
    assert subject_rows.count(path, condition) == rows


def test_all_conditions_must_hold(path: Path, tmp_path: Path) -> None:
    subject = Subject.of(["name=Zolt\u00e0n", "plan=Rare plan"])
    condition = subject_rows.matching(path, subject)
    assert condition
    assert subject_rows.without(path, condition, tmp_path / "left.parquet") == 3
    left = pd.read_parquet(tmp_path / "left.parquet")
    assert left["plan"].tolist() == ["Gold plan", "Gold plan", "Flex plan"]


def test_marks_are_what_only_the_subject_has_and_what_names_them(path: Path) -> None:
    subject = Subject.of(["name=Zolt\u00e0n"])
    condition = subject_rows.matching(path, subject)
    assert condition
    marks = subject_rows.marks_of({path: condition}, subject, {"plan", "Rare plan"})
    assert set(marks.texts) == {"Zolt\u00e0n", "Zolta\u0300n"}
    assert marks.numbers == (7318264095.0,)


def test_a_file_without_the_column_is_searched_by_marks(path: Path, tmp_path: Path) -> None:
    subject = Subject.of(["name=Zolt\u00e0n"])
    condition = subject_rows.matching(path, subject)
    assert condition
    marks = subject_rows.marks_of({path: condition}, subject, ())
    other = tmp_path / "other.parquet"
    pd.DataFrame({"who": ["Ines", "Zolta\u0300n"], "n": [7318264095.0, 1.0]}).to_parquet(other)
    found = subject_rows.matching(other, subject, marks)
    assert found
    assert subject_rows.count(other, found) == 2
    pd.DataFrame({"day": pd.to_datetime(["2024-01-01"])}).to_parquet(tmp_path / "days.parquet")
    assert subject_rows.matching(tmp_path / "days.parquet", subject, marks) is None


def test_places_are_counted_anew(path: Path, tmp_path: Path) -> None:
    places = tmp_path / "places.parquet"
    pd.DataFrame({"row": [0, 1, 2, 3], "score": [0.1, 0.2, 0.3, 0.4]}).to_parquet(places)
    condition = subject_rows.matching(path, Subject.of(["name=Zolt\u00e0n"]))
    assert condition
    left = tmp_path / "left.parquet"
    assert subject_rows.without_places(places, "row", path, condition, left) == 2
    found = pd.read_parquet(left)
    assert found["row"].tolist() == [0, 1]
    assert found["score"].tolist() == [0.2, 0.3]
