"""The grammar of every page: guard, header, work, the way on."""

from collections.abc import Callable

import streamlit as st

from mll_core.domain.errors import NotFound
from mll_core.domain.identity import Permission
from mll_core.domain.stage import Stage
from mll_core.workspace import Project
from pages._ui import account, banner, guard, header, onward, session, state


def stage(stage: Stage, work: Callable[[Project], None]) -> None:
    """Draw the page of one stage around its ``work``."""
    guard.enter(stage.value)
    with guard.user_errors():
        banner.draw()
        project = _opened(stage)
        if project is None:
            return
        header.draw(project, stage)
        account.told(stage)
        with st.container():
            guard.shown()
        with st.container(), guard.user_errors():
            work(project)
        onward.draw(project, stage)


def _opened(stage: Stage) -> Project | None:
    """The project of the page; else it is said why there is none, and what to do."""
    try:
        project = state.project()
    except NotFound as error:
        header.title(stage)
        todo = error.hint
        if session.asked():
            todo = "Ask an admin to give you a role in it, or choose another on Home."
        nothing_yet(guard.harmless(str(error)), guard.harmless(todo))
        return None
    if project is None:
        header.title(stage)
        start = "Start one with your own data or a sample."
        if account.refused_everywhere(Permission.EDIT):
            start = "Ask an admin to give you a role in one."
        nothing_yet("There is no project yet.", start)
    return project


def plain(slug: str, work: Callable[[], None]) -> None:
    """Draw a page that is not a stage."""
    guard.enter(slug)
    with guard.user_errors():
        banner.draw()
        guard.shown()
        work()


def nothing_yet(what: str, todo: str, target: str = "home", label: str = "Go to Home") -> None:
    """The empty state: one sentence, and one thing to do."""
    with st.container(border=True):
        st.markdown(f"**{what}**")
        st.markdown(todo)
        onward.link(target, label, icon=":material/arrow_forward:")
