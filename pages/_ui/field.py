"""A declared field on its way to a widget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from mll_core.domain.formula_completion import Names
from mll_core.domain.identity import Permission
from pages._ui import account

Saver = Callable[[str, str], None]


NOT_STATED = "Not stated"


def label(name: str, info: FieldInfo) -> str:
    """What a field is called: its description, else its name as a word."""
    word = name.rpartition(".")[2].replace("_", " ").capitalize()
    return str(info.description or word)


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
    beside: Sequence[str] = ()
    """Of a field that pairs columns of two tables: those of the other one."""

    names: Names | None = None
    """The columns a formula may name."""

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
        given = {"label": label(self.key, self.info), "key": self.key}
        if self.save is None:
            return {**given, "persist_state": "page"}  # a draft outlives a look at another tab
        closed = not account.may(Permission.EDIT)
        saving = {"on_change": self.save, "args": (self.path, self.key)}
        return {**given, **saving, "disabled": closed}
