"""A closer look: one view at a time, worked out when it is chosen."""

from collections.abc import Callable, Iterable

import pandas as pd
import streamlit as st

from mll_core.domain.finding import Severity
from mll_core.domain.ground import NOT_CAUSE
from mll_core.domain.sheet import Behind, Grid, Heat, Plot, Sheet
from mll_core.domain.view import View
from mll_core.workspace import Project
from pages._ui import findings, inside, jobs, numbers, people, plots, stamps, tables
from pages._ui.words import escape

KIND = "evidence"
NOTHING = (
    "A closer look and guessing real cases are for models that predict a column: here nobody knows "
    "a right answer to compare with."
)


def draw(project: Project, but: Iterable[str] = ()) -> None:
    """The menu of views, and the one that is chosen; ``but`` those that are shown elsewhere."""
    shown = {*but}
    menu = {cls.name(): cls for cls in project.evidence.menu() if not cls.told}
    menu = {name: cls for name, cls in menu.items() if name not in shown}
    if not menu:
        st.caption(NOTHING)
        return
    st.header("Look closer")
    st.caption(NOT_CAUSE)
    chosen = st.pills(
        "One question at a time",
        list(menu),
        format_func=lambda kind: menu[kind].label,
        key="view",
        bind="query-params",
    )
    jobs.panel(project, KIND)
    if not chosen:
        st.caption("Choose a question; what takes longer is worked out in the background.")
        return
    one(project, menu[chosen])


def one(project: Project, view: type[View], meanwhile: Callable[[], None] | None = None) -> None:
    """One view: its question, its answer, and how it is found; ``meanwhile`` is drawn before."""
    chosen = view.name()
    st.markdown(f"**{view.asks}**")
    with st.spinner("Working it out"):
        sheet = project.evidence.sheet(chosen)
    if sheet is None:
        _ask(project, view)
        if meanwhile is not None:
            meanwhile()
    else:
        _sheet(project, sheet, chosen)
    with st.expander("How it is found", type="compact"):
        st.markdown(escape(" ".join((view.__doc__ or "").split())), width=720)


def _ask(project: Project, view: type[View]) -> None:
    st.caption("This takes some seconds or minutes, so it is done in the background.")
    st.button(
        "Work it out",
        key=f"work-out-{view.name()}",
        type="primary",
        disabled=jobs.blocked(project),
        on_click=jobs.submit,
        args=(project, KIND),
        kwargs={"view": view.name()},
    )


def _sheet(project: Project, sheet: Sheet, key: str) -> None:
    for sentence in sheet.sentences:
        st.markdown(escape(sentence), width=720)
    if sheet.findings:
        lights = [one.severity for one in sheet.findings]
        most = max(3, sum(light is not Severity.OK for light in lights))
        findings.draw(project, sheet.findings, key=f"view-{key}", most=most)
    shown = _about(sheet, key)
    columns = st.columns(2) if len(shown) > 1 else [st.container()]
    for number, plot in enumerate(shown):
        with columns[number % len(columns)]:
            plots.draw(plot, key=f"view-{key}-{number}")
    for number, one in enumerate(sheet.heats):
        _heat(project, sheet, one, f"{key}-{number}")
    if sheet.tree is not None:
        inside.draw(sheet.tree, key=f"tree-{key}")
    for grid in sheet.grids:
        _grid(grid)
    alone = not (shown or sheet.heats or sheet.grids)
    clicked = any(heat.rows for heat in sheet.heats)  # its cells lead to the rows
    for number, behind in enumerate(() if clicked else sheet.behind):
        _behind(project, behind, f"{key}-{number}", alone)
    st.caption(stamps.told(sheet.stamp))


def _about(sheet: Sheet, key: str) -> list[Plot]:
    """All plots; of those that are about a column each, the ones of the column that is chosen."""
    names = list(dict.fromkeys(plot.about for plot in sheet.plots if plot.about))
    if not names:
        return list(sheet.plots)
    chosen = st.selectbox("Which column", names, key=f"about-{key}")
    return [plot for plot in sheet.plots if plot.about in ("", chosen)]


def _grid(grid: Grid) -> None:
    st.markdown(f"**{escape(grid.title)}**")
    frame = pd.DataFrame(list(grid.rows), columns=list(grid.columns))
    shown = frame.map(lambda one: numbers.plain(one) if isinstance(one, float) else one)
    st.dataframe(shown, hide_index=True, alt=grid.title, placeholder=numbers.MISSING)


def _heat(project: Project, sheet: Sheet, one: Heat, key: str) -> None:
    """The picture, and the rows of the cell that is clicked or chosen."""
    clicked = plots.heat(one, key=f"heat-{key}")
    if not one.rows:
        return
    names = {
        sheet.behind[behind].title: (i, j)
        for i, line in enumerate(one.rows)
        for j, behind in enumerate(line)
        if behind is not None
    }
    order = sorted(names, key=lambda name: names[name][0] == names[name][1])
    told = next((name for name in order if list(names[name]) == clicked), None)
    place = order.index(told) if told else None
    label = "See the rows of a cell (or click it)"
    chosen = st.selectbox(label, order, place, key=f"cell-{key}-{told}")
    if chosen:
        i, j = names[chosen]
        behind = sheet.behind[one.rows[i][j]]
        st.markdown(f"**{escape(behind.title)}**, the surest first")
        rows(project, behind)


def _behind(project: Project, behind: Behind, key: str, shown: bool) -> None:
    what = f"See the rows: {behind.title}"
    if behind.places and st.toggle(what, shown, key=f"behind-{key}"):
        rows(project, behind)


def rows(project: Project, behind: Behind) -> None:
    """The raw rows behind a number, as who is here may see them."""
    frame = people.shown(project, project.evidence.rows(behind))
    tables.draw(frame, alt=behind.title)
    if len(frame) < len(behind.places):
        st.caption(f"The first {len(frame):,} rows.")
