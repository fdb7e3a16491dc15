"""A step that reads other tables beside the one it changes."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

import ibis
import ibis.expr.types as ir
from pydantic import PrivateAttr

from mll_core.domain.columns import ColumnKind, InputKind
from mll_core.domain.errors import NotReady
from mll_core.domain.plugin import input_kind
from mll_core.domain.source_address import name_of, title_of
from mll_core.domain.step import Learned, Step


class TableStep(Step):
    """The base of steps with ``sources``; their tables hold the four kinds of column.

    A document holds only addresses. Whoever runs the step tells it the columns by ``given``, and
    hands the engine the rows under the names by which the step calls them.
    """

    appends: ClassVar[bool] = False
    """Whether the rows of its other tables become rows of this one."""
    _others: Mapping[str, ibis.Schema] = PrivateAttr(default_factory=dict)

    @abstractmethod
    def sources(self) -> tuple[str, ...]:
        """Addresses of the other tables the step reads, as ``data.source`` has them."""

    def picks(self) -> Iterator[tuple[str, str, ColumnKind]]:
        """The same, and the own columns that are held against others."""
        yield from super().picks()
        for field in self._matches():
            for column in getattr(self, field):
                yield field, column, ColumnKind.ANY

    def keeping(self) -> "TableStep | None":
        """The step when it drops no row; None when nothing else is left of it."""
        return self

    def matched(self) -> dict[str, str]:
        """What own columns are called in the other table that are held against each other."""
        pairs = (getattr(self, field).items() for field in self._matches())
        return {own: other for matches in pairs for own, other in matches}

    def _matches(self) -> list[str]:
        kinds = {field: input_kind(info) for field, info in self.parameters().items()}
        return [field for field, kind in kinds.items() if kind is InputKind.MATCHES]

    def called(self, source: str) -> str:
        """The name by which a query of this step calls the table of that address."""
        return f"more_{name_of(source)}" if self.appends else name_of(source)

    def given(self, columns: Mapping[str, ibis.Schema]) -> Self:
        """The step, told which columns the tables of its addresses have."""
        told = self.model_copy()
        told._others = {s: columns[s] for s in self.sources() if s in columns}
        return told

    def other(self, source: str) -> ir.Table:
        """The table of that address. Raises NotReady before its columns are known."""
        if source not in self._others:
            what = f"{self.kind}: the other table {title_of(source)!r} has not been read yet."
            raise NotReady(what, hint="Open the step and choose its table, or run the project.")
        return ibis.table(self._others[source], name=self.called(source))

    def doubts(self, table: ir.Table) -> ir.Table | None:
        """A small query of what makes the step refuse, if anything comes out; None: nothing."""
        return None

    def refuse(self, found: Learned) -> None:
        """Raise InvalidParameter for what ``doubts`` found, if anything."""
