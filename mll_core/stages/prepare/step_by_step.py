"""A recipe at work on rows in memory, step by step; what each step came to is remembered.

One query for all steps would be planned and run again for each of them, after every change. And a
step comes to the same as long as the columns it looks at are the same, whatever stands before it.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from mll_core.domain.at_work import learn
from mll_core.domain.recipe import PreparedRecipe, Recipe
from mll_core.domain.step import Learned, Step
from mll_core.infra import warehouse

Tables: TypeAlias = Mapping[str, warehouse.Rows]
"""Other tables, each by the name a query calls it."""
Key: TypeAlias = tuple[object, ...]
MOST = 256 * 2**20
"""Bytes of rows that a process remembers."""


@dataclass(frozen=True, eq=False)
class Worked:
    """The rows after some steps, what a query may take them for, and what the steps learned."""

    rows: pa.Table
    schema: ibis.Schema
    learned: tuple[Learned, ...] = ()

    @property
    def table(self) -> ir.Table:
        """The rows as a query names them."""
        return ibis.table(self.schema, name=warehouse.ROWS)


@dataclass(frozen=True, eq=False)
class _Done:
    """What one step came to: the ``columns`` it made, those it took away, and what it learned.

    ``over``: what its key is made of, held so that nothing else comes to lie in its place.
    """

    learned: Learned
    columns: Mapping[str, tuple[pa.ChunkedArray, Any]]
    gone: frozenset[str]
    over: tuple[object, ...]

    def after(self, before: Worked) -> Worked:
        """The rows after the step."""
        old = zip(before.rows.columns, before.schema.types, strict=True)
        there = dict(zip(before.rows.column_names, old, strict=True))
        kept = {name: both for name, both in there.items() if name not in self.gone}
        columns = {**kept, **self.columns}
        rows = pa.table({name: values for name, (values, _) in columns.items()})
        schema = ibis.schema({name: dtype for name, (_, dtype) in columns.items()})
        return Worked(rows, schema, (*before.learned, self.learned))

    @property
    def size(self) -> int:
        """Bytes of the columns it made."""
        return sum(int(values.nbytes) for values, _ in self.columns.values())


_MEMORY: OrderedDict[Key, _Done] = OrderedDict()
_LOCK = threading.Lock()


def at_work(recipe: Recipe, rows: pa.Table, more: Tables) -> Worked:
    """What ``recipe`` makes of ``rows``, learned on these very rows, only to be looked at.

    The same as its one query gives. ``more``: the other tables it reads. Raises as
    ``Recipe.learn`` does.
    """
    worked = begun(rows)
    for step in recipe.running.steps:
        worked = further(step, worked, more)
    return worked


def begun(rows: pa.Table) -> Worked:
    """The rows before any step."""
    return Worked(rows, warehouse.table(rows).schema())


def further(step: Step, worked: Worked, more: Tables) -> Worked:
    """The rows after one more step. Raises as ``Recipe.learn`` does."""
    read = {name: more[name] for name in _called(step) if name in more}
    done = _known(step, worked, read) or _new(step, worked, read)
    return done.after(worked)


def learned(recipe: Recipe, rows: pa.Table, more: Tables) -> PreparedRecipe:
    """The recipe as it learns on ``rows``, only to be looked at. Raises as ``Recipe.learn``."""
    return PreparedRecipe(recipe=recipe.running, learned=at_work(recipe, rows, more).learned)


def _known(step: Step, before: Worked, read: Tables) -> _Done | None:
    step.check(before.schema)
    with _LOCK:
        for names in (_named(step), None):
            key = _key(step, before, names, read)
            if key in _MEMORY:
                _MEMORY.move_to_end(key)
                return _MEMORY[key]
    return None


def _new(step: Step, before: Worked, read: Tables) -> _Done:
    table, rows, asked = before.table, before.rows, list[ops.Node]()

    def run(query: ir.Table) -> Learned:
        asked.append(query.op())
        return warehouse.records(query, rows, **read)

    found = learn(step, table, run)
    after = step.apply(table, found)
    names, over = _alone(step, table, after), None
    gone = frozenset(table.columns) - frozenset(after.columns)
    if names is None:
        names, gone = list(after.columns), frozenset(table.columns)
        made = warehouse.arrow(warehouse.to_sql(after), rows, **read)
    else:
        made_of = [after.op().values[name] for name in names]
        over = _looked_at(step, table, [*asked, *made_of])
        made = warehouse.arrow(warehouse.to_sql(after.select(names)), rows) if names else rows
    types = after.schema()
    columns = {name: (made.column(name), types[name]) for name in names}
    held = (*(rows.column(name) for name in over or table.columns), *read.values())
    done = _Done(found, columns, gone, held)
    _remember(_key(step, before, over, read), done)
    return done


def _alone(step: Step, table: ir.Table, after: ir.Table) -> list[str] | None:
    """The columns a step makes, when it leaves all others as they are; None when it does not."""
    there, made = table.op(), after.op()
    if made == there:
        return []
    if step.rows != "keep" or not isinstance(made, ops.Project) or made.parent != there:
        return None
    made_anew = [name for name, value in made.values.items() if not _same(value, there, name)]
    kept = [name for name in table.columns if name in made.values]
    order = dict.fromkeys([*kept, *made_anew])
    return made_anew if list(order) == list(after.columns) else None


def _same(value: Any, there: ops.Relation, name: str) -> bool:
    return isinstance(value, ops.Field) and value.rel == there and value.name == name


def _looked_at(step: Step, table: ir.Table, asked: Iterable[ops.Node]) -> list[str] | None:
    """The columns that what a step ``asked`` depends on, if it names them; None: any."""
    named, there = _named(step), table.op()
    for query in asked:
        for node in query.find(ops.Node):
            if isinstance(node, ops.Field) and node.rel == there and node.name not in named:
                return None
            if there in node.__children__ and not isinstance(node, _BY_COLUMN):
                return None
    return named


_BY_COLUMN = (ops.Field, ops.Project, ops.Filter, ops.Aggregate, ops.CountStar)
"""What looks at no more of a table than the fields that stand in it."""


def _named(step: Step) -> list[str]:
    """The columns a step names."""
    return sorted({column for _, column, _ in step.picks()})


def _called(step: Step) -> list[str]:
    """What the other tables of a step are called."""
    called = getattr(step, "called", str)
    return [called(source) for source in step.sources()]


def _key(step: Step, before: Worked, over: list[str] | None, read: Tables) -> Key:
    """The step, and where the columns (None: all there are) and tables it looks at lie."""
    names = before.rows.column_names if over is None else over
    places = ((name, str(before.schema[name]), *_place(before.rows.column(name))) for name in names)
    tables = ((name, *_where(rows)) for name, rows in read.items())
    return (step.kind, str(step.plain()), over is None, len(before.rows), *places, *tables)


def _place(values: pa.ChunkedArray) -> Iterator[object]:
    for chunk in values.chunks:
        yield chunk.offset
        yield len(chunk)
        # Compared with None, for an empty buffer is false.
        yield tuple(None if one is None else one.address for one in chunk.buffers())


def _where(rows: warehouse.Rows) -> Key:
    if not isinstance(rows, Path):
        return (id(rows),)
    seen = rows.stat() if rows.is_file() else None
    return (rows, seen and seen.st_mtime_ns, seen and seen.st_size)


def _remember(key: Key, done: _Done) -> None:
    with _LOCK:
        _MEMORY[key] = done
        size = sum(one.size for one in _MEMORY.values())
        while size > MOST and len(_MEMORY) > 1:
            _, gone = _MEMORY.popitem(last=False)
            size -= gone.size
