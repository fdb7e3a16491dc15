"""What a row says in some columns, as one text: how decisions about rows name them."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

BETWEEN = " | "


def content(table: ir.Table, columns: Sequence[str]) -> Any:
    """The values of ``columns`` as text, side by side; nothing where one is missing."""
    parts = [table[name].cast("string").coalesce(ibis.literal("")) for name in columns]
    first, *others = parts
    for other in others:
        first = first.concat(BETWEEN, other)
    return first
