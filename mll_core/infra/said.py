"""What a model says of a stored file, kept beside it so that nobody scores the rows again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mll_core.domain.task import Predictions
from mll_core.infra import sealed


@dataclass(frozen=True, eq=False)
class Said:
    """Predictions of rows, and where in their file these stand: (n,), rising."""

    places: NDArray[np.int64]
    cases: Predictions


def of(file: Path, what: str, classes: tuple[str, ...], make: Callable[[], Said]) -> Said:
    """What is kept of ``file`` under the name ``what``; made, and kept where that is possible."""
    made: list[Said] = []

    def write(target: Path) -> None:
        made.append(make())
        pq.write_table(_table(made[0]), target)

    kept = sealed.beside(file, f"said-{what}.parquet", write)
    if made:
        return made[0]
    return make() if kept is None else _read(pq.read_table(kept), classes)


def _table(said: Said) -> pa.Table:
    cases = said.cases
    columns = {"place": said.places, "truth": cases.truth, "label": cases.label}
    score = cases.score if cases.score.ndim > 1 else cases.score[:, None]
    columns |= {f"score_{i}": score[:, i] for i in range(score.shape[1])}
    return pa.table(columns)


def _read(table: pa.Table, classes: tuple[str, ...]) -> Said:
    def column(name: str) -> NDArray[np.generic]:
        return np.asarray(table[name].to_numpy())

    names = [name for name in table.column_names if name.startswith("score_")]
    score = np.column_stack([column(name) for name in names]).astype(np.float64)
    score = score if classes else score[:, 0]
    cases = Predictions(column("truth"), score, column("label"), classes)  # type: ignore[arg-type]
    return Said(np.asarray(column("place"), np.int64), cases)
