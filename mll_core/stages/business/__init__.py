"""Stage 1, business: the brief is read, the task and the metric follow, what is missing is said."""

from mll_core.stages.business.brief import check, missing, refuse_rule_columns, seal
from mll_core.stages.business.measure import metric_named, primary_metric
from mll_core.stages.business.target import guess_task, needs_target, positive_class

__all__ = [
    "check",
    "guess_task",
    "metric_named",
    "missing",
    "needs_target",
    "positive_class",
    "primary_metric",
    "refuse_rule_columns",
    "seal",
]
