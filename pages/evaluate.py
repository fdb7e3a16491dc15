"""Stage 5, evaluate: open the sealed test on purpose, judge the gate, explain the model."""

import streamlit as st

from mll_core.domain.report import Report
from mll_core.domain.stage import Stage, Status
from mll_core.workspace import Project
from pages._ui import curves, evidence, findings, glossary, jobs, numbers, page, verdict
from pages._ui import report as hand_over
from pages._ui.words import escape


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
    for claim in report.claims:
        st.markdown(f"- {escape(claim.sentence)}", width=720)
    evidence.metrics(report)
    findings.draw(project, (report.overfit, *report.fairness), key="overfit")
    names = [curve.name for curve in report.curves]
    more = {
        "Confusion": bool(report.confusion),
        "What drives it": report.explanation is not None,
        "Groups": bool(report.groups),
        "Worst errors": bool(report.worst),
    }
    shown = [*names, *(name for name, there in more.items() if there)]
    tabs = dict(zip(shown, st.tabs(shown), strict=True)) if shown else {}
    for curve in report.curves:
        with tabs[curve.name]:
            curves.curve(curve, key=f"curve-{curve.name}")
    if "Confusion" in tabs:
        with tabs["Confusion"]:
            st.caption(glossary.meaning("confusion") or "")
            curves.confusion(report, key="confusion")
    if "What drives it" in tabs:
        with tabs["What drives it"]:
            evidence.explanation(report)
    if "Groups" in tabs:
        with tabs["Groups"]:
            evidence.groups(report)
    if "Worst errors" in tabs:
        with tabs["Worst errors"]:
            evidence.worst(report)
    hand_over.download(project)


page.stage(Stage.EVALUATE, work)
