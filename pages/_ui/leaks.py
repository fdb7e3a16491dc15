"""Columns that may give the answer away: a case file each, and what a person decides."""

import streamlit as st

from mll_core.domain.case_file import CaseFile, Cases
from mll_core.domain.document import Verdict
from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, guard, jobs, numbers
from pages._ui.words import escape

WHAT = (
    "A column that is filled in only after the decision gives the answer away: the model looks "
    "brilliant here and fails in use, where the column is still empty. Each suspicious column has "
    "a case file; you decide, for only you know when it is filled in."
)
KNOWN = {
    "before": "Before the decision",
    "at": "At the decision",
    "after": "After the decision",
    "not sure": "Not sure",
}
DECISIONS = {"keep": "Keep it", "leave out": "Leave it out", "ask": "Ask somebody"}
BADGES = {
    "keep": ("kept", "green", ":material/check_circle:"),
    "leave out": ("left out", "gray", ":material/block:"),
    "ask": ("ask", "orange", ":material/help:"),
}
OPEN = ("not decided", "orange", ":material/gavel:")


def draw(project: Project) -> None:
    """The button that looks, and the case files that were found."""
    st.markdown(WHAT, width=720)
    found = project.worth.cases()
    st.button(
        "Look into suspicious columns" if found is None else "Look again",
        key="leaks-look",
        icon=":material/policy:",
        disabled=jobs.blocked(project) or project.document.brief.target is None,
        help="Looks at development rows only, and trains a quick model with and without each.",
        on_click=jobs.submit,
        args=(project, "leaks"),
    )
    if found is None:
        st.caption(
            "Shows for each suspicious column how well it predicts alone, when it is filled in, "
            "and the score without it. Takes under a minute, and two minutes at most."
        )
        return
    cases = found.value
    if not found.fresh:
        st.caption("The data, the target or the split changed since; look again.")
    if not cases.finished:
        st.caption("It was stopped before the end; what was found is kept.")
    if not cases.cases:
        st.markdown("No column looks as if it knew the answer.")
    if cases.duplicates:
        st.markdown(escape(cases.duplicates))
    verdicts = {one.column: one for one in project.document.prepare.verdicts}
    for case in sorted(cases.cases, key=lambda case: case.column in verdicts):
        _case(project, case, cases, verdicts.get(case.column))


def _case(project: Project, case: CaseFile, cases: Cases, verdict: Verdict | None) -> None:
    word, colour, icon = BADGES[verdict.decision] if verdict else OPEN
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(case.column)}**", width="stretch")
            st.badge(word, color=colour, icon=icon)
        said, asked = st.columns([3, 2], gap="large")
        with said:
            for sentence in (*case.suspicions, *told(case, cases)):
                st.markdown(f"- {escape(sentence)}")
        with asked:
            if verdict:
                st.markdown(f"{escape(verdict.sentence())} {numbers.at(verdict.at)}")
            _form(project, case.column, verdict)


def told(case: CaseFile, cases: Cases) -> tuple[str, ...]:
    """The evidence of one case in sentences."""
    model = f"a quick model ({cases.model.lower()})"
    return tuple(case.told(cases.target, cases.metric_label, model))


def _form(project: Project, column: str, verdict: Verdict | None) -> None:
    key, closed = f"leak-{column}", not account.may(Permission.EDIT)
    with st.form(f"{key}-form", border=False, enter_to_submit=False):
        st.radio(
            "When is its value known?",
            list(KNOWN),
            index=list(KNOWN).index(verdict.known if verdict else "not sure"),
            format_func=KNOWN.__getitem__,
            key=f"{key}-known",
            horizontal=True,
            disabled=closed,
        )
        st.radio(
            "What shall be done with it?",
            list(DECISIONS),
            index=list(DECISIONS).index(verdict.decision if verdict else "ask"),
            format_func=DECISIONS.__getitem__,
            key=f"{key}-decision",
            horizontal=True,
            disabled=closed,
        )
        why = verdict.why if verdict else ""
        st.text_input("Why", value=why, key=f"{key}-why", disabled=closed)
        st.form_submit_button(
            "Decide",
            key=f"{key}-decide",
            icon=":material/gavel:",
            on_click=guard.attempt,
            args=(_decide, project, column),
            **account.allowed(Permission.EDIT),
        )


def _decide(project: Project, column: str) -> None:
    known, decision, why = (
        st.session_state[f"leak-{column}-{what}"] for what in ("known", "decision", "why")
    )
    project.worth.judge(column, decision, known, why)
