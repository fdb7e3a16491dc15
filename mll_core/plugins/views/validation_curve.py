"""Validation curve."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from mll_core.domain.errors import NotReady
from mll_core.domain.sheet import Plot, Series, Sheet
from mll_core.domain.view import Seen, View

if TYPE_CHECKING:
    from mll_core.domain.document import Document
    from mll_core.domain.training import Run, Training

FEWEST = 3
MOST = 4


class ValidationCurve(View):
    """Each setting of one kind of model that training tried, on rows it learned from and on
    held-out rows: where the two part, the model learns by heart. Other settings vary as well.
    """

    label: ClassVar[str] = "Validation curve"
    kind: Literal["validation_curve"] = "validation_curve"
    place: ClassVar[int] = 41
    asks: ClassVar[str] = "Which settings let it learn too little, and which by heart?"

    def suits(self, document: "Document", training: "Training") -> bool:
        return bool(_moved(training))

    def look(self, seen: Seen) -> Sheet:
        moved = _moved(seen.training)
        if not moved:
            raise NotReady("Too few settings of one model were tried.", hint="Train for longer.")
        plots = [_plot(name, runs, seen.metric.label) for name, runs in moved[:MOST]]
        runs = moved[0][1]
        model = runs[0].label.split(",")[0]
        said = f"{len(runs)} settings of one model were tried ({model}); each point is one."
        return Sheet(sentences=(said,), plots=tuple(plots), stamp=seen.stamp("held"))


def _moved(training: "Training") -> "list[tuple[str, list[Run]]]":
    """Number settings of the winner's kind that were tried at three values or more."""
    kinds = [run.model for run in training.leaderboard if not run.baseline]
    if not kinds:
        return []
    often = training.winner.model
    often = often if kinds.count(often) >= FEWEST else max(kinds, key=kinds.count)
    runs = [run for run in training.leaderboard if run.model == often]
    names = dict.fromkeys(name for run in runs for name in run.parameters)
    found = []
    for name in names:
        mine = [run for run in runs if _number(run.parameters.get(name))]
        if len({run.parameters[name] for run in mine}) >= FEWEST:
            found.append((name, sorted(mine, key=lambda run: run.parameters[name])))
    return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plot(name: str, runs: "list[Run]", label: str) -> Plot:
    x = tuple(float(run.parameters[name]) for run in runs)
    held = Series(
        name="held-out rows",
        x=x,
        y=tuple(run.score.value for run in runs),
        low=tuple(run.score.low for run in runs),
        high=tuple(run.score.high for run in runs),
    )
    learned = Series(
        name="rows it learned from", x=x, y=tuple(run.train_score for run in runs), look="dash"
    )
    wide = min(x) > 0 and max(x) / min(x) > 50  # noqa: PLR2004
    title = f"By {name.replace('_', ' ')}"
    return Plot(title=title, x_label=name, y_label=label, series=(held, learned), logged=wide)
