"""The split on the Prepare page: its settings, what it made, and whether both parts are alike."""

import pandas as pd
import streamlit as st

from mll_core.domain.balance import Balance
from mll_core.domain.data import Split
from mll_core.domain.split_section import SplitSection
from mll_core.domain.training import Interval
from mll_core.workspace import Project
from pages._ui import brief as brief_parts
from pages._ui import findings, form, jobs, numbers, people, seal, tables
from pages._ui.words import escape

FIRST = ["kind", "test_share", "time_column", "gap", "group_column", "part_column"]
"""What most people decide; the rest stands behind a click."""
MORE = [name for name in SplitSection.model_fields if name not in FIRST]
ROLES = {"target": "What is predicted", "protected": "Protected"}


def draw(project: Project) -> None:
    """Settings beside the result; below, what is said of both parts."""
    settings, result = st.columns([2, 3], gap="large")
    with settings:
        columns = list(project.results.data().names)
        named = ("time_column", "group_column", "part_column")
        options = dict.fromkeys(named, columns)
        form.section(project, "split", FIRST, options=options)
        with st.expander("How models are compared, and chance", icon=":material/tune:"):
            form.section(project, "split", MORE)
    with result:
        done = project.results.split()
        if done:
            _made(project, done)
        st.button(
            "Split the rows" if done is None else "Split again",
            key="split",
            icon=":material/call_split:",
            disabled=jobs.blocked(project) or brief_parts.nothing_asked(project),
            help="Runs the recipe up to the split; unchanged parts are kept.",
            on_click=jobs.submit,
            args=(project, "run"),
            kwargs={"until": "prepare"},
        )


def _made(project: Project, split: Split) -> None:
    st.markdown(escape(split.sentence))
    seal.redrawn(project)
    if split.dropped_without_target:
        dropped = numbers.count(split.dropped_without_target)
        st.caption(f"{dropped} rows without a target were left out.")
    st.subheader("Are both parts alike?")
    for one in split.balance:
        _balance(one)
    if split.telling:
        icon = ":material/check_circle:" if split.telling.auc else ":material/info:"
        if split.telling.can:
            icon = ":material/schedule:" if split.telling.expected else ":material/warning:"
        st.markdown(f"{icon} {escape(split.telling.sentence)}")
        if split.telling.tellers:
            rows = [
                {"Column": teller.column, "AUC lost without it": round(teller.loss, 3)}
                for teller in split.telling.tellers
            ]
            st.dataframe(rows, hide_index=True, alt="Columns by which test rows are told")
    if split.twins:
        findings.draw(project, (split.twins.finding,), key="split")
        _repeated(project, split)


def _balance(one: Balance) -> None:
    st.markdown(f"**{ROLES[one.role]}.** {escape(one.sentence)}")
    with st.expander(f"{escape(one.column)} in both parts"):
        frame = pd.DataFrame(
            {
                one.column: [level.value for level in one.levels],
                "Rows to learn from": [level.learned for level in one.levels],
                "Test rows": [level.tested for level in one.levels],
                "To learn from": [_value(one, level.development) for level in one.levels],
                "Test": [_value(one, level.test) for level in one.levels],
                "Difference": [_interval(one, level.difference) for level in one.levels],
            }
        )
        st.dataframe(frame, hide_index=True, alt=f"{one.column} in both parts")
        if one.p_value is not None:
            st.caption(
                f"{escape(one.method)}, p = {one.p_value:.2g}: how often chance alone makes both "
                "parts differ at least so much. 95 % intervals."
            )


def _value(one: Balance, value: float) -> str:
    return f"{100 * value:.1f} %" if one.kind == "shares" else f"{value:.4g}"


def _interval(one: Balance, found: Interval) -> str:
    if one.kind == "mean":
        return f"{found.value:+.3g} ({found.low:+.3g} to {found.high:+.3g})"
    value, low, high = (
        round(100 * number, 1) + 0.0 for number in (found.value, found.low, found.high)
    )
    return f"{value:+.1f} points ({low:+.1f} to {high:+.1f})"


def _repeated(project: Project, split: Split) -> None:
    if not (split.twins and split.twins.alike):
        return
    if st.toggle("Show such rows to learn from", key="split-repeated"):
        shown = people.shown(project, project.sealing.repeated())
        tables.draw(shown, alt="Rows to learn from that are equal to a test row", height=280)
        st.caption("Test rows themselves are not shown.")
