"""A model of the leaderboard fitted on all development rows."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from mll_core.domain.model import Model
from mll_core.infra.estimators.blend import Blend
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.limits import Limits
from mll_core.stages.train import lanes, memory
from mll_core.stages.train.clock import Now
from mll_core.stages.train.fitting import Candidate, Means, Mixture, fit
from mll_core.stages.train.lanes import idle
from mll_core.stages.train.memory import beside
from mll_core.stages.train.order import Order
from mll_core.stages.train.rows import Learned, Rows
from mll_core.stages.train.trial import Trial


def means_of(order: Order, now: Now = time.monotonic) -> Means:
    """Task, seed and threads of every fit: all cores unless the section says otherwise."""
    section, most = order.section, Limits.of({}).megabytes
    threads = section.threads or lanes.cores()
    return Means(order.task, section.seed, threads, section.expectations, now, most)


def fit_last(trial: Trial, learned: Learned, rows: Rows, order: Order) -> FittedModel:
    """The model of ``trial`` fitted on rows, all or some, with what the folds settled."""
    tried, means = trial.candidate, means_of(order)
    if rows.whole is not None and not order.section.models:
        most = replace(means, last=len(learned.truth))
        means = replace(means, megabytes=memory.most(most, learned.matrix.shape[1]))
    if isinstance(tried, Mixture):
        count = min(beside(one, learned, means, means.threads) for one in tried.members)
        shared = replace(means, threads=max(1, means.threads // count))
        fits = list(lanes.each(list(_bagged(tried, learned, shared)), count, idle))
        mix = tried.mix.spread(tried.draws).to_json()
        estimator: Any = Blend(fits, mix, order.task.value, len(rows.classes.names))
    else:
        estimator = _fitted(tried, trial.settled or tried.model, learned, means)
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


def _bagged(mixture: Mixture, learned: Learned, means: Means) -> Iterator[Callable[[], Any]]:
    """Fits of its members, each as often as it is drawn."""
    for one, model, draws in zip(mixture.members, mixture.settled, mixture.draws, strict=True):
        for seed in range(draws):
            drawn = replace(means, seed=means.seed + seed)
            yield partial(_fitted, one, model, learned, drawn)


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
