"""A person in the room: guess first, then see what the model says, and who is right how often."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.contest import Case, Contest, Sitting
from mll_core.domain.errors import NotReady
from mll_core.domain.task import ANSWERED
from mll_core.workspace import Project
from pages._ui import charts, guard, numbers
from pages._ui.words import escape

WHO = {"you": "You", "rule": "The rule", "model": "The model"}


def draw(project: Project) -> None:
    """Twenty real cases, one at a time, and the result so far."""
    training = project.results.training()
    if training is None or training.task not in ANSWERED:
        return
    st.header("You, the rule and the model")
    st.markdown(
        "Twenty real cases, one after another. Say what you think before you see what the model "
        "says: your guess is kept first and stands.",
        width=720,
    )
    if st.toggle("Guess real cases", key="room", bind="query-params"):
        st.fragment(_room)(project)


def _room(project: Project) -> None:
    try:
        sitting = project.room.sitting()
    except NotReady as error:
        st.caption(f"{escape(str(error))} {escape(error.hint)}")
        return
    done = len(sitting.guessed)
    st.caption(escape(sitting.told))
    st.progress(done / len(sitting.cases), f"{done} of {len(sitting.cases)} guessed")
    if done:
        _seen(sitting.cases, sitting)
    if sitting.next is not None:
        _ask(project, sitting, sitting.next)
    found = project.room.contest()
    if found is not None:
        _result(found)


def _ask(project: Project, sitting: Sitting, case: Case) -> None:
    with st.container(border=True):
        st.markdown(f"**Case {case.number}: what is {escape(sitting.target)!r}?**")
        table = pd.DataFrame(
            [(name, _cell(value)) for name, value in case.record.items()],
            columns=["Column", "Value"],
        )
        st.dataframe(table, hide_index=True, alt=f"The columns of case {case.number}.")
        with st.form(f"room-{case.number}", border=False):
            key = f"guess-{case.number}"
            if sitting.classes:
                st.segmented_control("Your guess", sitting.classes, format_func=escape, key=key)
            else:
                st.number_input("Your guess", value=None, key=key)
            empty = st.form_submit_button(
                "Keep my guess and show",
                type="primary",
                icon=":material/visibility:",
                on_click=_keep,
                args=(project, case.number, key),
            )
    if empty:  # with a guess it would be another case by now
        st.warning("Say what you think first.", icon=":material/help:")


def _keep(project: Project, number: int, key: str) -> None:
    answer = st.session_state.get(key)
    if answer is not None:
        guard.attempt(project.room.guess, number, answer)


def _seen(cases: tuple[Case, ...], sitting: Sitting) -> None:
    """What was guessed so far, the last case in words."""
    rows = [
        {
            "Case": case.number,
            "You": _cell(case.shown.guess),
            "The rule": _cell(case.shown.rule),
            "The model": _cell(case.shown.model),
            f"Really {sitting.target}": _cell(case.shown.truth),
        }
        for case in cases
        if case.shown is not None
    ]
    last = rows[-1]
    said = f"Case {last['Case']}: you said {last['You']}, the model {last['The model']}; "
    st.markdown(escape(f"{said}really {last[f'Really {sitting.target}']}."))
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Every case that was guessed.")


def _result(found: Contest) -> None:
    st.markdown("**How you all fared so far**")
    right = found.measure == "right"
    times = 100 if right else 1
    who = [name for name in WHO if name in found.scores]
    ends = [(found.scores[one].low, found.scores[one].value, found.scores[one].high) for one in who]
    table = pd.DataFrame(
        [(WHO[one], *(times * end for end in each)) for one, each in zip(who, ends, strict=True)],
        columns=["Who", "Low", "Right, %" if right else "Off by", "High"],
    )
    low, value, high = (table.iloc[:, place] for place in (1, 2, 3))
    bars = {"type": "data", "symmetric": False, "array": high - value, "arrayminus": value - low}
    figure = go.Figure()
    figure.add_scatter(
        x=value, y=table["Who"], mode="markers", error_x=bars, marker={"size": 12}, name=""
    )
    figure.update_layout(
        xaxis_title=f"{table.columns[2]} (95 % interval)", yaxis={"autorange": "reversed"}
    )
    charts.show(figure, " ".join(found.sentences), table, key="room-result", height=230)
    for sentence in found.sentences:
        st.markdown(f"- {escape(sentence)}", width=720)


def _cell(value: object) -> str:
    if value is None:
        return numbers.MISSING
    return numbers.plain(value) if isinstance(value, float) else str(value)
