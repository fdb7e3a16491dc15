"""The recommended model once more, fitted without the rows of the first fold."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mll_core.catalog import ENSEMBLES, MODELS
from mll_core.domain.ensemble import Mix
from mll_core.domain.task import Codes
from mll_core.domain.training import Run, Training
from mll_core.infra import warehouse
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.target_values import numbers
from mll_core.stages.train import rows as development
from mll_core.stages.train.fitting import Candidate, Mixture
from mll_core.stages.train.last_fit import fit_last
from mll_core.stages.train.order import Order
from mll_core.stages.train.trial import Trial


def without_fold(order: Order, training: Training) -> tuple[FittedModel, Codes]:
    """A copy of the winner with its threshold, and where the rows it never saw stand in the file.

    Its probabilities are not put right once more. Raises what the recipe and the fit raise.
    """
    rows = development.read(order)
    learned, held = rows.cuts[0]
    places = held if rows.places is None else rows.places[held]
    trial = Trial(_recorded(training.winner))
    model = fit_last(trial, development.learn(rows, order, learned), rows, order)
    return replace(model, threshold=training.threshold), np.flatnonzero(_known(rows, order))[places]


def _known(rows: development.Rows, order: Order) -> NDArray[np.bool_]:
    """Which rows of the file have an answer."""
    sql = f"SELECT {warehouse.identifier(order.target)} FROM {warehouse.ROWS}"
    target = warehouse.frame(sql, order.development)[order.target]
    if order.task.classifies:
        return rows.classes.codes(target) >= 0
    return ~np.isnan(numbers(target))


def _recorded(run: Run) -> Candidate | Mixture:
    if run.model not in ENSEMBLES:
        return Candidate.recorded(MODELS[run.model], run.label, run.parameters)
    given = dict(run.parameters)
    members = tuple(
        Candidate.recorded(MODELS[one["model"]], one["label"], one["settings"])
        for one in given.pop("members")
    )
    mix, bags = Mix(**given.pop("mix")), given.pop("bags")
    settled = tuple(one.model for one in members)
    return Mixture(ENSEMBLES[run.model].of(**given), run.label, members, settled, mix, bags)
