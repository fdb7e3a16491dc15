"""What models are ranked by, and why."""

from mll_core.catalog import METRICS
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.metric import Metric
from mll_core.domain.task import Task
from mll_core.stages.business.target import positive_class, target_column

RARE = 0.1


def primary_metric(brief: Brief, task: Task, profile: Profile) -> tuple[str, str]:
    """The metric models are ranked by and the reason in a sentence.

    Raises InvalidParameter when the brief names one that is unknown or does not suit the task.
    """
    if brief.primary_metric == "auto":
        return _derive(brief, task, profile)
    cls = metric_named(brief.primary_metric, task, where="brief.primary_metric")
    if not cls.ranks:
        what = f"brief.primary_metric: {cls.name()} is best at 0, so models cannot be ranked by it."
        raise InvalidParameter(what, hint=f"Choose from: {', '.join(kinds(task))}.")
    if not cls.usable(brief):
        what = f"brief.primary_metric: {cls.name()} needs {cls.needs}, which is not stated."
        raise InvalidParameter(what, hint=f"Fill in {cls.needs}, or choose another metric.")
    return cls.name(), f"The brief asks for {cls.label}. {cls.meaning}"


def metric_named(kind: str, task: Task | None, *, where: str) -> type[Metric]:
    """The metric called ``kind``. Raises InvalidParameter naming the nearest that suits."""
    cls = METRICS.get(kind)
    if cls is None:
        what = f"{where}: there is no metric {kind!r}."
        raise InvalidParameter(what, hint=nearest(kind, kinds(task)))
    if task is not None and task not in cls.tasks:
        what = f"{where}: {kind} is not for {task.value} targets."
        raise InvalidParameter(what, hint=f"Choose from: {', '.join(kinds(task))}.")
    return cls


def kinds(task: Task | None) -> list[str]:
    """The metrics models of ``task`` can be ranked by."""
    return [
        kind for kind, cls in METRICS.items() if cls.ranks and (task is None or task in cls.tasks)
    ]


def _derive(brief: Brief, task: Task, profile: Profile) -> tuple[str, str]:
    if task is Task.REGRESSION:
        return _of_numbers(brief)
    if task is Task.MULTICLASS:
        return "log_loss", (
            "With more than two classes, log-loss judges the probability of the class "
            "that came true, not only the best guess."
        )
    if brief.values.stated:
        return "expected_value", "The brief says what decisions are worth, so models compete on it."
    share = _positive_share(brief, profile)
    if share < RARE:
        return "average_precision", (
            f"Only {100 * share:.1f} % of the rows are positive, so what counts is how pure "
            "the top of the ranking is."
        )
    return "roc_auc", (
        f"{100 * share:.0f} % of the rows are positive and no values are stated, so models "
        "compete on how well they rank cases."
    )


def _of_numbers(brief: Brief) -> tuple[str, str]:
    if brief.quantile is not None:
        share = f"{100 * brief.quantile:g} %"
        return "pinball", f"The brief asks for a number below which {share} of the cases stay."
    if brief.values.per_unit_of_error is not None:
        return "expected_cost", "The brief says what an error costs, so models compete on cost."
    return "mae", "The mean absolute error is in the target's unit and easy to act on."


def _positive_share(brief: Brief, profile: Profile) -> float:
    column = target_column(profile, brief)
    positive = positive_class(profile, brief, Task.BINARY)
    count = next(entry.count for entry in column.top if entry.value == positive)
    return count / max(1, profile.rows - column.nulls)
