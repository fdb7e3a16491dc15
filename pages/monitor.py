"""Stage 7, monitor: new data against the reference, outcomes, alerts, and retraining."""

import streamlit as st

from mll_core.domain.stage import Stage
from mll_core.watching import REQUESTS
from mll_core.workspace import Project
from pages._ui import challenger, form, jobs, numbers, page, people, schedules, uploads, watching
from pages._ui.words import escape

FILE, LOGGED = "A file", "What the service was asked"


def work(project: Project) -> None:
    """What to look at, the pass, what it found, and the way to a challenger."""
    if project.deployment.champion() is None:
        page.nothing_yet(
            "No model answers yet.", "Approve and promote one.", "deploy", "Put it to work"
        )
        return
    people.due(project)
    found = project.results.monitoring()
    with st.container(border=True):
        current, labels = _sources()
        _watch(project, current, labels)
    jobs.panel(project, "monitor", "retrain")
    if found is not None:
        watching.draw(project, found)
        told = f"The rows watched last, {numbers.at(found.created)}; another file goes above."
        if current:
            _retrain(project, current, labels)
        else:
            _retrain(project, found.source, labels or found.labels, told)
    schedules.section(project, current or (found.source if found else ""))
    people.kept(project)
    with st.expander("When to speak up"):
        form.section(project, "monitor", list(type(project.document.monitor).model_fields))


def _sources() -> tuple[str, str | None]:
    """The rows to look at, empty when none are chosen yet, and the outcomes when known."""
    kind = st.segmented_control(
        "Look at", [FILE, LOGGED], key="monitor-kind", default=FILE, required=True
    )
    uploads.take_brought("monitor-current-path")
    left, right = st.columns(2)
    current = REQUESTS
    if kind == FILE:
        with left:
            current = _source("New data, such as next month's file", "monitor-current")
    with right:
        labels = _source("What really happened, if known already", "monitor-labels")
    return current, labels or None


def _source(label: str, key: str) -> str:
    file = st.file_uploader(label, type=uploads.ENDINGS, key=f"{key}-file")
    path = st.text_input(
        "or its path", key=f"{key}-path", placeholder="/data/week-1.csv", help=label
    )
    return uploads.kept(file) if file else path.strip()


def _watch(project: Project, current: str, labels: str | None) -> None:
    parameters = {"current": current, "labels": labels}
    st.button(
        "Compare with the reference",
        type="primary",
        icon=":material/query_stats:",
        key="monitor",
        disabled=not current or jobs.live(project),
        on_click=jobs.submit,
        args=(project, "monitor"),
        kwargs={name: value for name, value in parameters.items() if value},
    )
    if not current:
        st.caption("Choose a file of new rows, or give its path.")


def _retrain(project: Project, current: str, labels: str | None, told: str = "") -> None:
    st.header("Retrain")
    st.markdown(
        "A challenger is trained with the new rows added, then both answer the same rows. It "
        "only becomes a candidate; you decide on the Deploy page.",
        width=720,
    )
    if told:
        st.caption(told)
    parameters = {"current": current, "labels": labels}
    st.button(
        f"Retrain with {escape(uploads.name_of(current))}",
        icon=":material/autorenew:",
        key="retrain",
        disabled=jobs.blocked(project),
        help="Needs the true answers, in the file or beside it.",
        on_click=jobs.submit,
        args=(project, "retrain"),
        kwargs={name: value for name, value in parameters.items() if value},
    )
    challenger.draw(project)


page.stage(Stage.MONITOR, work)
