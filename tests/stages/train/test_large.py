"""A table too large to hold: folds share a part of it, the last fit learns from all of it."""

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from training_cases import order, people, workshop

from mll_core.domain.errors import NoRoom
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.plugins.models.extra_trees import ExtraTrees
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.plugins.models.logistic_regression import LogisticRegression
from mll_core.plugins.steps.clip_outliers import ClipOutliers
from mll_core.stages import train
from mll_core.stages.train import Order, Tools, large, whole
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import Candidate

RECIPE = Recipe(steps=(ClipOutliers(column="age"),))


@pytest.fixture(autouse=True)
def little_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(development, "HELD", 1_500)
    monkeypatch.setattr(development, "PART", 1_000)
    monkeypatch.setattr(whole, "BATCH", 90)
    monkeypatch.setattr(large, "BATCH", 70)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


def asked(tools: Tools, recipe: Recipe = RECIPE, gaps: int = 0) -> Order:
    frame = people(Task.BINARY)
    frame.loc[: gaps - 1, "answer"] = None
    section = TrainSection(models=(LightGBM(trees=20),), threads=1, trials=1, ensembles=False)
    return order(tools, frame, Task.BINARY, recipe=recipe, section=section)


def test_the_folds_hold_a_part_with_the_folds_that_all_rows_have(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = development.read(asked(tools, gaps=7))
    monkeypatch.setattr(development, "HELD", 10**6)
    all_rows = development.read(asked(tools, gaps=7))
    assert part.places is not None
    assert (len(part.truth), part.total, len(all_rows.truth)) == (200, 393, 393)
    assert part.table.equals(all_rows.table.take(part.places))
    assert np.array_equal(part.truth, all_rows.truth[part.places])
    for (few, judged), (many, held) in zip(part.cuts, all_rows.cuts, strict=True):
        assert set(part.places[few]) <= set(many)
        assert set(part.places[judged]) <= set(held)


@pytest.mark.parametrize("recipe", [RECIPE, Recipe()])
def test_what_is_learned_by_way_of_the_disk_is_what_is_learned_in_memory(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    wanted = asked(tools, recipe, gaps=7)
    by_disk = large.learn_last(development.read(wanted), wanted, tmp_path, 10**6)
    monkeypatch.setattr(development, "HELD", 10**6)
    in_memory = development.learn(development.read(wanted), wanted)
    assert by_disk.encoder == in_memory.encoder
    assert by_disk.transformer.state() == in_memory.transformer.state()
    assert np.array_equal(by_disk.matrix, in_memory.matrix, equal_nan=True)
    assert np.array_equal(by_disk.truth, in_memory.truth)
    assert not list((tmp_path / "tmp").iterdir())


def test_the_winner_learns_from_all_rows_and_it_is_said_whether_they_were_worth_it(
    tools: Tools,
) -> None:
    wanted = asked(tools)
    found = train.train(wanted, tools)
    assert (found.rows, found.fitted) == (400, 400)
    (said,) = [one.reason for one in found.skipped if one.model == "Rows"]
    assert said.startswith("Models are compared on 200 of 400 rows")
    assert said.endswith("The recommended one learned from all rows in the end.")
    learned = len(development.read(wanted).cuts[0][0])
    (worth,) = [one for one in found.helps if one.sentence.startswith("All rows")]
    assert f"from {found.learning_curve[-1].rows} instead of {learned}" in worth.sentence
    assert found.learning_curve[-1].rows > 250
    assert (worth.what, found.rows_help) == ("all rows", worth)
    assert worth.gain is not None
    before, last = found.learning_curve[-2:]
    assert found.rise(1).value == pytest.approx(worth.gain.value / np.log2(last.rows / before.rows))
    assert train.reproduce(wanted, found, found.run_id, tools)["identical"]


def test_a_part_of_the_rows_has_rows_of_every_class() -> None:
    codes = np.random.default_rng(0).permutation(np.repeat([0, 1, 2, 3], [9_000, 900, 70, 3]))
    kept = whole.drawn(codes, 500)
    assert len(kept) == len(np.unique(kept)) == 500
    rare, rarest = np.bincount(codes[kept])[2:]
    assert rare >= whole.RARE
    assert rarest == 3
    assert np.array_equal(kept, whole.drawn(codes, 500))


def test_held_out_rows_of_a_large_table_are_told_by_their_place_in_the_file(tools: Tools) -> None:
    wanted = asked(tools)
    rows = development.read(wanted)
    assert rows.places is not None
    _, places = train.without_fold(wanted, train.train(wanted, tools))
    assert np.array_equal(places, rows.places[rows.cuts[0][1]])


def test_time_that_is_short_takes_fewer_rows_and_says_so(tools: Tools) -> None:
    from mll_core.stages.train.ahead import READY_SHARE, Ahead

    wanted = asked(tools)
    rows = development.read(wanted)
    parts = development.parts(rows, wanted, lambda share, message: None)
    hurried = replace(wanted, section=TrainSection(budget_seconds=5))
    ahead = Ahead.of(rows, parts, 2.5, hurried.section)
    assert 200 <= ahead.rows < 400
    assert ahead.seconds == READY_SHARE * 5
    assert "learned from 250 in the end: for more there was" in ahead.said(rows, 250)[0].reason


def test_what_has_no_room_for_the_last_fit_has_no_turn_and_it_is_said(tools: Tools) -> None:
    from mll_core.stages.train.last_fit import means_of
    from mll_core.stages.train.memory import LARGE, most, refusal

    wanted = asked(tools)
    learned = development.learn(development.read(wanted), wanted)
    ten_million = replace(means_of(wanted), last=8_000_000, megabytes=16_384.0)
    limited = replace(ten_million, megabytes=most(ten_million, 20))
    assert limited.megabytes == LARGE
    said = refusal(Candidate(ExtraTrees(), ""), learned, limited)
    assert "to learn from all 8,000,000 rows in the end" in said
    assert "a job may hold 4,096 MB" in said
    assert refusal(Candidate(LightGBM(), ""), learned, limited) == ""
    assert refusal(Candidate(LogisticRegression(), ""), learned, limited) == ""
    assert refusal(Candidate(LightGBM(), ""), learned, replace(limited, megabytes=1.0))


def test_a_disk_that_is_full_when_the_last_rows_are_written_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    out = large._Writing(tmp_path / "rows.parquet")
    out.add(pa.table({"a": [1]}))
    out._out.close()
    monkeypatch.setattr(out, "_out", Full())
    with pytest.raises(NoRoom, match="full"):
        out.__exit__()
