"""The split: which rows are developed on and which are sealed, written as immutable Parquet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mll_core.domain import mixing, provenance
from mll_core.domain.connector import Progress
from mll_core.domain.data import Column, DataVersion, Split
from mll_core.domain.errors import InvalidParameter, UnfitTarget, UnknownColumn, nearest
from mll_core.domain.recipe import Recipe
from mll_core.domain.split_section import SplitSection
from mll_core.domain.strata import EVEN, Strata
from mll_core.domain.task import Task
from mll_core.infra import beside, draw, folds, raw_numbers, raw_rows, sides, split_words, warehouse
from mll_core.infra.answers import Answers
from mll_core.infra.beside import Deciding
from mll_core.infra.drawing import Drawing
from mll_core.infra.objects import ObjectStore
from mll_core.infra.sides import Sides


@dataclass(frozen=True)
class _Made:
    """The rows that the steps leave, the side of each, and the numbers of their raw rows, None
    where these are they.

    ``drawn``: the side of all that were drawn, before steps dropped some. ``chooses``: the step
    that chose among the rows of a side, if any.
    """

    shaped: DataVersion
    numbers: pa.ChunkedArray | None
    sides: Sides
    drawn: Sides
    chooses: str = ""


@dataclass(frozen=True)
class Splitter:
    """Parts the rows of one data version for one target, or for none."""

    section: SplitSection
    target: str | None
    task: Task
    objects: ObjectStore = field(repr=False)
    others: Mapping[str, warehouse.Rows] = field(default_factory=dict, repr=False)
    """The other tables that steps read, by the names their queries call them."""
    strata: Strata = EVEN

    @property
    def deciding(self) -> Deciding:
        """The kind of split, and the columns it goes by."""
        return self._drawing.deciding

    @property
    def _drawing(self) -> Drawing:
        return Drawing(self.section, self.target, self.task, self.objects, self.others, self.strata)

    def split(self, recipe: Recipe, path: Path, progress: Progress) -> Split:
        """Shape, draw, write; drawn first where a step would choose by rows of another part.

        Raises UnfitTarget, UnfitRows, TooFewRows, UnknownColumn, WrongColumnKind.
        """
        self._refuse_unknown(warehouse.table(path).columns)
        self._refuse_lost(provenance.shown(raw_numbers.made_of(recipe, path)))
        progress(0.05, "Choosing the rows.")
        made = self._made(recipe, path)
        source = self.objects.path(made.shaped.sha256)
        progress(0.5, "Drawing the sealed test rows.")
        answers = self._drawing.answers(source, made.shaped.rows, Answers.read)
        by = self._beside(recipe, source).take(answers.rows)
        folding = draw.Folding(self.section, self.deciding, self.task, self.target or "")
        folding.refuse_rare(answers)
        drawn, were = self._drawn(made, answers), self._were(made)
        development = answers.take(drawn.learned)
        layout = folding.layout(development, by.take(drawn.learned), were)
        parts = np.zeros(made.shaped.rows, dtype=np.int8)
        parts[development.rows], parts[answers.take(drawn.tested).rows] = 1, 2
        progress(0.6, "Writing the development rows.")
        written = self._write(source, parts, 1, "development rows")
        progress(0.85, "Writing the sealed test rows.")
        parted = Split(
            **asdict(self.deciding),
            shaped=made.shaped,
            development=written,
            test=self._write(source, parts, 2, "sealed test rows"),
            sealed=self._seal(made.numbers, path, parts),
            folds=layout.folds,
            repeats=layout.repeats,
            seed=self.section.seed,
            fresh_from=self.section.fresh_from,
            gap=layout.gap,
            validation=layout.validation if layout.folds == 1 else None,
            sentence="",
            dropped_without_target=made.shaped.rows - drawn.rows,
            left_in_gap=int(drawn.gap.sum()),
            left_of_tested_groups=int(drawn.kin.sum()),
        )
        return parted.model_copy(update={"sentence": self._said(parted, made, were)})

    def _said(self, parted: Split, made: _Made, were: draw.Shares) -> str:
        classes, asked = self.task.classifies, self.section.folds
        said = split_words.sentence(parted, asked, classes=classes, chooses=made.chooses)
        return said + split_words.lost(parted, were.rows, were.tested)

    def _were(self, made: _Made) -> draw.Shares:
        """What was drawn. A column that says of each row where it goes draws from none: there it
        is the rows to learn from."""
        learned = int(np.isin(made.drawn, (sides.LEARNED, sides.VALIDATED)).sum())
        if self.deciding.kind == "column":
            return draw.Shares(learned, learned)
        rows = int((made.drawn != sides.NEITHER).sum())
        return draw.Shares(rows, learned, int((made.drawn == sides.TESTED).sum()))

    def _drawn(self, made: _Made, answers: Answers) -> draw.Drawn:
        drawn = sides.left(made.sides[answers.rows], made.drawn)
        if self.section.fresh_from is not None and self.deciding.kind != "column":
            draw.refuse_few_fresh(int(drawn.tested.sum()))
        return drawn

    def _made(self, recipe: Recipe, path: Path) -> _Made:
        place = mixing.chosen_apart(recipe, self.deciding.parting)
        drawn = self._drawing.raw(recipe, path)
        if place is not None:
            return self._chosen(sides.Steps.at(recipe, place), path, drawn)
        numbers = None
        if recipe.shaping.steps:
            numbers = raw_numbers.carried(recipe, path, self.others)
        shaped = self._shape(recipe, path, numbers)
        found = self._found(recipe, self.objects.path(shaped.sha256), numbers, drawn)
        return _Made(shaped, numbers, found, found if drawn is None else drawn)

    def _found(
        self,
        recipe: Recipe,
        rows: Path,
        numbers: pa.ChunkedArray | None,
        drawn: Sides | None,
    ) -> Sides:
        """The side of each row of a file, as raw rows were ``drawn``, or drawn now."""
        if drawn is None:
            return self._drawing.over(recipe, rows, numbers)
        if numbers is None:
            return drawn
        return raw_numbers.gathered(drawn, numbers, rest=sides.NEITHER)

    def _chosen(self, steps: sides.Steps, path: Path, drawn: Sides | None) -> _Made:
        """Made with a step that chooses within a side."""
        beside_it = self.objects.new()
        try:
            if steps.before.shaping.steps:
                raw_numbers.beside(steps.before, path, beside_it, self.others)
            rows = beside_it if steps.before.shaping.steps else path
            there = provenance.ROW in warehouse.columns(rows)
            before = raw_numbers.stored(rows) if there else None
            found = self._found(steps.seen, rows, before, drawn)
            drawn = found if drawn is None else drawn
            called = provenance.DRAWN if self.deciding.parting.drawn else provenance.SIDE
            apart = sides.Parted(steps.rest, rows, found, called, self.others)
            temporary = self.objects.new()
            numbers, found = apart.carried()
            count = apart.write(numbers, temporary)
            shaped = self._keep(temporary, count, f"{path.stem[:8]}: shaped rows")
            return _Made(shaped, numbers, found, drawn, steps.chooses)
        finally:
            beside_it.unlink(missing_ok=True)

    def _refuse_unknown(self, names: tuple[str, ...]) -> None:
        if self.target is not None and self.target not in names:
            message = f"The target: the table has no column {self.target!r}."
            raise UnfitTarget(message, hint=nearest(self.target, names))
        self.deciding.refuse(names, self.target or "")

    def _refuse_lost(self, left: list[str]) -> None:
        by = self.deciding
        needed = {"The target": self.target, "split.time_column": by.time_column}
        needed |= {"split.group_column": by.group_column, "split.part_column": by.part_column}
        for what, name in needed.items():
            if name is not None and name not in left:
                message = f"{what}: the steps that make rows leave no column {name!r}."
                hint = "Put it among the columns that rows are made by, or choose another column."
                raise UnknownColumn(message, hint=hint)

    def _beside(self, recipe: Recipe, source: Path) -> folds.Beside:
        """What decides; refused when rows made of one row, which share their answer, would be in
        folds that are drawn by chance."""
        by = beside.read(recipe, source, self.deciding)
        made = next((s for s in recipe.running.steps if s.spreads() is not None), None)
        if made is None or by.parts is None or (by.parts == folds.VALIDATE).any():
            return by
        what = f"{made.kind} makes several rows of one: {self.deciding.part_column!r} keeps them"
        raise InvalidParameter(
            f"{what} on one side of the test, but not in one fold, and they share their answer.",
            hint="Let it say validation in some rows as well, or split by group.",
        )

    def _shape(self, recipe: Recipe, path: Path, numbers: pa.ChunkedArray | None) -> DataVersion:
        temporary = self.objects.new()
        found = None if numbers is None else raw_numbers.chosen(recipe, path, numbers)
        if found is None:
            table = raw_rows.normal(warehouse.table(path))
            run = partial(warehouse.records, rows=path, **self.others)
            query = raw_rows.normal(recipe.shaping.shape(table, run))
            found = warehouse.to_sql(query), {warehouse.ROWS: path, **self.others}
        rows = raw_numbers.put(found, temporary)
        return self._keep(temporary, rows, f"{path.stem[:8]}: shaped rows")

    def _seal(
        self, numbers: pa.ChunkedArray | None, path: Path, parts: NDArray[np.int8]
    ) -> DataVersion:
        temporary = self.objects.new()
        rows = raw_numbers.write(numbers, path, parts, temporary)
        return self._keep(temporary, rows, f"{path.stem[:8]}: numbers of the sealed rows")

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
