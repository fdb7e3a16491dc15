from check_cases import found

from mll_core.plugins.checks.rare_categories import RareCategories

PLAN = ["basic"] * 600 + ["full"] * 390 + ["old"] * 6 + ["older"] * 4


def test_rare_values_are_named_with_their_rows() -> None:
    (finding,) = found(RareCategories(), {"plan": PLAN})
    assert finding.numbers == {"values": 2, "count": 10, "rows": 1000}
    assert finding.sentence.startswith("'plan' has 2 rare values ('old', 'older')")


def test_many_columns_become_one_finding() -> None:
    (finding,) = found(RareCategories(), {f"c{i}": PLAN for i in range(5)})
    assert finding.sentence.startswith("5 columns have rare values")
    assert finding.fix is None


def test_frequent_values_are_silence() -> None:
    assert found(RareCategories(), {"c": ["a", "b", "c"] * 100}) == []
