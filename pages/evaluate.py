"""Stage 5, evaluate: open the sealed test on purpose, judge the gate, explain the model."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mll_core.domain.report import Report
from mll_core.domain.stage import Stage
from mll_core.handover import standing
from mll_core.workspace import Project
from pages._ui import (
    claims,
    closer,
    curves,
    discovered,
    evidence,
    fairness,
    findings,
    glossary,
    guard,
    jobs,
    page,
    room,
    seal,
    threshold,
)
from pages._ui import report as hand_over
from pages._ui.words import escape

BANDED = {
    "ROC": "roc",
    "Precision and recall": "precision_recall",
    "Calibration": "calibration",
}
"""Tabs that are views with a band, by their kind; without one the line alone is drawn."""
SAID = {
    "ROC": "roc_auc",
    "Calibration": "calibration",
    "Precision and recall": "average_precision",
    "Right and wrong": "confusion",
    "Threshold": "threshold",
    "Groups": "protected",
}


def work(project: Project) -> None:
    """The deliberate act, then the evidence."""
    training, report = project.results.training(), project.report()
    if training is None:
        page.nothing_yet("No model has been trained yet.", "Train some.", "train", "Train models")
        return
    if report is None or report.run_id != training.run_id:
        seal.shut(project, again=report is not None)
    else:
        seal.opened_already(project, report)
    jobs.panel(project, "run", "mitigate")
    if report is not None:
        _report(project, report)
    else:
        closer.draw(project)
        room.draw(project)


def _report(project: Project, report: Report) -> None:
    evidence.gate(report, standing(project, report))
    if report.advice:
        st.header("What to do next")
        findings.advice(project, report.advice, key="advice")
    st.header("What can be said")
    claims.listed(report.claims, standing(project, report))
    evidence.headline(report)
    findings.draw(project, (report.overfit, *report.fairness), key="overfit")
    st.header("The evidence")
    if not project.evidence.judged():
        st.info(
            f"This is the evidence about {escape(report.model)}, which was judged before. The "
            "newest model has not been judged yet, so right and wrong answers, scores, worst "
            "errors, bands and most closer looks are missing: open the sealed test for it, above.",
            icon=":material/lock:",
        )
    parts = _parts(project, report)
    for tab, (title, part) in zip(st.tabs(list(parts)), parts.items(), strict=True):
        with tab, guard.user_errors():
            if said := glossary.meaning(SAID.get(title, "")):
                st.caption(said)
            part()
    closer.draw(project, but=BANDED.values())
    room.draw(project)
    hand_over.download(project)


def _parts(project: Project, report: Report) -> dict[str, Callable[[], None]]:
    """What there is to show, by the title of its tab."""
    parts: dict[str, Callable[[], None]] = {}
    if report.test:  # where nobody knows an answer, nothing is measured
        parts["Metrics"] = partial(evidence.table, report)
    if report.explanation is not None:
        parts["What drives it"] = partial(evidence.explanation, report)
    parts |= {cls.label: partial(closer.one, project, cls) for cls in project.evidence.told()}
    families = curves.families(report.curves)
    views = {cls.name(): cls for cls in project.evidence.menu()}
    for title in dict.fromkeys((*BANDED, *families)):
        if found := families.get(title):
            parts[title] = partial(curves.draw, found, title=title, key=f"curve-{title}")
        if title == "Threshold" and project.evidence.judged():
            parts[title] = partial(threshold.draw, project, report)
        elif view := views.get(BANDED.get(title, "")):
            parts[title] = partial(closer.one, project, view, parts.get(title))
    if report.grouping:
        parts["The groups"] = partial(discovered.grouping, report.grouping, key="tested")
    if report.oddness:
        parts["What stands out"] = partial(discovered.oddness, report.oddness, key="tested")
    if report.groups:
        parts["Groups"] = partial(fairness.draw, project, report)
    return parts


page.stage(Stage.EVALUATE, work)
