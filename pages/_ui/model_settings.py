"""The settings of the models that were chosen, each with what it means."""

from inspect import cleandoc

import streamlit as st

from mll_core.domain.identity import Permission
from mll_core.workspace import Project
from pages._ui import account, form, guard
from pages._ui.words import escape


def draw(project: Project) -> None:
    """One folded form per chosen model; what is filled in is kept by its button."""
    for place, model in enumerate(project.document.train.models):
        cls = type(model)
        if not cls.parameters():
            continue
        key = f"{project.slug}/settings/{place}-{cls.name()}"
        with st.expander(f"Settings: {model.label}", type="compact"):
            st.caption(escape(" ".join(cleandoc(cls.__doc__ or "").split())))
            with st.form(key, border=False), guard.user_errors("Nothing was kept."):
                filled = form.draw(cls, now=model, prefix=f"{key}/")
                closed = not account.may(Permission.EDIT)
                if st.form_submit_button("Keep these settings", disabled=closed):
                    models = list(project.document.train.models)
                    models[place] = filled
                    plain = [one.model_dump(mode="json") for one in models]
                    guard.attempt(project.edit, "train.models", plain, "changed settings")
                    st.rerun()
