"""scikit-learn's boosted trees without the checks that take most of their time on few rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class CodeTable:
    """What the trees' own preprocessor does to a matrix of codes: categories first, as ranks.

    A code that was not seen in training, and a missing one, is NaN.
    """

    def __init__(self, preprocessor: Any) -> None:
        encoder = preprocessor.named_transformers_["encoder"]
        coded = np.flatnonzero(preprocessor.transformers_[0][2])
        plain = np.flatnonzero(preprocessor.transformers_[1][2])
        self._order = np.concatenate([coded, plain])
        self._ranks: list[dict[float, float]] = [
            {float(code): float(rank) for rank, code in enumerate(codes) if code == code}  # noqa: PLR0124  # not NaN
            for codes in encoder.categories_
        ]

    def transform(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, p) codes and numbers as (n, p) ranks and numbers."""
        out = np.asarray(matrix, np.float64)[:, self._order]
        for column, ranks in enumerate(self._ranks):
            out[:, column] = [ranks.get(code, np.nan) for code in out[:, column].tolist()]
        return out


def swift(estimator: Any) -> Any:
    """The same estimator with the quick table inside; itself when there is nothing to quicken."""
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None or not type(estimator).__name__.startswith("HistGradientBoosting"):
        return estimator
    import copy

    quick = copy.copy(estimator)  # shares the trees
    quick._preprocessor = CodeTable(preprocessor)
    return quick
