"""What steps learned on rows in memory, remembered: a changed step costs one query, not all."""

import weakref
from collections import OrderedDict

import pyarrow as pa

from mll_core.domain.recipe import Recipe
from mll_core.domain.step import Learned

MOST = 1_000
"""Steps that a process remembers."""
_MEMORY: OrderedDict[tuple[int, str], tuple["weakref.ref[pa.Table]", Learned]] = OrderedDict()


def known(recipe: Recipe, rows: pa.Table) -> tuple[Learned, ...]:
    """What the first steps of ``recipe`` learned on these very ``rows``, as far as is known."""
    found: list[Learned] = []
    for key in _keys(recipe, rows):
        held = _MEMORY.get(key)
        if held is None or held[0]() is not rows:
            break
        found.append(held[1])
    return tuple(found)


def remember(recipe: Recipe, rows: pa.Table, learned: tuple[Learned, ...]) -> None:
    """Keep what each step learned."""
    for key, value in zip(_keys(recipe, rows), learned, strict=True):
        _MEMORY[key] = (weakref.ref(rows), value)
    while len(_MEMORY) > MOST:
        _MEMORY.popitem(last=False)


def _keys(recipe: Recipe, rows: pa.Table) -> list[tuple[int, str]]:
    plain = [f"{step.kind} {step.plain()}" for step in recipe.running.steps]
    return [(id(rows), "\n".join(plain[: place + 1])) for place in range(len(plain))]
