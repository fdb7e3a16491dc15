"""What models are ranked by, and why."""

from mll_core.catalog import METRICS
from mll_core.domain.data import Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import InvalidParameter, nearest
from mll_core.domain.metric import Metric
from mll_core.domain.task import Task
from mll_core.domain.task_kind import TaskKind


def primary_metric(brief: Brief, kind: TaskKind, profile: Profile) -> tuple[str, str]:
    """The metric models are ranked by and the reason in a sentence.

    Raises InvalidParameter when the brief names one that is unknown or does not suit the task.
    """
    if brief.primary_metric == "auto":
        return kind.metric(brief, profile)
    task = kind.task
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
