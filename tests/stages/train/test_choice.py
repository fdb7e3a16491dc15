from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_cases import order, people, workshop

from mll_core.catalog import MODELS
from mll_core.domain.document import Brief
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.task import Task
from mll_core.domain.train_section import TrainSection
from mll_core.stages.train import Order, choice, rows
from mll_core.stages.train.fitting import Candidate, Means, fit


def asked(home: Path, task: Task = Task.BINARY, **section: object) -> Order:
    return order(workshop(home), people(task, 40), task, section=TrainSection(**section))


def test_without_a_choice_the_usual_ones_are_tried_the_quickest_first(tmp_path: Path) -> None:
    models, skipped = choice.first(asked(tmp_path))
    learned = [model for model in models if not model.baseline]
    assert all(type(model).usual for model in learned)
    assert any(model.strong for model in learned)
    assert [m.kind for m in learned][:2] == ["logistic_regression", "lightgbm"]
    assert not skipped


def test_what_promises_most_is_first_of_many_rows_and_of_counted_trials(tmp_path: Path) -> None:
    few, counted = asked(tmp_path), asked(tmp_path, trials=5)
    rows_of_many = few.split.development.model_copy(update={"rows": 2_000_000})
    many = replace(few, split=few.split.model_copy(update={"development": rows_of_many}))
    first = [
        next(model.kind for model in choice.first(one)[0] if not model.baseline)
        for one in (few, many, counted)
    ]
    assert first == ["logistic_regression", "lightgbm", "lightgbm"]


def test_only_models_that_can_be_followed(tmp_path: Path) -> None:
    models, skipped = choice.first(asked(tmp_path, interpretable_only=True))
    assert {m.kind for m in models if not m.baseline} == {
        kind
        for kind, cls in MODELS.items()
        if cls.interpretable and Task.BINARY in cls.tasks and not cls.baseline
    }
    assert not skipped
    picked = (MODELS["lightgbm"].of(), MODELS["logistic_regression"].of())
    models, (no,) = choice.first(asked(tmp_path, interpretable_only=True, models=picked))
    assert [m.kind for m in models if not m.baseline] == ["logistic_regression"]
    assert (no.model, no.reason) == ("LightGBM", "Only models that a person can follow are tried.")


@pytest.mark.parametrize(
    ("section", "why"),
    [({"rising": ("age",)}, "raise or only lower"), ({"together": (("age", "town"),)}, "groups")],
)
def test_models_that_cannot_keep_a_demand_are_skipped_with_the_reason(
    section: dict[str, object], why: str, tmp_path: Path
) -> None:
    models, skipped = choice.first(asked(tmp_path, **section))
    assert "lightgbm" in {model.kind for model in models}
    assert "Neural network" in {one.model for one in skipped}
    assert all(why in one.reason for one in skipped)


def test_of_many_classes_none_rises(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="none rises"):
        choice.first(asked(tmp_path, Task.MULTICLASS, rising=("age",)))


def test_a_quantile_in_the_brief_is_what_boosted_trees_learn(tmp_path: Path) -> None:
    tools = workshop(tmp_path)
    brief = Brief(target="answer", quantile=0.9)
    frame, section = people(Task.REGRESSION, 40), TrainSection()
    wanted = order(tools, frame, Task.REGRESSION, brief=brief, section=section)
    found = {model.kind: model for model in choice.first(wanted)[0]}
    assert (found["lightgbm"].loss, found["lightgbm"].quantile) == ("quantile", 0.9)
    assert found["quantile_regression"].quantile == 0.9
    assert "quantile_regression" not in {
        m.kind for m in choice.first(asked(tmp_path, Task.REGRESSION))[0]
    }


@pytest.mark.parametrize(
    ("task", "model", "loss"), [("count", "poisson", "poisson"), ("skewed", "gamma", "gamma")]
)
def test_a_task_says_what_its_models_learn_and_which_are_tried(
    task: str, model: str, loss: str, tmp_path: Path
) -> None:
    tools, brief = workshop(tmp_path), Brief(target="answer", task=task)
    picked = MODELS["hist_gradient_boosting"].of(loss="absolute")
    frame = people(Task.REGRESSION, 40)
    usual, chosen = (
        order(tools, frame, Task.REGRESSION, brief=brief, section=TrainSection(models=models))
        for models in ((), (picked,))
    )
    found = {model.kind: model for model in choice.first(usual)[0]}
    assert (found["lightgbm"].loss, found["prior"].constant) == (loss, "mean")
    assert f"{model}_regression" in found
    assert choice.first(chosen)[0][-1].loss == "absolute"


def test_rows_of_one_class_are_refused_in_words(tmp_path: Path) -> None:
    wanted = asked(tmp_path)
    learned = rows.learn(rows.read(wanted), wanted)
    alone = replace(learned, truth=np.zeros(len(learned.truth), np.int64))
    candidate = Candidate(MODELS["lightgbm"].of(), "LightGBM")
    with pytest.raises(ValueError, match="one class"):
        fit(candidate, alone, Means(Task.BINARY, 0, 1))


def test_todays_rule_is_a_baseline_as_soon_as_the_brief_has_one(tmp_path: Path) -> None:
    tools = workshop(tmp_path)
    found = []
    for rule in ("", "age > 50"):
        brief = Brief(target="answer", rule=rule)
        wanted = order(tools, people(Task.BINARY, 40), Task.BINARY, brief=brief)
        found.append({model.kind for model in choice.first(wanted)[0]})
    assert found[1] - found[0] == {"todays_rule"}
