"""What linear and neural models share: every feature as scaled numbers, without gaps."""

from collections.abc import Sequence
from typing import Any

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task

FEW_LEVELS = 15
"""Up to so many levels a category gets one column each; above, its target statistics."""


class DenseModel(Model):
    """A model that cannot take gaps or category codes as they are."""

    def columns(self, features: Sequence[Feature], task: Task, *, seed: int) -> Any:
        """An unfitted transformer: float32 (n, p) with NaN in, scaled numbers without gaps out.

        Numbers: the median for a gap and a column that says so, then unit variance. Categories:
        one column per level, a gap is a level; above 15 levels the cross-fitted mean of the target
        per level, shrunk. Source: Micci-Barreca (2001), A Preprocessing Scheme for
        High-Cardinality Categorical Attributes.
        """
        from sklearn import compose, impute, model_selection, pipeline, preprocessing

        cut = model_selection.StratifiedKFold if task.classifies else model_selection.KFold
        cross = cut(5, shuffle=True, random_state=seed)
        scale = preprocessing.StandardScaler()
        filled = pipeline.make_pipeline(
            impute.SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            scale,
        )
        levels = preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        statistics = pipeline.make_pipeline(
            preprocessing.TargetEncoder(target_type=_KIND[task], cv=cross), scale
        )
        parts = {"numbers": filled, "levels": levels, "statistics": statistics}
        places: dict[str, list[int]] = {name: [] for name in parts}
        for place, feature in enumerate(features):
            few = len(feature.levels) <= FEW_LEVELS
            name = "numbers" if feature.kind == "number" else "levels" if few else "statistics"
            places[name].append(place)
        return compose.ColumnTransformer(
            [(name, part, places[name]) for name, part in parts.items() if places[name]],
            sparse_threshold=0,
        )


_KIND = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.REGRESSION: "continuous"}
