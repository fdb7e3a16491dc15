import pytest
from check_cases import found

from mll_core.plugins.checks.text_numbers import TextNumbers


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["1,234.50", "20", "7.5", " "], "point"),
        (["1.234,50", "20", "7,5", "?"], "comma"),
        (["$ 12", "$7.25", "-3", ""], "point"),
        (["12 %", "7.5%", "3%"], "point"),
        (["29.85", " ", "108.15"], "point"),
    ],
)
def test_numbers_in_any_dress_are_found_with_their_decimal_sign(
    values: list[str], decimal: str
) -> None:
    (finding,) = found(TextNumbers(), {"x": values * 10})
    assert finding.fix
    assert finding.fix.value == {"kind": "parse_numbers", "column": "x", "decimal": decimal}
    assert finding.fix.safe


def test_what_can_be_read_two_ways_is_asked_about() -> None:
    (finding,) = found(TextNumbers(), {"x": ["1,234", "5,678", "9"] * 10})
    assert finding.fix
    assert not finding.fix.safe


def test_percentages_among_plain_numbers_are_asked_about() -> None:
    (finding,) = found(TextNumbers(), {"x": ["5", "0.09%", "400"] * 10})
    assert "some are percentages" in finding.sentence
    assert finding.fix
    assert not finding.fix.safe


def test_percent_signs_that_mean_nothing_are_left_out() -> None:
    (finding,) = found(TextNumbers(), {"x": ["0.05", "0.09%", "0.04"] * 10})
    assert "as large as those without" in finding.sentence
    assert finding.fix
    assert finding.fix.value["percent"] is False


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        (["170cm", "6'2\"", "181 cm"], {"unit": "cm"}),
        (["12.0 oz", "16.0 OZ.", "12 ounce", "12.0 oz. Can"], {"unit": "oz", "words": True}),
        (["€1.6K", "€2M", "€0"], {}),
        (["4 ★", "3★", "5 ★"], {"words": True}),
    ],
)
def test_what_stands_behind_the_numbers_is_told_to_the_step(
    values: list[str], asked: dict[str, object]
) -> None:
    (finding,) = found(TextNumbers(), {"x": values * 10})
    assert finding.fix
    step = finding.fix.value
    assert {k: v for k, v in step.items() if k in ("unit", "words")} == asked


def test_words_among_numbers_are_counted() -> None:
    (finding,) = found(TextNumbers(), {"x": ["1.5", "2", "3"] * 20 + ["ERR", "n.m."]})
    assert finding.sentence.endswith("2 are not.")
    assert finding.fix
    assert not finding.fix.safe


def test_a_slip_of_the_pen_hides_no_numbers() -> None:
    scores = ["8.9", "9.3", "7.1"] * 20 + ["08.9", "8,6", "8,9f", "8..8"]
    (finding,) = found(TextNumbers(), {"score": scores})
    assert "63 of 64 values" in finding.sentence
    assert "some have a decimal comma and some a decimal point" in finding.sentence
    assert finding.fix
    step = {"kind": "parse_numbers", "column": "score", "decimal": "auto", "words": True}
    assert finding.fix.value == step
    assert not finding.fix.safe


@pytest.mark.parametrize(
    "values",
    [
        ["0123", "0456"],
        ["a1", "b2"],
        ["x", "y"],
        ["1-2", "3-4"],
        ["12A", "1B", "7C", "9F"],
        ["12345", "98765", "01234"],
        ["01.11", "02.30", "47.10"],
    ],
)
def test_codes_and_words_are_no_numbers(values: list[str]) -> None:
    assert found(TextNumbers(), {"x": values * 10}) == []
