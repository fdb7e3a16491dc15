import pytest
from check_cases import found, found_in, real_parquet

from mll_core.plugins.checks.ids import Ids

ROWS = {
    "customer": [f"C{i:04d}" for i in range(100)],
    "row": list(range(100)),
    "money": [f"${i},{i % 900 + 100}.00" for i in range(100)],
    "when": [f"{i % 28 + 1}.{i % 12 + 1}.{1990 + i % 30} {i}:00" for i in range(100)],
    "measure": [i * 1.37 for i in range(100)],
    "group": ["a", "b"] * 50,
}


def test_columns_that_name_rows_are_left_out_without_asking() -> None:
    findings = found(Ids(), ROWS)
    assert [finding.column for finding in findings] == ["customer", "row"]
    assert all(finding.fix and finding.fix.safe for finding in findings)
    assert findings[0].sentence == "'customer' names rows: 100 different values in 100 rows."


def test_the_target_is_never_an_identifier() -> None:
    assert [f.column for f in found(Ids(), ROWS, "row")] == ["customer"]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("telco_customer_churn.csv", ["customerID"]),
        ("ames_housing.csv", ["Order", "PID"]),
        ("bike_sharing_hour.csv", ["instant"]),
        ("adult.csv", []),
        ("bank_additional_full.csv", []),
        ("california_housing.csv", []),
    ],
)
def test_identifiers_of_real_tables_are_found_and_nothing_else(name: str, ids: list[str]) -> None:
    assert [finding.column for finding in found_in(Ids(), real_parquet(name))] == ids
