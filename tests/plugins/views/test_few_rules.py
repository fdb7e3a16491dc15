import numpy as np
import pandas as pd
import pytest
from seats import seat

from mll_core.domain.task import Task
from mll_core.infra import surrogate
from mll_core.plugins.views.few_rules import FewRules


def test_rules_that_the_model_follows_are_found_and_said_in_words() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"age": draw.integers(18, 80, 800), "plan": draw.choice(["a", "b"], 800)})
    answers = np.where((rows["age"] > 40) & (rows["plan"] == "b"), 0.9, 0.1)
    found = surrogate.grow(rows, answers, ["age", "plan"], lambda value: f"yes {value:.1f}")
    assert found.fidelity == pytest.approx(1.0)
    assert found.judged == 400
    words = [rule.words for rule in found.inside.rules]
    assert any("plan is b" in one and "age is above 40" in one and "0.9" in one for one in words)


def test_fidelity_is_told_on_rows_it_did_not_see_and_noise_has_none() -> None:
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"age": draw.normal(size=400)})
    found = surrogate.grow(rows, draw.normal(size=400), ["age"], str)
    assert found.fidelity < 0.2
    sheet = FewRules().look(seat(Task.BINARY))
    assert "on 250 rows they did not see" in sheet.sentences[0]
    assert "They decide as the model does" in sheet.sentences[1]
    assert sheet.tree is not None
    assert 2 <= len(sheet.tree.rules) <= 8
