"""An evaluated candidate as views look at it: scores of all rows at hand, columns when asked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mll_core.catalog import METRICS
from mll_core.domain.connector import Progress, quiet
from mll_core.domain.data import Split
from mll_core.domain.document import Document
from mll_core.domain.ground import Ground
from mll_core.domain.metric import Metric
from mll_core.domain.report import Stamp
from mll_core.domain.sheet import Rows
from mll_core.domain.task import Predictions
from mll_core.domain.training import Training
from mll_core.domain.view import Places
from mll_core.infra import picked_rows, said, stored_rows, warehouse
from mll_core.infra.bootstrap import Bootstrap
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.said import Said
from mll_core.stages.evaluate import exam

WORDS: dict[Rows, str] = {
    "test": "the sealed test",
    "held": "the development rows, each predicted by a model that did not learn from it",
}

AHEAD = "development rows that a copy of the model did not learn from; the sealed test is shut"
USUAL = 1_000


@dataclass(frozen=True)
class Files:
    """Where the rows of a split lie, and what is known of them."""

    split: Split
    development: Path
    test: Path
    out_of_fold: Path | None
    data_version: str


@dataclass(frozen=True, eq=False)
class Apart:
    """A copy of the candidate, and where the development rows stand that it was fitted without."""

    model: FittedModel
    places: NDArray[np.int64]


@dataclass(frozen=True)
class Seat:
    """Keeps to the contract ``Seen``; the model is loaded when something is scored with it.

    ``apart`` is there while the test is shut: then only ``ground`` may be asked for.
    """

    training: Training
    document: Document
    document_version: int
    files: Files
    model: Callable[[], FittedModel]
    progress: Progress = quiet
    apart: Callable[[], Apart] | None = None

    @cached_property
    def fitted(self) -> FittedModel:
        """The candidate."""
        return self.model()

    @cached_property
    def metric(self) -> Metric:
        """The primary metric."""
        return self.measure(self.training.metric)

    @property
    def split(self) -> Split:
        """How rows were parted."""
        return self.files.split

    def measure(self, kind: str) -> Metric:
        """A metric by its kind, with what the brief says of values and capacity."""
        return METRICS[kind].of_brief(self.document.brief)

    def twins(self) -> NDArray[np.bool_]:
        """Which test rows are equal to a development row in all that matters."""
        from mll_core.infra import repeated

        told = self.split.twins
        ignored = told.ignored if told else (self.fitted.target,)
        equal = repeated.tested(self.files.development, self.files.test, ignored)
        return np.isin(self._places("test"), equal)

    @property
    def time_column(self) -> str | None:
        """The column rows are parted by, or the one named for it."""
        return self.files.split.time_column or self.document.split.time_column

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Raw columns the model is given, without personal ones and keys."""
        gone = {*self.document.data.personal, *self.document.data.keys}
        there = self.files.split.test.names
        return tuple(name for name in self.fitted.inputs if name in there and name not in gone)

    def cases(self, on: Rows) -> Predictions | None:
        """What is said of all rows; None when no out-of-fold predictions were kept."""
        found = self._said(on)
        return found.cases if found else None

    def draws(self, on: Rows) -> Bootstrap:
        """How intervals are made: by group or block where the split is."""
        return self._test_draws if on == "test" else self._held_draws

    def column(self, name: str, on: Rows) -> pd.Series:
        """One raw column of the same rows, in their order."""
        sql = f"SELECT {warehouse.identifier(name)} FROM {warehouse.ROWS}"
        whole = warehouse.frame(sql, self._file(on))[name]
        return whole.iloc[self._places(on)].reset_index(drop=True)

    def rows(self, places: Places, on: Rows) -> pd.DataFrame:
        """All raw columns of a few of these rows, in the order of ``places``."""
        chosen = self._places(on)[places]
        return picked_rows.rows(self._file(on), chosen)

    def score(self, frame: pd.DataFrame) -> Predictions:
        """What the candidate says of raw rows that hold the target."""
        return self.fitted.predictions(frame)

    def stamp(self, on: Rows, rows: int | None = None) -> Stamp:
        """What a number stands on."""
        n = len(self._places(on))
        return Stamp(
            rows=n if rows is None else rows,
            of=0 if rows is None else n,
            split=WORDS[on],
            data_version=self.files.data_version,
            document_version=self.document_version,
        )

    def ground(self, most: int) -> Ground:
        """What is explained: the candidate on test rows; its copy while the test is shut."""
        section, learned = self.document.evaluate, np.arange(self.split.development.rows)
        draw = np.random.default_rng(section.seed)
        if self.apart is None:
            model, file, places, words = self._opened()
        else:
            apart = self.apart()
            model, file, places, words = apart.model, self._file("held"), apart.places, AHEAD
            learned = np.setdiff1d(learned, places)
        rows = picked_rows.rows(file, np.sort(draw.permutation(places)[:most]))
        usual = picked_rows.rows(self._file("held"), np.sort(draw.permutation(learned)[:USUAL]))
        return Ground(
            model=model,
            rows=rows,
            usual=usual,
            draws=Bootstrap(section.resamples, section.seed, exam.together(self.split, rows)),
            stamp=Stamp(
                rows=len(rows),
                of=len(places) if len(rows) < len(places) else 0,
                split=words,
                data_version=self.files.data_version,
                document_version=self.document_version,
            ),
        )

    def _opened(self) -> tuple[FittedModel, Path, NDArray[np.int64], str]:
        return self.fitted, self._file("test"), self._places("test"), WORDS["test"]

    def _file(self, on: Rows) -> Path:
        return self.files.test if on == "test" else self.files.development

    def _places(self, on: Rows) -> NDArray[np.int64]:
        found = self._said(on)
        return found.places if found else np.array([], np.int64)

    def _said(self, on: Rows) -> Said | None:
        return self._of_test if on == "test" else self._of_held

    @cached_property
    def _of_test(self) -> Said:
        return test(self.files.test, self.training, lambda: self.fitted)

    @cached_property
    def _of_held(self) -> Said | None:
        path = self.files.out_of_fold
        if path is None:
            return None

        def make() -> Said:
            cases, places = exam.held_out(path, self.fitted, self.training.task)
            return Said(places, cases)

        what = f"held-{exam.name_of(self.training)}"
        return said.of(path, what, self.training.classes, make)

    @cached_property
    def _test_draws(self) -> Bootstrap:
        return self._draws("test")

    @cached_property
    def _held_draws(self) -> Bootstrap:
        return self._draws("held")

    def _draws(self, on: Rows) -> Bootstrap:
        split, section = self.files.split, self.document.evaluate
        name = split.group_column or split.time_column
        beside = pd.DataFrame({name: self.column(name, on)}) if name else pd.DataFrame()
        together = exam.together(split, beside) if name else None
        return Bootstrap(section.resamples, section.seed, together)


def test(file: Path, training: Training, model: Callable[[], FittedModel]) -> Said:
    """What the candidate says of the test rows whose answer it knows, scored once."""

    def make() -> Said:
        fitted = model()
        rows = stored_rows.answered(fitted, file)
        return Said(rows.places, stored_rows.predictions(fitted, rows))

    return said.of(file, exam.name_of(training), training.classes, make)
