"""Estimators of our own, one per file: plain arrays and settings, or another library's format."""

OURS = tuple(
    f"mll_core.infra.estimators.{name}"
    for name in (
        "blend.Blend",
        "calibrated_margin.CalibratedMargin",
        "in_batches.InBatches",
        "grouping.DenseRegions",
        "grouping.Mixture",
        "grouping.NearestCentre",
        "mixed_bayes.MixedBayes",
        "neighbourhood.Loneliness",
        "oddness.FewCuts",
        "oddness.Oddness",
        "oddness.RobustEllipse",
        "oddness.SmoothBorder",
        "oddness.WorstColumn",
        "points.PointsTable",
        "quantile_line.QuantileLine",
        "space.Space",
        "reweighed.Reweighed",
        "written_rule.WrittenRule",
    )
)
"""Those that a stored model may hold."""
