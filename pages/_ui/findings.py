"""Findings as traffic lights, worst first, each with its fix as a button."""

import streamlit as st

from mll_core.domain.errors import MllError
from mll_core.domain.finding import UNTOLD, Advice, Finding, Fix, Severity, worst_first
from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, edits, guard
from pages._ui.words import WORDS, escape

LIGHTS: dict[Severity, tuple[str, str, str]] = {
    Severity.PROBLEM: ("red", ":material/error:", "Problem"),
    Severity.CHECK: ("orange", ":material/warning:", "Check"),
    Severity.OK: ("green", ":material/check_circle:", "OK"),
}
AT_ONCE = 5
"""More findings than this, and all that is fine, wait in an expander."""


def draw(project: Project, findings: tuple[Finding, ...], *, key: str, most: int = AT_ONCE) -> None:
    """A count of each light, then the findings; the fix edits the document."""
    if not findings:
        return
    treated = tuple(one for one in findings if one.fix and taken(project, one.fix))
    waiting = worst_first(tuple(one for one in findings if one not in treated))
    ordered = (*waiting, *worst_first(treated))
    done = f", {len(treated)} treated" if treated else ""
    st.markdown(f"**{tally(waiting)}{done}**")
    open_points = sum(finding.severity is not Severity.OK for finding in waiting)
    shown = min(most, max(open_points, 1))
    for number, finding in enumerate(ordered[:shown]):
        _one(project, finding, f"{key}-{number}")
    if rest := ordered[shown:]:
        with st.expander(f"{len(rest)} more"):
            for number, finding in enumerate(rest, shown):
                _one(project, finding, f"{key}-{number}")


def tally(findings: tuple[Finding, ...]) -> str:
    """How many of each light: "1 problem, 2 to check, 3 fine"."""
    counts = {light: sum(f.severity is light for f in findings) for light in Severity}
    problems = (
        "1 problem" if counts[Severity.PROBLEM] == 1 else f"{counts[Severity.PROBLEM]} problems"
    )
    return f"{problems}, {counts[Severity.CHECK]} to check, {counts[Severity.OK]} fine"


def _one(project: Project, finding: Finding, key: str) -> None:
    colour, icon, word = LIGHTS[finding.severity]
    light = f":{colour}-badge[{icon} {word}] {escape(finding.sentence)}"
    if finding.fix is None:
        st.markdown(light)
        return
    said, mend = st.columns([4, 1], vertical_alignment="center")
    said.markdown(light)
    with mend:
        button(project, finding.fix, key)


def button(project: Project, fix: Fix, key: str) -> None:
    """Takes a fix; says so when it is taken."""
    if taken(project, fix):
        st.badge("we did", icon=":material/done:", color="gray", help=escape(fix.label))
        return
    st.button(
        escape(fix.label),
        key=f"fix-{key}",
        on_click=_apply,
        args=(project, fix),
        **account.allowed(
            Permission.EDIT,
            help=escape(fix.reason) or "Edits the project document; it can be undone.",
        ),
    )


def taken(project: Project, fix: Fix) -> bool:
    """Whether the document already says what the fix would make it say."""
    try:
        there = project.document.get(fix.path)
    except (KeyError, IndexError):
        return False
    if not fix.append:
        return bool(there == fix.value)
    if isinstance(fix.value, dict):
        asked = {key: value for key, value in fix.value.items() if key != "reason"}
        return any(asked.items() <= entry.items() for entry in there)
    return fix.value in there


def _apply(project: Project, fix: Fix) -> None:
    try:
        project.apply(fix)
    except MllError as error:
        guard.later(error)
    else:
        st.toast(f"Done: {escape(fix.label)}", icon=":material/done:")


def advice(project: Project, advices: tuple[Advice, ...], *, key: str) -> None:
    """What to do next: the stage to go to, and the edit when there is one."""
    for number, one in enumerate(advices):
        with st.container(border=True):
            place = f"{number + 1}. " if len(advices) > 1 else ""
            st.markdown(f"**{place}{WORDS[one.stage].short}:** {escape(one.sentence)}")
            if one.evidence:
                st.caption(escape(one.evidence))
            st.caption(f"**Expected:** {escape(one.expected or UNTOLD)}")
            with st.container(horizontal=True):
                if one.fix:
                    button(project, one.fix, f"{key}-{number}")
                edits.way(one)
