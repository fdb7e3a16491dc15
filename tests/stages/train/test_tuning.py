import numpy as np
import pytest

from mll_core.catalog import MODELS
from mll_core.domain.model import Model
from mll_core.domain.plugin import bounds
from mll_core.stages.train.fitting import Candidate
from mll_core.stages.train.tuning import Seen, Tuner, near, numbers, promising


@pytest.mark.parametrize(
    "cls", [c for c in MODELS.values() if numbers(c())], ids=lambda c: c.name()
)
def test_steps_stay_within_the_declared_bounds_and_go_both_ways(cls: type[Model]) -> None:
    steps = [near(cls(), np.random.default_rng(seed)) for seed in range(200)]
    for name in numbers(cls()):
        low, high = bounds(cls.parameters()[name])
        values = [getattr(step, name) for step in steps]
        assert all(low <= value <= high for value in values)
        default = getattr(cls(), name)
        assert min(values) < default or default == low
        assert max(values) > default or default == high


def test_declared_settings_come_first_none_twice_and_the_same_for_the_same_seed() -> None:
    first = Candidate(MODELS["lightgbm"](), "LightGBM")

    def proposed() -> list[Candidate | None]:
        tuner = Tuner(3, [first])
        return [tuner.next(first) for _ in range(12)]

    found = proposed()
    declared = MODELS["lightgbm"].variants()
    assert tuple(c.model for c in found[: len(declared)] if c) == declared
    assert len({c.model.model_dump_json() for c in found if c}) == 12
    assert found[0].label == "LightGBM, tuned 1"
    assert proposed() == found


def test_a_number_is_first_tried_on_its_plain_scale() -> None:
    best = Candidate(MODELS["lightgbm"](), "LightGBM")
    idea = Tuner(0, [best], ("plain",)).next(best)
    assert (idea.model, idea.scale) == (best.model, "plain")


def test_a_model_without_settings_has_nothing_to_tune() -> None:
    prior = Candidate(MODELS["prior"](), "prior")
    assert Tuner(0, [prior]).next(prior) is None


def test_what_was_seen_says_where_to_look_next_the_same_for_the_same_seed() -> None:
    cls = MODELS["lightgbm"]
    draw = np.random.default_rng(0)
    rates = np.exp(draw.uniform(np.log(0.01), np.log(0.9), 20))
    seen = [
        Seen(Candidate(cls(learning_rate=round(rate, 3)), ""), -abs(np.log(rate / 0.3)))
        for rate in rates
    ]
    found = [promising(cls(), seen, seed) for seed in range(15)]
    assert found == [promising(cls(), seen, seed) for seed in range(15)]
    assert 0.15 < np.median([model.learning_rate for model in found]) < 0.6
