from check_cases import found

from mll_core.domain.finding import Severity
from mll_core.plugins.checks.missing_target import MissingTarget


def test_rows_without_an_answer_are_counted() -> None:
    (finding,) = found(MissingTarget(), {"y": ["a", None, "b", "a"]}, "y")
    assert finding.sentence.startswith("1 of 4 rows (25 %) have no 'y'")
    assert finding.severity is Severity.CHECK


def test_a_few_are_fine_and_none_is_silence() -> None:
    (finding,) = found(MissingTarget(), {"y": [None] + ["a", "b"] * 50}, "y")
    assert finding.severity is Severity.OK
    assert found(MissingTarget(), {"y": ["a", "b"]}, "y") == []
