"""CatBoost, kept in its own format (cbm)."""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from mll_core.domain.task import Floats
from mll_core.infra.column_encodings import Matrix
from mll_core.infra.estimators.own_format import OwnFormat

PATIENCE = 40
MISSING = -1
"""The code of a category that is missing or was never seen."""
EXPONENT = ("Poisson", "Tweedie")
"""Losses that are learned on a log scale."""


class Heed:
    """Looks after each tree whether the thread it is in was told to end (``ending``)."""

    def after_iteration(self, _: Any) -> bool:
        """Whether to go on."""
        return not getattr(threading.current_thread(), "ending", False)


class CatBoostTrees(OwnFormat):
    """Boosted trees of CatBoost; ``settings`` are its own, codes are its categories."""

    library: ClassVar[str] = "catboost"
    quick: ClassVar[bool] = True

    def learned(self, matrix: Matrix, target: Any, held: tuple[Any, Any] | None) -> Any:
        """A fitted CatBoost. Raises ValueError."""
        import catboost

        model = catboost.CatBoost(
            {
                **self.settings,
                "loss_function": self._loss,
                "thread_count": self.n_jobs,
                "allow_writing_files": False,
                "logging_level": "Silent",
            }
        )
        pool = catboost.Pool(self._frame(matrix), target, cat_features=list(self.categories))
        if held is None:
            judged, stop = None, {}
        else:
            judged = catboost.Pool(
                self._frame(held[0]), held[1], cat_features=list(self.categories)
            )
            stop = {"early_stopping_rounds": PATIENCE, "use_best_model": True}
        try:
            return model.fit(pool, eval_set=judged, callbacks=[Heed()], **stop)
        except catboost.CatBoostError as error:
            raise ValueError(str(error)) from error

    def answers(self, model: Any, matrix: Matrix) -> Any:
        """Values, or probabilities of each class."""
        kind = "Probability" if self.classifies else "RawFormulaVal"
        if self._loss.startswith(EXPONENT):
            kind = "Exponent"
        frame = self._frame(matrix)
        return model.predict(frame, prediction_type=kind, thread_count=self.n_jobs)

    def contributions(self, matrix: Matrix) -> Floats:
        """By the library's own TreeSHAP."""
        return self._shared_out(matrix, "ShapValues")

    def interactions(self, matrix: Matrix) -> Floats:
        """By the library's own TreeSHAP."""
        return self._shared_out(matrix, "ShapInteractionValues")

    def _shared_out(self, matrix: Matrix, kind: str) -> Floats:
        import catboost

        pool = catboost.Pool(self._frame(matrix), cat_features=list(self.categories))
        found = self._model.get_feature_importance(pool, type=kind, thread_count=self.n_jobs)
        return np.asarray(found, np.float64)

    @property
    def _loss(self) -> str:
        if not self.classifies:
            return str(self.settings["loss_function"])
        return "Logloss" if len(self.classes_) == 2 else "MultiClass"  # noqa: PLR2004

    @property
    def leaves(self) -> int:
        """How many its trees have."""
        return int(self._model.get_tree_leaf_counts().sum())

    @property
    def trees(self) -> int:
        """How many trees it has."""
        return int(self._model.tree_count_)

    def dumped(self, model: Any) -> bytes:
        """The bytes of a cbm file."""
        with TemporaryDirectory(prefix="cbm-") as folder:
            path = Path(folder) / "model.cbm"
            model.save_model(str(path), format="cbm")
            return path.read_bytes()

    def restored(self, dumped: bytes) -> Any:
        """The booster of a cbm file's bytes. Raises ValueError."""
        import catboost

        try:
            return catboost.CatBoost().load_model(blob=dumped)
        except catboost.CatBoostError as error:
            raise ValueError("these are not the bytes of a cbm file.") from error

    def _frame(self, matrix: Matrix) -> Any:
        # Whole numbers are its categories; without any, the matrix goes as it is.
        if not self.categories:
            return matrix
        coded = frozenset(self.categories)
        return pd.DataFrame(
            {
                place: np.nan_to_num(matrix[:, place], nan=MISSING).astype(np.int32)
                if place in coded
                else matrix[:, place]
                for place in range(matrix.shape[1])
            }
        )
