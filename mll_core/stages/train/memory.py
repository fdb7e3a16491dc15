"""Whether a fit has room in memory, and how many have beside one another."""

import numpy as np
import psutil

from mll_core.domain.model import Model
from mll_core.infra.limits import MEGABYTE
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.rows import Learned

SPARE = 0.9
"""Part of what is free that is counted on: an estimate is no measurement."""
LARGE = 4_096.0
"""Megabytes that a training on a table too large to hold may take, when nobody picks models."""
BATCHED = 400.0
"""Megabytes that learning in batches takes of however many rows: a sample of them made dense, and
how the loss bends there."""
FLOAT = 4.0
"""Bytes of a number of the matrix."""


def needed(candidate: Candidate, learned: Learned) -> float:
    """Megabytes that one fit takes beyond the matrix, at the most."""
    if candidate.model.baseline:
        return 0.0
    rows = int(len(learned.matrix) * candidate.share)
    numbers = rows * len(learned.encoder.features)
    return per_number(candidate.model, rows) * numbers / MEGABYTE + _sampled(candidate, rows)


def needed_last(candidate: Candidate, learned: Learned, means: Means) -> float:
    """Megabytes that the last fit takes where it learns from more rows than are held, matrix and
    all; else 0."""
    if candidate.model.baseline:
        return 0.0
    numbers = means.last * len(learned.encoder.features) * candidate.share
    each = FLOAT + per_number(candidate.model, means.last)
    return each * numbers / MEGABYTE + _sampled(candidate, means.last)


def per_number(model: Model, rows: int) -> float:
    """Bytes that one fit takes per number it learns from, beyond these."""
    return model.working if model.batched is None or rows <= model.MANY else model.batched


def _sampled(candidate: Candidate, rows: int) -> float:
    return BATCHED if candidate.model.batched is not None and rows > candidate.model.MANY else 0.0


def free(means: Means) -> float:
    """Megabytes that this process may still take."""
    held = psutil.Process().memory_info().rss / MEGABYTE
    return max(0.0, SPARE * (means.megabytes - held))


def beside(candidate: Candidate, learned: Learned, means: Means, folds: int) -> int:
    """How many fits of ``candidate`` have room beside one another, at least one."""
    room = free(means) / max(needed(candidate, learned), 1e-9)
    return int(np.clip(room, 1, min(means.threads, folds)))


def roomy(candidate: Candidate, learned: Learned, means: Means) -> float:
    """The share of the rows that has room, at most that which ``candidate`` takes."""
    need = max(needed(candidate, learned), needed_last(candidate, learned, means))
    return candidate.share * min(1.0, free(means) / max(need, 1e-9))


def refusal(candidate: Candidate, learned: Learned, means: Means) -> str:
    """Why not even one fit has room; empty when it has."""
    one, last = needed(candidate, learned), needed_last(candidate, learned, means)
    need, room = max(one, last), free(means)
    if need <= room:
        return ""
    whole = f" to learn from all {means.last:,} rows in the end" if last > one else ""
    return (
        f"It would take about {need:,.0f} MB of memory beyond what is held{whole}, {room:,.0f} MB "
        f"are free: a job may hold {means.megabytes:,.0f} MB."
    )


def most(means: Means, columns: int) -> float:
    """Megabytes that the process may hold with so many columns in the matrix of the last fit.

    Of a large table not more than ``LARGE``, unless the leanest models need more.
    """
    lean = LARGE / 3 + 10 * means.last * columns / MEGABYTE
    return min(means.megabytes, max(LARGE, lean)) if means.last else means.megabytes
