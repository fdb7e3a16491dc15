"""The table of contents: one page per stage, in lifecycle order, inside one frame."""

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.domain.stage import Stage
from pages._ui import frame, guard, session, state
from pages._ui.words import WORDS

st.set_page_config(page_title="Machine Learning Workbench", page_icon="🧭", layout="wide")

around = {
    "home": st.Page("pages/home.py", title="Home", icon=":material/home:"),
    "story": st.Page("pages/story.py", title="Story", icon=":material/auto_stories:"),
    "query": st.Page("pages/query.py", title="Ask the data", icon=":material/database_search:"),
    "whatif": st.Page("pages/whatif.py", title="What if", icon=":material/alt_route:"),
    "activity": st.Page("pages/activity.py", title="Activity", icon=":material/history:"),
}
if session.asked() and state.actor().may(Permission.ADMINISTER):
    around["people"] = st.Page("pages/people.py", title="People", icon=":material/group:")
stages = {
    stage.value: st.Page(f"pages/{stage}.py", title=WORDS[stage].title, icon=WORDS[stage].icon)
    for stage in Stage
}


def welcome() -> None:
    """The bare address: the story of a finished project, else Home."""
    with guard.user_errors():
        project = state.project()
        told = project is not None and project.report() is not None
        st.switch_page(around["story" if told else "home"], query_params=state.address())


first = st.Page(welcome, title="Machine Learning Workbench", default=True)
opened = st.navigation([first, *around.values(), *stages.values()], position="hidden")
frame.forward({**around, **stages})
frame.sidebar()
if state.presenting() and opened is not around["story"]:
    st.switch_page(around["story"], query_params=state.address())
opened.run()
