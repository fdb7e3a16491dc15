"""The rows behind a number."""

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Behind
from mll_core.domain.view import Seen


def cell(seen: Seen, truth: int, label: int, most: int) -> Behind:
    """Test rows of a true class (code) that were answered as ``label``, the surest first."""
    cases = seen.cases("test")
    if cases is None or not cases.classes:
        raise NotReady("There are no classes to look at.", hint="This is for classes only.")
    places = np.flatnonzero((cases.truth == truth) & (cases.label == label))
    sure = cases.score[places, label]
    order = places[np.argsort(-sure, kind="stable")][:most]
    name, said = cases.classes[truth], cases.classes[label]
    return Behind(
        title=f"{len(places):,} rows that are {name!r} and were answered {said!r}",
        on="test",
        places=tuple(order.tolist()),
        columns=(f"probability of {said}",),
        said=tuple((float(cases.score[row, label]),) for row in order),
    )
