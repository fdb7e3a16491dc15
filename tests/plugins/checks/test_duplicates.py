from check_cases import found

from mll_core.plugins.checks.duplicates import Duplicates

ROWS = {"a": [*range(98), 0, None], "b": ["x"] * 100}


def test_few_repeated_rows_are_dropped_without_asking() -> None:
    (finding,) = found(Duplicates(), ROWS)
    assert finding.sentence == "1 of 100 rows (1 %) repeat an earlier row in every column."
    assert finding.fix
    assert finding.fix.value == {"kind": "drop_duplicates"}
    assert finding.fix.safe


def test_many_repeated_rows_are_asked_about() -> None:
    (finding,) = found(Duplicates(), {"a": [1, 2] * 50})
    assert finding.numbers == {"duplicates": 98, "rows": 100}
    assert finding.fix
    assert not finding.fix.safe


def test_rows_that_differ_are_fine() -> None:
    assert found(Duplicates(), {"a": [1, 2, 3]}) == []
