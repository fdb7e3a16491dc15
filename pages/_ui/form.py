"""Forms drawn from declared fields: why a new plug-in or section needs no page edit."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from typing import Any, TypeVar

import ibis
import streamlit as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from mll_core.domain.columns import ColumnKind, InputKind
from mll_core.domain.errors import InvalidParameter, MllError, WrongColumnKind
from mll_core.domain.formula_completion import Names
from mll_core.domain.plugin import Plugin, column_kind, input_kind
from mll_core.workspace import Project
from pages._ui import fields, guard, places
from pages._ui.field import Field, label

M = TypeVar("M", bound=BaseModel)
Offer = Callable[[Mapping[str, Any]], Sequence[str]]
"""What can be chosen, told by the fields before it."""
_EMPTY: tuple[object, ...] = (None, "", (), [], {})
Options = Mapping[str, Sequence[str] | Offer]


def draw(
    cls: type[M],
    columns: Names | None = None,
    *,
    options: Options | None = None,
    fixed: Mapping[str, object] | None = None,
    prefix: str = "",
    now: M | None = None,
) -> M:
    """One widget per field of a plug-in or value, but ``fixed``; the value as filled in.

    It starts from ``now``, else from the defaults.

    Raises InvalidParameter, and WrongColumnKind when none of ``columns`` can be picked.
    """
    filled: dict[str, Any] = dict(fixed or {})
    fields_asked = cls.parameters() if issubclass(cls, Plugin) else cls.model_fields
    for name, info in fields_asked.items():
        if name in filled:
            continue
        told = (options or {}).get(name)
        offered = told(filled) if callable(told) else told
        beside: Sequence[str] = ()
        if (kind := column_kind(info)) and columns is not None:
            offered = _columns(kind, columns.schema, info.is_required())
        if input_kind(info) is InputKind.MATCHES and columns is not None:
            offered, beside = columns.schema.names, offered or ()
        default = info.get_default(call_default_factory=True)
        if now is not None:
            default = getattr(now, name)
        elif default is PydanticUndefined:
            default = () if "tuple" in str(info.annotation) else None
        key = f"{prefix}{cls.__name__}.{name}"
        field = Field(key, info, offered, beside=beside, names=columns)
        filled[name] = fields.draw(field, default)
    return _made(cls, filled)


def _made(cls: type[M], filled: Mapping[str, Any]) -> M:
    """The value as filled in. Raises Unfinished while something is missing or being written."""
    try:
        made = cls.model_validate(filled)
    except ValidationError as error:
        faults = error.errors()
        if empty := [one["loc"][0] for one in faults if one["loc"] and one["input"] in _EMPTY]:
            raise _unfinished(cls, map(str, empty)) from error
        if {one["type"] for one in faults} == {"formula"}:
            raise guard.Unfinished(_faults(cls, error), hint="Go on writing.") from error
        hint = "Fill in or change the fields named here."
        raise InvalidParameter(_faults(cls, error), hint=hint) from error
    needed = {name: info for name, info in cls.model_fields.items() if info.is_required()}
    new = (n for n, info in needed.items() if input_kind(info) is InputKind.NEW_COLUMN)
    if empty := [name for name in new if not str(filled[name]).strip()]:
        raise _unfinished(cls, map(str, empty))
    return made


def _unfinished(cls: type[BaseModel], names: Iterable[str]) -> guard.Unfinished:
    labels = (f"“{places.short(name, cls.model_fields[name])}”" for name in dict.fromkeys(names))
    return guard.Unfinished(f"Still to fill in: {', '.join(labels)}.", hint="Fill it in.")


def _faults(cls: type[BaseModel], error: ValidationError) -> str:
    """Every fault on a line of its own, by the labels that stand on the form."""
    labels = {name: f"“{label(name, info)}”" for name, info in cls.model_fields.items()}
    lines = []
    for fault in error.errors(include_url=False):
        where = ", ".join(labels.get(str(part), str(part)) for part in fault["loc"])
        said = fault["msg"].removeprefix("Value error, ")
        for name, words in labels.items():
            said = re.sub(rf"\b{name}\b", words, said) if "_" in name else said
        if where and fault["input"] is None:
            said = "must be filled in"
        hint = f" {fault['ctx']['hint']}" if "hint" in fault.get("ctx", {}) else ""
        lines.append(f"{where}: {said}.{hint}" if where else f"{said[:1].upper()}{said[1:]}.{hint}")
    return "\n".join(lines)


def _columns(kind: ColumnKind, schema: ibis.Schema, needed: bool) -> list[str]:
    names = [name for name, dtype in schema.items() if kind.accepts(dtype)]
    if not names and needed:
        hint = "Pick another step, or convert a column first."
        what = f"This works on a column of {kind.words}, and the table has none."
        raise WrongColumnKind(what, hint=hint)
    return names


def section(
    project: Project, path: str, names: Sequence[str], *, options: Options | None = None
) -> None:
    """Fields of the document at ``path``; each change is saved at once, as a new version."""
    value = reduce(getattr, path.split("."), project.document)
    for name in names:
        here = f"{path}.{name}"
        told = (options or {}).get(name)
        field = Field(
            f"{project.slug}/{here}",
            type(value).model_fields[name],
            told({}) if callable(told) else told,
            partial(_save, project),
            here,
        )
        fields.draw(field, getattr(value, name))


def _save(project: Project, path: str, key: str) -> None:
    value = st.session_state[key]
    try:
        project.edit(path, list(value) if isinstance(value, tuple) else value)
    except MllError as error:
        guard.later(error)
