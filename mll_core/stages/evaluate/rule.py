"""Today's rule on the test rows: what is done now, without any model."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from mll_core.domain.errors import MllError
from mll_core.domain.task import Codes, Floats, Predictions
from mll_core.infra import few_rows, rule_reading, warehouse
from mll_core.infra.estimators.written_rule import WrittenRule
from mll_core.infra.fitted_model import FittedModel, scores_of
from mll_core.infra.stored_rows import inputs, known
from mll_core.stages.evaluate.exam import Exam


def todays(exam: Exam) -> Predictions | None:
    """What the rule in the brief says of the test rows; None without one, or when it cannot be
    answered from the columns the model sees.

    Acted on are those it says yes to. How often each class occurs on either side is learned from
    a sample of the development rows.
    """
    order = exam.order
    rule = order.document.brief.rule
    return answered(
        rule, order.fitted, order.development, inputs(order.fitted, exam.rows), exam.candidate.truth
    )


def answered(
    rule: str,
    fitted: FittedModel,
    development: Path,
    rows: Iterable[pd.DataFrame],
    truth: Floats | Codes,
) -> Predictions | None:
    """What a written rule says of ``rows``, given a part at a time; None without one or when it
    cannot be answered.
    """
    if not rule.strip():
        return None
    names = tuple(feature.name for feature in fitted.encoder.features)
    levels = tuple(feature.levels for feature in fitted.encoder.features)
    some = warehouse.to_pandas(few_rows.sample(development)[0])
    some = some[known(fitted, some[fitted.target])]
    try:
        learned = WrittenRule(rule, names, levels, fitted.task.classifies)
        learned.fit(fitted.matrix(some), fitted.predictions(some).truth)
        parts = []
        for matrix in map(fitted.matrix, rows):
            said = rule_reading.answers(rule, names, levels, matrix)
            parts.append((said, scores_of(learned, matrix, fitted.task, len(fitted.classes))))
    except (MllError, ValueError):
        return None  # training said so, with the reason
    said, score = (np.concatenate(one) for one in zip(*parts, strict=True))
    if not fitted.task.classifies:
        return Predictions(truth, score, score)
    label = np.asarray(score.argmax(axis=1), np.int64)
    if len(fitted.classes) == 2:  # noqa: PLR2004
        label = (said == 1).astype(np.int64)
    return Predictions(truth, score, label, fitted.classes)
