"""A stored model made ready to answer."""

import pandas as pd

from mll_core.domain.errors import NotFound
from mll_core.infra import labelled_rows
from mll_core.infra.fitted_model import FittedModel
from mll_core.infra.model_store import ModelStore
from mll_core.infra.objects import ObjectStore
from mll_core.infra.quick_path import QuickPath
from mll_core.infra.scorer import Scorer, schema_of

BACKGROUND = 100
"""Rows that reasons compare a record with."""


def load(models: ModelStore, objects: ObjectStore, sha256: str) -> Scorer:
    """A verified model with rows to compare with, as long as those are there.

    Raises Untrusted, NotFound.
    """
    model = models.load(sha256)
    _single_threaded(model)
    rows = models.manifest(sha256).get("facts", {}).get("development")
    compared = background(model, objects, rows) if rows else None
    return Scorer(model, compared, QuickPath.proved(model, compared))


def background(model: FittedModel, objects: ObjectStore, sha256: str) -> pd.DataFrame | None:
    """About a hundred raw rows of a data version; None when it is not there any more."""
    try:
        path = objects.path(sha256)
    except NotFound:
        return None
    names = tuple(schema_of(model).kinds)
    frame = labelled_rows.read(path, names, model.target, None, most=BACKGROUND)
    return frame.drop(columns=model.target)


def _single_threaded(model: FittedModel) -> None:
    """One thread per answer: two on a busy machine take the slowest answers from 5 to 400 ms."""
    if hasattr(model.estimator, "get_params"):
        parameters = model.estimator.get_params(deep=True)
        threads = {name: 1 for name in parameters if name.split("__")[-1] == "n_jobs"}
        model.estimator.set_params(**threads)
