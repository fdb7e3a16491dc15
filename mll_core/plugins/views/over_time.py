"""Stability over time."""

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from mll_core.domain.bins import Parts
from mll_core.domain.errors import NotReady
from mll_core.domain.finding import Finding, Severity
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.significance import alike
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.domain.document import Document
    from mll_core.domain.training import Interval, Training

SLICES, FEWEST = 8, 50
LEVEL = 0.05


class OverTime(View):
    """The primary metric in slices of time with as many rows each, with 95 % intervals; Cochran's
    Q says whether they differ more than chance explains.
    """

    label: ClassVar[str] = "Over time"
    kind: Literal["over_time"] = "over_time"
    place: ClassVar[int] = 30
    asks: ClassVar[str] = "Is it as good in every part of the tested time?"

    def suits(self, document: "Document", training: "Training") -> bool:
        return document.split.time_column is not None

    def look(self, seen: Seen) -> Sheet:
        cases, column = seen.cases("test"), seen.time_column
        if cases is None or column is None:
            raise NotReady("No column says when a row happened.", hint="Name it on Prepare.")
        slices = max(2, min(SLICES, cases.n // FEWEST))
        parts = Parts.of(seen.column(column, "test"), slices)
        metric, found = seen.metric, dict[str, "Interval"]()
        for code, name in enumerate(parts.names):
            mask = parts.codes == code
            if mask.sum() >= min(FEWEST, cases.n // slices):
                draws = seen.draws("test").take(mask)
                found[name] = draws.intervals({"it": metric}, cases.take(mask))["it"]
        known = {name: one for name, one in found.items() if not math.isnan(one.value)}
        line = Series(
            name=metric.label,
            x=tuple(known),
            y=tuple(one.value for one in known.values()),
            low=tuple(one.low for one in known.values()),
            high=tuple(one.high for one in known.values()),
            counts=tuple(one.n for one in known.values()),
            look="points",
        )
        plots = [Plot(title="By time", x_label=column, y_label=metric.label, series=(line,))]
        if not cases.classes:
            plots.append(_errors(parts, cases.score - cases.truth))
        finding = _judged(metric.label, list(known.values()))
        return Sheet(findings=(finding,), plots=tuple(plots), stamp=seen.stamp("test"))


def _judged(label: str, found: "list[Interval]") -> Finding:
    p = alike(found)
    spread = max(one.value for one in found) - min(one.value for one in found) if found else 0.0
    test = "Cochran's Q"
    if math.isnan(p):
        said = f"Too few rows to compare slices of time by {test}."
        return Finding(code="over_time", severity=Severity.CHECK, sentence=said)
    moved = p < LEVEL
    said = (
        f"{label} differs between slices of time by up to {spread:.3g}, "
        f"{'' if moved else 'which is no '}more than chance explains ({test}, p = {p:.2g})."
    )
    severity = Severity.CHECK if moved else Severity.OK
    return Finding(code="over_time", severity=severity, sentence=said, numbers={"p": p})


def _errors(parts: Parts, error: np.ndarray) -> Plot:
    codes = [code for code in range(len(parts.names)) if (parts.codes == code).any()]
    levels = [np.quantile(error[parts.codes == code], [0.1, 0.5, 0.9]) for code in codes]
    line = Series(
        name="error",
        x=tuple(parts.names[code] for code in codes),
        y=tuple(float(level[1]) for level in levels),
        low=tuple(float(level[0]) for level in levels),
        high=tuple(float(level[2]) for level in levels),
        look="points",
    )
    label = "Predicted - true (10th to 90th percentile)"
    return Plot(title="Errors by time", x_label=parts.column, y_label=label, series=(line,))
