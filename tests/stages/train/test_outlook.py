"""What would help: on data whose answer is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from training_cases import order, people, workshop

from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.domain.training import Help, Training
from mll_core.plugins.models.hist_gradient_boosting import HistGradientBoosting
from mll_core.plugins.models.ridge import Ridge
from mll_core.stages import train
from mll_core.stages.train import Tools, finish
from mll_core.stages.train.clock import Clock


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


def trained(tools: Tools, frame: pd.DataFrame, model: object) -> Training:
    section = TrainSection(models=(model,), threads=1, trials=1)
    asked = order(tools, frame, Task.REGRESSION, section=section)
    split = asked.split.model_copy(update={"folds": 5})
    return train.train(replace(asked, split=split), tools)


def said(found: Training) -> dict[str, Help]:
    return {one.what: one for one in found.helps}


def waves(n: int) -> pd.DataFrame:
    """A curved answer with little noise: the more rows, the better trees draw it."""
    frame = people(Task.REGRESSION)
    frame = pd.concat([frame] * (n // len(frame) + 1), ignore_index=True)[:n]
    draw = np.random.default_rng(0)
    frame["age"] = draw.uniform(0, 60, n)
    frame["answer"] = 500 + 100 * np.sin(frame["age"] / 6) + draw.normal(0, 1, n)
    return frame


def test_where_more_rows_help_it_is_said_with_the_gain_and_comes_first(tools: Tools) -> None:
    found = trained(tools, waves(1_200), HistGradientBoosting(trees=60, stop_early=False))
    first = found.helps[0]
    assert first.what == "rows"
    assert first.shown
    assert first.gain is not None
    assert first.gain.low > 0
    rows = [point.rows for point in found.learning_curve]
    assert rows[-1] == 2 * rows[-2] == 4 * rows[-3] == 8 * rows[-4]
    scores = [point.score.value for point in found.learning_curve]
    assert scores == sorted(scores, reverse=True)  # an error: less is better
    few, many = found.learning_curve[-2:]
    gained = few.score.value - many.score.value
    assert first.gain.value == pytest.approx(gained)
    assert f"from {few.rows:,} to {many.rows:,} gained {gained:.3g}" in first.sentence
    assert found.helps[-1].what == "columns"


def test_where_a_line_says_it_all_neither_rows_nor_tuning_is_said_to_help(tools: Tools) -> None:
    frame = waves(1_200)
    draw = np.random.default_rng(1)
    frame["answer"] = 500 + 10 * frame["age"] + draw.normal(0, 100, len(frame))
    found = trained(tools, frame, Ridge())
    told = said(found)
    assert not told["rows"].shown
    assert "real but small: 0." in told["rows"].sentence or "chance" in told["rows"].sentence
    ending = "Of what was measured, more rows are not shown to be worth the effort."
    assert told["columns"].sentence.endswith(ending)  # tuning was not: one setting was tried


def test_what_there_was_no_time_for_is_left_out(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = TrainSection(models=(Ridge(),), budget_seconds=5, threads=1)
    asked = order(tools, people(Task.REGRESSION), Task.REGRESSION, section=section)
    conclude = finish._conclude

    def late(board: finish.Board, last: finish.Last) -> tuple[Training, float]:
        found = conclude(board, last)
        last.search.clock = Clock(1.0, -1e6)
        return found

    monkeypatch.setattr(finish, "_conclude", late)
    found = train.train(asked, tools)
    assert found.learning_curve == ()
    assert "rows" not in said(found)
    assert "more rows" not in said(found)["columns"].sentence
    assert found.helps[-1].what == "columns"
