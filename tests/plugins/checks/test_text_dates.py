import pytest
from check_cases import found

from mll_core.plugins.checks.text_dates import TextDates


@pytest.mark.parametrize(
    ("values", "layout"),
    [
        (["31/01/2024", "05/02/2024"], "%d/%m/%Y"),
        (["01/31/2024", "02/05/2024"], "%m/%d/%Y"),
        (["31.01.2024 10:30", "05.02.2024 11:00"], "%d.%m.%Y %H:%M"),
        (["Jan 31, 2024", "Feb 05, 2024"], "%b %d, %Y"),
        (["05 May 2024", "06 May 2024"], "%d %b %Y"),
    ],
)
def test_the_format_is_decided_from_the_values(values: list[str], layout: str) -> None:
    (finding,) = found(TextDates(), {"d": [*values, None, ""] * 10})
    assert finding.fix
    assert finding.fix.value == {"kind": "parse_dates", "column": "d", "format": layout}
    assert finding.fix.safe


def test_formats_mixed_in_one_column_are_all_named() -> None:
    values = ["2024-01-31"] * 70 + ["31.01.2024"] * 20 + ["31 Jan 2024"] * 10
    (finding,) = found(TextDates(), {"d": values})
    assert finding.numbers["formats"] == ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y"]
    assert finding.fix
    assert finding.fix.value["format"] == "%Y-%m-%d|%d.%m.%Y|%d %b %Y"


def test_day_or_month_first_is_said_with_its_evidence() -> None:
    (finding,) = found(TextDates(), {"d": ["31/01/2024", "05/02/2024"] * 10})
    assert "The day comes first: that reads 20, the other way round 10." in finding.sentence


def test_a_column_of_many_ways_is_read_in_any_way() -> None:
    values = ["2024-01-31"] * 50 + ["Jan 31st, 2024", "31. January 2024", "2024-01-31T10:00Z"] * 3
    (finding,) = found(TextDates(), {"d": values})
    assert finding.fix
    assert finding.fix.value["format"] == "auto"
    assert finding.numbers["dates"] == 59


def test_march_or_april_is_asked() -> None:
    (finding,) = found(TextDates(), {"d": ["03/04/2024", "05/06/2024"] * 10})
    assert finding.sentence.endswith("please decide.")
    assert finding.fix
    assert not finding.fix.safe


def test_a_few_words_are_no_reason_to_give_up_but_to_ask() -> None:
    (finding,) = found(TextDates(), {"d": ["31/01/2024"] * 95 + ["soon"] * 5})
    assert finding.numbers["dates"] == 95
    assert finding.fix
    assert not finding.fix.safe


@pytest.mark.parametrize(
    "values", [["a", "b"], ["12345", "67890"], ["10-20", "30-40"], ["1.5", "2"]]
)
def test_what_is_no_date_is_left_alone(values: list[str]) -> None:
    assert found(TextDates(), {"d": values * 10}) == []
