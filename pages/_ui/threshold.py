"""What if the threshold were another: the same model, other decisions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mll_core.domain.report import Curve, Report
from pages._ui import glossary, numbers

WORDS = {
    "threshold_share": ("Called yes", "share"),
    "threshold_precision": ("Of these, really yes", "precision"),
    "threshold_recall": ("Of all real yes, found", "recall"),
    "threshold_value": ("Value per case", "expected_value"),
}


def draw(report: Report, family: Sequence[Curve]) -> None:
    """A slider that moves the decisions on the sealed rows; the model's own threshold is set."""
    start = float(report.threshold if report.threshold is not None else 0.5)
    at = st.select_slider(
        "Say yes from this probability on",
        sorted({start, *(step / 100 for step in range(101))}),
        start,
        format_func=lambda place: f"{place:.3g} (in use)" if place == start else f"{place:.2f}",
        key="threshold",
        help=glossary.meaning("threshold"),
    )
    cards = st.grid("auto", min_column_width=180, border=True)
    for one in family:
        label, metric = WORDS.get(one.name, (one.y_label, ""))
        now, before = (float(np.interp(place, one.x, one.y)) for place in (at, start))
        money = one.name == "threshold_value"
        cards.metric(
            label,
            f"{numbers.plain(now)} {report.currency}" if money else numbers.share(now),
            delta=_delta(now - before, money) if at != start else None,
            delta_color="off",
            help=glossary.meaning(metric),
        )
    st.caption(
        f"In use: {start:.3g}, chosen before the sealed rows were opened; arrows compare with it."
    )


def _delta(difference: float, money: bool) -> str:
    return f"{difference:+.3g}" if money else f"{100 * difference:+.1f} points"
