import sys
from datetime import date

import ibis
import pandas as pd
import pytest
from samples import again, replay

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.plugins.steps.holidays_near import HolidaysNear

EVERY = ("is holiday", "holiday name", "days to holiday", "days since holiday")


def test_a_holiday_its_name_and_the_days_around_it() -> None:
    days = [*pd.to_datetime(["2024-12-24", "2024-12-25", "2024-12-27", "2024-12-31", "2025-01-01"])]
    out = replay(HolidaysNear(column="x", figures=EVERY), x=[*days, None])
    assert out["x is holiday"] == [0, 1, 0, 0, 1, None]
    assert out["x holiday name"][:3] == ["no holiday", "Christmas Day", "no holiday"]
    assert out["x holiday name"][3:] == ["no holiday", "New Year's Day", None]
    assert out["x days to holiday"] == [1, 0, 5, 1, 0, None]
    assert out["x days since holiday"] == [82, 0, 1, 5, 0, None]


@pytest.mark.parametrize(
    ("country", "region"), [("Germany", "BY"), ("United States", ""), ("Japan", "")]
)
def test_every_day_is_what_the_calendar_says(country: str, region: str) -> None:
    import holidays

    from mll_core.domain.countries import COUNTRIES

    known = holidays.country_holidays(COUNTRIES[country], region or None, range(1999, 2005))
    days = pd.date_range("2000-01-01", "2003-12-31")
    out = replay(HolidaysNear(column="x", country=country, region=region, figures=EVERY), x=[*days])
    every = sorted((day - date(1970, 1, 1)).days for day in known)
    numbers = [(day.date() - date(1970, 1, 1)).days for day in days]
    assert out["x is holiday"] == [day.date() in known for day in days]
    assert out["x days to holiday"] == [min(e - n for e in every if e >= n) for n in numbers]
    assert out["x days since holiday"] == [min(n - e for e in every if e <= n) for n in numbers]


def test_the_calendar_is_learned_ten_years_on_and_needs_no_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = HolidaysNear(column="x", region="BY")
    rows = pd.DataFrame({"x": pd.to_datetime(["2020-05-05", "2024-05-05"])})
    fitted = RecipeTransformer(Recipe(steps=(step,))).fit(rows)
    monkeypatch.setitem(sys.modules, "holidays", None)
    later = pd.to_datetime(["2019-12-31", "2020-01-01", "2034-12-25", "2035-01-01", "1900-01-01"])
    out = again(fitted).transform(pd.DataFrame({"x": later}))["x is holiday"]
    assert out.astype(object).where(out.notna(), None).tolist() == [None, 1, 1, None, None]


def test_an_unknown_region_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidParameter, match="Germany has no region 'XX'") as caught:
        HolidaysNear(column="x", region="XX").check(ibis.schema({"x": "timestamp"}))
    assert "BY" in caught.value.hint
    with pytest.raises(InvalidParameter):
        HolidaysNear.of(column="x", country="Atlantis")


def test_dates_of_years_without_a_calendar_are_missing() -> None:
    out = replay(HolidaysNear(column="x", figures=EVERY), x=[pd.Timestamp("1850-12-25"), None])
    assert [out[f"x {figure}"] for figure in EVERY] == [[None, None]] * 4
