"""How much memory a job will take, before it begins.

``BASE`` for the libraries and their caches, and for every number of the table (rows x columns) the
bytes that the hungriest model of the plan takes while it is fitted: ``Model.appetite``. Meant to be
too high rather than too low. Measured on Linux with a budget of 45 seconds, in MB: 2,930 rows x 82
columns 594, 17,379 x 17 590, 48,842 x 15 571; 200,000 x 20 with gradient boosting 808, with
LightGBM 784, with logistic regression 960; 1,000,000 x 20 with all models 1,347.
``tests/bench/test_memory_bench.py`` measures again.
"""

from typing import Any

from mll_core.catalog import MODELS
from mll_core.domain.errors import MllError
from mll_core.domain.identity import Permission
from mll_core.domain.job import Job
from mll_core.infra.guard import needs
from mll_core.project import Project
from mll_core.workspace import Workspace

BASE = 700.0
"""Megabytes."""
WATCHING = 40.0
"""Bytes per number when rows are only compared and scored."""
PREPARING = 10.0
"""The same when a table is prepared, file to file; what does not fit spills to the disk."""
GROWN = 1.5
"""A retraining has the rows of before and those that came since."""


@needs(Permission.VIEW)
def megabytes(workspace: Workspace, job: Job) -> float:
    """Megabytes that ``job`` is estimated to take; ``BASE`` when its data is not known yet."""
    try:
        project = workspace.project(job.project)
        return BASE + numbers(project) * bytes_per_number(project, job.kind) / 1e6
    except MllError:  # it is refused when it begins, with its own sentence
        return BASE


@needs(Permission.VIEW)
def numbers(project: Project) -> int:
    """Rows x columns of the newest data version; 0 when there is none."""
    data = project.results.data()
    return data.rows * len(data.columns) if data else 0


@needs(Permission.VIEW)
def bytes_per_number(project: Project, kind: str) -> float:
    """What a number of the table takes at the most while a job of this kind runs."""
    if kind == "monitor":
        return WATCHING
    if kind in ("prepare", "alike"):
        return PREPARING
    usual = [cls for cls in MODELS.values() if cls.usual or cls.interpretable]
    planned: Any = project.document.train.models or usual
    hungriest = max(float(model.appetite) for model in planned)
    return hungriest * (GROWN if kind == "retrain" else 1.0)
