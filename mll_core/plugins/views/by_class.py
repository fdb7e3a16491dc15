"""Class by class."""

from typing import ClassVar, Literal

import numpy as np

from mll_core.domain.errors import NotReady
from mll_core.domain.metric import shown_with_interval
from mll_core.domain.sheet import Grid, Sheet
from mll_core.domain.task import Predictions, Task
from mll_core.domain.training import Interval
from mll_core.domain.view import Seen, View

KINDS = ("precision", "recall", "specificity", "f1", "average_precision", "roc_auc")


class ByClass(View):
    """Each class against all others, with 95 % bootstrap intervals, on the sealed test."""

    label: ClassVar[str] = "Class by class"
    kind: Literal["by_class"] = "by_class"
    tasks: ClassVar[frozenset[Task]] = frozenset({Task.BINARY, Task.MULTICLASS})
    place: ClassVar[int] = 10
    asks: ClassVar[str] = "How well is each class found, and how pure is what is called so?"

    def look(self, seen: Seen) -> Sheet:
        cases = seen.cases("test")
        if cases is None:
            raise NotReady("There are no predictions.", hint="Open the sealed test.")
        metrics = {kind: seen.measure(kind) for kind in KINDS}
        rows, recalls = [], {}
        for code, name in enumerate(cases.classes):
            found = seen.draws("test").intervals(metrics, against_the_rest(cases, code))
            recalls[name] = found["recall"].value
            told = (_told(one, metrics[kind].unit) for kind, one in found.items())
            rows.append((name, int((cases.truth == code).sum()), *told))
        heads = tuple(metric.label for metric in metrics.values())
        grid = Grid(title="Each class", columns=("Class", "Rows", *heads), rows=tuple(rows))
        known = {name: value for name, value in recalls.items() if not np.isnan(value)}
        said: tuple[str, ...] = ()
        if known:
            least = min(known, key=lambda name: known[name])
            said = (f"Found least: {least!r}, {100 * known[least]:.0f} of 100.",)
        return Sheet(sentences=said, grids=(grid,), stamp=seen.stamp("test"))


def against_the_rest(cases: Predictions, code: int) -> Predictions:
    """The same as a question of yes or no."""
    score = cases.score[:, code]
    return Predictions(
        (cases.truth == code).astype(np.int64),
        np.column_stack([1 - score, score]),
        (cases.label == code).astype(np.int64),
        ("other", cases.classes[code]),
    )


def _told(found: Interval, unit: str) -> str:
    if np.isnan(found.value):
        return "not defined"
    return shown_with_interval(found.value, found.low, found.high, unit)
