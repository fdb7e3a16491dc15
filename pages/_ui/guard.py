"""The guard at the door of a page, and errors as calm cards: what happened, what to do."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import uuid4

import streamlit as st
from streamlit.errors import StreamlitAPIException

from mll_core.domain.errors import (
    InvalidParameter,
    MllError,
    UnfitQuestion,
    UnknownColumn,
    WrongColumnKind,
)
from mll_core.domain.step import Step
from mll_core.infra import logs
from pages._ui import places, state
from pages._ui.words import unlinked

log = logging.getLogger("mll.pages")
MISTAKES = (InvalidParameter, UnfitQuestion, UnknownColumn, WrongColumnKind)
KEPT = "Nothing was changed by this: what you had before is still there."


class Unfinished(InvalidParameter):
    """A form in which something is not filled in yet, which is nobody's mistake."""


def enter(slug: str) -> None:
    """Send the first visitor of a cold server through ``app.py``, which draws the frame."""
    if "_frame" in st.session_state:
        return
    with suppress(StreamlitAPIException):  # a page run alone has no app.py to go to
        st.switch_page("app.py", query_params={**st.query_params.to_dict(), "goto": slug})


@contextmanager
def user_errors(
    kept: str = KEPT, steps: Sequence[Step] | None = None, at: int | None = None
) -> Iterator[None]:
    """Show what goes wrong in the block as a card; the rest of the page is still drawn.

    ``steps``: the recipe that is tried, else that of the project; ``at``: its step in question.
    """
    try:
        yield
    except Exception as error:
        card(error, kept, steps, at)


def card(
    error: Exception, kept: str = KEPT, steps: Sequence[Step] | None = None, at: int | None = None
) -> None:
    """One error, calm: no traceback here, an id that finds it in the log.

    A question or a value that is not understood is nobody's bug: it has no id.
    """
    if isinstance(error, Unfinished):
        st.info(harmless(str(error)), icon=":material/edit_note:")
        return
    if isinstance(error, MllError):
        title, todo = "This did not work", said(error.hint, steps, at)
        what = said(str(error), steps, at)
    else:
        title = "Something is wrong in the workbench"
        what = "An unexpected error came up; it is not your mistake."
        todo = "Try again, or reload the page. If it comes back, report the number below."
    st.error(f"{harmless(what)}\n\n**What to do:** {harmless(todo)}\n\n{kept}", title=title)
    if isinstance(error, MISTAKES):
        return
    number = uuid4().hex[:8]
    log.error("error %s", number, exc_info=error)
    where = (
        "logs/pages.log of the workspace" if logs.in_file(log.name) else "what the server prints"
    )
    st.caption(f"Error {number}; its details are in {where}.")


def said(text: str, steps: Sequence[Step] | None = None, at: int | None = None) -> str:
    """What the engine refuses, with the places as they are called on the pages."""
    if steps is None:
        steps = ()
        with suppress(MllError):  # an error about the project itself has no recipe to look at
            project = state.project()
            steps = project.document.prepare.steps if project else ()
    return places.said(text, steps, at)


def attempt(action: Callable[..., object], *arguments: object) -> None:
    """Do something as the callback of a button; what goes wrong is shown on the page."""
    try:
        action(*arguments)
    except MllError as error:
        later(error)


def later(error: Exception) -> None:
    """Keep an error of a callback for the next drawing of the page."""
    st.session_state["_error"] = error


def shown() -> None:
    """Draw the error that a callback left behind, once."""
    if error := st.session_state.pop("_error", None):
        card(error)


def harmless(text: str) -> str:
    """Lines stay lines, and what a user typed never becomes Markdown."""
    text = unlinked(text)
    for sign in "\\`*_[]<>$#~":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "  \n")
