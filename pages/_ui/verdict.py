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
        st.success(said(result), title="The gate is met", icon=":material/verified:")
    else:
        st.error(
            f"{said(result)} The model should not be used as it is.",
            title="The gate is not met",
            icon=":material/gpp_bad:",
        )
    for one in result.criteria:
        _criterion(one)


def said(result: Gate) -> str:
    """How many criteria are met, and how many of them only by a value that may be luck."""
    every, met = len(result.criteria), sum(one.met for one in result.criteria)
    lucky = sum(one.met and one.verdict == "not sure" for one in result.criteria)
    if met < every:
        return f"{every - met} of {every} success criteria failed."
    text = "The success criterion is met" if every == 1 else f"All {every} criteria are met"
    if lucky:
        who = "it may be by luck: its" if every == 1 else f"{lucky} perhaps by luck: the"
        return f"{text}, {who} interval reaches past the bound."
    return f"{text}."


def _criterion(one: CriterionResult) -> None:
    colour, icon = SIGNS[one.verdict]
    value = Interval(value=one.value, low=one.low, high=one.high)
    who = f" for {one.group}" if one.group else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(one.verdict, icon=icon, color=colour, help=glossary.meaning("gate"))
        text = f"{one.sentence} Measured{who}: {numbers.interval(one.metric, value)}"
        st.markdown(escape(text), width="stretch")
