"""The grammar of every page: guard, header, work, the way on."""

from collections.abc import Callable

import streamlit as st

from mll_core.domain.stage import Stage
from mll_core.workspace import Project
from pages._ui import account, banner, guard, header, onward, state


def stage(stage: Stage, work: Callable[[Project], None]) -> None:
    """Draw the page of one stage around its ``work``."""
    guard.enter(stage.value)
    with guard.user_errors():
        banner.draw()
        project = state.project()
        if project is None:
            header.title(stage)
            nothing_yet("There is no project yet.", "Start one with your own data or a sample.")
            return
        header.draw(project, stage)
        account.told(stage)
        with st.container():
            guard.shown()
        with st.container(), guard.user_errors():
            work(project)
        onward.draw(project, stage)


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
