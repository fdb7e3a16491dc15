"""What each meaning of fairness would ask of this decision: a threshold per group, and its price.

The thresholds are chosen on the rows they are told of: a sketch of what is at stake, no promise.
"""

from collections.abc import Callable, Iterator

import numpy as np

from mll_core.domain.fairness import DEFINITIONS, Demand
from mll_core.domain.metric import shown
from mll_core.domain.task import Codes, Floats, Predictions
from mll_core.stages.evaluate.exam import Exam
from mll_core.stages.evaluate.parity import Cases

Choose = Callable[[Floats, Codes], int]
"""How many of a group's rows are called, best score first: from its scores and its truth."""


def of(cases: Cases, exam: Exam) -> Iterator[Demand]:
    """One for each definition that thresholds per group can meet, on rows of ``cases.members``."""
    if len(cases.members) < 2:  # noqa: PLR2004
        return
    for code, choose in _choices(cases.predictions).items():
        yield _demand(code, cases, exam, choose)


def _choices(whole: Predictions) -> dict[str, Choose]:
    hit, called = whole.truth == 1, whole.label == 1
    share = float(called.mean())
    choices: dict[str, Choose] = {
        "demographic_parity": lambda score, truth: round(share * len(score))
    }
    if hit.any():
        found = float(called[hit].mean())
        choices["equal_opportunity"] = lambda score, truth: _until_found(score, truth, found)
    if called.any():
        right = float(hit[called].mean())
        choices["predictive_parity"] = lambda score, truth: _while_right(score, truth, right)
    return choices


def _until_found(score: Floats, truth: Codes, share: float) -> int:
    """The fewest that hold this share of the cases."""
    hits = np.cumsum(_ranked(score, truth))
    wanted = round(share * int(hits[-1])) if len(hits) else 0
    return int(np.searchsorted(hits, wanted)) + 1 if wanted else 0


def _while_right(score: Floats, truth: Codes, share: float) -> int:
    """The most of whom at least this share are cases."""
    right = np.cumsum(_ranked(score, truth)) / np.arange(1, len(score) + 1)
    enough = np.flatnonzero(right >= share)
    return int(enough[-1]) + 1 if len(enough) else 0


def _ranked(score: Floats, truth: Codes) -> Codes:
    return np.asarray((truth == 1)[np.argsort(-score, kind="stable")], dtype=np.int64)


def _demand(code: str, cases: Cases, exam: Exam, choose: Choose) -> Demand:
    whole, label = cases.predictions, cases.predictions.label.copy()
    told = []
    for name, rows in cases.members:
        score, truth = whole.score[rows, 1], np.asarray(whole.truth[rows], dtype=np.int64)
        called = choose(score, truth)
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
