"""The gate in words: each criterion with its number, its bound and its verdict."""

import streamlit as st

from mll_core.domain.report import CriterionResult, Gate
from mll_core.domain.training import Interval
from pages._ui import glossary, numbers
from pages._ui.words import escape

SIGNS = {
    "met": ("green", ":material/check_circle:"),
    "not met": ("red", ":material/cancel:"),
    "not sure": ("orange", ":material/help:"),
}


def gate(result: Gate) -> None:
    """The whole verdict in one line, then criterion by criterion."""
    if result.passed:
        st.success(
            "Every success criterion is met.", title="The gate is met", icon=":material/verified:"
        )
    else:
        failed = sum(not one.met for one in result.criteria)
        of = f"{failed} of {len(result.criteria)} success criteria"
        st.error(
            f"{of} failed. The model should not be used as it is.",
            title="The gate is not met",
            icon=":material/gpp_bad:",
        )
    for one in result.criteria:
        _criterion(one)


def _criterion(one: CriterionResult) -> None:
    colour, icon = SIGNS[one.verdict]
    value = Interval(value=one.value, low=one.low, high=one.high)
    who = f" for {one.group}" if one.group else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(one.verdict, icon=icon, color=colour, help=glossary.meaning("gate"))
        text = f"{one.sentence} Measured{who}: {numbers.interval(one.metric, value)}"
        st.markdown(escape(text), width="stretch")
