"""The column that holds the answer, as its profile tells it."""

from mll_core.domain.data import ColumnProfile, Profile
from mll_core.domain.document import Brief
from mll_core.domain.errors import UnfitTarget, UnknownColumn, nearest

FEW_VALUES = 20
FEW_LEVELS = 10
SMALL_SHARE = 0.05
TWO = 2
POSITIVE_WORDS = frozenset({"1", "1.0", "true", "yes", "y", "t", "positive"})


def target_column(profile: Profile, brief: Brief) -> ColumnProfile:
    """The column to predict. Raises UnfitTarget when none is chosen, UnknownColumn."""
    if not brief.target:
        hint = "Choose the column that holds the answer."
        raise UnfitTarget("brief.target: no column to predict is chosen.", hint=hint)
    if column := profile.column(brief.target):
        return column
    names = [column.name for column in profile.columns]
    raise UnknownColumn.named(brief.target, where="brief.target", among=names)


def positive_class(profile: Profile, brief: Brief) -> str:
    """The class that is sought: the stated one, else the rarer of the two.

    Raises UnfitTarget when the stated class does not occur.
    """
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
