"""Story: the project for somebody with two minutes; nothing here can be changed."""

import streamlit as st

from mll_core.domain.report import Report, Standing
from mll_core.domain.serving import Monitoring
from mll_core.domain.stage import Stage, Status
from mll_core.handover import standing
from mll_core.workspace import Project
from pages._ui import claims, drivers, evidence, findings, numbers, onward, page, state
from pages._ui import report as hand_over
from pages._ui.words import WORDS, escape


def story() -> None:
    """Question, answer, evidence, status."""
    project = state.project()
    if project is None:
        st.title("Story")
        page.nothing_yet("There is no project yet.", "Start one first.")
        return
    brief, report = project.document.brief, project.report()
    st.title(escape(brief.question or project.document.name))
    if brief.decision:
        st.markdown(escape(brief.decision), width=720)
    if report is None:
        _on_the_way(project)
        return
    now = standing(project, report)
    _answer(report, now)
    st.header("Can you rely on it?")
    evidence.gate(report, now)
    evidence.headline(report)
    if report.explanation:
        st.header("What drives the answers")
        drivers.draw(report.explanation, key="story-drivers", most=8)
        st.caption("An association in the data, not a proof of cause.")
    if report.fairness:
        st.header("Is it fair?")
        findings.draw(project, report.fairness, key="story-fairness")
    _status(project)
    if not state.presenting():
        hand_over.download(project)


def _answer(report: Report, now: Standing) -> None:
    st.header("The answer in two minutes")
    cards = st.grid("auto", min_column_width=340, border=True)
    for claim in report.claims:
        with cards.container():
            claims.draw(claim, now)
            stamp = f"{numbers.count(claim.n)} {claim.split} rows, data {claim.data_version[:8]}"
            st.caption(f":material/fingerprint: {stamp}")


def _status(project: Project) -> None:
    st.header("Where it stands")
    champion, found = project.deployment.champion(), project.results.monitoring()
    if champion is None:
        st.markdown("No model answers yet; it waits for approval.")
    else:
        names = ", ".join(f"{one.by} ({one.role})" for one in champion.approvals) or "nobody"
        st.markdown(
            f"Version {champion.number} ({escape(champion.model)}) answers; "
            f"approved by {escape(names)}."
        )
    if found is not None:
        st.markdown(escape(f"Last watched {numbers.at(found.created)}: {_watched(found)}"))
        if not state.presenting():
            onward.link("monitor", "See what was found", icon=":material/monitoring:")


def _watched(found: Monitoring) -> str:
    if not found.alerts:
        return "nothing that needs attention."
    moved = sum(row.drifted for row in found.drift)
    count = "1 alert" if len(found.alerts) == 1 else f"{len(found.alerts)} alerts"
    columns = f"{moved} of {len(found.drift)} columns moved"
    return f"{count}; {columns} away from what the model learned from."


def _on_the_way(project: Project) -> None:
    st.markdown("There is no answer yet. This is how far it is:")
    waiting = [one for one in project.states() if one.status is not Status.DONE]
    for one in waiting:
        st.markdown(f"- {WORDS[one.stage].title}: {escape(one.reason or one.status.value)}")
    first = waiting[0].stage if waiting else Stage.BUSINESS
    if not state.presenting():
        onward.link(first.value, f"Go on: {WORDS[first].title}", icon=":material/arrow_forward:")


page.plain("story", story)
