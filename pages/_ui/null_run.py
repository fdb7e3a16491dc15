"""The null run: with the answers dealt out by chance the pipeline must find nothing."""

import streamlit as st

from mll_core.workspace import Project
from pages._ui import jobs
from pages._ui.words import escape

WHAT = (
    "**Null run.** The answers are dealt out anew by chance, so there is nothing left to find, and "
    "the whole pipeline runs on them. If it still scores better than always the same answer, a "
    "step or an encoder has seen answers it must not see."
)


def draw(project: Project) -> None:
    """The button and the verdict with its numbers."""
    st.markdown(WHAT, width=720)
    newest = project.worth.null_run()
    st.button(
        "Try it on shuffled answers" if newest is None else "Try again",
        key="null-run",
        icon=":material/shuffle:",
        disabled=jobs.blocked(project) or project.document.brief.target is None,
        help="Ten shuffles, each with its seed; every fold learns recipe and encoders anew.",
        on_click=jobs.submit,
        args=(project, "null"),
    )
    if newest is None:
        st.caption(
            "Shows what the pipeline scores on shuffled answers beside what always the same answer "
            "scores, and a verdict. Takes under a minute for 10,000 rows, and two minutes at most."
        )
        return
    if not newest.fresh:
        st.caption("The recipe, the data or the target changed since; try again.")
    sentence = escape(newest.value.sentence())
    if newest.value.passed:
        st.success(sentence, icon=":material/verified:")
    else:
        st.error(sentence, icon=":material/gpp_bad:")
