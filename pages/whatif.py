"""What if: a made-up case, or two side by side, asked of the newest model."""

from typing import Any

import streamlit as st

from mll_core.domain.errors import NotReady
from mll_core.domain.ground import NOT_CAUSE
from mll_core.stages.evaluate.whatif import Cases
from mll_core.workspace import Project
from pages._ui import case_answer, case_form, guard, page, scenarios, state
from pages._ui.case_form import Form


def whatif() -> None:
    """The cases, what is said of them, what would change it, and what was kept."""
    st.title("What if")
    project = state.project()
    if project is None:
        page.nothing_yet("There is no project yet.", "Start one first.")
        return
    try:
        cases = _cases(project)
    except NotReady as missing:
        stage = "train" if project.results.training() is None else "evaluate"
        where = (stage, f"Go to {stage.capitalize()}")
        page.nothing_yet(str(missing), missing.hint, *where)
        return
    st.markdown("Change a case and see what the newest model says, and why.", width=720)
    st.caption(NOT_CAUSE)
    form = cases.form()
    with guard.user_errors():
        scenarios.open_wanted(project, form)
    _start(cases, form)
    records = _forms(form)
    with guard.user_errors():
        _answers(cases, records)
    scenarios.movables(project, form)
    scenarios.draw(project, form, records)


def _cases(project: Project) -> Cases:
    training, split = project.results.training(), project.results.split()
    if training is None or split is None:
        raise NotReady("No model has been trained yet.", hint="Train some.")
    key = (training.model_sha256, split.development.sha256, project.history.newest().version)
    return _loaded(str(project.rooms.home), project.slug, *key, project)


@st.cache_resource(max_entries=5, ttl=1800, show_spinner="Loading the model")
def _loaded(home: str, slug: str, model: str, rows: str, version: int, _project: Project) -> Cases:
    return _project.whatif.cases()


def _start(cases: Cases, form: Form) -> None:
    """Where a case begins: usual values, or a row."""
    for side in "ab":
        if not case_form.started(form, side):
            case_form.fill(form, side, cases.usual())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Usual values", key="whatif-usual", on_click=_begin, args=(cases, form))
        number = st.number_input(
            f"Row (1 to {len(cases.rows):,})",
            min_value=1,
            max_value=len(cases.rows),
            key="whatif-row",
            width=160,
        )
        st.button("Take this row", key="whatif-take", on_click=_begin, args=(cases, form, number))
        st.toggle(
            "A second case beside it",
            key=scenarios.BOTH,
            help="It begins as a copy of the first.",
            on_change=_copied,
            args=(form,),
        )
        st.toggle(
            "Type numbers",
            key=case_form.TYPED,
            help="Also beyond what was seen; then it is said that there is no similar case.",
            on_change=case_form.typed,
            args=(form, "ab"),
        )


def _begin(cases: Cases, form: Form, row: int | None = None) -> None:
    case_form.fill(form, "a", cases.usual() if row is None else cases.row(int(row)))
    st.session_state[scenarios.ROW] = row is not None


def _copied(form: Form) -> None:
    case_form.copy(form)


def _forms(form: Form) -> list[dict[str, Any]]:
    if not st.session_state.get(scenarios.BOTH):
        return [case_form.fields(form, "a")]
    records = []
    for side, place in zip("ab", st.columns(2, gap="large"), strict=True):
        with place:
            st.subheader(f"Case {side.upper()}")
            records.append(case_form.fields(form, side))
    return records


def _answers(cases: Cases, records: list[dict[str, Any]]) -> None:
    first, *others = records
    said = [cases.ask(first)]
    said += [cases.ask(record, said[0]) for record in others]
    places = st.columns(2, gap="large") if len(said) > 1 else [st.container()]
    for number, (case, place) in enumerate(zip(said, places, strict=True)):
        with place:
            case_answer.against(cases, case_form.began("ab"[number]), records[number])
            case_answer.draw(cases, case, key=f"case-{number}")
    if len(said) > 1:
        case_answer.compared(cases, *said)
    case_answer.ways(cases, said[0])


page.plain("whatif", whatif)
