from check_cases import found

from mll_core.plugins.checks.constants import Constants

ROWS = {
    "same": ["x"] * 1000,
    "almost": ["x"] * 997 + ["y"] * 3,
    "enough": ["x"] * 990 + ["y"] * 10,
    "empty": [None] * 1000,
    "hardly": [None] * 998 + [1, 2],
}


def test_columns_of_one_value_are_left_out_without_asking() -> None:
    findings = found(Constants(), ROWS)
    assert [finding.column for finding in findings] == ["same", "almost", "empty", "hardly"]
    assert all(finding.fix and finding.fix.safe for finding in findings)
    assert findings[1].sentence == "'almost' is 'x' in 997 of 1,000 rows (99.7 %)."
    assert findings[2].sentence == "'empty' is empty in all 1,000 rows."
    assert findings[3].sentence == "'hardly' is missing in 998 of 1,000 rows (99.8 %)."


def test_in_a_small_table_only_what_never_changes_counts() -> None:
    rows = {"same": [1] * 50, "almost": [1] * 49 + [2]}
    assert [finding.column for finding in found(Constants(), rows)] == ["same"]
    assert found(Constants(), {"a": [1], "b": [2]}) == []
