import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import replay

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.parse_dates import ParseDates

LAST = pd.Timestamp("2024-12-31")
READ = {
    "2024-12-31": LAST,
    "20241231": LAST,
    "31.12.2024": LAST,
    "31/12/2024": LAST,
    "12/31/24": LAST,
    "12 31 2024": LAST,
    " 31 -12-2024": LAST,
    "31. 12. 2024": LAST,
    "31 Dec 24": LAST,
    "31st December of 2024": LAST,
    "31 Dec 2024": LAST,
    "31. Dezember 2024": LAST,
    "December 31st, 2024": LAST,
    "2024-12-31T23:59:01.5Z": pd.Timestamp("2024-12-31 23:59:01.5"),
    "31/12/2024 11:05 pm": pd.Timestamp("2024-12-31 23:05"),
    "May 5 2024 12:10 AM": pd.Timestamp("2024-05-05 00:10"),
}
UNREAD = [
    "2024-02-30",
    "hello",
    "",
    "13/13/2024",
    "12:30",
    "32 Dec 2024",
    "5 Foo 2024",
    "12 10 24",
    "Dec 24",
    None,
]


def dates(texts: list[str | None], **fields: object) -> list[object]:
    return replay(ParseDates.of(column="x", **fields), x=texts)["x"]


def test_dates_written_in_many_ways_are_read_from_one_column() -> None:
    assert dates([*READ]) == [*READ.values()]


def test_what_is_not_a_date_becomes_missing_and_is_counted() -> None:
    assert dates(UNREAD) == [None] * len(UNREAD)
    rows = pd.DataFrame({"x": ["2024-01-01", "hello", None]})
    fitted = RecipeTransformer(Recipe(steps=(ParseDates(column="x"),))).fit(rows)
    assert fitted.prepared_.learned[0][0]["unread"] == 1


def test_which_comes_first_is_learned_from_the_column_or_told() -> None:
    second_of_january, first_of_february = pd.Timestamp("2024-01-02"), pd.Timestamp("2024-02-01")
    assert dates(["1/2/2024"]) == [first_of_february]
    assert dates(["1/2/2024", "12/31/2024"])[0] == second_of_january
    assert dates(["1/2/2024", "31/12/2024"], day_first=False) == [second_of_january, None]


@pytest.mark.parametrize(
    "text", ["31.12.{}", "31/12/{}", "12/31/{}", "31 Dec {}", "31st of December {}"]
)
def test_a_year_of_two_digits_is_of_1970_to_2069(text: str) -> None:
    years = {"00": 2000, "24": 2024, "69": 2069, "70": 1970, "99": 1999, "1969": 1969}
    ends = [pd.Timestamp(year, 12, 31) for year in years.values()]
    assert dates([text.format(year) for year in years]) == ends


def test_a_year_of_two_digits_is_the_same_in_a_format() -> None:
    told = dates(["31.12.69", "31.12.70"], format="%d.%m.%y")
    assert told == [pd.Timestamp("2069-12-31"), pd.Timestamp("1970-12-31")]


def test_formats_are_tried_in_order() -> None:
    texts = ["1.2.2024", "2024/02/03", "03-Feb-24 9 pm", "x"]
    told = dates(texts, format="%d.%m.%Y|%Y/%m/%d|%d-%b-%y %H %p")
    assert told == [
        pd.Timestamp("2024-02-01"),
        pd.Timestamp("2024-02-03"),
        pd.Timestamp("2024-02-03 21:00"),
        None,
    ]


@pytest.mark.parametrize("text", ["%d.%m", "%Q %Y", "%Y %Y", "", "yyyy"])
def test_a_format_without_a_year_or_with_unknown_parts_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"parse_dates\.format: write auto"):
        ParseDates.of(column="x", format=text)


def test_numbers_and_dates_are_taken_as_they_are() -> None:
    assert replay(ParseDates(column="x"), x=[20241231.0, None])["x"] == [LAST, None]
    assert replay(ParseDates(column="x"), x=[LAST, None])["x"] == [LAST, None]


@settings(max_examples=6)
@given(st.lists(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)), min_size=1))
def test_iso_dates_are_read_back(moments: list[dt.datetime]) -> None:
    assert dates([moment.isoformat() for moment in moments]) == moments
    assert dates([f"{m:%d}.{m:%m}.{m.year:04}" for m in moments], day_first=True) == [
        dt.datetime(m.year, m.month, m.day) for m in moments
    ]
