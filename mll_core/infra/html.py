"""HTML by functions: what is not Markup is text, and text is always escaped."""

import html
from collections.abc import Iterable, Sequence

RIGHT = 'class="number"'
VOID = frozenset({"br", "col", "hr", "input", "meta"})


class Markup(str):
    """Text that is HTML already; made here and nowhere else from outside text."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Anything as escaped text."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value), quote=True))


def tag(element: str, /, *children: object, **attributes: object) -> Markup:
    """One element; ``class_`` means class, ``aria_label`` aria-label; None is left out."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{html.escape(str(value), quote=True)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if element in VOID:
        return Markup(f"<{element}{said}>")
    return Markup(f"<{element}{said}>{join(children)}</{element}>")


def join(parts: Iterable[object]) -> Markup:
    """Parts one after another, each escaped unless it is Markup."""
    return Markup("".join(text(part) for part in parts if part is not None))


def table(head: Sequence[object], rows: Iterable[Sequence[object]], caption: str = "") -> Markup:
    """A table; cells that look like numbers stand to the right."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    right = [RIGHT in cell for cell in cells[0]] if cells else []
    right += [False] * (len(head) - len(right))
    top = (
        tag("th", name, scope="col", class_="number" if to_right else None)
        for name, to_right in zip(head, right, strict=True)
    )
    body = (tag("tr", *row) for row in cells)
    said = tag("caption", caption) if caption else None
    return tag(
        "div",
        tag("table", said, tag("thead", tag("tr", *top)), tag("tbody", *body)),
        class_="scroll",
    )


def details(summary: object, *children: object) -> Markup:
    """What is only read on request."""
    return tag("details", tag("summary", summary), *children)


def stacked(value: str, below: str) -> Markup:
    """A number with its interval under it, for narrow columns."""
    return tag("data", value, tag("small", below) if below else None)


def _cell(cell: object) -> Markup:
    plain = "0" if text(cell).startswith("<data") else "" if isinstance(cell, Markup) else str(cell)
    return tag("td", cell, class_="number" if plain[:1].isdigit() or plain[:1] == "-" else None)
