"""What linear and neural models share: every feature as scaled numbers, without gaps."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from mll_core.domain.model import Feature, Model
from mll_core.domain.task import Task

FEW_LEVELS = 15
"""Up to so many levels a category gets one column each; above, its target statistics."""
MOST_BENT = 200
"""With more numbers than these their lines stay straight."""

Shape = Literal["straight", "bent", "smooth", "ranked"]


class DenseModel(Model):
    """A model that cannot take gaps or category codes as they are."""

    working: ClassVar[float] = 80.0
    appetite: ClassVar[float] = 70.0

    def columns(self, features: Sequence[Feature], task: Task, shape: Shape, *, seed: int) -> Any:
        """An unfitted transformer: float32 (n, p) with NaN in, scaled numbers without gaps out.

        Numbers: the median for a gap and a column that says so; then unit variance (straight), a
        broken line or a smooth curve that ends level on both sides (bent, smooth), or the place
        among the others (ranked).
        Categories: one column per level, a gap is a level; above 15 levels the cross-fitted mean
        of the target per level, shrunk. Source: Micci-Barreca (2001), A Preprocessing Scheme for
        High-Cardinality Categorical Attributes.
        """
        from sklearn import compose, impute, model_selection, pipeline, preprocessing

        cut = model_selection.StratifiedKFold if task.classifies else model_selection.KFold
        cross = cut(5, shuffle=True, random_state=seed)
        kind = "auto" if task.classifies else "continuous"
        places = _places(features)
        filled = impute.SimpleImputer(
            strategy="median", add_indicator=True, keep_empty_features=True
        )
        parts = {
            "numbers": pipeline.make_pipeline(
                filled, *_shaped(shape if len(places["numbers"]) <= MOST_BENT else "straight", seed)
            ),
            "levels": preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            "statistics": pipeline.make_pipeline(
                preprocessing.TargetEncoder(target_type=kind, cv=cross),
                preprocessing.StandardScaler(),
            ),
        }
        return compose.ColumnTransformer(
            [(name, part, places[name]) for name, part in parts.items() if places[name]],
            sparse_threshold=0,
        )


def on_a_log_scale(target: Any, *, zero: bool = True) -> Any:
    """The target as it is. Raises ValueError when a value is negative, or 0 where ``zero`` is not.

    What is learned on a log scale is multiplied, and never comes below 0.
    """
    lowest = target.min()
    if lowest < 0 or (lowest == 0 and not zero):
        least = "0 or more" if zero else "above 0"
        raise ValueError(f"it is for targets of {least}, and one is {lowest:g}.")
    return target


def _places(features: Sequence[Feature]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {"numbers": [], "levels": [], "statistics": []}
    for place, feature in enumerate(features):
        few = len(feature.levels) <= FEW_LEVELS
        name = "numbers" if feature.kind == "number" else "levels" if few else "statistics"
        places[name].append(place)
    return places


def _shaped(shape: Shape, seed: int) -> list[Any]:
    from sklearn import preprocessing

    scale = preprocessing.StandardScaler()
    if shape == "straight":
        return [scale]
    if shape == "ranked":
        ranks = preprocessing.QuantileTransformer(
            n_quantiles=100, output_distribution="normal", subsample=50_000, random_state=seed
        )
        return [ranks]
    lines = preprocessing.SplineTransformer(
        n_knots=6 if shape == "bent" else 8,
        degree=1 if shape == "bent" else 3,
        knots="quantile",
        extrapolation="constant",
        include_bias=False,
    )
    return [lines, scale]
