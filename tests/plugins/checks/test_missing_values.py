from check_cases import found

from mll_core.domain.finding import Severity
from mll_core.plugins.checks.missing_values import MissingValues

ROWS = {
    "mostly": [None] * 70 + ["x"] * 30,
    "some": [None] * 8 + [1.0] * 92,
    "nan": [float("nan")] * 5 + [1.5] * 95,
    "whole": list(range(100)),
    "empty": [None] * 100,
}


def test_a_mostly_missing_column_is_proposed_for_leaving_out_but_not_left_out() -> None:
    finding = next(f for f in found(MissingValues(), ROWS) if f.code == "mostly_missing")
    assert finding.column == "mostly"
    assert finding.sentence == "70 of 100 rows (70 %) have no 'mostly'."
    assert finding.fix
    assert not finding.fix.safe


def test_smaller_gaps_are_one_finding_and_fine() -> None:
    finding = next(f for f in found(MissingValues(), ROWS) if f.code == "missing_values")
    assert finding.severity is Severity.OK
    assert finding.numbers == {"some": 8, "nan": 5}
    assert "at most 8 of 100 rows (8 %) in 'some'" in finding.sentence


def test_the_target_and_whole_tables_are_passed_over() -> None:
    assert found(MissingValues(), {"a": [1, None, 3]}, "a") == []
    assert found(MissingValues(), {"a": [1, 2]}) == []
