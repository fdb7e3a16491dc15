"""The form of a made-up case: every column with how often each of its values was seen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from mll_core.domain.whatif import Asked
from mll_core.infra import svg
from pages._ui import numbers
from pages._ui.words import escape

Form = tuple[Asked, ...]
MISSING = "(missing)"
TYPED = "whatif-typed"
EARLIEST, LATEST = date(1000, 1, 1), date(9999, 12, 31)
EXACT = 2**53
"""From here on a browser cannot tell each whole number from the next."""
FIRST = 8
"""So many columns are shown at once; the rest can be opened."""


def fill(form: Form, side: str, record: Mapping[str, Any]) -> None:
    """Put a record into the form; before its fields are drawn, or from a button."""
    st.session_state[_start(side)] = dict(record)
    for one in form:
        value = record.get(one.column)
        st.session_state[_gone(side, one)] = value is None
        if value is None and (one.column not in record or one.low != one.high):
            value = one.typical  # a slider needs a place; in a list, missing is picked as such
        if value is None:
            st.session_state[_key(side, one)] = None
            continue
        if one.low is not None and one.high is not None and one.kind == "number":
            if not one.low <= float(value) <= one.high:
                st.session_state[TYPED] = True  # a slider ends at what was seen
            value = int(value) if one.whole and float(value).is_integer() else float(value)
        elif one.kind == "time":
            value = _day(str(value))
        elif one.kind == "text":
            value = str(value)
        st.session_state[_key(side, one)] = value


def _day(moment: str) -> date:
    """The day of a moment; beyond the calendar of a browser its first or last day."""
    try:
        day = date.fromisoformat(moment[:10])
    except ValueError:  # before the year 1, or after 9999
        return EARLIEST if moment.startswith("-") else LATEST
    return max(EARLIEST, day)


def typed(form: Form, sides: str) -> None:
    """Let numbers be typed, also beyond what was seen, or be moved on sliders again."""
    for one in form:
        for key in (_key(side, one) for side in sides):
            if one.kind != "number" or one.low is None or one.high is None:
                continue
            value = st.session_state.get(key)
            value = one.typical if value is None else value
            if not st.session_state[TYPED]:
                value = min(max(value, one.low), one.high)
            st.session_state[key] = value


def copy(form: Form) -> None:
    """Make the second case a copy of the first."""
    st.session_state[_start("b")] = began("a")
    for one in form:
        for name in (_key, _gone):
            st.session_state[name("b", one)] = st.session_state.get(name("a", one))


def began(side: str) -> dict[str, Any]:
    """The record a case was changed from."""
    return dict(st.session_state.get(_start(side), {}))


def started(form: Form, side: str) -> bool:
    """Whether the form holds a case already."""
    return all(_key(side, one) in st.session_state for one in form)


def fields(form: Form, side: str) -> dict[str, Any]:
    """The form, what moves the answer most first, and the record it says."""
    record = _grid(form[:FIRST], side)
    if form[FIRST:]:
        with st.expander(f"{len(form) - FIRST} columns that move it less"):
            record |= _grid(form[FIRST:], side)
    return record


def _grid(form: Form, side: str) -> dict[str, Any]:
    grid, record = st.grid("auto", min_column_width=210), {}
    for one in form:
        with grid.container(gap="xxsmall"):
            record[one.column] = _field(one, side)
    return record


def _field(one: Asked, side: str) -> Any:
    key, label = _key(side, one), escape(one.column)
    if one.low is None or one.high is None or one.low == one.high:
        return _choice(one, side, label)
    missing = sum(one.shares) < 1 - 1e-6
    alt = f"How often values of {one.column} were seen, from low to high."
    st.image(svg.density(one.shares), width="stretch", alt=alt)
    gone = bool(st.session_state.get(_gone(side, one)))
    if one.kind == "time":
        value = st.date_input(label, key=key, disabled=gone, min_value=EARLIEST, max_value=LATEST)
        if value in (EARLIEST, LATEST):
            st.caption("Days before the year 1000 or after 9999 are asked as this one.")
        value = value.isoformat() if value else None
    else:
        value = _number(one, key, label, gone)
    if missing:
        gone = st.checkbox("missing", key=_gone(side, one))
    return None if gone and missing else value


def _number(one: Asked, key: str, label: str, gone: bool) -> Any:
    low, high, now = float(one.low or 0), float(one.high or 0), st.session_state.get(key)
    most = max(-low, high, abs(now or 0))
    whole = one.whole and most < EXACT and float(now or 0).is_integer()
    if now is not None:
        st.session_state[key] = int(now) if whole else float(now)
    ends = f"Seen from {numbers.plain(low)} to {numbers.plain(high)}."
    if st.session_state.get(TYPED):
        form = {"step": 1} if whole else {"format": "%.6g"}
        value = st.number_input(label, key=key, disabled=gone, help=ends, **form)
        if value is not None and not low <= value <= high:
            st.caption(f":material/visibility_off: Never seen: {ends[0].lower()}{ends[1:]}")
        return value
    if whole:
        return st.slider(label, int(low), int(high), step=1, key=key, disabled=gone)
    step = (high - low) / 200
    return st.slider(label, low, high, step=step, key=key, format="%.4g", disabled=gone)


def _choice(one: Asked, side: str, label: str) -> Any:
    key = _key(side, one)
    shares = dict(zip(one.at, one.shares, strict=True))
    now = st.session_state.get(key)
    options = list(dict.fromkeys([*shares, *([now] if now is not None else []), None]))

    def told(value: Any) -> str:
        if value is None:
            return MISSING
        seen = f" ({numbers.share(shares[value])})" if value in shares else ""
        return f"{value}{seen}"

    anything = one.kind == "text"
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=told,
        accept_new_options=anything,
        placeholder=MISSING,
    )


def _key(side: str, one: Asked) -> str:
    return f"whatif-{side}-{one.column}"


def _start(side: str) -> str:
    return f"whatif-{side}-start"


def _gone(side: str, one: Asked) -> str:
    return f"whatif-{side}-gone-{one.column}"
