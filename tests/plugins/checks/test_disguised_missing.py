import pytest
from check_cases import found, found_in, real_parquet

from mll_core.plugins.checks.disguised_missing import DisguisedMissing


def test_marks_in_text_are_counted() -> None:
    (finding,) = found(DisguisedMissing(), {"c": ["a", "b", "?", " N/A ", "", None] * 10})
    assert finding.numbers["count"] == 30
    assert finding.sentence.endswith("as 'c'.")
    assert finding.fix
    assert finding.fix.value["values"] == {"": None, "?": None, " N/A ": None}
    assert not finding.fix.safe


def test_words_that_may_be_values_are_asked_about() -> None:
    (finding,) = found(DisguisedMissing(), {"c": ["ON", "BC", "NA"] * 10})
    assert finding.sentence.endswith("Is that missing, or a value of its own?")


@pytest.mark.parametrize("code", [-1, 99, 999])
def test_a_code_apart_from_all_other_numbers_is_found(code: int) -> None:
    (finding,) = found(DisguisedMissing(), {"x": [*range(1, 11), code] * 10})
    assert finding.numbers == {"values": [code], "count": 10, "rows": 110}
    assert f"Does {code} mean missing?" in finding.sentence
    assert finding.fix
    assert finding.fix.value["values"] == {str(code): None}


def test_codes_among_other_numbers_are_numbers() -> None:
    assert found(DisguisedMissing(), {"x": list(range(100))}) == []
    assert found(DisguisedMissing(), {"x": [-3, -2, -1, 0, 1] * 20}) == []
    assert found(DisguisedMissing(), {"x": ["a", "b"] * 20}) == []


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("adult.csv", {"workclass": 2799, "occupation": 2809, "native-country": 857}),
        ("bank_additional_full.csv", {"pdays": 39_673, "default": 8_597}),
        ("ames_housing.csv", {"Alley": 2_732, "Pool QC": 2_917}),
        ("telco_customer_churn.csv", {"TotalCharges": 11}),
    ],
)
def test_disguises_in_real_tables_are_counted(name: str, counts: dict[str, int]) -> None:
    findings = {f.column: f for f in found_in(DisguisedMissing(), real_parquet(name))}
    assert {column: findings[column].numbers["count"] for column in counts} == counts
    assert not any(finding.fix and finding.fix.safe for finding in findings.values())
