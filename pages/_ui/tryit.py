"""Ask the champion: a form with a typical record, the answer, and its reasons."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mll_core.domain.serving import Prediction
from mll_core.workspace import Project
from pages._ui import charts, glossary, numbers, service
from pages._ui.words import escape

STRONGEST = 10


def draw(project: Project) -> None:
    """The form, and below it what the model says."""
    described = service.schema(project)
    typical = described["example"]
    st.caption("Filled in with a typical record; change what you like and ask.")
    with st.form("try"):
        fields = st.grid("auto", min_column_width=190)
        record = {}
        for name, about in described["properties"].items():
            with fields.container():
                record[name] = _field(name, about, typical.get(name))
        asked = st.form_submit_button("Ask the model", type="primary", icon=":material/send:")
    if asked:
        _answer(service.ask(project, record), project)


def _field(name: str, about: Mapping[str, Any], value: Any) -> Any:
    key, label = f"try-{name}", escape(name)
    kinds = about.get("type", "string")
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    levels = [level for level in about.get("enum", about.get("examples", ())) if level is not None]
    if "boolean" in kinds:
        options = [None, True, False]
        return st.selectbox(label, options, index=options.index(value), key=key)
    if kinds & {"integer", "number"}:
        cast = int if "integer" in kinds else float
        start = None if value is None else cast(value)
        return st.number_input(label, value=start, key=key, step=cast(1), format=_format(cast))
    if levels and levels != ["text"]:  # the schema's word for any text
        options = list(dict.fromkeys([*levels, *([value] if value is not None else [])]))
        index = options.index(value) if value is not None else None
        return st.selectbox(label, options, index=index, key=key, accept_new_options=True)
    return st.text_input(label, value="" if value is None else str(value), key=key) or None


def _format(cast: type) -> str:
    return "%d" if cast is int else "%g"


def _answer(answer: Prediction, project: Project) -> None:
    with st.container(border=True):
        said, why = st.columns([1, 2], gap="large")
        with said:
            st.metric(
                project.document.brief.target or "The answer", numbers.plain(answer.prediction)
            )
            for name, share in (answer.probabilities or {}).items():
                st.progress(
                    min(max(share, 0.0), 1.0), text=f"{escape(name)}: {numbers.share(share)}"
                )
            if rule := service.rule(project):
                st.caption(escape(rule), help=glossary.meaning("threshold"))
            if sure := service.sure(project, answer):
                st.caption(escape(sure), help=glossary.meaning("coverage"))
        with why:
            if answer.reasons:
                _reasons(answer)


def _reasons(answer: Prediction) -> None:
    top = sorted(answer.reasons or (), key=lambda r: abs(r.effect), reverse=True)[:STRONGEST][::-1]
    names = [f"{one.column} = {numbers.plain(one.value)}" for one in top]
    figure = go.Figure(
        go.Bar(
            x=[one.effect for one in top],
            y=names,
            orientation="h",
            marker_pattern_shape=["" if one.effect > 0 else "/" for one in top],
        )
    )
    figure.update_layout(xaxis_title="Moves this answer down or up")
    table = pd.DataFrame({"Column": names, "Effect": [one.effect for one in top]})
    alt = f"What moved this answer most: {', '.join(names[-3:][::-1])}."
    charts.show(figure, alt, table, key="try-reasons", height=100 + 26 * len(top))
    st.caption(glossary.meaning("SHAP") or "")
