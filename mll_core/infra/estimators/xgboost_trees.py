"""XGBoost, kept in its own format (JSON)."""

import json
from typing import Any, ClassVar

import numpy as np

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.estimators.own_format import OwnFormat

PATIENCE = 40


class XGBoostTrees(OwnFormat):
    """Boosted trees of XGBoost; ``settings`` are its own and ``trees``; codes are categories."""

    library: ClassVar[str] = "xgboost"

    def learned(self, matrix: Matrix, target: Any, held: tuple[Any, Any] | None) -> Any:
        """A fitted Booster. Raises ValueError."""
        import xgboost

        settings = {**self.settings, "nthread": self.n_jobs, "verbosity": 0}
        rounds = settings.pop("trees")
        if self.classifies:
            k = len(self.classes_)
            many = {"objective": "multi:softprob", "num_class": k}
            settings |= {"objective": "binary:logistic"} if k == 2 else many  # noqa: PLR2004
        stop: dict[str, Any] = {}
        if held is not None:
            judged = self._rows(held[0], held[1])
            stop = {"evals": [(judged, "held")], "early_stopping_rounds": PATIENCE}
        model = xgboost.train(
            settings, self._rows(matrix, target), rounds, verbose_eval=False, **stop
        )
        return model if held is None else model[: model.best_iteration + 1]

    def answers(self, model: Any, matrix: Matrix) -> Any:
        """Values, or probabilities."""
        model.set_param({"nthread": self.n_jobs})
        return model.predict(self._rows(matrix))

    def contributions(self, matrix: Matrix) -> Floats:
        """By the library's own TreeSHAP."""
        self._model.set_param({"nthread": self.n_jobs})
        return np.asarray(self._model.predict(self._rows(matrix), pred_contribs=True), np.float64)

    def interactions(self, matrix: Matrix) -> Floats:
        """By the library's own TreeSHAP."""
        self._model.set_param({"nthread": self.n_jobs})
        found = self._model.predict(self._rows(matrix), pred_interactions=True)
        return np.asarray(found, np.float64)

    @property
    def leaves(self) -> int:
        """How many its trees have."""
        return sum(tree.count("leaf=") for tree in self._model.get_dump())

    @property
    def trees(self) -> int:
        """How many rounds it has."""
        return int(self._model.num_boosted_rounds())

    def dumped(self, model: Any) -> bytes:
        """The bytes of its JSON file."""
        return bytes(model.save_raw("json"))

    def restored(self, dumped: bytes) -> Any:
        """The booster of a JSON file's bytes. Raises ValueError.

        They are read as JSON first: of an empty file the library ends the process.
        """
        import xgboost

        if not isinstance(json.loads(dumped), dict):
            raise ValueError("these are not the bytes of a model.")
        return xgboost.Booster(model_file=bytearray(dumped))

    def _rows(self, matrix: Matrix, target: Any = None) -> Any:
        import xgboost

        coded = frozenset(self.categories)
        types = ["c" if place in coded else "q" for place in range(matrix.shape[1])]
        return xgboost.DMatrix(
            matrix,
            target,
            feature_types=types,
            enable_categorical=True,
            nthread=self.n_jobs,
        )
