"""Distance between two places."""

import math
from typing import Any, ClassVar, Literal

import ibis.expr.types as ir
from pydantic import Field

from mll_core.domain.columns import NewColumn, NumericColumn
from mll_core.domain.literals import exact
from mll_core.domain.step import Learned, Step
from mll_core.domain.topic import Topic

_RADIUS = 6371.0088


class GeoDistance(Step):
    """Make a column of the distance between two places, in kilometres, along the globe.

    In: latitude and longitude of both, in degrees. Out: the same rows, one column more, float64;
    NULL when one of the four is NULL or no place on Earth (latitude beyond 90, longitude beyond
    360). Learned: nothing. Source: the haversine formula, on a sphere of 6371.0088 km (IUGG).
    """

    label: ClassVar[str] = "Distance between two places"
    topic: ClassVar[Topic] = Topic.COMPUTED
    also: ClassVar[str] = "latitude longitude gps km map coordinates location"
    kind: Literal["geo_distance"] = "geo_distance"
    latitude: NumericColumn = Field(description="Latitude of the one place")
    longitude: NumericColumn = Field(description="Longitude of the one place")
    other_latitude: NumericColumn = Field(description="Latitude of the other")
    other_longitude: NumericColumn = Field(description="Longitude of the other")
    into: NewColumn = Field(description="Name of the new column")

    def apply(self, table: ir.Table, learned: Learned) -> ir.Table:
        a, b = _within(table[self.latitude], 90), _within(table[self.other_latitude], 90)
        c, d = _within(table[self.longitude], 360), _within(table[self.other_longitude], 360)
        half = exact(math.pi / 360)
        up, along = ((b - a) * half).sin(), ((d - c) * half).sin()
        degree = exact(math.pi / 180)
        h = up * up + (a * degree).cos() * (b * degree).cos() * along * along
        distance = (h > exact(1.0)).ifelse(exact(1.0), h).sqrt().asin() * exact(2 * _RADIUS)
        return table.mutate(distance.name(self.into))

    def sentence(self) -> str:
        one = f"{self.latitude!r}, {self.longitude!r}"
        other = f"{self.other_latitude!r}, {self.other_longitude!r}"
        return f"Make {self.into!r}: the kilometres from {one} to {other}."


def _within(column: Any, most: int) -> Any:
    values = column.cast("float64")
    return (values.abs() <= exact(most)).ifelse(values, None)
