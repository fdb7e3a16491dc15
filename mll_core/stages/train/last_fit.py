"""A model of the leaderboard fitted on all development rows."""

import os
from dataclasses import replace
from typing import Any

from mll_core.domain.model import Model
from mll_core.infra.estimators.blend import Blend
from mll_core.infra.fitted_model import FittedModel
from mll_core.stages.train.fitting import Candidate, Means, Mixture, fit
from mll_core.stages.train.order import Order
from mll_core.stages.train.rows import Learned, Rows
from mll_core.stages.train.search import Entry


def means_of(order: Order) -> Means:
    """Task, seed and threads of every fit: all cores but one unless the section says otherwise."""
    threads = order.section.threads or max(1, (os.cpu_count() or 2) - 1)
    return Means(order.task, order.section.seed, threads, order.section.expectations)


def fit_last(entry: Entry, learned: Learned, rows: Rows, order: Order) -> FittedModel:
    """The model of ``entry`` fitted on all development rows, with what the folds settled."""
    tried, means = entry.trial.candidate, means_of(order)
    if isinstance(tried, Mixture):
        both = zip(tried.members, tried.settled, strict=True)
        fits = [_fitted(one, model, learned, means) for one, model in both]
        names = rows.classes.names
        estimator: Any = Blend(fits, tried.mix.to_json(), order.task.value, len(names))
    else:
        estimator = _fitted(tried, entry.trial.settled or tried.model, learned, means)
    return FittedModel(
        transformer=learned.transformer,
        encoder=learned.encoder,
        estimator=estimator,
        task=order.task,
        target=order.target,
        classes=rows.classes.names,
        class_values=rows.classes.values,
        positive=rows.classes.names[1] if len(rows.classes.names) == 2 else None,  # noqa: PLR2004
        excluded=order.excluded,
    )


def _fitted(tried: Candidate, model: Model, learned: Learned, means: Means) -> Any:
    return _alone(fit(replace(tried, model=model), learned, means).estimator)


def _alone(estimator: object) -> object:
    # One thread to score with: more only get in each other's way, one row at a time.
    from sklearn.base import BaseEstimator

    if isinstance(estimator, BaseEstimator):
        for part in (estimator, getattr(estimator, "regressor_", None)):
            if part is not None and "n_jobs" in part.get_params(deep=False):
                part.set_params(n_jobs=1)
    return estimator
