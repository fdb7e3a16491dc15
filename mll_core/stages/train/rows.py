"""The development rows, and their folds as matrices that all models share."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mll_core.domain.connector import Progress
from mll_core.domain.errors import TooFewRows, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Codes, Floats
from mll_core.infra import beside, folds, spare_memory, warehouse
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers
from mll_core.stages.train.order import Order
from mll_core.stages.train.whole import BATCH, Whole, drawn

FEWEST_ROWS = 20
HELD = 20_000_000
"""Numbers of a table (rows x columns) that the folds hold at the most."""
PART = 10_000_000
"""Of a larger table they hold so many: room is left for the last fit, on all of them."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Raw development rows without the target, and the target as codes or values.

    Of a table too large to hold they are a part: ``whole`` are all of them, and ``places`` says
    where these stand among them.
    """

    table: pa.Table
    truth: Codes | Floats
    classes: Classes
    cuts: folds.Cuts
    places: Codes | None = None
    whole: Whole | None = None

    @property
    def total(self) -> int:
        """How many there are, held or not."""
        return len(self.truth if self.whole is None else self.whole.truth)


@dataclass(frozen=True, eq=False)
class Learned:
    """The recipe and the encoder as learned on some rows, and these rows as a matrix."""

    transformer: RecipeTransformer
    encoder: FeatureEncoder
    matrix: Matrix
    truth: Codes | Floats


@dataclass(frozen=True, eq=False)
class Part:
    """One fold: what is learned from its training rows alone, and the rows it is judged on."""

    learned: Learned
    judged: Matrix
    judged_truth: Codes | Floats
    rows: Codes
    """Where the judged rows stand among the development rows."""


def read(order: Order) -> Rows:
    """The development rows and their folds; of a large table as many as can be held.

    Raises UnknownColumn, UnfitTarget, TooFewRows.
    """
    columns = warehouse.columns(order.development)
    if order.target not in columns:
        raise UnknownColumn.named(order.target, where="brief.target", among=list(columns))
    sql = f"SELECT {warehouse.identifier(order.target)} FROM {warehouse.ROWS}"
    target = warehouse.frame(sql, order.development)[order.target]
    if order.task.classifies:
        classes = Classes.of(target, order.task, order.brief.positive)
        truth: Codes | Floats = classes.codes(target)
        known = truth >= 0
    else:
        classes, truth = Classes((), ()), numbers(target)
        known = ~np.isnan(truth)
    if int(known.sum()) < FEWEST_ROWS:
        what = f"Only {int(known.sum())} development rows have a {order.target!r}."
        raise TooFewRows(what, hint=f"Training needs at least {FEWEST_ROWS}; collect more rows.")
    truth = truth[known]
    decided = beside.read(order.recipe, order.development, beside.Deciding.of(order.split))
    cuts = folds.folds(truth, order.split, decided.take(known))
    first = np.zeros(len(truth), np.bool_)
    first[cuts[0][0]] = True
    whole = Whole(order.development, order.target, known, truth, first)
    if len(truth) * len(columns) <= HELD:
        return Rows(_table(whole), truth, classes, cuts)
    kept = drawn(truth, max(FEWEST_ROWS, PART // len(columns)))
    cuts = _moved(cuts, kept, len(truth))
    part = Rows(_table(whole, kept), truth[kept], classes, cuts, kept, whole)
    spare_memory.give_back()
    return part


def _table(whole: Whole, kept: Codes | None = None) -> pa.Table:
    """Rows in memory: those at ``kept``, none: all."""
    if kept is None:
        table = warehouse.arrow(f"FROM {warehouse.ROWS}", whole.file)
        table = table.drop_columns([whole.target])
        return table if whole.known.all() else table.filter(pa.array(whole.known))
    wanted = np.zeros(len(whole.truth), np.bool_)
    wanted[kept] = True
    return pa.concat_tables(whole.batches(wanted))


def fewer(rows: Rows, count: int, folds: int) -> Rows:
    """``count`` of the rows, evenly from low to high answers, in their order; the first ``folds``
    folds stay what they are. The same rows each time."""
    kept = drawn(rows.truth, count)
    cuts = _moved(rows.cuts[:folds], kept, len(rows.truth))
    places = None if rows.places is None else rows.places[kept]
    return Rows(rows.table.take(pa.array(kept)), rows.truth[kept], rows.classes, cuts, places)


def _moved(cuts: folds.Cuts, kept: Codes, count: int) -> folds.Cuts:
    """Folds over ``count`` rows as folds over those of them that are ``kept``."""
    place = np.full(count, -1)
    place[kept] = np.arange(len(kept))
    moved = ([place[side] for side in cut] for cut in cuts)
    return [(learned[learned >= 0], judged[judged >= 0]) for learned, judged in moved]


def learn(rows: Rows, order: Order, places: Codes | None = None) -> Learned:
    """Learn recipe and encoder on the rows at ``places`` (none: all), and on no others."""
    table = rows.table if places is None else rows.table.take(pa.array(places))
    truth = rows.truth if places is None else rows.truth[places]
    recipe: Recipe = order.recipe
    transformer = RecipeTransformer(recipe, order.excluded).fit(table)
    if len(table) > BATCH:
        encoder = FeatureEncoder.fit(transformer.transform_arrow(table), order.excluded)
        return Learned(transformer, encoder, encoded(transformer, encoder, table), truth)
    prepared = transformer.transform(table)
    encoder = FeatureEncoder.fit(prepared, order.excluded)
    return Learned(transformer, encoder, encoder.transform(prepared), truth)


def parts(rows: Rows, order: Order, progress: Progress) -> list[Part]:
    """Every fold, encoded once for all models."""
    found = []
    for number, (places, held) in enumerate(rows.cuts, 1):
        progress(0.0, f"Preparing fold {number} of {len(rows.cuts)}")
        learned = learn(rows, order, places)
        judged = encoded(learned.transformer, learned.encoder, rows.table.take(pa.array(held)))
        found.append(Part(learned, judged, rows.truth[held], held))
    return found


def encoded(transformer: RecipeTransformer, encoder: FeatureEncoder, table: pa.Table) -> Matrix:
    """Rows as a matrix, so many at a time: what is in between is never there as a whole."""
    matrix = np.empty((len(table), len(encoder.features)), np.float32)
    for start in range(0, len(table), BATCH):
        prepared = transformer.transform(table.slice(start, BATCH))
        matrix[start : start + BATCH] = encoder.transform(prepared)
    return matrix
