"""Stage 5, evaluate: open the sealed test on purpose, judge the gate, explain the model."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mll_core.domain.report import Report
from mll_core.domain.stage import Stage, Status
from mll_core.workspace import Project
from pages._ui import (
    curves,
    evidence,
    findings,
    glossary,
    guard,
    jobs,
    numbers,
    page,
    threshold,
    verdict,
)
from pages._ui import report as hand_over
from pages._ui.words import escape

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
        _seal(project, again=report is not None)
    else:
        _status(project, report)
    jobs.panel(project, "run")
    if report is not None:
        _report(project, report)


def _seal(project: Project, *, again: bool) -> None:
    split = project.results.split()
    opened = len(project.seals.openings(split.test.sha256)) if split else 0
    with st.container(border=True):
        st.markdown(
            f"**The sealed test is shut.** {numbers.count(split.test.rows if split else 0)} rows "
            "were put aside before training. Opening them shows how good the model really is; "
            "the success criteria are sealed first, and the opening is logged."
        )
        if opened:
            st.warning(
                f"These rows were opened {opened} times before. Each further look makes the "
                "answer a little less honest, because one starts to choose by it.",
                icon=":material/lock_open:",
            )
        _open(project, "Open the sealed test" + (" for the new model" if again else ""))


def _open(project: Project, label: str) -> None:
    st.button(
        label,
        type="primary",
        icon=":material/lock_open:",
        key="open-test",
        disabled=jobs.live(project),
        on_click=jobs.submit,
        args=(project, "run"),
        kwargs={"until": "evaluate"},
    )


def _status(project: Project, report: Report) -> None:
    times = "once" if report.opening == 1 else f"{report.opening} times"
    st.caption(
        f"The sealed test was opened {times}; criteria sealed {numbers.at(report.gate.sealed_at)} "
        f"({report.gate.sealed_sha256[:8]}). Judged: {report.model}, {numbers.at(report.created)}."
    )
    state = next(one for one in project.states() if one.stage is Stage.EVALUATE)
    if state.status is Status.STALE:
        _open(project, "Run again and judge anew")


def _report(project: Project, report: Report) -> None:
    verdict.gate(report.gate)
    if report.advice:
        st.header("What to do next")
        findings.advice(project, report.advice, key="advice")
    st.header("What can be said")
    st.markdown("\n".join(f"- {escape(claim.sentence)}" for claim in report.claims), width=720)
    evidence.headline(report)
    findings.draw(project, (report.overfit, *report.fairness), key="overfit")
    st.header("The evidence")
    parts = _parts(report)
    for tab, (title, part) in zip(st.tabs(list(parts)), parts.items(), strict=True):
        with tab, guard.user_errors():
            if said := glossary.meaning(SAID.get(title, "")):
                st.caption(said)
            part()
    hand_over.download(project)


def _parts(report: Report) -> dict[str, Callable[[], None]]:
    """What there is to show, by the title of its tab."""
    parts: dict[str, Callable[[], None]] = {"Metrics": partial(evidence.table, report)}
    if report.explanation is not None:
        parts["What drives it"] = partial(evidence.explanation, report)
    if report.confusion:
        parts["Right and wrong"] = partial(curves.confusion, report, key="confusion")
    for title, family in curves.families(report.curves).items():
        if title == "Threshold":
            parts[title] = partial(threshold.draw, report, family)
        else:
            parts[title] = partial(curves.draw, family, title=title, key=f"curve-{title}")
    if report.groups:
        parts["Groups"] = partial(evidence.groups, report)
    if report.worst:
        parts["Worst errors"] = partial(evidence.worst, report)
    return parts


page.stage(Stage.EVALUATE, work)
