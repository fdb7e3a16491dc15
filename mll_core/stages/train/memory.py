"""Whether a fit has room in memory, and how many have beside one another."""

import numpy as np
import psutil

from mll_core.infra.limits import MEGABYTE
from mll_core.stages.train.fitting import Candidate, Means
from mll_core.stages.train.rows import Learned

SPARE = 0.9
"""Part of what is free that is counted on: an estimate is no measurement."""


def needed(candidate: Candidate, learned: Learned) -> float:
    """Megabytes that one fit takes beyond the matrix, at the most."""
    if candidate.model.baseline:
        return 0.0
    return candidate.model.working * learned.matrix.size * candidate.share / MEGABYTE


def free(means: Means) -> float:
    """Megabytes that this process may still take."""
    held = psutil.Process().memory_info().rss / MEGABYTE
    return max(0.0, SPARE * (means.megabytes - held))


def beside(candidate: Candidate, learned: Learned, means: Means, folds: int) -> int:
    """How many fits of ``candidate`` have room beside one another, at least one."""
    room = free(means) / max(needed(candidate, learned), 1e-9)
    return int(np.clip(room, 1, min(means.threads, folds)))


def refusal(candidate: Candidate, learned: Learned, means: Means) -> str:
    """Why not even one fit has room; empty when it has."""
    need, room = needed(candidate, learned), free(means)
    if need <= room:
        return ""
    return (
        f"It would take about {need:,.0f} MB of memory beyond what is held, {room:,.0f} MB "
        f"are free: a job may hold {means.megabytes:,.0f} MB."
    )
