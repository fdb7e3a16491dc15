"""Rows that are nearly the same, reviewed by a person: what is ticked becomes one step."""

import pandas as pd
import streamlit as st

from mll_core.catalog import STEPS
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.stages import prepare
from mll_core.stages.prepare import Group
from mll_core.workspace import Project
from pages._ui import account, comparing, guard, numbers, people, tables

AT_ONCE = 15
"""Groups on the page; the next ones come when these are decided."""
STAYS = "Stays"


def draw(project: Project) -> None:
    """Choose what is compared; tick groups, choose the row that stays."""
    st.header("Rows that look alike")
    st.markdown(
        "The same customer or product, written twice. Choose the columns that tell rows apart, "
        "such as name and street; only what you tick is dropped, and rows that come later stay.",
        width=720,
    )
    chosen, how = st.columns([2, 3], gap="large")
    columns = chosen.multiselect(
        "Columns that are compared",
        _columns(project),
        key="near-columns",
        placeholder="None",
        persist_state="page",
    )
    least = how.slider(
        "How alike they must be", 70, 99, 90, 1, "%d %%", key="near-least", persist_state="page"
    )
    how.caption("100 % is the same to the letter. The score is the mean over the columns.")
    if columns:
        with guard.user_errors("The recipe is as it was."):
            _groups(project, tuple(columns), least / 100)


def _columns(project: Project) -> list[str]:
    hidden = set(people.hidden(project))
    with guard.user_errors("The recipe is as it was."):
        recipe = Recipe(steps=project.recipe.steps).up_to_learning
        others = project.tables.paths(recipe.steps)
        schema = prepare.schema(recipe, project.results.data_path(), others, patient=False)
        return [name for name in schema.names if name not in hidden]
    return []


def _groups(project: Project, columns: tuple[str, ...], least: float) -> None:
    # Rows are dropped before anything is learned, so they are compared as they are by then.
    recipe = Recipe(steps=project.recipe.steps).up_to_learning
    path, others = project.results.data_path(), project.tables.paths(recipe.steps)
    rows = prepare.Compared(recipe, path, others)
    asked = prepare.NearRows(columns=columns, least=least)
    found = rows.known_rows(asked) if rows.large else rows.rows(asked)
    if found is None:
        comparing.offer(project, asked)
        return
    some = f", the most frequent of {numbers.count(found.distinct)}" * (
        found.compared < found.distinct
    )
    st.markdown(
        f"Compared {numbers.count(found.compared)} different rows{some}: "
        f"**{numbers.some(len(found.groups), 'group')}** of rows that look alike."
    )
    prefix = f"near-{project.history.newest().version}-{'/'.join(columns)}-{least}"
    shown = found.groups[:AT_ONCE]
    told = [_group(one, columns, f"{prefix}-{number}") for number, one in enumerate(shown)]
    if len(shown) < len(found.groups):
        st.caption(f"These are the {AT_ONCE} most alike; the next come after them.")
    decisions = prepare.decided([one for one in told if one])
    if shown:
        st.button(
            f"Drop {numbers.some(len(decisions), 'near duplicate')}",
            key="near-drop",
            type="primary",
            icon=":material/content_cut:",
            on_click=guard.attempt,
            args=(_drop, project, columns, least, decisions),
            **account.allowed(Permission.EDIT, disabled=not decisions),
        )


def _group(found: Group, columns: tuple[str, ...], key: str) -> Group | None:
    """One group with its tick and the row that stays, first; None when it is left as it is."""
    with st.container(border=True):
        tick, stays = st.columns([2, 3], vertical_alignment="center")
        taken = tick.checkbox(
            f"The same, {found.score:.0%} alike", key=f"{key}-take", persist_state="page"
        )
        keep = stays.selectbox(
            STAYS,
            range(len(found.contents)),
            format_func=lambda place: f"Row {place + 1}: {_plain(found.values[place])}",
            key=f"{key}-keep",
            persist_state="page",
        )
        frame = pd.DataFrame(found.values, columns=list(columns), dtype="str")
        frame.insert(0, "Rows", found.counts)
        tables.draw(frame, alt="Rows that look alike")
    if not taken:
        return None
    kept = found.contents[keep]
    contents = (kept, *(one for one in found.contents if one != kept))
    return found.model_copy(update={"contents": contents})


def _plain(values: tuple[str | None, ...]) -> str:
    """A row in one line, as a menu shows it: a menu knows no Markdown."""
    return " | ".join(" ".join((value or numbers.MISSING).split()) for value in values)


def _drop(
    project: Project, columns: tuple[str, ...], least: float, decisions: dict[str, str]
) -> None:
    step = STEPS["drop_near_duplicates"].of(columns=columns, least=least, decisions=decisions)
    project.recipe.add(step)
