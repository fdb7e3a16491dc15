"""The split: which rows are developed on and which are sealed, written as immutable Parquet."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain.connector import Progress
from mll_core.domain.data import Column, DataVersion, Split
from mll_core.domain.document import SplitSection
from mll_core.domain.errors import TooFewRows, UnfitTarget, UnknownColumn, WrongColumnKind, nearest
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Task
from mll_core.infra import folds, raw_rows, warehouse
from mll_core.infra.answers import Answers
from mll_core.infra.objects import ObjectStore

REPEAT_BELOW = 2_000
ONE_CUT_ABOVE = 200_000


@dataclass(frozen=True)
class Splitter:
    """Parts the rows of one data version for one target."""

    section: SplitSection
    target: str
    task: Task
    objects: ObjectStore = field(repr=False)

    @property
    def kind(self) -> folds.Kind:
        """The kind of split: as asked, or judged from the columns named."""
        return kind_of(self.section)

    @property
    def column(self) -> str | None:
        """The column that decides, if the kind of split has one."""
        named = {"time": self.section.time_column, "group": self.section.group_column}
        return named.get(self.kind)

    def split(self, recipe: Recipe, path: Path, progress: Progress) -> Split:
        """Shape, draw, write. Raises UnfitTarget, TooFewRows, UnknownColumn, WrongColumnKind."""
        self._refuse_unknown(warehouse.table(path).columns)
        progress(0.05, "Choosing the rows.")
        shaped = self._shape(recipe, path)
        source = self.objects.path(shaped.sha256)
        progress(0.5, "Drawing the sealed test rows.")
        target = warehouse.identifier(self.target)
        values = warehouse.frame(f"SELECT {target} FROM rows", source)[self.target]
        answers = Answers.read(values, self.task)
        by = (
            None
            if self.column is None
            else deciding(recipe, source, self.kind, self.column).iloc[answers.rows]
        )
        tested = self._draw(answers, by)
        development, test = answers.take(~tested), answers.take(tested)
        parts = np.zeros(shaped.rows, dtype=np.int8)
        parts[development.rows], parts[test.rows] = 1, 2
        k, repeats = self._folding(development, None if by is None else by[~tested])
        progress(0.6, "Writing the development rows.")
        written = self._write(source, parts, 1, "development rows")
        progress(0.85, "Writing the sealed test rows.")
        sealed = self._write(source, parts, 2, "sealed test rows")
        return Split(
            kind=self.kind,
            shaped=shaped,
            development=written,
            test=sealed,
            folds=k,
            repeats=repeats,
            seed=self.section.seed,
            column=self.column,
            sentence=self._sentence(written.rows, sealed.rows, k, repeats),
            balance={"development": development.share(), "test": test.share()},
            dropped_without_target=shaped.rows - len(answers.rows),
        )

    def _refuse_unknown(self, names: tuple[str, ...]) -> None:
        if self.target not in names:
            message = f"The target: the table has no column {self.target!r}."
            raise UnfitTarget(message, hint=nearest(self.target, names))
        where = f"split.{self.kind}_column"
        if self.kind in ("time", "group") and self.column is None:
            hint = "Name the column, or choose another kind of split."
            raise UnknownColumn(f"{where}: no column is named.", hint=hint)
        if self.column is not None and self.column not in names:
            raise UnknownColumn.named(self.column, where=where, among=names)
        if self.column == self.target:
            message = f"{where}: {self.target!r} is the target."
            raise UnfitTarget(message, hint="Split by another column.")

    def _shape(self, recipe: Recipe, path: Path) -> DataVersion:
        table = warehouse.table(path)
        run = partial(warehouse.records, rows=path)
        query = raw_rows.normal(recipe.shaping.learn(table, run).apply(table))
        temporary = self.objects.new()
        rows = warehouse.write(warehouse.to_sql(query), path, temporary)
        return self._keep(temporary, rows, f"{path.stem[:8]}: shaped rows")

    def _write(self, shaped: Path, parts: NDArray[np.int8], part: int, what: str) -> DataVersion:
        # By position, not by a join on a row number: a join loses the order of the rows.
        sql = f"SELECT r.* FROM rows r POSITIONAL JOIN parts p WHERE p.part = {part}"
        temporary = self.objects.new()
        rows = warehouse.write(sql, shaped, temporary, parts=pa.table({"part": parts}))
        return self._keep(temporary, rows, f"{shaped.stem[:8]}: {what}")

    def _keep(self, temporary: Path, rows: int, source: str) -> DataVersion:
        columns = warehouse.columns(temporary).items()
        size = temporary.stat().st_size
        return DataVersion(
            sha256=self.objects.keep(temporary),
            rows=rows,
            columns=tuple(Column(name=name, type=dtype) for name, dtype in columns),
            source=source,
            bytes=size,
        )

    def _draw(self, answers: Answers, by: pd.Series | None) -> NDArray[np.bool_]:
        share, rng = self.section.test_share, np.random.default_rng((self.section.seed, 0))
        if by is not None:
            few = 2 if self.kind == "time" else 3
            if by.nunique(dropna=False) < few:
                message = f"split.{self.kind}_column: {self.column!r} has fewer than {few} values."
                raise TooFewRows(message, hint="Choose another column, or another kind of split.")
            if self.kind == "time":
                return folds.draw_newest(by, share)
            return folds.draw_groups(by, share, rng)
        if self.kind == "random":
            return folds.draw_strata(np.zeros(len(answers.y), dtype=np.int64), share, rng)
        if answers.names and answers.rarest()[1] < folds.RAREST:
            raise self._too_rare(answers, f"fewer than {folds.RAREST}")
        return folds.draw_strata(folds.strata(answers.y), share, rng)

    def _too_rare(self, answers: Answers, what: str) -> TooFewRows:
        name, count = answers.rarest()
        message = f"Class {name!r} of {self.target!r} has {count} rows to learn from, {what}."
        hint = "Collect more of its rows, or leave it out with the step Filter rows."
        return TooFewRows(message, hint=hint)

    def _folding(self, development: Answers, by: pd.Series | None) -> tuple[int, int]:
        """Folds and repeats: as asked, one cut above 200,000 rows, fewer when a class is rare."""
        n = len(development.y)
        repeats = self.section.repeats or (3 if n < REPEAT_BELOW else 1)
        most = self.section.folds
        if by is not None and self.kind == "group":
            most = min(most, by.nunique(dropna=False))
        if n > ONE_CUT_ABOVE:
            return 1, 1
        for k in range(most, 1, -1):
            cuts = folds.cuts(development.y, folds.Layout(self.kind, k, 1, self.section.seed), by)
            if len(cuts) == k and self._fair(cuts, development):
                return k, 1 if self.kind == "time" else repeats
        raise self._too_rare(development, "not enough to be in every fold")

    def _fair(self, cuts: folds.Cuts, development: Answers) -> bool:
        """Whether every fold learns from each class, and can tell a binary model right or wrong."""
        if not development.names:
            return all(len(learn) > 1 and len(valid) for learn, valid in cuts)
        classes = set(np.unique(development.y))
        both = self.task is Task.BINARY
        return all(
            classes == set(np.unique(development.y[learn]))
            and (not both or classes == set(np.unique(development.y[valid])))
            for learn, valid in cuts
        )

    def _sentence(self, development: int, test: int, k: int, repeats: int) -> str:
        total = development + test
        how = {
            "random": "drawn at random",
            "stratified": (
                "drawn so that every class has its share"
                if self.task.classifies
                else "drawn evenly from low to high values of the target"
            ),
            "time": f"the newest by {self.column!r}",
            "group": f"drawn so that no {self.column!r} is on both sides",
        }[self.kind]
        cut = "one validation cut" if k == 1 else f"{k} folds"
        cut = f"{k} windows, each validated on what came next" if self.kind == "time" else cut
        cut += f", redrawn {repeats} times" if repeats > 1 else ""
        fewer = ""
        if 1 < k < self.section.folds:
            fewer = f" {self.section.folds} folds were asked for; the rarest class allows {k}."
        return (
            f"{test:,} of {total:,} rows ({100 * test / total:.0f} %) are sealed for the test, "
            f"{how}; the other {development:,} are learned from in {cut}.{fewer}"
        )


def kind_of(section: SplitSection) -> folds.Kind:
    """The kind of split: as asked, or judged from the columns named."""
    if section.kind != "auto":
        return section.kind
    if section.time_column:
        return "time"
    return "group" if section.group_column else "stratified"


def deciding(recipe: Recipe, rows: Path, kind: folds.Kind, column: str) -> pd.Series:
    """The time or group column of the file ``rows``, in order, as ``folds`` needs it.

    A time written as text is read by the recipe's own steps. Raises WrongColumnKind.
    """
    table = warehouse.table(rows).select(column)
    if kind == "time":
        own = [s for s in recipe.replayed.steps if {c for _, c, _ in s.picks()} == {column}]
        reading = Recipe(steps=tuple(step for step in own if not list(step.makes())))
        table = reading.learn(table, partial(warehouse.records, rows=rows)).apply(table)
        if column not in table.columns or table[column].type().is_string():
            message = f"split.time_column: {column!r} holds text, not dates or numbers."
            raise WrongColumnKind(message, hint=f"Add the step Parse dates for {column!r}.")
    return warehouse.frame(warehouse.to_sql(table), rows)[column]
