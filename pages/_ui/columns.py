"""Every column at a glance: cards with sparklines, a table when there are many."""

import pandas as pd
import streamlit as st

from mll_core.domain.data import ColumnProfile, Profile
from pages._ui import charts, numbers
from pages._ui.words import escape

CARDS = 24
"""Above this many columns a table says more than cards."""
LONGEST = 18
"""Letters of a value on a card."""
NOTED, ALARMING = 0.1, 0.4
"""From these shares missing on a card turns orange, and red."""


def draw(profile: Profile) -> None:
    """A card per column, or a table when there are many."""
    if len(profile.columns) > CARDS:
        _table(profile)
        return
    cards = st.grid("auto", min_column_width=190, border=True)
    for column in profile.columns:
        with cards.container():
            _card(column, profile.rows)


def _card(column: ColumnProfile, rows: int) -> None:
    missing = column.nulls / max(rows, 1)
    st.metric(
        escape(column.name),
        escape(_middle(column)),
        delta=f"{numbers.share(missing)} missing" if column.nulls else "none missing",
        delta_color=_colour(missing),
        delta_arrow="off",
        chart_data=charts.sparkline(column) or None,
        chart_type="bar",
        help=_details(column),
    )
    st.caption(f"{column.semantic}{_says(column)}")


def _colour(missing: float) -> str:
    """How much the gaps matter: a few are no alarm."""
    return "off" if missing < NOTED else "orange" if missing < ALARMING else "red"


def _says(column: ColumnProfile) -> str:
    if column.semantic in ("number", "integer"):
        return ", median" if column.quantiles else ", mean"
    return {"date": ", newest", "category": ", most frequent"}.get(column.semantic, "")


def _middle(column: ColumnProfile) -> str:
    if column.semantic in ("number", "integer") and column.quantiles:
        return numbers.plain(column.quantiles.get("0.5", column.mean))
    if column.semantic == "date":
        return str(column.max or "")[:10]
    if column.semantic in ("id", "text"):
        return f"{numbers.count(column.distinct)} different"
    return _short(column.top[0].value) if column.top else numbers.MISSING


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _details(column: ColumnProfile) -> str:
    lines = [f"{numbers.count(column.distinct)} different values; stored as {column.type}"]
    if column.min is not None:
        lines.append(
            f"from {escape(numbers.plain(column.min))} to {escape(numbers.plain(column.max))}"
        )
    if column.mean is not None:
        lines.append(f"mean {numbers.plain(column.mean)}")
    frequent = ", ".join(
        f"{escape(t.value[:30])} ({numbers.count(t.count)})" for t in column.top[:5]
    )
    return "\n\n".join([*lines, *([f"most frequent: {frequent}"] if frequent else [])])


def _table(profile: Profile) -> None:
    frame = pd.DataFrame(
        {
            "Column": [c.name for c in profile.columns],
            "Kind": [c.semantic for c in profile.columns],
            "Shape": [charts.sparkline(c) for c in profile.columns],
            "Middle": [_middle(c) for c in profile.columns],
            "Missing": [c.nulls / max(profile.rows, 1) for c in profile.columns],
            "Different": [c.distinct for c in profile.columns],
        }
    )
    config = {
        "Shape": st.column_config.BarChartColumn(),
        "Missing": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
        "Different": st.column_config.NumberColumn(format="localized"),
    }
    st.dataframe(frame, hide_index=True, column_config=config, height=600, alt="Every column")
