from samples import replay

from mll_core.plugins.steps.state_unit import StateUnit


def test_it_changes_no_value_and_says_the_unit() -> None:
    step = StateUnit(columns=("w", "v"), unit="g")
    assert replay(step, w=[1.0, None], v=[2.0, 3.0]) == {"w": [1.0, None], "v": [2.0, 3.0]}
    assert step.sentence() == "'w' and 'v' are in g."
    assert step.units({"h": "cm", "w": "kg"}) == {"h": "cm", "w": "g", "v": "g"}
