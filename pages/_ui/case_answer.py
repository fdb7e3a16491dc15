"""What is said of a case and why, two cases side by side, and what would change an answer."""

from typing import Any

import pandas as pd
import streamlit as st

from mll_core.domain.task import Form
from mll_core.domain.whatif import Case, Ways
from mll_core.stages.evaluate.whatif import Cases
from pages._ui import guard, numbers, waterfall
from pages._ui.words import escape

DIGITS = 9
"""What is less is the noise of sums."""


def against(cases: Cases, before: dict[str, Any], record: dict[str, Any]) -> None:
    """Say where a case goes against what decides what, as *What can be changed* has it."""
    for sentence in cases.against(before, record):
        st.warning(escape(sentence), icon=":material/sync_problem:")


def draw(cases: Cases, case: Case, *, key: str) -> None:
    """The answer with its interval, the sentence, whether there is its like, the reasons."""
    with st.container(border=True):
        shares = cases.model.task.classifies
        number = numbers.share(case.number) if shares else numbers.plain(case.number)
        st.metric(escape(case.label[:1].upper() + case.label[1:]), number)
        st.markdown(f"Answer: **{escape(numbers.plain(case.answer.prediction))}**")
        if said := _sure(cases, case):
            st.caption(escape(said))
        if case.support.near:
            st.caption(f":material/check: {escape(case.support.sentence)}")
        else:
            st.warning(escape(case.support.sentence), icon=":material/visibility_off:")
        st.markdown(escape(case.sentence))
        two = cases.model.task.form is Form.TWO
        waterfall.draw(case, two=two, key=f"{key}-waterfall")


def _sure(cases: Cases, case: Case) -> str:
    reach = cases.model.reach
    if reach is None:
        return ""
    goal = numbers.share(reach.goal)
    if case.answer.interval:
        low, high = (numbers.plain(end) for end in case.answer.interval)
        return f"In {goal} of such cases the truth lies between {low} and {high}."
    if case.answer.abstain:
        return f"Not sure: to be right in {goal} of cases, more than one answer stays possible."
    return f"Sure: only this answer stays possible if {goal} of cases are to be right."


def compared(cases: Cases, one: Case, other: Case) -> None:
    """What the second case differs in, and what each column adds to that."""
    shares = cases.model.task.classifies
    apart = other.number - one.number
    told = f"{100 * apart:+.1f} points" if shares else f"{apart:+.4g}"
    mine = {effect.column: effect.effect for effect in one.effects}
    theirs = {effect.column: effect.effect for effect in other.effects}
    more = {name: round(theirs.get(name, 0.0) - mine[name], DIGITS) for name in mine}
    rows = [
        {
            "Column": name,
            "Case A": numbers.plain(one.record.get(name)),
            "Case B": numbers.plain(other.record.get(name)),
            f"Adds to B beyond A ({one.unit})": more[name],
        }
        for name in mine
        if one.record.get(name) != other.record.get(name) or more[name]
    ]
    rows.sort(key=lambda row: -abs(float(row[f"Adds to B beyond A ({one.unit})"])))
    st.subheader("The difference")
    if not rows:
        st.markdown("Both cases are the same; change one of them.")
        return
    said = f"From case A to case B the {one.label} changes by {told}, most by {rows[0]['Column']}."
    st.markdown(escape(said))
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Where case B differs from case A")


def ways(cases: Cases, case: Case) -> None:
    """The smallest changes after which the answer would be another."""
    st.subheader("What would change the answer?")
    wanted = _wanted(cases, case)
    if wanted is None or not st.toggle("Look for the smallest change", key="whatif-ways"):
        return
    with st.spinner("Looking for the smallest change"), guard.user_errors():
        _told(cases.ways(case.record, wanted))


def _wanted(cases: Cases, case: Case) -> Any:
    model = cases.model
    if not model.task.classifies:
        start = float(f"{case.number * 1.1:.3g}")
        return st.number_input(f"{model.target} to reach", value=start, key="whatif-wanted")
    now = str(case.answer.prediction)
    both = zip(model.classes, model.class_values, strict=True)
    others = [name for name, value in both if str(value) != now]
    return st.selectbox("Answer to reach", others, key="whatif-wanted")


def _told(found: Ways) -> None:
    if not found.ways:
        st.markdown(escape(found.sentence))
    for way in found.ways:
        said = f"{escape(way.sentence)} :gray[{way.cost:.2g} typical spreads away]"
        st.markdown(f"- {said}" if way.supported else f"- :gray[{said}]")
    if found.fixed:
        st.caption(f"Left as it is: {escape(', '.join(found.fixed))}.")
