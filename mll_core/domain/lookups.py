"""Values looked up in what was learned: one CASE, the same on every engine."""

from collections.abc import Mapping
from typing import Any

import ibis

from mll_core.domain.literals import exact

MOST = 1_000
"""Entries of one such table at most: a query has to name them all."""


def number_of(column: Any, numbers: Mapping[str, float], default: float | None) -> Any:
    """The number of each text of ``column`` as float64; ``default`` for NULL and for the rest."""
    other = ibis.null("float64") if default is None else exact(default)
    cases = [(column == text, exact(number)) for text, number in numbers.items()]
    return ibis.cases(*cases, else_=other) if cases else other


def text_of(column: Any, texts: Mapping[str, str], default: Any) -> Any:
    """The text that stands for each text of ``column``; ``default`` for NULL and for the rest."""
    cases = [(column == old, ibis.literal(new)) for old, new in texts.items()]
    return ibis.cases(*cases, else_=default) if cases else default
