"""A small neural network."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from mll_core.domain.dense_model import DenseModel
from mll_core.domain.model import Feature
from mll_core.domain.task import Task

ENOUGH = 500
"""Rows from which part is held out to stop early."""


class NeuralNetwork(DenseModel):
    """Two layers of simple units that learn by small corrections; finds smooth bends.

    Source: Rumelhart, Hinton & Williams (1986), Learning Representations by Back-propagating
    Errors; Kingma & Ba (2015), Adam.
    """

    label: ClassVar[str] = "Neural network"
    complexity: ClassVar[int] = 5
    cost: ClassVar[float] = 1.1
    usual: ClassVar[bool] = True
    drawn: ClassVar[bool] = True
    kind: Literal["neural_network"] = "neural_network"
    width: int = Field(48, ge=4, le=512, description="Units in the first layer")
    decay: float = Field(1e-3, ge=1e-7, le=10, description="How much large weights are held back")
    learning_rate: float = Field(2e-3, ge=1e-5, le=0.1, description="Size of each correction")
    rounds: int = Field(40, ge=5, le=500, description="Passes over the rows, at most")

    def build(self, features: Sequence[Feature], task: Task, *, seed: int, threads: int) -> Any:
        from sklearn import compose, neural_network, pipeline, preprocessing

        cls = neural_network.MLPClassifier if task.classifies else neural_network.MLPRegressor
        network: Any = cls(
            hidden_layer_sizes=(self.width, self.width // 2),
            alpha=self.decay,
            learning_rate_init=self.learning_rate,
            max_iter=self.rounds,
            early_stopping=True,
            n_iter_no_change=5,
            random_state=seed,
        )
        if not task.classifies:
            network = compose.TransformedTargetRegressor(
                network, transformer=preprocessing.StandardScaler()
            )
        return pipeline.Pipeline(
            [("columns", self.columns(features, task, "ranked", seed=seed)), ("network", network)]
        )

    def fit(self, estimator: Any, matrix: Any, target: Any, *, categories: list[int]) -> Any:
        import numpy as np

        network = getattr(estimator, "regressor", estimator).named_steps["network"]
        classes = hasattr(network, "predict_proba")
        rare = int(np.unique(target, return_counts=True)[1].min()) if classes else ENOUGH
        if len(target) < ENOUGH or rare < 10:  # noqa: PLR2004  # rows of every class on both sides
            network = getattr(network, "regressor", network)
            network.set_params(early_stopping=False, batch_size=min(32, len(target)))
        return estimator.fit(matrix, target)
