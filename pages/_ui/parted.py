"""What the split would refuse of the recipe, said where the recipe is made."""

import streamlit as st

from mll_core.domain.errors import InvalidParameter
from mll_core.domain.recipe import Recipe
from mll_core.recipe_trail import Steps
from mll_core.stages import prepare
from mll_core.workspace import Project
from pages._ui import places
from pages._ui.words import escape


def warn(project: Project) -> None:
    """Say above the list that the rows could not be parted with this recipe, and what to do."""
    if error := _refusal(project, project.recipe.steps):
        _say(error, project.recipe.steps)


def refuse(project: Project, candidate: Recipe) -> None:
    """Raises InvalidParameter for a step that looks over the split that somebody chose.

    As long as nobody chose one it is only said, as for a recipe that is refused already.
    """
    error = _refusal(project, candidate.steps)
    if error is None or _refusal(project, project.recipe.steps):
        return
    split = project.document.split
    if split.kind != "auto" or split.time_column or split.group_column or split.part_column:
        raise error
    _say(error, candidate.steps)


def _say(error: InvalidParameter, steps: Steps) -> None:
    said = places.said(f"{error} {error.hint}", steps)
    st.warning(escape(said), icon=":material/visibility_off:")


def _refusal(project: Project, steps: Steps) -> InvalidParameter | None:
    try:
        prepare.refuse_mixing(Recipe(steps=steps), project.document.split)
    except InvalidParameter as error:
        return error
    return None
