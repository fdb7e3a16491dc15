from dataclasses import replace

import numpy as np
import pytest
from training_cases import order, people, workshop

from mll_core.catalog import MODELS
from mll_core.domain.model import Model
from mll_core.domain.task import Task
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.fitted_model import scores_of
from mll_core.stages import train
from mll_core.stages.train import Tools
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import Candidate, fit
from mll_core.stages.train.last_fit import means_of

ABLE = ["lightgbm", "catboost", "hist_gradient_boosting", "logistic_regression"]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return workshop(tmp_path_factory.mktemp("home"))


def rare(tools: Tools, n: int = 4_000) -> train.Order:
    """Few who say yes, and age decides."""
    frame = people(Task.BINARY, n)
    draw = np.random.default_rng(0)
    frame["answer"] = np.where(draw.random(n) < 0.02 + 0.1 * (frame["age"] > 60), "yes", "no")
    return order(tools, frame, Task.BINARY)


@pytest.mark.parametrize("kind", ABLE)
def test_probabilities_stay_honest_where_rare_classes_count_more(kind: str, tools: Tools) -> None:
    asked = rare(tools)
    rows = development.read(asked)
    part = development.parts(rows, asked, lambda share, message: None)[0]
    model: type[Model] = MODELS[kind]
    fitted = fit(Candidate(model(), "", weighed=True), part.learned, means_of(asked))
    positive = (part.judged_truth == 1).mean()

    def said(matrix: Matrix, estimator: object) -> float:
        return float(scores_of(estimator, matrix, Task.BINARY, 2)[:, 1].mean())

    assert said(part.judged, fitted.core) > 4 * positive
    assert said(part.judged, fitted.estimator) == pytest.approx(positive, abs=0.02)


def test_it_is_stored_with_the_run_comes_out_the_same_again_and_answers(tools: Tools) -> None:
    asked = rare(tools, 1_500)
    section = asked.section.model_copy(update={"class_weights": "balanced", "trials": 2})
    asked = replace(asked, section=section)
    found = train.train(asked, tools)
    learned = [run for run in found.leaderboard if run.model in ABLE]
    assert all(run.parameters["class_weights"] == "balanced" for run in learned)
    assert all(run.calibration_error < 0.03 for run in learned)
    assert train.reproduce(asked, found, found.recommended, tools)["identical"]
    score = tools.models.load(found.model_sha256).score(people(Task.BINARY, 50))
    np.testing.assert_allclose(score.sum(axis=1), 1)
