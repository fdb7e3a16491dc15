"""One widget for one declared field: its type, bounds and description are all it needs."""

from typing import Any, Literal, get_origin

import streamlit as st
from annotated_types import Ge, Le

from mll_core.domain.columns import InputKind
from pages._ui import choices, formula
from pages._ui.field import NOT_STATED, Field


def draw(field: Field, value: Any) -> Any:
    """The widget, showing ``value`` until somebody changes it; what it says now."""
    own = {
        InputKind.PAIRS: choices.pairs,
        InputKind.MATCHES: choices.matches,
        InputKind.FORMULA: formula.draw,
    }
    for asked in filter(own.__contains__, field.info.metadata):
        return own[asked](field, value)
    if field.save or field.key not in st.session_state:
        st.session_state[field.key] = value
    if get_origin(field.type) is tuple:
        return choices.several(field)
    if field.options is not None or get_origin(field.type) is Literal:
        return choices.one(field)
    if field.type is bool:
        return choices.yes_no(field) if field.optional else st.toggle(**field.common)
    if field.type in (int, float):
        return _number(field)
    if field.type is str:
        return _text(field)
    raise TypeError(f"{field.key}: no widget for {field.info.annotation}")


def _number(field: Field) -> int | float | None:
    cast = int if field.type is int else float
    limits = {type(limit): limit for limit in field.info.metadata}
    low = next((cast(limits[kind].ge) for kind in (Ge,) if kind in limits), None)
    high = next((cast(limits[kind].le) for kind in (Le,) if kind in limits), None)
    now = st.session_state[field.key]
    st.session_state[field.key] = None if now is None else cast(now)
    empty = {"value": None, "placeholder": NOT_STATED} if field.optional else {}
    return st.number_input(
        **field.common,
        **empty,
        min_value=low,
        max_value=high,
        step=cast(1) if cast is int or not high or high > 2 else 0.01,
        format="%d" if cast is int else "%g",
    )


def _text(field: Field) -> str | None:
    st.session_state[field.key] = st.session_state[field.key] or ""
    return st.text_input(**field.common) or (None if field.optional else "")
