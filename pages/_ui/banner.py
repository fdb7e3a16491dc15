"""One calm notice above every page while the disk is full or can only be read."""

import streamlit as st

from mll_core.infra import room
from pages._ui import state
from pages._ui.guard import harmless


def draw() -> None:
    """The notice; nothing when there is room. The place is kept, so that nothing below jumps."""
    opened = state.workspace()
    with st.container():
        if found := room.shortage(opened.home, opened.database):
            said = f"{harmless(found.message)}\n\n**What to do:** {harmless(found.hint)}"
            title = "Looking only" if found.everything else "Little room"
            st.warning(said, title=title, icon=":material/hard_drive:")
