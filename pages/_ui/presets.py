"""How long training may take, by name."""

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.train_section import PRESETS
from mll_core.workspace import Project
from pages._ui import account, guard

KEY = "train-preset"


def draw(project: Project) -> None:
    """One click sets the seconds; none is marked while they are a number of one's own."""
    seconds = project.document.train.budget_seconds
    by_seconds = {span: name for name, span in PRESETS.items()}
    st.session_state[KEY] = by_seconds.get(seconds)
    st.segmented_control(
        "How long it may take",
        list(PRESETS),
        format_func=lambda name: f"{name.capitalize()}, {PRESETS[name] / 60:.0f} min",
        key=KEY,
        on_change=_choose,
        args=(project,),
        disabled=not account.may(Permission.EDIT),
        help="More time tries more settings. It ends earlier when others no longer help.",
    )


def _choose(project: Project) -> None:
    if chosen := st.session_state[KEY]:
        reason = f"chose the {chosen} search"
        guard.attempt(project.edit, "train.budget_seconds", PRESETS[chosen], reason)
