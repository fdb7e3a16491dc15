"""One widget for one declared field: its type, bounds and description are all it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pandas as pd
import streamlit as st
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from mll_core.domain.columns import InputKind

Saver = Callable[[str, str], None]
NOT_STATED = "Not stated"
SHORT = 4
"""Up to so many choices stand side by side."""
PAIR = ("Old value", "New value")


@dataclass(frozen=True)
class Field:
    """A declared field on its way to a widget.

    ``options``: what a text may be, None for anything. ``save``: called with ``path`` and ``key``
    when a person changed the value; None in a form with a button of its own.
    """

    key: str
    info: FieldInfo
    options: Sequence[str] | None = None
    save: Saver | None = None
    path: str = ""

    @property
    def type(self) -> Any:
        """The annotation without ``| None``."""
        inner = get_args(self.info.annotation)
        if get_origin(self.info.annotation) not in (Union, UnionType):
            return self.info.annotation
        return next(part for part in inner if part is not NoneType)

    @property
    def optional(self) -> bool:
        """Whether it may be left empty."""
        return NoneType in get_args(self.info.annotation)

    @property
    def common(self) -> dict[str, Any]:
        """What every widget is given."""
        saving = {"on_change": self.save, "args": (self.path, self.key)} if self.save else {}
        return {"label": str(self.info.description or self.key), "key": self.key, **saving}


def draw(field: Field, value: Any) -> Any:
    """The widget, showing ``value`` until somebody changes it; what it says now."""
    if InputKind.PAIRS in field.info.metadata:
        return _pairs(field, value)
    if field.save or field.key not in st.session_state:
        st.session_state[field.key] = value
    if get_origin(field.type) is tuple:
        return _several(field)
    if field.options is not None or get_origin(field.type) is Literal:
        return _one_of(field)
    if field.type is bool:
        return _yes_no(field) if field.optional else st.toggle(**field.common)
    if field.type in (int, float):
        return _number(field)
    if field.type is str or InputKind.FORMULA in field.info.metadata:
        return _text(field)
    raise TypeError(f"{field.key}: no widget for {field.info.annotation}")


def _yes_no(field: Field) -> bool | None:
    words = {True: "Yes", False: "No"}.get
    return st.selectbox(
        **field.common, options=[True, False], format_func=words, index=None, placeholder=NOT_STATED
    )


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
    hint = "price * quantity" if InputKind.FORMULA in field.info.metadata else None
    return st.text_input(**field.common, placeholder=hint) or (None if field.optional else "")


def _one_of(field: Field) -> str | None:
    options = list(get_args(field.type) if field.options is None else field.options)
    now = st.session_state[field.key]
    if now not in options:
        st.session_state[field.key] = None if field.optional or not options else options[0]
    if len(options) <= SHORT and not field.optional and field.options is None:
        return st.segmented_control(**field.common, options=options, required=True)
    return st.selectbox(
        **field.common, options=options, index=None if field.optional else 0, placeholder=NOT_STATED
    )


def _several(field: Field) -> tuple[str, ...]:
    now = [str(one) for one in st.session_state[field.key] or ()]
    if field.options is None:
        st.session_state[field.key] = now
        options = {
            "options": now,
            "accept_new_options": True,
            "placeholder": "Type and press Enter",
        }
    else:
        st.session_state[field.key] = [one for one in now if one in field.options]
        options = {"options": list(field.options), "placeholder": "None"}
    return tuple(st.multiselect(**field.common, **options))


def _pairs(field: Field, value: Mapping[str, str | None]) -> dict[str, str | None]:
    start = pd.DataFrame(list((value or {}).items()), columns=list(PAIR), dtype="str")
    st.caption(f"{field.common['label']}; an empty new value means missing.")
    edited = st.data_editor(start, num_rows="dynamic", key=field.key, hide_index=True)
    old, new = (edited[name] for name in PAIR)
    told = [(o, n) for o, n in zip(old, new, strict=True) if isinstance(o, str)]
    return {o: n if isinstance(n, str) else None for o, n in told}
