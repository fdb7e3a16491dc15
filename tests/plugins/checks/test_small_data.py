from check_cases import found

from mll_core.domain.finding import Severity
from mll_core.plugins.checks.small_data import SmallData


def test_few_rows_are_a_check_and_very_few_a_problem() -> None:
    (few,) = found(SmallData(), {"x": list(range(200))})
    assert few.severity is Severity.CHECK
    (very_few,) = found(SmallData(), {"x": list(range(20))})
    assert very_few.severity is Severity.PROBLEM
    assert very_few.sentence == "There are 20 rows; too few for an honest test: collect more."


def test_many_columns_need_many_rows() -> None:
    (finding,) = found(SmallData(), {f"x{i}": [0, 1] * 300 for i in range(130)})
    assert finding.sentence.startswith("There are 600 rows for 130 columns")


def test_enough_rows_are_silence() -> None:
    assert found(SmallData(), {"x": list(range(600))}) == []
