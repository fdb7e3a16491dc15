"""Widgets for fields with something to choose: one, several, yes or no, pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._ui.field import NOT_STATED, Field

SHORT = 4
"""Up to so many choices stand side by side."""
LETTERS = 60
"""When all of them together are no longer than this; else some would be cut off."""
MOST_PAIRS = 5
PAIR = ("Old value", "New value")


def one(field: Field) -> str | None:
    """One of some choices; side by side when there are few."""
    options = list(get_args(field.type) if field.options is None else field.options)
    now = st.session_state[field.key]
    if now not in options:
        st.session_state[field.key] = None if field.optional or not options else options[0]
    short = len(options) <= SHORT and sum(map(len, map(str, options))) <= LETTERS
    if short and not field.optional and field.options is None:
        return st.segmented_control(**field.common, options=options, required=True)
    words = {"format_func": _words} if field.options is None else {}
    index = None if field.optional else 0
    return st.selectbox(
        **field.common, **words, options=options, index=index, placeholder=NOT_STATED
    )


def _words(choice: object) -> str:
    """A choice that the document writes as one word."""
    return str(choice).replace("_", " ")


def several(field: Field) -> tuple[str, ...]:
    """Any number of texts, free or out of some choices."""
    now = [str(entry) for entry in st.session_state[field.key] or ()]
    known = get_args(get_args(field.type)[0])
    if field.options is None and known:
        field = replace(field, options=known)
    if field.options is None:
        st.session_state[field.key] = now
        options = {
            "options": now,
            "accept_new_options": True,
            "placeholder": "Type and press Enter",
        }
    else:
        st.session_state[field.key] = [entry for entry in now if entry in field.options]
        options = {"options": list(field.options), "placeholder": "None"}
    return tuple(st.multiselect(**field.common, **options))


def yes_no(field: Field) -> bool | None:
    """Yes, no, or left open."""
    words = {True: "Yes", False: "No"}.get
    return st.selectbox(
        **field.common, options=[True, False], format_func=words, index=None, placeholder=NOT_STATED
    )


def pairs(field: Field, value: Mapping[str, str | None]) -> dict[str, str | None]:
    """Old values and what they become, as a table to fill in."""
    start = pd.DataFrame(list((value or {}).items()), columns=list(PAIR), dtype="str")
    st.caption(f"{field.common['label']}; an empty new value means missing.")
    edited = st.data_editor(start, num_rows="dynamic", key=field.key, hide_index=True)
    old, new = (edited[name] for name in PAIR)
    told = [(o, n) for o, n in zip(old, new, strict=True) if isinstance(o, str)]
    return {o: n if isinstance(n, str) else None for o, n in told}


def matches(field: Field, value: Mapping[str, str]) -> dict[str, str]:
    """Columns of two tables that belong together, a menu each; a filled line brings the next."""
    own = list(field.options or ())
    start = list((value or {name: name for name in own if name in field.beside}).items())
    found: dict[str, str] = {}
    st.caption(field.common["label"])
    for number in range(MOST_PAIRS):
        told = start[number] if number < len(start) and (value or number == 0) else (None, None)
        left, right = st.columns(2)
        sides = (("this table", left, own), ("the other table", right, list(field.beside)))
        chosen = [
            _side(place, f"Column of {side}", f"{field.key}-{number}-{side}", names, now)
            for (side, place, names), now in zip(sides, told, strict=True)
        ]
        if chosen[0] is None or chosen[1] is None:
            break
        found[chosen[0]] = chosen[1]
    return found


def _side(
    place: DeltaGenerator, label: str, key: str, names: Sequence[str], now: str | None
) -> str | None:
    """One menu of two; it starts from ``now``."""
    if key not in st.session_state:
        st.session_state[key] = now
    if st.session_state[key] not in names:
        st.session_state[key] = None
    return place.selectbox(label, names, index=None, placeholder="Choose a column", key=key)
