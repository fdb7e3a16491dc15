import math

import pytest
from samples import replay

from mll_core.plugins.steps.geo_distance import GeoDistance

STEP = GeoDistance(latitude="a", longitude="b", other_latitude="c", other_longitude="d", into="km")


def test_berlin_and_paris_are_878_km_apart() -> None:
    out = replay(STEP, a=[52.52], b=[13.405], c=[48.8566], d=[2.3522])["km"]
    assert out[0] == pytest.approx(877.46, abs=0.5)


def test_a_quarter_of_the_equator_and_the_same_place() -> None:
    out = replay(STEP, a=[0.0, 5.0], b=[0.0, 5.0], c=[0.0, 5.0], d=[90.0, 5.0])["km"]
    assert out[0] == pytest.approx(6371.0088 * math.pi / 2, rel=1e-12)
    assert out[1] == 0


def test_places_that_are_not_on_earth_are_missing() -> None:
    out = replay(STEP, a=[91.0, None], b=[0.0, 0.0], c=[0.0, 0.0], d=[0.0, 0.0])["km"]
    assert out == [None, None]
