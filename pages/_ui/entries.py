"""A list of the document: its entries as sentences, each removable, and a form to add one."""

from collections.abc import Mapping
from functools import reduce

import streamlit as st
from pydantic import BaseModel

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, form, guard
from pages._ui.form import Options
from pages._ui.words import escape


def draw(
    project: Project,
    path: str,
    cls: type[BaseModel],
    *,
    label: str,
    options: Options | None = None,
    fixed: Mapping[str, object] | None = None,
) -> None:
    """The entries at ``path``, each a ``cls``; ``fixed`` fields are set and not asked."""
    there = reduce(getattr, path.split("."), project.document)
    for number, entry in enumerate(there):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escape(sentence(entry)), width="stretch")
            st.button(
                "Remove",
                key=f"{path}-remove-{number}",
                icon=":material/delete:",
                type="tertiary",
                on_click=guard.attempt,
                args=(project.history.remove, path, number),
                **account.allowed(Permission.EDIT),
            )
    if not account.holds(Permission.EDIT):
        return
    with st.expander(f"A new entry: {label}", icon=":material/add:"), guard.user_errors():
        fault, added = None, None
        with st.form(f"{path}-add", border=False, enter_to_submit=False):
            try:
                keys = f"{path}-{len(there)}-"
                added = form.draw(cls, options=options, fixed=fixed or {}, prefix=keys)
            except InvalidParameter as error:  # only a press of the button complains
                fault = error
            pressed = st.form_submit_button(f"Add {label}", **account.allowed(Permission.EDIT))
        if pressed and fault:
            raise fault
        if pressed and added:
            project.history.append(path, added.model_dump(mode="json"), f"added {label}")
            st.rerun()


def sentence(entry: BaseModel) -> str:
    """What an entry says: its own sentence, else its values in order."""
    if hasattr(entry, "sentence"):
        return str(entry.sentence())
    values = [str(value) for value in entry.model_dump().values() if value]
    return (": " if hasattr(entry, "reason") else ", ").join(values)
