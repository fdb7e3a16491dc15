"""What kind of answer the target asks for."""

from mll_core.catalog import TASKS, task_asked
from mll_core.domain import target_column as target
from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget
from mll_core.domain.target_column import is_date, target_column
from mll_core.domain.task import Form, Task
from mll_core.domain.task_kind import TaskKind


def needs_target(brief: Brief) -> bool:
    """Whether nothing can be learned until a column is chosen that holds the answer."""
    kind = task_asked(brief)
    return kind is None or kind.needs_target


def guess_task(profile: Profile, brief: Brief) -> tuple[TaskKind, str]:
    """The task and the sentence that says why. Raises UnknownColumn, UnfitTarget."""
    kind = task_asked(brief)
    for field in kind.needs if kind else ():
        if getattr(brief, field) is None:
            what = f"brief.{field}: {kind.label.lower() if kind else ''} needs it to be stated."
            raise UnfitTarget(what, hint=f"Fill it in, or with --set brief.{field}=VALUE.")
    if kind is not None and not kind.takes_target and brief.target:
        what = f"brief.target: {kind.label.lower()} is found without a column that holds it."
        raise UnfitTarget(what, hint="Choose no column to predict, or another task.")
    if kind is not None and not kind.needs_target and not brief.target:
        return kind, f"The brief asks for this: {kind.meaning}"
    column = target_column(profile, brief)
    _refuse_unlearnable(column)
    if kind is not None:
        if unfit := kind.unfit(column):
            raise unfit
        return kind, f"The brief says that {column.name!r} is a {kind.name()} target."
    return _judge(column, profile.rows - column.nulls)


def positive_class(profile: Profile, brief: Brief, task: Task) -> str | None:
    """The class that is sought; None where none is, or no column says. Raises UnfitTarget."""
    if task.form is not Form.TWO or not brief.target:
        return None
    return target.positive_class(profile, brief)


def _refuse_unlearnable(column: ColumnProfile) -> None:
    name, known = repr(column.name), column.distinct
    if known == 0:
        problem: MllError = UnfitTarget(
            f"brief.target: every value of {name} is missing.",
            hint="Choose a column that holds answers.",
        )
    elif known == 1:
        only = f" ({column.top[0].value!r})" if column.top else ""
        problem = UnfitTarget(
            f"brief.target: {name} has one value only{only}, so there is nothing to tell apart.",
            hint="Choose another column, or add rows with other answers.",
        )
    elif is_date(column):
        problem = UnfitTarget(
            f"brief.target: {name} is a date, and dates are not predicted directly.",
            hint="Predict a number of days, or whether it happens before a date.",
        )
    else:
        return
    raise problem


def _judge(column: ColumnProfile, rows: int) -> tuple[TaskKind, str]:
    for cls in TASKS.values():
        if why := cls.of().recognised(column, rows):
            return cls.of(), why
    what = f"brief.target: it is not clear what {column.name!r} asks for."
    raise UnfitTarget(what, hint=f"Set brief.task to one of: {', '.join(TASKS)}.")
