"""The table of contents: one page per stage, in lifecycle order, inside one frame."""

import streamlit as st

from mll_core.domain.stage import Stage
from pages._ui import frame, state
from pages._ui.words import WORDS

st.set_page_config(page_title="Machine Learning Workbench", page_icon="🧭", layout="wide")

around = {
    "home": st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
    "story": st.Page("pages/story.py", title="Story", icon=":material/auto_stories:"),
    "activity": st.Page("pages/activity.py", title="Activity", icon=":material/history:"),
}
stages = {
    stage.value: st.Page(f"pages/{stage}.py", title=WORDS[stage].title, icon=WORDS[stage].icon)
    for stage in Stage
}
sections = {"Overview": list(around.values()), "Stages": list(stages.values())}
opened = st.navigation(sections, position="hidden")
frame.forward({**around, **stages})
frame.sidebar()
if state.presenting() and opened is not around["story"]:
    st.switch_page(around["story"], query_params=state.address())
opened.run()
