"""What each row lost by how it was decided: in money when values are stated, else in errors."""

import numpy as np

from mll_core.domain.document import Values
from mll_core.domain.task import Floats, Predictions


def of(cases: Predictions, values: Values) -> tuple[Floats, str]:
    """Per row (n,), and the unit: the currency, ``errors``, or ``target``."""
    if not cases.classes:
        off = np.abs(cases.score - cases.truth)
        if values.per_unit_of_error is None:
            return off, "target"
        return off * abs(values.per_unit_of_error), values.currency
    wrong = (cases.truth != cases.label).astype(np.float64)
    stated = (values.true_positive, values.false_positive, values.false_negative)
    if len(cases.classes) != 2 or None in stated:  # noqa: PLR2004
        return wrong, "errors"
    found, called, missed = (float(amount or 0) for amount in stated)
    left = values.true_negative or 0.0
    lost = np.where(cases.truth == 1, found - missed, left - called)
    return wrong * np.maximum(lost, 0), values.currency


def said(amount: float, unit: str) -> str:
    """A mean loss as a person reads it."""
    if unit == "errors":
        return f"{100 * amount:.1f} % wrong"
    return f"{amount:.4g} off" if unit == "target" else f"{amount:,.2f} {unit} lost"
