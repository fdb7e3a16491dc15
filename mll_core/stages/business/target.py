"""What kind of answer the target asks for."""

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import MllError, UnfitTarget, UnknownColumn, nearest
from mll_core.domain.task import Task

FEW_VALUES = 20
FEW_LEVELS = 10
SMALL_SHARE = 0.05
ROWS_PER_CLASS = 5
TWO = 2
POSITIVE_WORDS = frozenset({"1", "1.0", "true", "yes", "y", "t", "positive"})


def guess_task(profile: Profile, brief: Brief) -> tuple[Task, str]:
    """The task and the sentence that says why. Raises UnknownColumn, UnfitTarget."""
    column = target_column(profile, brief)
    _refuse_unlearnable(column)
    if brief.task != "auto":
        task = Task(brief.task)
        _refuse_unfit(column, task)
        return task, f"The brief says that {column.name!r} is a {task.value} target."
    return _judge(column, profile.rows - column.nulls)


def target_column(profile: Profile, brief: Brief) -> ColumnProfile:
    """The column to predict. Raises UnfitTarget when none is chosen, UnknownColumn."""
    if not brief.target:
        hint = "Choose the column that holds the answer."
        raise UnfitTarget("brief.target: no column to predict is chosen.", hint=hint)
    if column := profile.column(brief.target):
        return column
    names = [column.name for column in profile.columns]
    raise UnknownColumn.named(brief.target, where="brief.target", among=names)


def positive_class(profile: Profile, brief: Brief, task: Task) -> str | None:
    """The class that is sought: the stated one, else the rarer of the two; None if not binary.

    Raises UnfitTarget when the stated class does not occur.
    """
    if task is not Task.BINARY:
        return None
    top = target_column(profile, brief).top
    values = [entry.value for entry in top]
    if brief.positive is None:
        return min(top, key=lambda t: (t.count, t.value.lower() not in POSITIVE_WORDS)).value
    if brief.positive in values:
        return brief.positive
    what = f"brief.positive: {brief.target!r} is never {brief.positive!r}."
    raise UnfitTarget(what, hint=nearest(brief.positive, values))


def is_number(column: ColumnProfile) -> bool:
    """Whether the column's type is a number; a boolean is not."""
    return column.type.upper().startswith(
        ("TINYINT", "SMALLINT", "INT", "BIGINT", "HUGEINT", "U", "FLOAT", "REAL", "DOUBLE", "DEC")
    ) and not column.type.upper().startswith(("UUID", "UNION"))


def is_date(column: ColumnProfile) -> bool:
    """Whether the column's type is a date or a time."""
    return column.type.upper().startswith(("DATE", "TIME", "INTERVAL"))


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


def _refuse_unfit(column: ColumnProfile, task: Task) -> None:
    name, distinct = repr(column.name), column.distinct
    if task is Task.BINARY and distinct != TWO:
        what = f"brief.task: binary needs two values, {name} has {distinct}."
        raise UnfitTarget(what, hint="Use multiclass or regression, or auto.")
    if task is Task.REGRESSION and not is_number(column):
        what = f"brief.task: regression needs numbers, {name} is {column.type}."
        raise UnfitTarget(what, hint="Use multiclass, or auto.")


def _judge(column: ColumnProfile, rows: int) -> tuple[Task, str]:
    name, distinct = repr(column.name), column.distinct
    share = distinct / max(1, rows)
    if distinct == TWO:
        return Task.BINARY, f"{name} has two values, so the answer is one of two classes."
    if not is_number(column):
        if rows < ROWS_PER_CLASS * distinct:
            what = f"brief.target: {name} has {distinct:,} different values in {rows:,} rows."
            raise UnfitTarget(what, hint="Choose a column whose values repeat, or a number.")
        return Task.MULTICLASS, f"{name} is text with {distinct} values, so each is a class."
    if distinct > FEW_VALUES:
        return Task.REGRESSION, f"{name} is a number with {distinct:,} values, so it is a quantity."
    if share >= SMALL_SHARE:
        return Task.REGRESSION, (
            f"{name} is a number with {distinct} values in only {rows:,} rows, "
            "so it is taken as a quantity; set brief.task to multiclass if they are classes."
        )
    if distinct <= FEW_LEVELS:
        return Task.MULTICLASS, (
            f"{name} is a number with only {distinct} levels, so each is taken as a class; "
            "set brief.task to regression if it is a quantity."
        )
    return Task.REGRESSION, (
        f"{name} is a number with {distinct} levels, so it is taken as a quantity; "
        "set brief.task to multiclass if they are classes."
    )
