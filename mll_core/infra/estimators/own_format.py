"""The seam for libraries that keep what they learned in a format of their own."""

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix


class OwnFormat(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """An estimator that is stored as its settings and the bytes of its library's own format.

    A subclass names the library and says how a booster becomes bytes and bytes a booster; nothing
    else of the library is in the file, and no name in it is looked up.
    """

    library: ClassVar[str]
    """The module; ``model_store`` keeps its version in the manifest."""
    quick: ClassVar[bool] = False
    """Whether contributions take less than a walk through all leaves for every row."""

    def __init__(
        self,
        settings: dict[str, Any],
        categories: tuple[int, ...] = (),
        classifies: bool = False,
        n_jobs: int = 1,
    ) -> None:
        self.settings = settings
        self.categories = categories
        self.classifies = classifies
        self.n_jobs = n_jobs

    def fit(self, matrix: Matrix, target: Any, held: tuple[Any, Any] | None = None) -> Self:
        """Learn from (n, p) and (n,); stop early on the rows ``held``, when they are given.

        Raises ValueError.
        """
        truth = np.asarray(target)
        if self.classifies:
            self.classes_, truth = np.unique(truth, return_inverse=True)
            if len(self.classes_) == 1:
                raise ValueError("all rows are of one class.")
        if held is not None and self.classifies:
            held = (held[0], np.searchsorted(self.classes_, held[1]))
        self._model = self.learned(matrix, truth, held)
        return self

    def predict(self, matrix: Matrix) -> Any:
        """The value, or the code of the likeliest class: (n,)."""
        if self.classifies:
            return self.classes_[self.predict_proba(matrix).argmax(axis=1)]
        return np.asarray(self.answers(self._model, matrix), np.float64)

    def predict_proba(self, matrix: Matrix) -> Floats:
        """Probabilities of ``classes_``: (n, k)."""
        found = np.asarray(self.answers(self._model, matrix), np.float64)
        if found.ndim == 1:
            return np.column_stack([1 - found, found])
        return found

    def contributions(self, matrix: Matrix) -> Floats | None:
        """What each feature adds to the raw answer, the base last: (n, p + 1), of several classes
        (n, k, p + 1); None when the library does not tell. Exact for trees.
        """
        return None

    def interactions(self, matrix: Matrix) -> Floats | None:
        """What each two features add, half in each order, base last: (n, p + 1, p + 1), of several
        classes (n, k, p + 1, p + 1); None when the library does not tell.
        """
        return None

    @property
    def leaves(self) -> int:
        """How many its trees have; 0 where it has none."""
        return 0

    @abstractmethod
    def learned(self, matrix: Matrix, target: Any, held: tuple[Any, Any] | None) -> Any:
        """A booster, fitted. Raises ValueError."""

    @abstractmethod
    def answers(self, model: Any, matrix: Matrix) -> Any:
        """Values (n,), probabilities (n, k), or those of the second of two classes (n,)."""

    @abstractmethod
    def dumped(self, model: Any) -> bytes:
        """The booster in the library's own format."""

    @abstractmethod
    def restored(self, dumped: bytes) -> Any:
        """The booster again."""

    def __getstate__(self) -> dict[str, Any]:
        """Settings, and bytes in the place of the booster."""
        state = dict(self.__dict__)
        model = state.pop("_model", None)
        return state if model is None else state | {"dumped": self.dumped(model)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The other way; only the library reads the bytes."""
        given = dict(state)
        dumped = given.pop("dumped", None)
        self.__dict__.update(given)
        if dumped is not None:
            self._model = self.restored(bytes(dumped))
