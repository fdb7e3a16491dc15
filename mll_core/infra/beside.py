"""What stands beside a row and decides where it goes: its time, its group, the part it is given."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.domain.data import Split
from mll_core.domain.errors import UnfitRows, UnfitTarget, UnknownColumn, WrongColumnKind
from mll_core.domain.mixing import Parting
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.strata import EVEN, Strata
from mll_core.infra import folds, raw_rows, warehouse

PARTS = {
    "train": folds.LEARN,
    "training": folds.LEARN,
    "validation": folds.VALIDATE,
    "valid": folds.VALIDATE,
    "val": folds.VALIDATE,
    "test": folds.TEST,
    "testing": folds.TEST,
}
"""How a part may be written, in any case and with blanks around it."""
_LISTED = 3
_NEEDED: dict[folds.Kind, tuple[str, ...]] = {
    "time": ("time_column",),
    "group": ("group_column",),
    "time_group": ("time_column", "group_column"),
    "column": ("part_column",),
}


@dataclass(frozen=True)
class Deciding:
    """The kind of a split and the columns it goes by; those it has no use for are None."""

    kind: folds.Kind
    time_column: str | None = None
    group_column: str | None = None
    part_column: str | None = None
    strata: Strata = EVEN
    """Where numbers are drawn evenly, what every part gets its share of."""

    @classmethod
    def asked(cls, section: SplitSection, strata: Strata = EVEN) -> "Deciding":
        """As asked, or judged by the columns named: a part, time and group, else strata."""
        kind = section.kind
        if kind == "auto":
            named = (section.time_column, section.group_column)
            by: dict[tuple[bool, bool], folds.Kind] = {
                (True, True): "time_group",
                (True, False): "time",
                (False, True): "group",
                (False, False): "stratified",
            }
            kind = by[named[0] is not None, named[1] is not None]
            kind = "column" if section.part_column else kind
        used = {name: getattr(section, name) for name in _NEEDED.get(kind, ())}
        return cls(kind, strata=strata, **used)

    @property
    def parting(self) -> Parting:
        """What a split by these never does."""
        return Parting.by(self.kind, self.time_column, self.group_column)

    @classmethod
    def of(cls, split: Split) -> "Deciding":
        """As a split was made."""
        columns = (split.time_column, split.group_column, split.part_column)
        return cls(split.kind, *columns, strata=split.strata)

    def refuse(self, names: tuple[str, ...], target: str) -> None:
        """Refuse columns that are not named, not there, or the target.

        Raises UnknownColumn, UnfitTarget.
        """
        for field in _NEEDED.get(self.kind, ()):
            column, where = getattr(self, field), f"split.{field}"
            if column is None:
                hint = "Name the column, or choose another kind of split."
                raise UnknownColumn(f"{where}: no column is named.", hint=hint)
            if column not in names:
                raise UnknownColumn.named(column, where=where, among=names)
            if column == target:
                message = f"{where}: {target!r} is the target."
                raise UnfitTarget(message, hint="Split by another column.")


def read(
    recipe: Recipe, rows: Path, deciding: Deciding, through: Recipe | None = None
) -> folds.Beside:
    """What decides about the rows of a file, in their order.

    A time written as text is read by the recipe's own steps. ``through``: what the steps that look
    at other rows see the rows through; None: what the recipe does in passing, for rows that were
    made by it. Raises WrongColumnKind, UnfitRows.
    """
    time, group, part = deciding.time_column, deciding.group_column, deciding.part_column
    seen = partial(_seen, recipe.passing if through is None else through, rows)
    return folds.Beside(
        times=None if time is None else _times(recipe, rows, seen(time)),
        groups=None if group is None else _column(rows, seen(group)).to_numpy(),
        parts=None if part is None else _parts(_column(rows, seen(part))),
    )


def _column(rows: Path, table: ir.Table) -> pd.Series:
    (name,) = table.columns
    found: pd.Series = warehouse.frame(warehouse.to_sql(table), rows)[name]
    return found


def _seen(passing: Recipe, rows: Path, name: str) -> ir.Table:
    """The column as the steps saw it that look at other rows: parted otherwise, they would look
    over the split."""
    raw = raw_rows.normal(warehouse.table(rows))
    seen = passing.learn(raw, partial(warehouse.records, rows=rows)).apply(raw)
    return (seen if name in seen.columns else raw).select(name)


def _times(recipe: Recipe, rows: Path, table: ir.Table) -> NDArray[np.generic]:
    (name,) = table.columns
    looks = [step.across() for step in recipe.running.steps]
    if not any(across and across.time == name for across in looks):
        later = recipe.replayed.steps[len(recipe.passing.steps) :]
        alone = frozenset({name})
        own = [s for s in later if s.changes == alone == {c for _, c, _ in s.picks()}]
        for step in own:
            read = Recipe(steps=(step,))
            after = read.learn(table, partial(warehouse.records, rows=rows)).apply(table)
            table = after if name in after.columns else table
    if table[name].type().is_string():
        message = f"split.time_column: {name!r} holds text, not dates or numbers."
        raise WrongColumnKind(message, hint=f"Add the step Parse dates for {name!r}.")
    found = warehouse.frame(warehouse.to_sql(table), rows)[name]
    return np.asarray(found.to_numpy(dtype=np.float64) if found.dtype == object else found)


def _parts(given: pd.Series) -> NDArray[np.int8]:
    """The part of each row. Raises UnfitRows naming what is none."""
    codes, found = pd.factorize(given)
    where = f"split.part_column: {given.name!r}"
    hint = "Write train, validation or test in every row, in any case; leave the others out first."
    if empty := int((codes == -1).sum()):
        raise UnfitRows(f"{where} is empty in {empty:,} rows.", hint=hint)
    words = [raw_rows.as_text(value) or "" for value in found]
    known = [PARTS.get(word.strip().casefold()) for word in words]
    if wrong := sorted(word for word, part in zip(words, known, strict=True) if part is None):
        listed = ", ".join(map(repr, wrong[:_LISTED]))
        more = f" and {len(wrong) - _LISTED:,} other values" * (len(wrong) > _LISTED)
        raise UnfitRows(f"{where} holds {listed}{more}: no part is called so.", hint=hint)
    return np.array(known, dtype=np.int8)[codes]
