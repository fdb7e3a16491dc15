"""The sealed test: opening it is a deliberate act, and every opening is told."""

import streamlit as st

from mll_core.domain.report import Report
from mll_core.workspace import Project
from pages._ui import findings, jobs, numbers
from pages._ui.words import escape


def shut(project: Project, *, again: bool) -> None:
    """What opening means, how often it was done, and the button."""
    split = project.results.split()
    opened = len(project.seals.openings(split.test.sha256)) if split else 0
    with st.container(border=True):
        rows = numbers.count(split.test.rows if split else 0)
        if opened:
            times = "once" if opened == 1 else f"{opened} times"
            st.markdown(
                f"**The sealed test was opened {times}, but not for this model.** Its {rows} rows "
                "judged a model before. Each further look makes the answer a little less honest, "
                "because one starts to choose by it; this one is logged too."
            )
        else:
            st.markdown(
                f"**The sealed test is shut.** {rows} rows were put aside before training. "
                "Opening them shows how good the model really is; the success criteria are "
                "sealed first, and the opening is logged."
            )
        redrawn(project)
        _openings(project)
        _open(project, "Open the sealed test" + (" for the new model" if again else ""))


def opened_already(project: Project, report: Report) -> None:
    """When and what was judged, and every opening."""
    st.caption(
        f"Criteria sealed {numbers.at(report.gate.sealed_at)} "
        f"({report.gate.sealed_sha256[:8]}). Judged: {report.model}, {numbers.at(report.created)}."
    )
    redrawn(project)
    _openings(project)


def redrawn(project: Project) -> None:
    """Which of the rows were seen before, when the test was drawn anew."""
    if said := project.sealing.redrawn():
        st.warning(" ".join(said), icon=":material/shuffle:")


def _openings(project: Project) -> None:
    """How often the test was opened and what that does to its worth; who, when and why."""
    found = project.evidence.openings()
    if found is None or not found.lines:
        return
    icon = ":material/warning:" if found.worn else ":material/lock_open:"
    st.caption(f"{icon} {escape(found.sentence)}")
    if found.fresh is not None:
        findings.button(project, found.fresh, "fresh-test")
    elif found.worn:
        st.caption("Add newer rows with their answers on Data; a fresh test is then cut from them.")
    lines = [
        f"- {numbers.at(line.at)} by {escape(line.by)}{': ' + escape(line.why) if line.why else ''}"
        for line in found.lines
    ]
    with st.expander("Who opened it, and why", type="compact"):
        st.markdown("\n".join(lines))


def _open(project: Project, label: str) -> None:
    why = st.text_input(
        "Why do you open it?",
        key="open-why",
        placeholder="to decide whether we may use it from May on",
        help="Goes into the log with your name; the log cannot be changed.",
    )
    st.button(
        label,
        type="primary",
        icon=":material/lock_open:",
        key="open-test",
        disabled=jobs.blocked(project),
        on_click=jobs.submit,
        args=(project, "run"),
        kwargs={"until": "evaluate", **({"why": why.strip()} if why.strip() else {})},
    )
