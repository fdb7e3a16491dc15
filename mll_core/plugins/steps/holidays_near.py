"""Public holidays."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import ibis
import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.calendars import EPOCH, by_year
from mll_core.domain.columns import Prefix, TimeColumn
from mll_core.domain.countries import COUNTRIES
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.staging import Stage
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

if TYPE_CHECKING:
    Country = str
else:
    Country = Literal[tuple(COUNTRIES)]
Figure = Literal["is holiday", "holiday name", "days to holiday", "days since holiday"]
_AHEAD, _YEARS = 10, 50
_DAY = 86400.0


class HolidaysNear(Step):
    """Tell whether a date is a public holiday, which one, and how far the nearest ones are.

    In: a date or time ``column``. Out: the same rows and a column per figure, named after both:
    ``is holiday`` boolean, ``holiday name`` text ("no holiday" on other days), days float64, 0 on
    the holiday; NULL for NULL and for years that are not in the calendar.
    Learned: one row per holiday, ``day`` (days from 1970-01-01) and ``name``: the calendar of the
    years in the training rows and ten years on, fifty years back at most. So scoring needs no
    library and no calendar of its own. Source of the calendar: the library holidays.
    """

    label: ClassVar[str] = "Public holidays"
    topic: ClassVar[Topic] = Topic.DATES
    also: ClassVar[str] = "calendar country festive bank christmas"
    kind: Literal["holidays_near"] = "holidays_near"
    column: TimeColumn = Field(description="Column with dates")
    country: Country = Field("Germany", description="Whose holidays")
    region: str = Field("", max_length=20, description="Code of a state or province, such as BY")
    figures: tuple[Figure, ...] = Field(
        ("is holiday", "days to holiday"), min_length=1, description="What is told"
    )
    prefix: Prefix = ""

    def makes(self) -> Iterator[tuple[str, str]]:
        for figure in self.figures:
            yield "figures", self._name(figure)

    def check(self, schema: ibis.Schema) -> None:
        super().check(schema)
        if self.region:
            import holidays

            known = holidays.list_supported_countries()[COUNTRIES[self.country]]
            if self.region not in known:
                what = f"{self.kind}.region: {self.country} has no region {self.region!r}."
                raise InvalidParameter(what, hint=f"Regions: {', '.join(known) or 'none'}.")

    def learn(self, table: ir.Table) -> ir.Table:
        year = table[self.column].cast("timestamp(6)").year()
        return table.aggregate(first=year.min(), last=year.max())

    def summarise(self, rows: Learned) -> Learned:
        import holidays

        (found,) = rows
        if found["last"] is None or not 1 < int(found["last"]) < date.max.year - _AHEAD - 1:
            return ()
        first, last = int(found["first"] or 0), int(found["last"]) + _AHEAD
        years = range(max(first, last - _AHEAD - _YEARS) - 1, last + 2)
        calendar = holidays.country_holidays(
            COUNTRIES[self.country], self.region or None, years, language="en_US"
        )
        return tuple({"day": (day - EPOCH).days, "name": calendar[day]} for day in sorted(calendar))

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        near = by_year({int(row["day"] or 0): str(row["name"]) for row in learned})
        moment = table[self.column].cast("timestamp(6)")
        place = moment.year() - min(near, default=0)
        place = place.between(0, len(near) - 1).ifelse(place, None)
        at = Stage(table).then(
            day=(moment.epoch_seconds() / _DAY).floor().cast("int64"),
            days=_at(place, [list(one) for one in near.values()], "array<int64>"),
            names=_at(place, [list(one.values()) for one in near.values()], "array<string>"),
        )
        new = [_figure(at, figure).name(self._name(figure)) for figure in self.figures]
        return at.table.select([*(at.table[name] for name in table.columns), *new])

    def sentence(self) -> str:
        where = f"{self.country} ({self.region})" if self.region else self.country
        return f"Tell {', '.join(self.figures)} of {self.column!r}, for {where}."

    def _name(self, figure: str) -> str:
        return f"{self.prefix}{self.column} {figure}"


def _at(place: Any, lists: Sequence[list[Any]], dtype: str) -> Any:
    if not lists:
        return ibis.null(dtype)
    return ibis.array([ibis.literal(one, dtype) for one in lists])[place]


def _figure(at: Stage, figure: str) -> Any:
    day, days = at["day"], at["days"]
    match figure:
        case "is holiday":
            return days.contains(day)
        case "holiday name":
            name = at["names"][days.index(day)]
            return days.contains(day).ifelse(name, days.notnull().ifelse("no holiday", None))
        case "days to holiday":
            return (days.filter(lambda one: one >= day).mins() - day).cast("float64")
    return (day - days.filter(lambda one: one <= day).maxs()).cast("float64")
