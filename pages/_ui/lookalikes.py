"""Spellings that look alike, reviewed by a person: what is ticked becomes one step."""

from collections.abc import Mapping

import ibis
import streamlit as st

from mll_core.catalog import STEPS
from mll_core.domain.clusters import METHODS, REACH, Cluster, merged
from mll_core.domain.errors import InvalidParameter
from mll_core.domain.identity import Permission
from mll_core.domain.recipe import Recipe
from mll_core.stages import prepare
from mll_core.workspace import Project
from pages._ui import account, comparing, guard, numbers, people
from pages._ui.words import escape

AT_ONCE = 25
"""Groups on the page; the next ones come when these are merged."""
CALLED: Mapping[str, str] = {
    "fingerprint": "Case and signs",
    "n-grams": "Blanks as well",
    "letters": "Few letters",
    "sound": "Sound",
}
"""What the ways of comparing are called on the page."""
MEANS: Mapping[str, str] = {
    "fingerprint": "Alike but for case, accents, punctuation and the order of words: “York, New”.",
    "n-grams": "Alike but for blanks and repeated letters as well: “data base”, “database”.",
    "letters": "Few letters differ, and no digit: “Birminghxm”. Look twice: some are real names.",
    "sound": "They sound alike in English: “Meyer”, “Maier”. Look twice.",
}
SURE = ("fingerprint", "n-grams")
"""Ticked to begin with."""


def draw(project: Project) -> None:
    """Choose a column and a way of comparing; tick groups, choose the spelling that stays."""
    st.header("Values that look alike")
    st.markdown(
        "Several spellings of one value count as several values. Choose which mean the same; they "
        "become one step of the recipe, which can be changed and undone like any other.",
        width=720,
    )
    columns = _columns(project)
    if not columns:
        st.caption("No text column is left to compare.")
        return
    chosen, how = st.columns([2, 3], gap="large")
    column = chosen.selectbox(
        "Column",
        columns,
        index=None,
        placeholder="Choose a text column",
        key="alike-column",
        persist_state="page",
    )
    method = how.segmented_control(
        "How they are compared",
        METHODS,
        default=METHODS[0],
        format_func=CALLED.__getitem__,
        required=True,
        key="alike-method",
        persist_state="page",
    )
    how.caption(escape(MEANS[method]))
    reach = REACH
    if method == "letters":
        share = how.slider("Letters that may differ", 5, 40, round(100 * REACH), 5, "%d %%")
        reach = share / 100
    if column is not None:
        with guard.user_errors("The recipe is as it was."):
            _groups(project, column, method, reach)


def _columns(project: Project) -> list[str]:
    left_out = {project.document.brief.target, *project.document.prepare.excluded}
    left_out |= set(people.hidden(project))
    with guard.user_errors("The recipe is as it was."):
        recipe = Recipe(steps=project.recipe.steps)
        path, others = project.results.data_path(), project.tables.paths(recipe.steps)
        schema: ibis.Schema = prepare.schema(recipe, path, others, patient=False)
        return [n for n, dtype in schema.items() if dtype.is_string() and n not in left_out]
    return []


def _groups(project: Project, column: str, method: str, reach: float) -> None:
    steps = project.recipe.steps
    path, others = project.results.data_path(), project.tables.paths(steps)
    rows = prepare.Compared(Recipe(steps=steps), path, others)
    asked = prepare.Spellings.model_validate({"column": column, "method": method, "reach": reach})
    found = rows.known_spellings(asked) if rows.large else rows.spellings(asked)
    if found is None:
        comparing.offer(project, asked)
        return
    compared = f"Compared {numbers.count(found.compared)} different values"
    if found.compared < found.distinct:
        compared += f", the most frequent of {numbers.count(found.distinct)}"
    st.markdown(
        f"{compared} in {numbers.some(found.rows, 'row')}: "
        f"**{numbers.some(len(found.clusters), 'group')}** that look alike."
    )
    prefix = f"alike-{project.history.newest().version}-{column}-{method}-{reach}"
    shown = found.clusters[:AT_ONCE]
    chosen = [_group(one, f"{prefix}-{n}", method in SURE) for n, one in enumerate(shown)]
    if len(shown) < len(found.clusters):
        st.caption(f"These are the {AT_ONCE} that change most rows; the next come after them.")
    values = merged(tuple(one for one in chosen if one))
    if shown:
        st.button(
            f"Merge {numbers.some(len(values), 'spelling')}",
            key="alike-merge",
            type="primary",
            icon=":material/merge:",
            on_click=guard.attempt,
            args=(_merge, project, column, values),
            **account.allowed(Permission.EDIT, disabled=not values),
        )


def _group(found: Cluster, key: str, sure: bool) -> Cluster | None:
    """One group with its tick, its spellings and the one that stays; None when it is left."""
    counts = dict(found.values)
    with st.container(border=True):
        tick, spellings, stays = st.columns([1, 4, 3], vertical_alignment="center")
        taken = tick.checkbox("Merge", value=sure, key=f"{key}-take", persist_state="page")
        picked = spellings.pills(
            "Spellings",
            list(counts),
            selection_mode="multi",
            default=list(counts),
            format_func=lambda value: f"{_seen(value)} ({numbers.count(counts[value])})",
            key=f"{key}-picked",
            persist_state="page",
            label_visibility="collapsed",
            wrap=True,
        )
        keep = stays.text_input(
            "Becomes", value=found.keep, key=f"{key}-keep", persist_state="page"
        )
    values = tuple((value, counts[value]) for value in counts if value in picked)
    return Cluster(values=values, keep=keep) if taken and keep and values else None


def _seen(value: str) -> str:
    """A value as text, with the blanks at its ends to be seen."""
    bare = value.strip()
    before, _, after = value.partition(bare)
    return "\u2423" * len(before) + escape(bare) + "\u2423" * len(after)


def _merge(project: Project, column: str, values: dict[str, str]) -> None:
    """Add the step. Raises InvalidParameter when nothing is ticked."""
    if not values:
        raise InvalidParameter("Nothing is ticked.", hint="Tick a group first.")
    project.recipe.add(STEPS["replace_values"].of(column=column, values=values))
