"""The development rows, and their folds as matrices that all models share."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mll_core.domain.connector import Progress
from mll_core.domain.errors import TooFewRows, UnknownColumn
from mll_core.domain.recipe import Recipe
from mll_core.domain.task import Codes, Floats
from mll_core.infra import beside, folds, warehouse
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.feature_encoder import FeatureEncoder
from mll_core.infra.recipe_transformer import RecipeTransformer
from mll_core.infra.target_values import Classes, numbers
from mll_core.stages.train.order import Order

FEWEST_ROWS = 20
BATCH = 250_000
"""Rows that are prepared at a time."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Raw development rows without the target, and the target as codes or values."""

    table: pa.Table
    truth: Codes | Floats
    classes: Classes
    cuts: folds.Cuts


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
    """The development rows and their folds. Raises UnknownColumn, UnfitTarget, TooFewRows."""
    table = warehouse.arrow(f"FROM {warehouse.ROWS}", order.development)
    if order.target not in table.column_names:
        raise UnknownColumn.named(order.target, where="brief.target", among=table.column_names)
    target = _series(table, order.target)
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
    if not known.all():
        table, truth = table.filter(pa.array(known)), truth[known]
    decided = beside.read(order.recipe, order.development, beside.Deciding.of(order.split))
    cuts = folds.folds(truth, order.split, decided.take(known))
    return Rows(table.drop_columns([order.target]), truth, classes, cuts)


def fewer(rows: Rows, count: int, folds: int) -> Rows:
    """``count`` of the rows, evenly from low to high answers, in their order; the first ``folds``
    folds stay what they are. The same rows each time."""
    chance = np.random.default_rng((count, 5)).random(len(rows.truth))
    low_to_high = np.lexsort((chance, rows.truth))
    kept = np.sort(low_to_high[np.linspace(0, len(rows.truth) - 1, count).astype(np.int64)])
    place = np.full(len(rows.truth), -1)
    place[kept] = np.arange(len(kept))
    moved = [[place[side] for side in cut] for cut in rows.cuts[:folds]]
    cuts = [(learned[learned >= 0], judged[judged >= 0]) for learned, judged in moved]
    return Rows(rows.table.take(pa.array(kept)), rows.truth[kept], rows.classes, cuts)


def learn(rows: Rows, order: Order, places: Codes | None = None) -> Learned:
    """Learn recipe and encoder on the rows at ``places`` (none: all), and on no others."""
    table = rows.table if places is None else rows.table.take(pa.array(places))
    truth = rows.truth if places is None else rows.truth[places]
    recipe: Recipe = order.recipe
    transformer = RecipeTransformer(recipe, order.excluded).fit(table)
    if len(table) > BATCH:
        encoder = FeatureEncoder.fit(transformer.transform_arrow(table), order.excluded)
        return Learned(transformer, encoder, _encoded(transformer, encoder, table), truth)
    prepared = transformer.transform(table)
    encoder = FeatureEncoder.fit(prepared, order.excluded)
    return Learned(transformer, encoder, encoder.transform(prepared), truth)


def parts(rows: Rows, order: Order, progress: Progress) -> list[Part]:
    """Every fold, encoded once for all models."""
    found = []
    for number, (places, held) in enumerate(rows.cuts, 1):
        progress(0.0, f"Preparing fold {number} of {len(rows.cuts)}")
        learned = learn(rows, order, places)
        judged = _encoded(learned.transformer, learned.encoder, rows.table.take(pa.array(held)))
        found.append(Part(learned, judged, rows.truth[held], held))
    return found


def _encoded(transformer: RecipeTransformer, encoder: FeatureEncoder, table: pa.Table) -> Matrix:
    """Rows as a matrix, so many at a time: what is in between is never there as a whole."""
    matrix = np.empty((len(table), len(encoder.features)), np.float32)
    for start in range(0, len(table), BATCH):
        prepared = transformer.transform(table.slice(start, BATCH))
        matrix[start : start + BATCH] = encoder.transform(prepared)
    return matrix


def _series(table: pa.Table, name: str) -> Any:
    frame: pd.DataFrame = warehouse.to_pandas(table.select([name]))
    return frame[name]
