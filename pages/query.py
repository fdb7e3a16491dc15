"""Ask the data: questions in SQL about the project's tables, answered where they can do no harm."""

import streamlit as st

from mll_core.domain.errors import NotReady
from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, guard, numbers, onward, page, questions, state
from pages._ui.words import escape

ASKED = 20


def query() -> None:
    """What there is to ask, the question, the answer, and what was asked before."""
    st.title("Ask the data")
    project = state.project()
    if project is None:
        page.nothing_yet("There is no project yet.", "Start one first.")
        return
    st.markdown(
        "Ask this project's tables in SQL, the language of databases. "
        "A question reads and changes nothing; who asked what is in the log.",
        width=720,
    )
    if not account.holds(Permission.QUERY):
        st.info(escape(account.refused(Permission.QUERY)))
        return
    try:
        tables = project.questions.tables()
    except NotReady as missing:
        page.nothing_yet(str(missing), missing.hint, "collect", "Go to Collect")
        return
    left, right = st.columns([2, 1], gap="large")
    with right:
        questions.tables(tables, project.questions.test_rows())
    with left:
        _question(project, questions.examples(tables, project.document.brief.target))
    _asked_before(project)


def _question(project: Project, examples: dict[str, str]) -> None:
    key = questions.key(project.slug)
    st.session_state.setdefault(key, next(iter(examples.values())))
    st.text_area("Your question", key=key, height=150)
    with st.container(horizontal=True):
        asked = st.button(
            "Run",
            type="primary",
            icon=":material/play_arrow:",
            key="query-run",
            help=account.refused(Permission.QUERY),
            disabled=not account.may(Permission.QUERY),
        )
        for label, sql in examples.items():
            st.button(label, type="tertiary", on_click=questions.take, args=(key, sql))
    sql = st.session_state[key]
    if asked:
        questions.forget()
        with st.spinner("Looking"), guard.user_errors():
            questions.keep(project.slug, sql, project.query(sql))
    if found := questions.kept(project.slug):
        questions.answer(project, *found)


def _asked_before(project: Project) -> None:
    found = project.questions.newest(ASKED)
    if not found:
        return
    with st.expander(f"Asked before ({len(found)})", icon=":material/history:"):
        st.caption("Values in quotes and long numbers are not kept in the log.")
        rows = [
            {
                "When": numbers.at(event.at),
                "Who": event.actor,
                "Question": event.detail.get("sql", ""),
                "Rows": event.detail.get("rows"),
                "Seconds": event.detail.get("seconds"),
            }
            for event in found
        ]
        st.dataframe(rows, hide_index=True, alt="Questions asked before, newest first")
    onward.link("activity", "See everything that was done", icon=":material/history:")


page.plain("query", query)
