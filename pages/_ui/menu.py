"""The menu of steps: found by plain words or by topic, each with what it does."""

import streamlit as st

from mll_core import step_menu
from mll_core.catalog import STEPS
from mll_core.domain.topic import Topic
from pages._ui import numbers
from pages._ui.words import escape

ASKED, TOPIC, CHOSEN = "step-asked", "step-topic", "step-kind"
LISTED = 6
"""So many of what was found are shown with what they do; the rest stands in the menu."""


def choose() -> str | None:
    """The kind of step that is chosen; None as long as there is none."""
    asking, sorting = st.columns([3, 2])
    asked = asking.text_input(
        "What do you want to do?",
        key=ASKED,
        placeholder="duplicates, currency, past, missing …",
        on_change=_forget,
        persist_state="page",
    )
    topic = sorting.selectbox(
        "Topic",
        list(Topic),
        index=None,
        placeholder="All topics",
        format_func=lambda topic: topic.value,
        key=TOPIC,
        on_change=_forget,
        persist_state="page",
    )
    about = [cls for cls in step_menu.sorted_steps() if topic in (None, cls.topic)]
    found = [cls.name() for cls in step_menu.find(asked, about)]
    if asked.strip() and not found:
        st.caption("No step is called that or does that. Try another word, or look by topic.")
        found = [cls.name() for cls in about]
        asked = ""
    kind: str | None = st.selectbox(
        f"Step ({numbers.some(len(found), 'step')} to choose from)",
        found,
        index=None,
        placeholder="Choose a step",
        format_func=_said,
        key=CHOSEN,
        persist_state="page",
    )
    if kind is None and (asked.strip() or topic):
        _listed(found)
    return kind


def _said(kind: str) -> str:
    """The label behind its topic, so that those of one topic stand together."""
    return f"{STEPS[kind].topic.value}: {STEPS[kind].label}"


def _listed(found: list[str]) -> None:
    for kind in found[:LISTED]:
        cls = STEPS[kind]
        with st.container(gap=None):
            st.button(
                cls.label,
                key=f"step-take-{kind}",
                icon=":material/add:",
                type="tertiary",
                on_click=_take,
                args=(kind,),
            )
            st.caption(escape(step_menu.card(cls)))
    if len(found) > LISTED:
        st.caption(f"{len(found) - LISTED} more are in the menu above.")


def _take(kind: str) -> None:
    st.session_state[CHOSEN] = kind


def _forget() -> None:
    """What was chosen before, when somebody looks for something else."""
    st.session_state[CHOSEN] = None
