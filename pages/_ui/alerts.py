"""The alerts of a monitoring pass, worst first."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mll_core.domain.finding import Severity
from mll_core.domain.serving import Monitoring
from pages._ui import glossary
from pages._ui.words import escape

MOST = 4
"""More alerts than this wait in an expander."""


def draw(found: Monitoring) -> None:
    """The worst at once, the rest behind them."""
    if not found.alerts:
        st.success("Nothing that needs anybody's attention.", icon=":material/check_circle:")
        return
    lines = [f"- {escape(alert.get('sentence', alert))}" for alert in worst_first(found)]
    count = "1 alert" if len(lines) == 1 else f"{len(lines)} alerts"
    st.warning("\n".join(lines[:MOST]), title=count, icon=":material/notifications_active:")
    if rest := lines[MOST:]:
        with st.expander(f"{len(rest)} more"):
            st.markdown("\n".join(rest))
    if "PSI" in "".join(lines):
        st.caption(f"PSI: {glossary.meaning('PSI')}")


def worst_first(found: Monitoring) -> list[Mapping[str, Any]]:
    """The alerts by how bad they are; those about columns with the largest shift first."""
    order = [severity.value for severity in Severity]
    moved = {row.column: row.value for row in found.drift}

    def place(alert: Mapping[str, Any]) -> tuple[int, bool, float]:
        column = alert.get("column")
        severity = order.index(alert.get("severity", order[-1]))
        return severity, column is not None, -moved.get(str(column), 0.0)

    return sorted(found.alerts, key=place)
