import numpy as np
import pytest

from mll_core.catalog import task_asked, task_of
from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnfitTarget
from mll_core.domain.task import Task
from mll_core.infra import folds
from mll_core.plugins.tasks.quantile import Quantile
from mll_core.stages import business

PRICE = ColumnProfile(name="price", type="DOUBLE", semantic="number", nulls=0, distinct=500)
PROFILE = Profile(rows=1000, columns=(PRICE,))


def test_a_stated_quantile_asks_for_it_also_beside_the_plain_task() -> None:
    for task in ("auto", "regression", "quantile"):
        brief = Brief(target="price", task=task, quantile=0.9)
        kind, _ = business.guess_task(PROFILE, brief)
        assert kind.name() == "quantile"
        assert business.primary_metric(brief, kind, PROFILE)[0] == "pinball"
    assert task_of(Brief(task="binary", quantile=0.9), Task.BINARY).name() == "binary"
    assert task_asked(Brief()) is None


def test_without_a_quantile_it_says_what_is_missing() -> None:
    with pytest.raises(UnfitTarget, match=r"brief\.quantile"):
        business.guess_task(PROFILE, Brief(target="price", task="quantile"))


def test_it_is_not_mixed_by_squared_errors() -> None:
    assert not Quantile.mixes


def test_every_model_that_can_learns_the_quantile() -> None:
    asked = Quantile().asks(Brief(quantile=0.8))
    assert asked == {"loss": "quantile", "constant": "quantile", "quantile": 0.8}


def test_as_many_rows_of_every_part_lie_above_the_level_that_is_asked_for() -> None:
    values = np.random.default_rng(0).normal(size=1_000)
    how = Quantile().strata(Brief(quantile=0.97))
    assert "above 97 %" in how.words
    layout = folds.Layout("stratified", 5, 1, 0, strata=how)
    above = values > np.quantile(values, 0.97)
    held = [int(above[valid].sum()) for _, valid in folds.cuts(values, layout)]
    assert max(held) - min(held) <= 1
