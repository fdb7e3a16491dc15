"""A line for a formula: typed, or put together from menus of columns, functions and conditions."""

import ibis
import streamlit as st

from mll_core.domain.conditions import CONDITIONS, condition, fitting, joined, named
from mll_core.domain.errors import MllError
from mll_core.domain.formula_completion import Names, complete, instead
from mll_core.domain.formula_functions import EXAMPLES, FUNCTIONS
from pages._ui.field import Field
from pages._ui.words import escape

NEEDS_VALUE = [what for what, told in CONDITIONS.items() if "{value" in told]


def draw(field: Field, value: str | None) -> str | None:
    """The line, showing ``value`` until somebody changes it; below it what can be put into it."""
    if field.key not in st.session_state:
        st.session_state[field.key] = value
    st.session_state[field.key] = st.session_state[field.key] or ""
    written = st.text_input(
        **field.common,
        placeholder="Type it, or put it together below",
        help="Press Enter, and what could come next is offered below.",
    )
    if field.names is not None:
        _next(field.key, written, field.names)
        columns, functions, conditions = st.tabs(["Columns", "Functions", "Conditions"])
        with columns:
            _columns(field.key, field.names.schema)
        with functions:
            _functions(field.key)
        with conditions:
            _conditions(field.key, field.names.schema)
    return written or (None if field.optional else "")


def _next(key: str, written: str, names: Names) -> None:
    """What could stand next as buttons; before that, a name that was meant otherwise."""
    if meant := instead(written, names):
        st.button(
            f"Did you mean {escape(meant.label)}, {escape(meant.note)}?",
            key=f"{key}-meant",
            icon=":material/spellcheck:",
            on_click=_write,
            args=(key, meant.formula),
        )
        return
    offers = complete(written, names)
    if not offers:
        return
    with st.container(horizontal=True, gap="xxsmall", key=f"{key}-offers"):
        for number, offer in enumerate(offers):
            st.button(
                escape(offer.label),
                key=f"{key}-offer-{number}",
                help=escape(offer.note),
                on_click=_write,
                args=(key, offer.formula),
            )
    if len(offers) == 1 or offers[0].label.endswith("("):
        st.caption(f"{escape(offers[0].label)} — {escape(offers[0].note)}")


def _write(key: str, formula: str) -> None:
    st.session_state[key] = formula


def _columns(key: str, schema: ibis.Schema) -> None:
    st.selectbox(
        "Put a column at the end of the formula",
        schema.names,
        index=None,
        placeholder="Type some letters of its name",
        key=f"{key}-column",
        on_change=_put,
        args=(key, f"{key}-column"),
    )


def _functions(key: str) -> None:
    chosen = st.selectbox(
        "What a function does",
        list(FUNCTIONS),
        index=None,
        placeholder="Type some letters of its name",
        format_func=lambda name: FUNCTIONS[name].card,
        key=f"{key}-function",
    )
    if chosen is None:
        return
    st.markdown(f"Takes {_said(chosen)}. For example: `{EXAMPLES[chosen]}`")
    st.button(
        f"Put {chosen}( at the end",
        key=f"{key}-put-function",
        icon=":material/function:",
        on_click=_append,
        args=(key, f"{chosen}("),
    )


def _said(name: str) -> str:
    """What a function takes and gives, in words."""
    function = FUNCTIONS[name]
    return f"{', '.join(kind.value for kind in function.takes)}; gives {function.gives.value}"


def _conditions(key: str, schema: ibis.Schema) -> None:
    picked, asked, told = st.columns(3)
    column = picked.selectbox("Column", schema.names, index=None, key=f"{key}-of")
    if column is None:
        return
    what = asked.selectbox("Condition", fitting(schema[column]), key=f"{key}-is")
    value = ""
    if what in NEEDS_VALUE:
        value = told.text_input("Value", key=f"{key}-value", help="Several are parted by commas.")
    empty = not st.session_state[key].strip()
    try:
        more = condition(column, what, value, schema[column])
    except MllError as error:
        st.caption(error.hint)
        return
    with st.container(horizontal=True):
        for how in ("and",) if empty else ("and", "or"):
            st.button(
                "Ask for this" if empty else f"… {how} this",
                key=f"{key}-{how}",
                icon=":material/filter_alt:",
                on_click=_join,
                args=(key, how, more),
            )


def _put(key: str, chosen: str) -> None:
    if column := st.session_state[chosen]:
        _append(key, named(column))
        st.session_state[chosen] = None


def _append(key: str, text: str) -> None:
    now = st.session_state[key].rstrip()
    gap = "" if not now or now.endswith("(") else " "
    st.session_state[key] = f"{now}{gap}{text}"


def _join(key: str, how: str, more: str) -> None:
    st.session_state[key] = joined(st.session_state[key], how, more)
