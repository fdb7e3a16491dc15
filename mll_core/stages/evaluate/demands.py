"""What each meaning of fairness would ask of this decision: a threshold per group, and its price.

The thresholds are chosen on the rows they are told of: a sketch of what is at stake, no promise.
"""

from collections.abc import Iterator
from typing import get_args

import numpy as np

from mll_core.domain.fairness import DEFINITIONS, Demand
from mll_core.domain.group_cuts import Goal, how_many, overall
from mll_core.domain.metric import shown
from mll_core.domain.task import Predictions
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.parity import Cases


def of(cases: Cases, exam: Exam) -> Iterator[Demand]:
    """One for each definition that thresholds per group can meet, on rows of ``cases.members``."""
    if len(cases.members) < 2:  # noqa: PLR2004
        return
    hit, called = cases.predictions.truth == 1, cases.predictions.label == 1
    for goal in get_args(Goal):
        rate = overall(goal, hit, called)
        if rate is not None:
            yield _demand(goal, cases, exam, rate)


def _demand(code: Goal, cases: Cases, exam: Exam, rate: float) -> Demand:
    whole, label = cases.predictions, cases.predictions.label.copy()
    told = []
    for name, rows in cases.members:
        score = whole.score[rows, 1]
        called = how_many(code, score, whole.truth[rows] == 1, rate)
        order = np.flatnonzero(rows)[np.argsort(-score, kind="stable")]
        label[order] = 0
        label[order[:called]] = 1
        told.append(
            {
                "group": name,
                "threshold": float(whole.score[order[called - 1], 1]) if called else 1.0,
                "called": called,
                "called_before": int((whole.label[rows] == 1).sum()),
                "right": int((whole.truth[order[:called]] == 1).sum()),
            }
        )
    after = Predictions(whole.truth, whole.score, label, whole.classes)
    money = _worth(exam, after) - _worth(exam, whole)
    accuracy, before = (float((one.label == one.truth).mean()) for one in (after, whole))
    return Demand(
        column=cases.column,
        definition=code,
        groups=tuple(told),
        accuracy=accuracy,
        accuracy_before=before,
        money=money,
        sentence=_sentence(code, told, (before, accuracy), money, exam),
    )


def _worth(exam: Exam, cases: Predictions) -> float:
    value = exam.metrics.get("expected_value")
    return float("nan") if value is None else value.score(cases) * cases.n


def _sentence(
    code: str,
    told: list[dict[str, object]],
    accuracy: tuple[float, float],
    money: float,
    exam: Exam,
) -> str:
    moves = []
    for one in told:
        more = int(str(one["called"])) - int(str(one["called_before"]))
        if more:
            moves.append(f"{abs(more):,} {'more' if more > 0 else 'fewer'} of {one['group']!r}")
    before, after = accuracy
    said = (
        f"{DEFINITIONS[code].label}: call {', '.join(moves)}"
        if moves
        else (f"{DEFINITIONS[code].label}: nothing would change")
    )
    said += f"; {shown(after, 'share')} of answers right instead of {shown(before, 'share')}"
    if not np.isnan(money):
        currency = exam.order.document.brief.values.currency
        said += f"; worth {money:+,.0f} {currency} on these rows".rstrip()
    return f"{said}."
