from check_cases import found

from mll_core.domain.finding import Severity
from mll_core.domain.task import Task
from mll_core.plugins.checks.imbalance import Imbalance


def test_a_rare_class_is_named_with_its_share() -> None:
    (finding,) = found(Imbalance(), {"y": ["no"] * 950 + ["yes"] * 50}, "y", task=Task.BINARY)
    assert finding.sentence.startswith("Only 50 of 1,000 rows (5 %) are 'yes'; accuracy would")
    assert finding.severity is Severity.CHECK


def test_a_class_too_rare_to_learn_is_a_problem() -> None:
    (finding,) = found(Imbalance(), {"y": [0] * 500 + [1] * 7}, "y", task=Task.BINARY)
    assert finding.severity is Severity.PROBLEM
    assert finding.numbers == {"class": "1", "count": 7, "rows": 507}


def test_even_classes_and_numbers_are_fine() -> None:
    even = {"y": ["a", "b", "c"] * 50}
    assert found(Imbalance(), even, "y", task=Task.MULTICLASS) == []
    assert found(Imbalance(), {"y": [1.5, 2.5] * 50}, "y", task=Task.REGRESSION) == []
