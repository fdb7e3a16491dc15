from pathlib import Path

import numpy as np
import pytest
from training_cases import order, people, workshop

from mll_core.domain.connector import quiet
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.plugins.models.lightgbm import LightGBM
from mll_core.stages.train import finish
from mll_core.stages.train import rows as development
from mll_core.stages.train.last_fit import fit_last
from mll_core.stages.train.scorecard import Scorecard
from mll_core.stages.train.target_scale import Scale, log_helps, on_scale, others


@pytest.mark.parametrize(("scale", "answers"), [("root", "squares"), ("log", "powers")])
def test_a_line_on_the_right_scale_answers_as_the_target_is(scale: Scale, answers: str) -> None:
    from sklearn.linear_model import LinearRegression

    x = np.linspace(0, 4, 50)
    target = (1 + x) ** 2 if answers == "squares" else np.expm1(x)
    fitted = on_scale(LinearRegression(), scale).fit(x[:, None], target)
    assert np.allclose(fitted.predict(x[:, None]), target)


def test_other_scales_are_tried_for_what_is_positive_and_skewed_only() -> None:
    drawn = np.random.default_rng(0)
    assert log_helps(drawn.lognormal(0, 1, 500), Task.REGRESSION)
    assert not log_helps(drawn.normal(9, 1, 500), Task.REGRESSION)
    assert others(directed=False) == ("plain", "root")
    assert others(directed=True) == ("plain",)


def test_a_search_finds_the_scale_and_keeps_the_model_that_learned_on_it(tmp_path: Path) -> None:
    tools, table = workshop(tmp_path), people(Task.REGRESSION)
    table["answer"] = (6 + np.log(table["answer"] / 100) * 3) ** 2 * (1 + table["id"] % 7)
    section = TrainSection(models=(LightGBM(trees=30),), trials=3, threads=1)
    asked = order(tools, table, Task.REGRESSION, section=section)
    rows = development.read(asked)
    card = Scorecard(asked, rows, development.parts(rows, asked, quiet))
    search = finish.search_of(card, tools, quiet, 0.0)
    learned = [entry for entry in search.run() if not entry.model.baseline]
    assert [entry.candidate.scale for entry in learned][:3] == [None, "plain", "root"]
    model = fit_last(learned[2].trial, development.learn(rows, asked), rows, asked)
    again = tools.models.load(tools.models.save(model))
    assert np.array_equal(again.score(table), model.score(table))
