"""A table of points in words."""

from itertools import pairwise
from typing import Any

import numpy as np

from mll_core.domain.inside import Condition, Inside, Points
from mll_core.domain.model import Feature
from mll_core.infra.fitted_model import FittedModel


def of(fitted: FittedModel, card: Any) -> Inside:
    """The table of a fitted ``PointsTable``: every range of the columns that count."""
    found = []
    for place, feature in enumerate(fitted.encoder.features):
        points = card.points_[place]
        if not points.any():
            continue
        for number, words in _ranges(feature, card.cuts_[place]).items():
            found.append(Points(column=feature.name, range=words, points=int(points[number])))
    put_right = fitted.calibration is not None
    return Inside(points=tuple(found), start=int(card.start_), calibrated=put_right)


def _ranges(feature: Feature, cuts: Any) -> dict[int, str]:
    """The words for each range by its number; the last is for what is missing."""
    lead = len(feature.name) + len(" is ")
    if feature.levels:
        words = {}
        for number in sorted(set(cuts.tolist())):
            levels = tuple(feature.levels[code] for code in np.flatnonzero(cuts == number))
            words[number] = Condition(column=feature.name, levels=levels).words[lead:]
        return words | {int(cuts.max()) + 1: "missing"}
    edges = [None, *map(float, cuts), None]
    words = {}
    for number, (low, high) in enumerate(pairwise(edges)):
        said = Condition(column=feature.name, above=low, at_most=high).words[lead:]
        words[number] = said
    return words | {len(cuts) + 1: "missing"}
