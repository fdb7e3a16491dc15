from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from serving_samples import RECORD, TARGETS, model, parquet, rows

from mll_core.domain.conformal import Band
from mll_core.domain.errors import InvalidParameter, UnfitRows
from mll_core.domain.task import ANSWERED, Task
from mll_core.infra.scorer import Scorer
from mll_core.stages import deploy
from mll_core.stages.deploy import json_schema, score_file


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return parquet(rows(120, seed=5).drop(columns=list(TARGETS.values())), tmp_path / "in.parquet")


def test_answers_stand_beside_the_keys_in_the_order_of_the_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy, "BATCH", 50)
    out = tmp_path / "out.csv"
    assert score_file(model(), source, out, keys=("id",), proba=True) == 120
    found, given = pd.read_csv(out), pd.read_parquet(source)
    assert list(found) == ["id", "prediction", "probability_no", "probability_yes"]
    assert found["id"].tolist() == given["id"].tolist()
    assert np.array_equal(found["probability_yes"], model().score(given)[:, 1])
    assert (found["prediction"] == "yes").tolist() == (found["probability_yes"] >= 0.5).tolist()


@pytest.mark.parametrize("task", sorted(ANSWERED))
def test_parquet_keeps_the_targets_own_type(task: Task, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    score_file(model(task), source, out)
    answers = pq.read_table(out).column("prediction")
    assert str(answers.type) == ("double" if task is Task.REGRESSION else "string")


def test_numbers_come_with_low_and_high_when_the_model_knows_its_errors(
    source: Path, tmp_path: Path
) -> None:
    fitted = replace(model(Task.REGRESSION), reach=Band(goal=0.9, low=-3.0, high=4.0))
    score_file(fitted, source, tmp_path / "out.csv")
    found = pd.read_csv(tmp_path / "out.csv")
    assert np.allclose(found["high"] - found["prediction"], 4)
    assert np.allclose(found["low"] - found["prediction"], -3)
    (answer,) = Scorer(fitted).predict([RECORD])
    assert answer.interval is not None
    assert answer.interval[0] < answer.prediction < answer.interval[1]


def test_a_missing_column_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    source = parquet(rows(9).rename(columns={"age": "ages"}), tmp_path / "in.parquet")
    out = tmp_path / "out.csv"
    out.write_text("what was there")
    with pytest.raises(UnfitRows, match="no column 'age'") as error:
        score_file(model(), source, out)
    assert "'ages'" in error.value.hint
    assert out.read_text() == "what was there"


def test_a_column_of_the_wrong_kind_leaves_no_half_file(tmp_path: Path) -> None:
    source = parquet(rows(9).assign(age="old"), tmp_path / "in.parquet")
    with pytest.raises(UnfitRows, match="'age'"):
        score_file(model(), source, tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-x", "@SUM(A1)", "\tx", "\uff1d1", "plain", None, "a=b"]
    frame = rows(len(cells)).assign(**{"=key": cells, "n": range(-1, len(cells) - 1)})
    out = tmp_path / "out.csv"
    score_file(model(), parquet(frame, tmp_path / "in.parquet"), out, keys=("=key", "n"))
    found = pd.read_csv(out)
    assert next(iter(found)) == "'=key"
    assert found["'=key"].tolist()[:6] == [f"'{cell}" for cell in cells[:6]]  # type: ignore[str-bytes-safe]
    assert found["'=key"].tolist()[6] == "plain"
    assert found["n"].tolist()[0] == -1


@pytest.mark.parametrize(
    ("out", "keys", "said"),
    [
        ("out.xlsx", (), "written as .csv or .parquet"),
        ("none/out.csv", (), "not a file in a folder"),
        ("out.csv", ("nokey",), "no column 'nokey'"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(
    source: Path, tmp_path: Path, out: str, keys: tuple[str, ...], said: str
) -> None:
    with pytest.raises((InvalidParameter, UnfitRows), match=said):
        score_file(model(), source, tmp_path / out, keys=keys)


def test_a_key_with_the_name_of_the_answer_is_refused(tmp_path: Path) -> None:
    source = parquet(rows(9).assign(prediction=1), tmp_path / "in.parquet")
    with pytest.raises(InvalidParameter, match="'prediction'"):
        score_file(model(), source, tmp_path / "out.csv", keys=("prediction",))


def test_a_file_without_rows_gives_a_file_without_answers(tmp_path: Path) -> None:
    source = parquet(rows(9).head(0), tmp_path / "in.parquet")
    assert score_file(model(), source, tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text().strip() == '"prediction"'


@pytest.mark.parametrize("task", sorted(ANSWERED))
@pytest.mark.parametrize("known", [False, True])
def test_the_example_of_the_schema_is_scored(task: Task, known: bool) -> None:
    background = rows(50).drop(columns=list(TARGETS.values()))
    schema: dict[str, Any] = json_schema(model(task), background=background if known else None)
    assert set(schema["required"]) == set(RECORD)
    assert schema["properties"]["plan"]["examples"] == ["basic", "plus", "pro"]
    assert Scorer(model(task)).predict([schema["example"]])
